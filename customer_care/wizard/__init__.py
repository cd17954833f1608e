from . import care_approval_comment
from . import care_calendar_day_load
from . import care_duty_done
from . import care_policy_pack
from . import care_policy_pack_line
from . import care_obligation_waive
