"""The draw of callbacks: exact shares, an order anybody can repeat, whole strata."""

import random
from datetime import date, timedelta
from fractions import Fraction

import pytest

from customer_care.logic.callback_xlsx import sheet_name
from customer_care.logic.draw import (
    PERIODS,
    Member,
    digest,
    draw,
    festivals,
    key_of,
    period_of,
    quota,
    spread,
)


@pytest.mark.parametrize(
    "rate", ["0", "0.01", "10", "30", "33.33", "50", "99.99", "100"]
)
@pytest.mark.parametrize("count", [0, 1, 2, 3, 10, 99, 100, 12345])
def test_the_share_is_rounded_up_exactly(rate, count):
    exact = Fraction(rate) * count / 100
    wanted = -(-exact.numerator // exact.denominator)
    assert quota(rate, count) == quota(float(rate), count) == wanted


def test_the_order_of_the_rows_does_not_matter():
    rows = [Member(id_, "ab"[id_ % 2]) for id_ in range(200)]
    first = draw("seed", "model", rows, {"a": 50, "b": 10})
    random.Random(7).shuffle(rows)
    assert draw("seed", "model", rows, {"a": 50, "b": 10}) == first
    assert digest(rows) == digest(sorted(rows))


def test_each_stratum_has_its_quota_and_ranks_without_gaps():
    rows = [Member(id_, "abc"[id_ % 3]) for id_ in range(100)]
    rates = {"a": 50, "b": 30, "c": 0}
    places = draw("seed", "model", rows, rates)
    for stratum, rate in rates.items():
        mine = [places[row.id] for row in rows if row.stratum == stratum]
        assert sorted(place.rank for place in mine) == [*range(1, len(mine) + 1)]
        assert sum(place.drawn for place in mine) == quota(rate, len(mine))
        assert sorted(mine) == sorted(mine, key=lambda place: place.rank)


def test_another_seed_draws_others():
    rows = [Member(id_, "") for id_ in range(100)]
    drawn = [
        {id_ for id_, place in draw(seed, "m", rows, {"": 20}).items() if place.drawn}
        for seed in ("one", "two")
    ]
    assert drawn[0] != drawn[1]
    assert len(drawn[0]) == len(drawn[1]) == 20


def test_nobody_is_favoured():
    """Over many seeds each of ten records is drawn about as often."""
    rows = [Member(id_, "") for id_ in range(10)]
    times = dict.fromkeys(range(10), 0)
    for number in range(2000):
        for id_, place in draw(f"seed {number}", "m", rows, {"": 30}).items():
            times[id_] += place.drawn
    assert all(500 < count < 700 for count in times.values()), times


def test_those_on_top_are_drawn_beyond_the_quota_and_others_never_counted():
    rows = [Member(id_, "", on_top=id_ < 5, counted=id_ != 9) for id_ in range(10)]
    places = draw("seed", "m", rows, {"": 10})
    assert all(places[id_].drawn for id_ in range(5))
    assert places[9] == (key_of("seed", "m", 9), 0, False)
    first = [id_ for id_, place in places.items() if place.rank == 1]
    assert {id_ for id_ in places if places[id_].drawn} == {*range(5), *first}


def test_each_level_is_drawn_from_on_its_own():
    rows = [Member(id_, "", part=1 + (id_ % 5 == 0)) for id_ in range(40)]
    places = draw("seed", "m", rows, {"": 30})
    for part in 1, 2:
        mine = [row for row in rows if row.part == part]
        alone = draw("seed", "m", mine, {"": 30})
        assert alone == {row.id: places[row.id] for row in mine}
        assert sum(place.drawn for place in alone.values()) == quota(30, len(mine))


def test_draws_without_levels_keep_their_fingerprint():
    whole = [Member(1, "a"), Member(2, "b", on_top=True)]
    assert digest(whole)[:12] == "df2d7851452d"
    assert digest([row._replace(part=1) for row in whole]) != digest(whole)


def test_the_fingerprint_sees_every_change():
    rows = [Member(1, "a"), Member(2, "b")]
    changed = [
        rows[:1],
        [*rows, Member(3, "a")],
        [Member(1, "b"), rows[1]],
        [Member(1, "a", counted=False), rows[1]],
        [Member(1, "a", on_top=True), rows[1]],
    ]
    assert len({digest(rows), *map(digest, changed)}) == 6


@pytest.mark.parametrize("period", PERIODS)
def test_periods_follow_each_other_without_gap(period):
    day = date(2024, 1, 1)
    first, end = period_of(day, period)
    while first < date(2028, 1, 1):
        assert first <= end - timedelta(days=1)
        assert period_of(end - timedelta(days=1), period) == (first, end)
        following = period_of(end, period)
        assert following[0] == end
        first, end = following


def test_work_is_spread_evenly():
    chosen = spread([1, 2, 3], {1: 5, 2: 0, 3: 1}, 9)
    loads = {user: chosen.count(user) for user in (1, 2, 3)}
    assert loads == {1: 0, 2: 5, 3: 4}


def test_a_holiday_with_another_in_it_is_one():
    days = [(date(2025, 10, day), "N") for day in (1, 2, 3, 7, 8)]
    days += [(date(2025, 10, 6), "M"), (date(2026, 10, 1), "N")]
    assert [run[2] for run in festivals(days)] == ["N", "M", "N"]


def test_names_of_sheets_fit():
    assert len(sheet_name("a" * 50)) == 31
