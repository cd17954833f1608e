# A model is built after what it inherits: the mixins come first.
from . import (
    complaint_aftercare_mixin,
    complaint_flow_mixin,
    complaint_grade_mixin,
    complaint_guard_mixin,
    complaint_intake_mixin,
    complaint_match_mixin,
    complaint_repeat_mixin,
    complaint_report_figures_mixin,
    complaint_tracking_mixin,
)

# isort: split
from . import (
    complaint_answer,
    complaint_branch,
    complaint_case,
    complaint_category,
    complaint_desk,
    complaint_flag,
    complaint_issue,
    complaint_promise,
    complaint_report,
    complaint_report_line,
    complaint_severity,
    complaint_vehicle,
    mail_thread,
    res_company,
    res_partner,
    res_users,
)
