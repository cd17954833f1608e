from . import (
    test_case_flow,
    test_intake_match,
    test_logic,
    test_mail_gateway,
    test_notice_crisis,
    test_pack_p05,
    test_report,
    test_security,
    test_severity,
    test_story_p05,
    test_tracking,
)
