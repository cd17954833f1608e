from . import approval_link, care_evaluation, care_file, policy_pack
