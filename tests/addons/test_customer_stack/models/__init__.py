from . import (
    test_approval_host,
    test_care_host,
    test_care_plain,
    test_requirement_host,
)
