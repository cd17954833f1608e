from . import test_approval_flow
from . import test_obligation_clock
from . import test_obligation_guard
from . import test_obligation_move
from . import test_obligation_scan
from . import test_obligation_sweep
from . import test_compliance
from . import test_requirement
