from . import test_visit_access
from . import test_visit_checklist
from . import test_visit_visit
