"""Telephone numbers and mail addresses in one way of writing, to compare them."""

import re
import unicodedata
from functools import lru_cache

import phonenumbers

_APART = re.compile(r"[;,/|、，；\n]+|\s{2,}|(?<=\d)\s*(?:或|or|and|和)\s*(?=[+\d(])")
_EXTENSION = re.compile(
    r"\s*(?:转|轉|分机|分機|ext\.?|x|#)\s*\d{1,6}\s*$", re.IGNORECASE
)
_SHORT_EXTENSION = re.compile(r"(?<=\d{7})-\d{1,5}$")
_MOBILE = re.compile(r"(?:\+?86|0086)?(1[3-9]\d{9})")
_ENOUGH = 7  # digits; shorter ones are service numbers of everybody
_MAIL = re.compile(r"[^\s<>;,，；、\"']+@[^\s<>;,，；、\"']+\.[^\s<>;,，；、\"']+")


@lru_cache(maxsize=4096)
def phone_keys(text: str, country: str = "CN") -> tuple[str, ...]:
    """Return the numbers of a field, each once, with the country's code and without
    extension.

    >>> phone_keys("138 0571 2345")
    ('+8613805712345',)
    >>> phone_keys("0571-88075998转8001 / +86 (571) 8807 5998; 110")
    ('+8657188075998',)
    >>> phone_keys("无"), phone_keys("02 2345 6789", "TW")
    ((), ('+886223456789',))
    """
    found = {}
    for part in _APART.split(unicodedata.normalize("NFKC", text or "")):
        key = _phone_key(part.strip(), country or "CN")
        if key:
            found[key] = True
    return tuple(found)


def _phone_key(text, country):
    bare = re.sub(r"[\s().-]", "", text)
    if country == "CN" and (mobile := _MOBILE.fullmatch(bare)):
        return f"+86{mobile[1]}"
    if sum(sign.isdigit() for sign in text) < _ENOUGH:
        return ""
    text = _SHORT_EXTENSION.sub("", _EXTENSION.sub("", text))
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(number):
        return ""
    number.extension = None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def email_keys(text: str | None) -> tuple[str, ...]:
    """Return the addresses of a field in small letters, each once.

    >>> email_keys('"Li Wei" <Li.Wei@Example.com>; sales@example.com')
    ('li.wei@example.com', 'sales@example.com')
    """
    text = unicodedata.normalize("NFKC", text or "").lower()
    return tuple(dict.fromkeys(found.rstrip(".") for found in _MAIL.findall(text)))
