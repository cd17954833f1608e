from . import (
    care_day_item,
    res_partner,
    visit_checklist,
    visit_checklist_line,
    visit_purpose,
    visit_visit,
    visit_visit_line,
)
