"""Tell a person's message from one that a machine sent (RFC 3834 and old habits)."""

import re
from collections.abc import Mapping

PERSON, REPLY, GENERATED = "person", "reply", "generated"

_MARKS = ("x-autoreply", "x-autorespond", "x-autoresponder", "x-mail-autoreply")
_PRECEDENCE = frozenset({"auto_reply", "auto-reply", "bulk", "junk"})
_SUBJECT = re.compile(
    r"^\s*(out of office|automatic reply|auto(matic)?[- ]?reply|autosvar|vacation"
    r"|自动回复|自動回覆|自动答复|自動回復|自动回信|\[?(外出|休假)\]?自动)",
    re.IGNORECASE,
)


def message_kind(headers: Mapping) -> str:
    """Return PERSON, REPLY (a machine answering) or GENERATED (a machine writing).

    A reply makes no case. A generated message, such as that of a web shop's form,
    makes one but is never acknowledged, so that no loop can start.
    >>> message_kind({"Auto-Submitted": "auto-replied"})
    'reply'
    """
    lower = {name.lower(): str(value).strip() for name, value in headers.items()}
    submitted = re.split(r"[;(\s]", lower.get("auto-submitted", "no").lower())[0]
    if (
        submitted in ("auto-replied", "auto-notified")
        or any(lower.get(mark, "no").lower() not in ("", "no") for mark in _MARKS)
        or lower.get("precedence", "").lower() in _PRECEDENCE
        or lower.get("return-path") == "<>"
        or lower.get("x-mailer", "").lower().startswith("vacation")
        or _SUBJECT.match(lower.get("subject", ""))
    ):
        return REPLY
    return PERSON if submitted in ("no", "") else GENERATED
