from . import test_care_role
from . import test_working_time
from . import test_calendar_day
from . import test_policy_pack
from . import test_policy
from . import test_policy_acknowledgement
from . import test_policy_views
