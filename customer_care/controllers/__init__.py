from . import policy_pack
