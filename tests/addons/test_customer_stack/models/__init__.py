from . import test_approval_host
from . import test_care_host
from . import test_care_plain
from . import test_requirement_host
