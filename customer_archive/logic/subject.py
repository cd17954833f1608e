import re
import unicodedata

_VIN = re.compile(r"[A-HJ-NPR-Z0-9]{17}")


def plain_code(text: str | None) -> str:
    """Return a plate, VIN or reference as it is compared: no case, width or separators.

    >>> plain_code("京a·１2345 ")
    '京A12345'
    >>> plain_code(None)
    ''
    """
    folded = unicodedata.normalize("NFKC", text or "").upper()
    return "".join(char for char in folded if char.isalnum())


def is_vin(text: str) -> bool:
    """Tell whether `text` has the form of a vehicle identification number (ISO 3779).

    >>> is_vin("LSVAU2180N2183294"), is_vin("LSVAU2180N218329O")
    (True, False)
    """
    return bool(_VIN.fullmatch(plain_code(text)))


def subject_key(
    kind: str, partner_id: int, plate: str | None, vin: str | None, ref: str | None
) -> str | None:
    """Return what a file is about as one comparable text, None while it is unknown.

    A car is known by its VIN; the plate counts only without one, because a plate may
    move on to the owner's next car.
    >>> subject_key("vehicle", 7, "京A·12345", None, None)
    'plate:京A12345'
    >>> subject_key("partner", 7, None, None, None)
    'partner:7'
    >>> subject_key("reference", 0, None, None, " ") is None
    True
    """
    candidates = {
        "partner": [("partner", str(partner_id or ""))],
        "vehicle": [("vin", plain_code(vin)), ("plate", plain_code(plate))],
        "reference": [("reference", plain_code(ref))],
    }[kind]
    return next((f"{name}:{value}" for name, value in candidates if value), None)
