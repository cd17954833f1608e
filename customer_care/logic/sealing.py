"""Sealed bytes: AES-256-GCM with a header that says which key opens them.

    magic "CCS" | version | kind | length of key id | key id | 16 random bytes | body

Everything before the body is authenticated, and so is what the bytes belong to
(`bind`): sealed bytes that were moved to another record or field do not open. Each
piece is sealed under a key derived from the named one and the random bytes, so no
nonce ever meets the same key twice. A value is one block. A stream is blocks of 64 KiB
whose nonce carries the position and whether it is the last, so blocks cannot be left
out, swapped or cut off, and neither side holds more than two of them in memory.
"""

import base64
import hashlib
import hmac
import os
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MAGIC = b"CCS"
VERSION = 1
VALUE, WRAPPED, STREAM = 1, 2, 3
KEY_BYTES = 32
BLOCK_BYTES = 64 * 1024
_SALT, _TAG, _FIXED = 16, 16, 6
_LAST_BLOCK = 2**32 - 1


class SealError(ValueError):
    """The bytes are not sealed, were changed, belong elsewhere, or need another key."""


class Header(NamedTuple):
    """What the clear part of sealed bytes says: `size` is its own length."""

    kind: int
    key_id: str
    salt: bytes
    size: int


def new_key() -> bytes:
    """Return 32 random bytes."""
    return os.urandom(KEY_BYTES)


def bind(*parts: object) -> bytes:
    """Return what sealed bytes belong to, such as model, record and field, as bytes
    that no other parts give.

    >>> bind("a", 1) == bind("a", "1"), bind("ab", "c") == bind("a", "bc")
    (True, False)
    """
    texts = [str(part).encode() for part in parts]
    return b"".join(len(text).to_bytes(4, "big") + text for text in texts)


def is_sealed(data: bytes) -> bool:
    """Tell whether the bytes look sealed; only opening them proves it.

    >>> is_sealed(b"CCS0 is a word"), is_sealed(b"")
    (False, False)
    """
    try:
        read_header(data)
    except SealError:
        return False
    return True


def read_header(data: bytes) -> Header:
    """Return what the clear part says.

    :raise SealError: not sealed, or by a version not known here
    """
    data = bytes(data[: _FIXED + 255 + _SALT])
    if len(data) < _FIXED or data[:3] != MAGIC:
        raise SealError("not sealed")
    if data[3] != VERSION or data[4] not in (VALUE, WRAPPED, STREAM):
        raise SealError("sealed in a way not known here")
    size = _FIXED + data[5] + _SALT
    if len(data) < size:
        raise SealError("cut off")
    try:
        key_id = data[_FIXED : _FIXED + data[5]].decode()
    except UnicodeDecodeError as error:
        raise SealError("not sealed") from error
    return Header(data[4], key_id, data[size - _SALT : size], size)


def _head(kind: int, key_id: str) -> bytes:
    name = key_id.encode()
    if len(name) > 255:
        raise ValueError("the name of the key is too long")
    fixed = MAGIC + bytes([VERSION, kind, len(name)])
    return fixed + name + os.urandom(_SALT)


def derive(key: bytes, *purpose: object) -> bytes:
    """Return a key for one purpose, from which `key` cannot be told."""
    if len(key) != KEY_BYTES:
        raise ValueError("a key has 32 bytes")
    return hmac.new(key, bind("CCS", *purpose), hashlib.sha256).digest()


def _cipher(key: bytes, head: bytes) -> AESGCM:
    return AESGCM(derive(key, "seal", head[-_SALT:].hex()))


def _nonce(number: int, last: bool) -> bytes:
    return bytes(7) + number.to_bytes(4, "big") + bytes([last])


def seal(
    key: bytes, key_id: str, plain: bytes, bound: bytes, kind: int = VALUE
) -> bytes:
    """Return `plain` sealed under the key named `key_id`, for what `bound` names.

    >>> sealed = seal(bytes(32), "k1", b"secret", bind("res.partner", 7, "phone"))
    >>> unseal(bytes(32), sealed, bind("res.partner", 7, "phone"))
    b'secret'
    >>> unseal(bytes(32), sealed, bind("res.partner", 8, "phone"))
    Traceback (most recent call last):
    customer_care.logic.sealing.SealError: does not open with this key and place
    """
    head = _head(kind, key_id)
    body = _cipher(key, head).encrypt(_nonce(0, True), plain, head + bound)
    return head + body


def _open(cipher: AESGCM, nonce: bytes, block: bytes, extra: bytes) -> bytes:
    try:
        return cipher.decrypt(nonce, block, extra)
    except InvalidTag as error:
        raise SealError("does not open with this key and place") from error


def unseal(key: bytes, sealed: bytes, bound: bytes, kind: int = VALUE) -> bytes:
    """Return what `seal` was given.

    :raise SealError: another key, another place, or changed
    """
    header = read_header(sealed)
    if header.kind != kind:
        raise SealError("sealed for another use")
    head, body = bytes(sealed[: header.size]), bytes(sealed[header.size :])
    if len(body) < _TAG:
        raise SealError("cut off")
    return _open(_cipher(key, head), _nonce(0, True), body, head + bound)


def wrap(master: bytes, master_id: str, key: bytes, bound: bytes) -> bytes:
    """Return a data key sealed under a master key."""
    return seal(master, master_id, key, bound, WRAPPED)


def unwrap(master: bytes, wrapped: bytes, bound: bytes) -> bytes:
    """Return the data key of `wrap`."""
    key = unseal(master, wrapped, bound, WRAPPED)
    if len(key) != KEY_BYTES:
        raise SealError("no key")
    return key


def _blocks(pieces: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Cut `pieces` of any size into blocks; the last may be short, or empty."""
    held = bytearray()
    for piece in pieces:
        held += piece
        while len(held) > BLOCK_BYTES:
            yield bytes(held[:BLOCK_BYTES]), False
            del held[:BLOCK_BYTES]
    yield bytes(held), True


def seal_stream(
    key: bytes, key_id: str, pieces: Iterable[bytes], bound: bytes
) -> Iterator[bytes]:
    """Yield `pieces` sealed, block by block.

    >>> sealed = b"".join(seal_stream(bytes(32), "k1", [b"a" * 70000, b"b"], b""))
    >>> b"".join(unseal_stream(bytes(32), [sealed], b"")) == b"a" * 70000 + b"b"
    True
    """
    head = _head(STREAM, key_id)
    cipher = _cipher(key, head)
    yield head
    for number, (block, last) in enumerate(_blocks(pieces)):
        if number > _LAST_BLOCK:
            raise ValueError("too long to seal")
        yield cipher.encrypt(_nonce(number, last), block, head + bound)


def unseal_stream(
    key: bytes | Callable[[str], bytes], pieces: Iterable[bytes], bound: bytes
) -> Iterator[bytes]:
    """Yield what `seal_stream` was given; a block is given out only once it proved
    whole. `key` may be a function of the key id.

    :raise SealError: another key, another place, changed, cut off or swapped; what was
        yielded before must then be thrown away
    """
    source, held = iter(pieces), bytearray()
    header = None
    number = 0
    for piece in source:
        held += piece
        if header is None:
            try:
                header = read_header(held)
            except SealError as error:
                if str(error) == "cut off" or len(held) < _FIXED:
                    continue
                raise
            if header.kind != STREAM:
                raise SealError("sealed for another use")
            head = bytes(held[: header.size])
            cipher = _cipher(key(header.key_id) if callable(key) else key, head)
            del held[: header.size]
        while len(held) > BLOCK_BYTES + _TAG:
            block = bytes(held[: BLOCK_BYTES + _TAG])
            yield _open(cipher, _nonce(number, False), block, head + bound)
            del held[: BLOCK_BYTES + _TAG]
            number += 1
    if header is None:
        raise SealError("cut off")
    if len(held) < _TAG:
        raise SealError("cut off")
    yield _open(cipher, _nonce(number, True), bytes(held), head + bound)


def read_blocks(file, size: int = BLOCK_BYTES) -> Iterator[bytes]:
    """Yield the content of an open file in pieces."""
    while piece := file.read(size):
        yield piece


# -- searching without reading --------------------------------------------------


def _as_it_is(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


def _alphanumerics(text: str) -> str:
    """Upper case letters, digits and Chinese characters: a plate, a credit code.

    >>> _alphanumerics("京a·123 45"), _alphanumerics("９１３５-0100")
    ('京A12345', '91350100')
    """
    return "".join(c for c in _as_it_is(text).upper() if c.isalnum())


def _digits(text: str) -> str:
    return "".join(c for c in _as_it_is(text) if c in "0123456789")


def _phone(text: str) -> str:
    """Digits of a phone number, a Chinese one without its country code.

    >>> {_phone(t) for t in ("+86 138-0013-8000", "0086 13800138000", "13800138000")}
    {'13800138000'}
    >>> _phone("+49 30 1234"), _phone("0049 30 1234")
    ('49301234', '49301234')
    """
    digits = _digits(text).removeprefix("00")
    rest = digits.removeprefix("86")
    return rest if len(digits) - len(rest) == 2 and len(rest) >= 10 else digits


NORMALIZERS = {
    "none": _as_it_is,
    "digits": _digits,
    "phone": _phone,
    "alphanumeric": _alphanumerics,
}


def normalize(value: str, how: str) -> str:
    """Return the form in which two spellings of one value are the same."""
    return NORMALIZERS[how](value)


def blind_index(key: bytes, kind: str, value: str, how: str = "none") -> str:
    """Return 32 hex digits by which an equal value of the same kind is found; nobody
    without the key can tell the value, or try values against it.

    >>> blind_index(bytes(32), "phone", "138 0013 8000", "phone")
    '77148e0cfe3ebf9961082853c5230f8d'
    """
    text = normalize(value, how).encode()
    return hmac.new(derive(key, "blind", kind), text, hashlib.sha256).hexdigest()[:32]


def encode_key(key: bytes) -> str:
    """Return a key as text for a key file."""
    return base64.b64encode(key).decode()


def decode_key(text: str) -> bytes:
    """Return the key of `encode_key`.

    :raise ValueError: not 32 bytes in base64
    """
    key = base64.b64decode(text.strip(), validate=True)
    if len(key) != KEY_BYTES:
        raise ValueError("a key has 32 bytes")
    return key
