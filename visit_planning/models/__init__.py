from . import visit_checklist
from . import visit_checklist_line
from . import visit_purpose
from . import visit_visit
from . import visit_visit_line
from . import res_partner
