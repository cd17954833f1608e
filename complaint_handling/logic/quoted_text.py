"""Separate what a person wrote now from the conversation quoted below it."""

import re

_START = re.compile(
    r"^\s*("
    r"-{2,}\s*(original message|forwarded message|原始邮件|原始郵件|原邮件|回复的原邮件"
    r"|转发的?邮件信息|轉寄郵件)\s*-{2,}"
    r"|on .{4,120} wrote:"
    r"|(在|于)?\s*\d{4}[年/.-].{0,120}(写道|寫道)\s*[:：]"
    r"|(在|于)\s*.{4,120}(写道|寫道)\s*[:：]"
    r"|(发件人|發件人|寄件者)\s*[:：].*"
    r"|from:\s.+"
    r")\s*$",
    re.IGNORECASE,
)
_QUOTE = re.compile(r"^\s*>")
_MOBILE = re.compile(r"(?<!\d)(?:\+?86[- ]?)?(1[3-9]\d)[- ]?(\d{4})[- ]?(\d{4})(?!\d)")


def new_text(text: str) -> str:
    """Return `text` without the quoted conversation; all of it if nothing is left.

    >>> new_text("机器坏了。\\n\\n-------- 原始邮件 --------\\n你好")
    '机器坏了。'
    """
    kept = []
    for line in text.splitlines():
        if _START.match(line) and any(part.strip() for part in kept):
            break
        if not _QUOTE.match(line):
            kept.append(line.rstrip())
    return "\n".join(kept).strip() or text.strip()


def mobile_numbers(text: str) -> list[str]:
    """Return the mainland mobile numbers in `text`, digits only, each once.

    >>> mobile_numbers("电话 138 0013 8000 或 +86-13800138000")
    ['13800138000']
    """
    return list(dict.fromkeys("".join(found) for found in _MOBILE.findall(text)))


def has_chinese(text: str) -> bool:
    """Tell whether `text` contains Chinese characters.

    >>> has_chinese("投诉"), has_chinese("complaint")
    (True, False)
    """
    return any("\u4e00" <= char <= "\u9fff" for char in text)
