from . import (
    care_day_item,
    care_departure,
    care_timeline,
    res_partner,
    visit_checklist,
    visit_checklist_line,
    visit_purpose,
    visit_visit,
    visit_visit_line,
)
