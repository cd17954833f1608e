from . import care_engine_mixin
from . import care_pack_row_mixin
from . import care_policy
from . import care_policy_clause
from . import care_role
from . import care_role_assignment
from . import care_rule_model_mixin
