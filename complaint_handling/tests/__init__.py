from . import (
    test_case_flow,
    test_logic,
    test_mail_gateway,
    test_report,
    test_security,
    test_tracking,
)
