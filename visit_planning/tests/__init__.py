from . import (
    test_day_item,
    test_visit_access,
    test_visit_budget,
    test_visit_checklist,
    test_visit_engines,
    test_visit_secrecy,
    test_visit_visit,
)
