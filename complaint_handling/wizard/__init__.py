from . import (
    complaint_answer_wizard,
    complaint_match_wizard,
    complaint_merge_wizard,
    complaint_notice_wizard,
    complaint_promise_wizard,
    complaint_reason_wizard,
    complaint_satisfaction_wizard,
    complaint_severity_wizard,
)
