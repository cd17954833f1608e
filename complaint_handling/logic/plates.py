"""Number plates and other identifiers of vehicles, as one way of writing them."""

import re
import unicodedata

# Traditional characters of the provinces, as plates bear the simplified ones.
_SIMPLIFIED = str.maketrans("粵滬遼魯蘇貴雲陝閩寧瓊贛", "粤沪辽鲁苏贵云陕闽宁琼赣")
_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_NOISE = re.compile(r"[\W_]+")
_CHINESE = re.compile(
    rf"[{_PROVINCES}使领][A-Z0-9][A-Z0-9]{{3,6}}[A-Z0-9挂学警港澳领使]"
)


def normalize_plate(text: str | None) -> str:
    """Return a plate without spaces, dots and full-width forms, in capitals.

    The serial of a Chinese plate knows no letter O or I: both are read as digits.
    >>> normalize_plate(" 粵b·Ｏ12 34i ")
    '粤B012341'
    >>> normalize_plate("ab-12 cd"), normalize_plate(None)
    ('AB12CD', '')
    """
    text = unicodedata.normalize("NFKC", text or "").upper()
    text = _NOISE.sub("", text).translate(_SIMPLIFIED)
    if text[:1] and text[0] in _PROVINCES:
        text = text[:2] + text[2:].replace("O", "0").replace("I", "1")
    return text


def is_chinese_plate(text: str | None) -> bool:
    """Tell whether `text` has the form of a mainland plate, old or new energy.

    >>> is_chinese_plate("粤B12345"), is_chinese_plate("沪AD12345")
    (True, True)
    >>> is_chinese_plate("粤B123"), is_chinese_plate("B12345")
    (False, False)
    """
    plate = normalize_plate(text)
    return bool(_CHINESE.fullmatch(plate)) and 7 <= len(plate) <= 8


def normalize_vin(text: str | None) -> str:
    """Return a vehicle identification number in capitals without spaces.

    >>> normalize_vin(" lsvaa49j 132047371 ")
    'LSVAA49J132047371'
    """
    text = unicodedata.normalize("NFKC", text or "").upper()
    return _NOISE.sub("", text)
