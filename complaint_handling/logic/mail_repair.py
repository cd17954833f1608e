"""Make a parsed message readable that names its charset wrongly, or not at all.

Chinese mail programs write `gb2312` and send GB18030, put raw 8-bit text into headers,
and leave the charset out. GB18030 contains GB2312 and GBK, so reading all three as
GB18030 changes nothing where the label was right.
"""

import hashlib
import re
from email.message import EmailMessage

_SUPERSET = "gb18030"
_GB_NAMES = frozenset(
    {
        "gb2312",
        "gb_2312-80",
        "gb2312-80",
        "euc-cn",
        "euccn",
        "x-euc-cn",
        "hz-gb-2312-x",
        "gbk",
        "x-gbk",
        "cp936",
        "ms936",
        "windows-936",
        "chinese",
        "csiso58gb231280",
    }
)
_ENCODED_WORD = re.compile(r"=\?([^?*\s]+)(\*[^?\s]*)?\?([bBqQ])\?")
_HEADERS = ("subject", "from", "to", "cc", "content-type", "content-disposition")


def repair(message: EmailMessage) -> None:
    """Correct charsets in `message` and its parts, and give it an id if it has none."""
    for part in message.walk():
        _repair_headers(part)
        if part.get_content_maintype() == "text":
            _repair_charset(part)
    if not message.get("Message-Id"):
        message["Message-Id"] = fingerprint(message)


def fingerprint(message: EmailMessage) -> str:
    """Return an id that two deliveries of one message without id have in common."""
    digest = hashlib.sha256()
    for name in ("From", "Date", "Subject"):
        digest.update(str(message.get(name, "")).encode(errors="replace"))
    for part in message.walk():
        if not part.is_multipart():
            digest.update(part.get_payload(decode=True) or b"")
    return f"<{digest.hexdigest()[:40]}@without-message-id>"


def repair_header(raw: str) -> str:
    """Return a header value with its GB charsets widened and raw 8-bit text decoded.

    >>> repair_header("=?gb2312?B?1qPRi4N5?=")
    '=?gb18030?B?1qPRi4N5?='
    """
    text = "".join(re.split(r"\r?\n(?=[ \t])", raw)).rstrip("\r\n")
    octets = text.encode("utf-8", "surrogateescape")
    if not octets.isascii():
        text = decode_octets(octets)
    return _ENCODED_WORD.sub(_widen, text)


def decode_octets(octets: bytes) -> str:
    """Decode text of unknown charset: UTF-8 if it is, else GB18030.

    >>> decode_octets("投诉".encode("gb18030"))
    '投诉'
    """
    try:
        return octets.decode("utf-8")
    except UnicodeDecodeError:
        return octets.decode(_SUPERSET, "replace")


def _widen(match: re.Match) -> str:
    charset, language, encoding = match.groups()
    if charset.lower() in _GB_NAMES:
        charset = _SUPERSET
    return f"=?{charset}{language or ''}?{encoding}?"


def _repair_headers(part: EmailMessage) -> None:
    for name, raw in list(part.raw_items()):
        if name.lower() not in _HEADERS or not isinstance(raw, str):
            continue
        fixed = repair_header(raw)
        if fixed != raw and len(part.get_all(name)) == 1:
            part.replace_header(name, fixed)


def _repair_charset(part: EmailMessage) -> None:
    charset = part.get_content_charset()
    if charset in _GB_NAMES:
        part.set_param("charset", _SUPERSET)
    elif charset in (None, "us-ascii"):
        octets = part.get_payload(decode=True) or b""
        if not octets.isascii():
            try:
                octets.decode("utf-8")
            except UnicodeDecodeError:
                part.set_param("charset", _SUPERSET)
            else:
                part.set_param("charset", "utf-8")
