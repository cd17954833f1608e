from . import (
    test_all_menus,
    test_all_models,
    test_approval_flow,
    test_approval_forging,
    test_approval_parallel,
    test_approval_privacy,
    test_approval_rule,
    test_obligation_clock,
    test_obligation_guard,
    test_obligation_move,
    test_obligation_scan,
    test_obligation_sweep,
)
from . import test_compliance
from . import test_requirement
