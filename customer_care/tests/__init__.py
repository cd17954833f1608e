from . import (
    test_calendar_day,
    test_callback_draw,
    test_care_delegation,
    test_care_duty,
    test_care_duty_evidence,
    test_care_role,
    test_policy,
    test_policy_acknowledgement,
    test_policy_pack,
    test_policy_views,
    test_report_pdf,
    test_working_time,
)
