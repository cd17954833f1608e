"""Periods without gaps, points within bounds, totals between their parts."""

import random
from datetime import date, timedelta

import pytest

from customer_care.logic import scores

DAY = timedelta(days=1)
KINDS = sorted(scores.MONTHS)


def random_day(rng):
    return date(2000, 1, 1) + timedelta(days=rng.randrange(20_000))


@pytest.mark.parametrize("kind", KINDS)
def test_periods_follow_each_other_without_gap(kind):
    first, last = scores.period_of(kind, date(2023, 12, 31))
    for _number in range(60):
        following = scores.period_of(kind, last + DAY)
        assert following[0] == last + DAY
        assert scores.last_period(kind, following[1]) == (first, last)
        assert scores.last_period(kind, following[0]) == (first, last)
        first, last = following


@pytest.mark.parametrize("kind", KINDS)
def test_the_window_before_ends_the_day_before(kind):
    rng = random.Random(7)
    for _number in range(200):
        window = scores.period_of(kind, random_day(rng))
        earlier = scores.before(*window, "previous")
        assert earlier == scores.period_of(kind, window[0] - DAY)
        year = scores.before(*window, "year")
        assert year == scores.period_of(kind, year[0])
        assert year[0].replace(year=window[0].year) == window[0]


def test_a_rolling_window_has_its_length():
    rng = random.Random(8)
    for _number in range(200):
        day, days = random_day(rng), rng.randint(1, 2000)
        first, last = scores.rolling(day, days=days)
        assert (last - first).days + 1 == days and last == day
        assert scores.before(first, last, "previous")[1] == first - DAY or days >= 28


def test_points_lie_between_0_and_100_and_rise_with_the_line():
    rng = random.Random(9)
    for _number in range(500):
        low, high = rng.sample(range(-100, 100), 2)
        one, two = sorted(rng.uniform(-200, 200) for _side in "ab")
        points = scores.linear(one, low, high), scores.linear(two, low, high)
        assert all(0 <= p <= 100 for p in points)
        assert (points[0] <= points[1]) == (low < high) or points[0] == points[1]


def test_a_total_lies_between_its_points_and_ignores_the_scale_of_weights():
    rng = random.Random(10)
    for _number in range(500):
        measures = [
            scores.Measure(rng.uniform(0, 100), rng.uniform(0.1, 50)) for _m in range(4)
        ]
        value, reason = scores.total(measures)
        points = [measure.points for measure in measures]
        assert reason == "" and min(points) - 1e-6 <= value <= max(points) + 1e-6
        doubled = [measure._replace(weight=2 * measure.weight) for measure in measures]
        assert scores.total(doubled)[0] == pytest.approx(value, abs=1e-5)


def test_what_is_not_known_is_never_0():
    unknown = scores.Measure(None, 40)
    assert scores.total([unknown]) == (None, "nothing_known")
    assert scores.judge(None, 0, "higher") == "unknown"
    assert scores.band(None, [(0, "a")]) == ""
