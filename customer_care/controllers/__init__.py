from . import approval_link, care_evaluation, policy_pack
