from . import care_approval_comment
from . import care_calendar_day_load
