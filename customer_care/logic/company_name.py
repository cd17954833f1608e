"""Names of firms taken apart into brand, place, trade and legal form, and compared.

Names of firms in China are made of a place, a brand of two to four characters, a
trade and a form of law. Compared as a whole, two firms that differ in the brand alone
look alike, and one firm under its full and its short name does not.
"""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from . import place_names, trade_words

_BRACKETS = re.compile(r"[(\[{【〔（]([^()\[\]{}【】〔〕（）]*)[)\]}】〕）]")
_BRANCH = re.compile(
    rf"(.+?)((?:第[一二三四五六七八九十\d]+)?(?:{'|'.join(trade_words.BRANCHES)}))$"
)
_NOISE = re.compile(r"[\s·•.,，。、'\"“”‘’_\-—–&+/\\|!！?？*#:：;；]+")
_LATIN = re.compile(r"[^\W_]+")
_EASTERN = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
# parts of towns that follow a place
_DISTRICT = re.compile(
    "^(?:(?:国家级?)?(?:经济技术|高新技术产业|工业|高新)?(?:开发区|产业园区?|园区|高新区|新区)"
    "|[\u4e00-\u9fff]{2}[区县](?=.{4}))"
)
_APART = "|"  # between the parts of a stored name


class Name(NamedTuple):
    """A name taken apart; `whole` is all of it in one way of writing."""

    brand: str
    places: frozenset
    trades: frozenset
    branch: str = ""
    whole: str = ""
    is_firm: bool = True


class Likeness(NamedTuple):
    """How alike two names are, in points of 100, and what was compared: `same`,
    `near`, `other` or `unknown` for brand, place and trade."""

    points: int
    brand: str
    place: str
    trade: str


def plain(text: str | None) -> str:
    """Return a text in one way of writing: narrow, small, plain characters.

    >>> plain("ＡＢＣ（蘇州）電子")
    'abc(苏州)电子'
    """
    text = unicodedata.normalize("NFKC", text or "").lower()
    return text.translate(trade_words.PLAIN).strip()


@lru_cache(maxsize=20000)
def parse(text: str, is_company: bool = True) -> Name:
    """Take the name of a customer apart.

    >>> found = parse("杭州海康威视数字技术股份有限公司")
    >>> found.brand, sorted(found.places), sorted(found.trades)
    ('海康威视', ['杭州'], ['数字', '科技'])
    >>> parse("海康威视（上海）有限公司").places, parse("海康威视").brand
    (frozenset({'上海'}), '海康威视')
    >>> parse("上海银行").brand, parse("Siemens Electronic Co., Ltd.").brand
    ('上海银行', 'siemens')
    >>> parse("李伟", False).is_firm
    False
    """
    known = plain(text)
    places, rest = set(), known
    for inside in _BRACKETS.findall(known):
        place, size = place_names.leading_place(inside)
        if place and size == len(inside):
            places.add(place)
    rest = _NOISE.sub(" ", _BRACKETS.sub(" ", rest)).strip()
    if rest and not _EASTERN.search(rest):
        return _parse_latin(rest, places)
    rest = rest.replace(" ", "")
    rest, branch = _take_branch(rest)
    rest, form = _take_form(rest)
    if not is_company and not form and not branch:
        return Name(rest, frozenset(), frozenset(), "", rest, False)
    whole = rest + branch
    brand, trades = _take_trades(_take_places(rest, places), places)
    if not brand:  # such as a bank named after its city
        brand, trades = rest, []
    trades = frozenset(trade_words.ALIKE.get(trade, trade) for trade in trades)
    return Name(brand, frozenset(places), trades, branch, whole)


def _take_branch(text):
    found = _BRANCH.match(text)
    if not found:
        return text, ""
    for form in trade_words.FORMS[:-5]:  # the branch follows the name of the firm
        head, middle, tail = found[1].partition(form)
        if middle and len(head) > 2:
            return head + middle, tail + found[2]
    return found[1], found[2]


def _take_form(text):
    taken = ""
    while True:
        for form in trade_words.FORMS:
            if text.endswith(form) and len(text) - len(form) >= 2:
                text, taken = text[: -len(form)], form + taken
                break
        else:
            return text, taken


def _take_places(text, places):
    while True:
        place, size = place_names.leading_place(text)
        if not place or len(text) - size < 2:
            return text
        places.add(place)
        text = _DISTRICT.sub("", text[size:])


def _take_trades(text, places):
    """Return what is left after trades and places are taken from the end of `text`,
    and the trades; nothing is left where trades are all there is."""
    trades = []
    while text:
        size = next(
            (
                size
                for size in range(min(trade_words.LONGEST, len(text)), 1, -1)
                if text[-size:] in trade_words.TRADES
            ),
            0,
        )
        if size:
            trades.append(text[-size:])
            text = text[:-size]
            continue
        place = place_names.trailing_place(text)
        if not place or len(text) - len(place) < 2:
            break
        places.add(place)
        text = text[: -len(place)]
    if len(text) == 1 and trades:  # a single sign is no brand: 云 of 云计算
        text += trades.pop()
    return text, trades


def _parse_latin(text, places):
    words = _LATIN.findall(text)
    whole = [word for word in words if word not in trade_words.LATIN_FORMS] or words
    trades = {word for word in whole[1:] if word in trade_words.LATIN_TRADES}
    brand = "".join(word for word in whole if word not in trades)
    return Name(brand, frozenset(places), frozenset(trades), "", "".join(whole))


def near_keys(brand: str) -> tuple[str, ...]:
    """Return the brand without one sign, for each of them, where it has three or more:
    two brands that differ in one sign share one of these or are one of these.

    >>> near_keys("海康威视"), near_keys("华信")
    (('康威视', '海威视', '海康视', '海康威'), ())
    """
    if not 3 <= len(brand) <= 12:
        return ()
    return tuple(dict.fromkeys(brand[:n] + brand[n + 1 :] for n in range(len(brand))))


def _is_near(one, other):
    """Return whether two brands of three signs or more differ in one at most, or one
    begins with the other."""
    short, long = sorted((one, other), key=len)
    if len(short) >= 3 and long.startswith(short):
        return True
    if len(short) < 3:
        return False
    if len(short) == len(long):
        return sum(a != b for a, b in zip(one, other, strict=True)) == 1
    return len(long) - len(short) == 1 and short in near_keys(long)


def _pairs(words):
    return {word[n : n + 2] for word in words for n in range(len(word) - 1)}


def _compare_trades(one, other):
    if not one or not other:
        return "unknown"
    if one == other:
        return "same"
    mine, theirs = _pairs(one), _pairs(other)
    share = len(mine & theirs) / min(len(mine), len(theirs))
    return "near" if share >= 0.5 else "other"


# points of 100 by what was found; brand first: without it nothing is alike
_PLACE = {True: 0, None: -10, False: -30}
_TRADE = {"same": 0, "near": -5, "unknown": -10, "other": -30}


def compare(one: Name, other: Name) -> Likeness:
    """Return how alike two names are.

    Another brand makes two firms, whatever else is the same; the same brand in another
    place or trade may be a sister, not a duplicate.

    >>> a, b = parse("华信科技有限公司"), parse("华新科技有限公司")
    >>> compare(a, b).points
    0
    >>> a = parse("杭州海康威视数字技术股份有限公司")
    >>> compare(a, parse("海康威视")).points
    80
    >>> compare(a, parse("海康威视科技有限公司")).points
    85
    >>> compare(a, parse("杭州海康微视数字技术有限公司")).points
    75
    >>> compare(a, parse("杭州海康威视数字技术有限公司")).points
    100
    """
    if one.is_firm != other.is_firm:
        return Likeness(0, "other", "unknown", "unknown")
    if not one.is_firm:  # a name of a person says little
        points = 60 if one.whole and one.whole == other.whole else 0
        return Likeness(points, "same" if points else "other", "unknown", "unknown")
    if one.brand == other.brand:
        brand, points = "same", 100
    elif _is_near(one.brand, other.brand):
        brand, points = "near", 75
    else:
        return Likeness(0, "other", "unknown", "unknown")
    fits = place_names.fit(one.places, other.places)
    trade = _compare_trades(one.trades, other.trades)
    points += _PLACE[fits] + _TRADE[trade]
    if one.branch != other.branch:
        points -= 15
    place = {True: "same", None: "unknown", False: "other"}[fits]
    return Likeness(max(0, points), brand, place, trade)


def key_places(name: Name) -> tuple[str, ...]:
    """Return the provinces under which a name is found, "" for an unknown one."""
    found = {place_names.province(place) for place in name.places} - {""}
    return tuple(sorted(found)) or ("",)


def stored(name: Name) -> str:
    """Return a name as one text, which `read` takes apart again.

    >>> name = parse("杭州海康威视数字技术有限公司")
    >>> read(stored(name)) == name
    True
    """
    parts = (
        name.brand,
        " ".join(sorted(name.places)),
        " ".join(sorted(name.trades)),
        name.branch,
        name.whole,
        "" if name.is_firm else "1",
    )
    return _APART.join(parts)


def read(text: str) -> Name:
    """Return the name that `stored` wrote."""
    brand, places, trades, branch, whole, person = text.split(_APART)
    return Name(
        brand,
        frozenset(places.split()),
        frozenset(trades.split()),
        branch,
        whole,
        not person,
    )
