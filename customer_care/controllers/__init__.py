from . import care_evaluation, policy_pack
