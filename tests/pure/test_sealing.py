"""Sealed bytes open for nobody but their key and place, whole or not at all."""

import base64
import random

import pytest

from customer_care.logic import sealing
from customer_care.logic.sealing import (
    BLOCK_BYTES,
    SealError,
    bind,
    seal,
    seal_stream,
    unseal,
    unseal_stream,
)

KEY, OTHER = bytes(range(32)), bytes(range(1, 33))
PLACE = bind("res.partner", 7, "id_number")
# Made on the day the format was fixed: what was sealed then opens for ever.
HEAD = "Q0NTAQ{}CazEAAQIDBAUGBwgJCgsMDQ4P"
VALUES = [
    ("k/+S6mQNqFHq+iB9Yk6t7A==", ""),
    (
        "yfGY+VtAIVVvp0KzuihzwYq8rEDTB3GUYzJL44WxEPMHmXjUZNo=",
        "11010519491231002X 张",
    ),
]
A_STREAM = "m6/GvBkUcxh6KwLBOJ6FyX+4ZaGUAco9"


def stream(plain, pieces=1000, key=KEY, place=PLACE):
    parts = (plain[n : n + pieces] for n in range(0, len(plain), pieces))
    return b"".join(seal_stream(key, "k1", parts, place))


def opened(sealed, pieces=997, key=KEY, place=PLACE):
    parts = (sealed[n : n + pieces] for n in range(0, len(sealed), pieces))
    return b"".join(unseal_stream(key, parts, place))


@pytest.mark.parametrize("plain", [b"", b"a", b"x" * 5000, "王小明".encode()])
def test_what_is_sealed_opens(plain):
    sealed = seal(KEY, "k1", plain, PLACE)
    assert unseal(KEY, sealed, PLACE) == plain
    assert sealing.read_header(sealed).key_id == "k1"
    # shorter ones turn up in random bytes by chance
    assert len(plain) < 3 or plain[:3] not in sealed


@pytest.mark.parametrize("size", [0, 1, 999, BLOCK_BYTES - 1, BLOCK_BYTES])
@pytest.mark.parametrize("more", [0, 1, BLOCK_BYTES])
def test_streams_of_every_length_open(size, more):
    plain = random.Random(size + more).randbytes(size + more)
    assert opened(stream(plain)) == plain
    assert opened(stream(plain, 70_001), 200_000) == plain


def test_each_flipped_bit_of_a_value_is_found():
    sealed = seal(KEY, "k1", b"138 0013 8000", PLACE)
    for place in range(len(sealed) * 8):
        changed = bytearray(sealed)
        changed[place // 8] ^= 1 << place % 8
        with pytest.raises(SealError):
            unseal(KEY, bytes(changed), PLACE)


def test_each_cut_of_a_value_is_found():
    sealed = seal(KEY, "k1", b"138 0013 8000", PLACE)
    for size in range(len(sealed)):
        with pytest.raises(SealError):
            unseal(KEY, sealed[:size], PLACE)


def test_a_changed_stream_is_found():
    dice = random.Random(4)
    sealed = stream(dice.randbytes(3 * BLOCK_BYTES + 5))
    for _turn in range(60):
        place = dice.randrange(len(sealed))
        changed = bytearray(sealed)
        changed[place] ^= 1 << dice.randrange(8)
        with pytest.raises(SealError):
            opened(bytes(changed), 50_000)


def blocks_of(sealed):
    start = sealing.read_header(sealed).size
    size = BLOCK_BYTES + 16
    blocks = [sealed[n : n + size] for n in range(start, len(sealed), size)]
    return sealed[:start], blocks


def test_blocks_are_neither_swapped_nor_left_out_nor_cut_off():
    plain = random.Random(5).randbytes(3 * BLOCK_BYTES)
    head, (one, two, three) = blocks_of(stream(plain))
    assert opened(head + one + two + three, 70_000) == plain
    for wrong in (
        [two, one, three],
        [one, three],
        [one, two],
        [one],
        [],
        [one, two, three, three],
        [one, two, three[:-1]],
        [one, two, two, three],
    ):
        with pytest.raises(SealError):
            opened(head + b"".join(wrong), 70_000)


def test_blocks_of_two_streams_do_not_mix():
    plain = bytes(2 * BLOCK_BYTES)
    head, (one, _two) = blocks_of(stream(plain))
    _other, (_one, two) = blocks_of(stream(plain))
    with pytest.raises(SealError):
        opened(head + one + two, 70_000)


@pytest.mark.parametrize(
    "place",
    [
        bind("res.partner", 8, "id_number"),
        bind("res.partner", 7, "phone"),
        bind("crm.lead", 7, "id_number"),
        b"",
    ],
)
def test_what_was_moved_does_not_open(place):
    with pytest.raises(SealError):
        unseal(KEY, seal(KEY, "k1", b"secret", PLACE), place)
    with pytest.raises(SealError):
        opened(stream(b"secret"), place=place)


def test_another_key_does_not_open():
    with pytest.raises(SealError):
        unseal(OTHER, seal(KEY, "k1", b"secret", PLACE), PLACE)
    with pytest.raises(SealError):
        opened(stream(b"secret"), key=OTHER)


def test_what_is_sealed_for_one_use_does_not_serve_another():
    wrapped = sealing.wrap(KEY, "m1", OTHER, PLACE)
    assert sealing.unwrap(KEY, wrapped, PLACE) == OTHER
    with pytest.raises(SealError):
        unseal(KEY, wrapped, PLACE)
    with pytest.raises(SealError):
        opened(wrapped)
    with pytest.raises(SealError):
        sealing.unwrap(KEY, seal(KEY, "m1", OTHER, PLACE), PLACE)


def test_the_same_value_is_sealed_differently_each_time():
    assert len({seal(KEY, "k1", b"same", PLACE) for _turn in range(100)}) == 100


def test_a_stream_holds_two_blocks_at_most():
    taken = []

    def pieces(count):
        for number in range(count):
            taken.append(number)
            yield bytes(BLOCK_BYTES)

    made = seal_stream(KEY, "k1", pieces(40), PLACE)
    back = unseal_stream(lambda key_id: {"k1": KEY}[key_id], made, PLACE)
    for given, block in enumerate(back, 1):
        assert len(block) == BLOCK_BYTES
        assert len(taken) <= given + 3
    assert given == 40


def test_vectors_made_before_still_open():
    for text, plain in VALUES:
        sealed = base64.b64decode(HEAD.format("E") + text)
        assert unseal(KEY, sealed, PLACE) == plain.encode()
    assert opened(base64.b64decode(HEAD.format("M") + A_STREAM)) == b"contract"


def test_blind_index_needs_the_key_and_knows_the_kind():
    one = sealing.blind_index(KEY, "phone", "+86 138 0013 8000", "phone")
    assert one == sealing.blind_index(KEY, "phone", "13800138000", "phone")
    assert one != sealing.blind_index(OTHER, "phone", "13800138000", "phone")
    assert one != sealing.blind_index(KEY, "fax", "13800138000", "phone")
    assert len(one) == 32


def test_keys_are_written_and_read_as_text():
    assert sealing.decode_key(sealing.encode_key(KEY) + "\n") == KEY
    for wrong in ("", "abc", "a" * 40, sealing.encode_key(KEY)[:-2]):
        with pytest.raises(ValueError):
            sealing.decode_key(wrong)
