"""Working time: the cases a clerk would name."""

from datetime import date, datetime, timedelta

import pytest

from customer_care.logic import wall_clock as wall
from customer_care.logic.working_time import (
    UNITS,
    DatedDay,
    NoOpenTime,
    Pattern,
    Timetable,
    TooFar,
    join,
)

SHANGHAI, NEWYORK = "Asia/Shanghai", "America/New_York"
LUNCH = wall.parse_windows("08:00-12:00, 13:00-17:00")
ALL_DAY = wall.parse_windows("00:00-24:00")
OFFICE = (LUNCH,) * 5 + ((),) * 2


def table(zone=SHANGHAI, week=OFFICE, days=None, closures=(), other_week=None):
    return Timetable(Pattern(zone, week + (other_week or week), days or {}, closures))


def at(text, zone=SHANGHAI):
    """Return the instant at which the wall clock first shows `text`."""
    moment = datetime.fromisoformat(text)
    return wall.instant_of(
        moment.date(), moment.hour * 3600 + moment.minute * 60, wall.zone(zone)
    )


def utc(text):
    return wall.to_instant(datetime.fromisoformat(text))


def shown(instant, zone=SHANGHAI):
    return wall.local(instant, wall.zone(zone)).strftime("%Y-%m-%d %H:%M")


def ends(start, amount, unit, clock=None, **kwargs):
    zone = kwargs.get("zone", SHANGHAI)
    clock = clock and wall.parse_clock(clock)
    return shown(table(**kwargs).add(at(start, zone), amount, unit, clock), zone)


# ---- working hours


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-03-02 09:00", 1, "2026-03-02 10:00"),
        ("2026-03-02 11:30", 1, "2026-03-02 13:30"),  # over lunch
        ("2026-03-02 12:30", 1, "2026-03-02 14:00"),  # from within lunch
        ("2026-03-02 11:00", 1, "2026-03-02 12:00"),  # the closing, not 13:00
        ("2026-03-06 16:00", 2, "2026-03-09 09:00"),  # over the weekend
        ("2026-03-06 08:00", 8, "2026-03-06 17:00"),
        ("2026-03-07 10:00", 0.5, "2026-03-09 08:30"),
        ("2026-03-02 09:00", 0, "2026-03-02 09:00"),
        ("2026-03-09 09:00", -2, "2026-03-06 16:00"),
        ("2026-03-02 13:00", -1, "2026-03-02 11:00"),
        ("2026-03-02 14:00", -1, "2026-03-02 13:00"),  # the opening, not 12:00
    ],
)
def test_working_hours(start, hours, end):
    assert ends(start, hours, "working_hour") == end


def test_eight_working_hours_over_a_day_of_two_point_eight_hours_do_not_drift():
    short = (((0, 10_080),),) * 7
    calendar = table(week=short)
    start = at("2026-03-02 00:00")
    assert shown(calendar.add(start, 8, "working_hour")) == "2026-03-04 02:24"
    assert shown(calendar.add(start, 8.4, "working_hour")) == "2026-03-04 02:48"
    # 1,000 times 8.4 h are 3,000 whole days, to the second
    assert calendar.add(start, 8_400, "working_hour") == start + 2999 * 86_400 + 10_080
    assert calendar.between(start, start + 3000 * 86_400) == 8_400 * 3600


def test_a_third_of_an_hour_is_1200_seconds():
    assert table().add(at("2026-03-02 08:00"), 1 / 3, "working_hour") == at(
        "2026-03-02 08:20"
    )


# ---- working days


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        ("2026-03-07 10:00", 1, "2026-03-09 17:00"),  # Saturday: end of Monday
        ("2026-03-02 09:00", 1, "2026-03-03 17:00"),  # the start's day never counts
        ("2026-03-02 23:00", 1, "2026-03-03 17:00"),
        ("2026-03-02 00:00", 5, "2026-03-09 17:00"),
        ("2026-03-02 09:00", 0, "2026-03-02 17:00"),
        ("2026-03-02 17:00", 0, "2026-03-03 17:00"),
        ("2026-03-07 10:00", 0, "2026-03-09 17:00"),
        ("2026-03-09 09:00", -1, "2026-03-06 08:00"),
        ("2026-03-08 09:00", -1, "2026-03-06 08:00"),
        ("2025-12-31 09:00", 1, "2026-01-01 17:00"),
        ("2026-01-01 09:00", -1, "2025-12-31 08:00"),
        ("2026-01-01 09:00", 0, "2026-01-01 17:00"),
        ("2026-01-01 09:00", 1000, "2029-11-01 17:00"),
    ],
)
def test_working_days(start, days, end):
    assert ends(start, days, "working_day") == end


def test_working_days_are_whole():
    with pytest.raises(ValueError, match="no whole number"):
        table().add(at("2026-03-02 09:00"), 1.5, "working_day")


def test_make_up_sunday_in_mainland_china_is_a_working_day():
    days = {
        date(2025, 9, 28): DatedDay("working", LUNCH),
        **{date(2025, 10, n): DatedDay("holiday", ()) for n in range(1, 9)},
        date(2025, 10, 11): DatedDay("working", LUNCH),
    }
    for start, amount, end in [
        ("2025-09-26 10:00", 1, "2025-09-28 17:00"),
        ("2025-09-30 10:00", 1, "2025-10-09 17:00"),
        ("2025-10-09 10:00", 2, "2025-10-11 17:00"),
    ]:
        assert ends(start, amount, "working_day", days=days) == end
    friday = at("2025-09-26 16:00")
    assert shown(table(days=days).add(friday, 2, "working_hour")) == "2025-09-28 09:00"
    rows = list(table(days=days).explain(friday, at("2025-10-02 09:00")))
    assert [row.kind for row in rows] == [
        "open", "closed", "make_up", "open", "open", "holiday", "holiday"
    ]  # fmt: skip
    assert [row.seconds for row in rows][:3] == [3600, 0, 8 * 3600]


def test_two_week_calendar_alternates_without_a_break_at_new_year():
    calendar = table(week=OFFICE, other_week=((),) * 7)
    monday, seen = date(2025, 11, 3), []
    for week in range(12):
        day = monday + timedelta(weeks=week)
        seen.append(calendar.is_working_day(day))
        # the rule Odoo gives: parity of whole weeks since the year 1
        assert seen[-1] == (int((day.toordinal() - 1) / 7) % 2 == 0)
    assert seen in ([True, False] * 6, [False, True] * 6)


# ---- wall clock units and times of the day


@pytest.mark.parametrize(
    ("start", "amount", "unit", "clock", "end"),
    [
        ("2026-03-07 09:30", 7, "day", None, "2026-03-14 09:30"),
        ("2026-03-07 09:30", 24, "hour", None, "2026-03-08 09:30"),
        ("2026-03-07 09:30", 45, "minute", None, "2026-03-07 10:15"),
        ("2026-01-31 09:30", 1, "month", None, "2026-02-28 09:30"),
        ("2026-03-31 09:30", -1, "month", None, "2026-02-28 09:30"),
        ("2028-02-29 09:30", 12, "month", None, "2029-02-28 09:30"),
        ("2026-03-07 09:30", 1, "day", "10:00", "2026-03-08 10:00"),
        ("2026-03-07 23:30", 1, "day", "10:00", "2026-03-08 10:00"),
        ("2026-03-07 09:30", 0, "day", "10:00", "2026-03-07 10:00"),
        ("2026-03-07 10:30", 0, "day", "10:00", "2026-03-08 10:00"),
        ("2026-03-07 10:30", 0, "day", None, "2026-03-07 10:30"),
        ("2026-03-25 00:00", 5, "day", "24:00", "2026-03-31 00:00"),
        ("2026-03-06 10:30", 1, "working_day", "10:00", "2026-03-09 10:00"),
        ("2026-03-06 10:30", 0, "working_day", "10:00", "2026-03-09 10:00"),
        ("2026-03-06 09:30", 0, "working_day", "10:00", "2026-03-06 10:00"),
        ("2026-03-09 10:30", -1, "working_day", "10:00", "2026-03-06 10:00"),
        ("2026-03-06 16:30", 1, "working_hour", "10:00", "2026-03-09 10:00"),
        ("2026-03-06 10:30", 2, "hour", "10:00", "2026-03-07 10:00"),
        ("2026-03-06 09:00", 1, "hour", "10:00", "2026-03-06 10:00"),
        ("2026-03-06 10:30", -2, "hour", "10:00", "2026-03-05 10:00"),
    ],
)
def test_wall_clock(start, amount, unit, clock, end):
    assert ends(start, amount, unit, clock) == end


# ---- summer time


def test_new_york_spring_gap():
    night = (ALL_DAY,) * 7
    gap_day = date(2026, 3, 8)
    calendar = table(NEWYORK, night)
    start = at("2026-03-08 00:00", NEWYORK)
    assert calendar.between(start, at("2026-03-09 00:00", NEWYORK)) == 23 * 3600
    # one day keeps the wall time, 24 hours do not
    eve = at("2026-03-07 09:00", NEWYORK)
    assert shown(calendar.add(eve, 1, "day"), NEWYORK) == "2026-03-08 09:00"
    assert shown(calendar.add(eve, 24, "hour"), NEWYORK) == "2026-03-08 10:00"
    # 02:30 does not exist: the moment of the jump stands for it
    eve = at("2026-03-07 02:30", NEWYORK)
    assert calendar.add(eve, 1, "day") == utc("2026-03-08 07:00")
    assert calendar.add(eve, 0, "day", 9000) == at("2026-03-08 02:30", NEWYORK)
    shop = table(NEWYORK, (wall.parse_windows("01:00-04:00"),) * 7)
    assert [row.seconds for row in shop.explain(start, start + 3600 * 20)] == [7200]
    assert shop.add(start, 2, "working_hour") == utc("2026-03-08 08:00")
    lost = table(NEWYORK, (wall.parse_windows("02:00-03:00"),) * 7)
    assert not lost.is_working_day(gap_day)
    assert shown(lost.add(start, 1, "working_day"), NEWYORK) == "2026-03-09 03:00"


def test_new_york_autumn_repeat():
    calendar = table(NEWYORK, (ALL_DAY,) * 7)
    start = at("2026-11-01 00:00", NEWYORK)
    assert calendar.between(start, at("2026-11-02 00:00", NEWYORK)) == 25 * 3600
    assert calendar.add(start, 25, "working_hour") == at("2026-11-02 00:00", NEWYORK)
    eve = at("2026-10-31 01:30", NEWYORK)
    assert calendar.add(eve, 1, "day") == utc("2026-11-01 05:30")  # the first 01:30
    shop = table(NEWYORK, (wall.parse_windows("01:30-03:00"),) * 7)
    assert shop.add(start, 1, "working_hour") == utc("2026-11-01 06:30")
    assert shop.between(start, start + 86_400) == 2.5 * 3600


@pytest.mark.parametrize("zone", ["America/Sao_Paulo", "Asia/Beirut", "Africa/Cairo"])
def test_midnight_that_the_clock_skips(zone):
    """Each day has its hours though some midnights do not exist."""
    calendar = table(zone, (ALL_DAY,) * 7)
    start, end = at("2010-01-01 00:00", zone), at("2020-01-01 00:00", zone)
    assert calendar.between(start, end) == end - start


def test_samoa_had_no_30_december_2011():
    calendar = table("Pacific/Apia", (LUNCH,) * 7)
    start = at("2011-12-29 20:00", "Pacific/Apia")
    assert shown(calendar.add(start, 1, "working_day"), "Pacific/Apia") == (
        "2011-12-31 17:00"
    )


def test_an_old_name_of_a_zone_is_known_and_a_wrong_one_refused():
    assert table("US/Eastern").add(0, 1, "working_day")
    with pytest.raises(ValueError, match="not known"):
        table("Moon/Tranquility")


# ---- closures


def test_a_closure_closes_and_a_dated_working_day_wins_over_it():
    closed = ((at("2026-03-03 00:00"), at("2026-03-05 00:00")),)
    days = {date(2026, 3, 4): DatedDay("working", LUNCH)}
    assert ends("2026-03-02 09:00", 1, "working_day", closures=closed) == (
        "2026-03-05 17:00"
    )
    assert ends("2026-03-02 09:00", 1, "working_day", closures=closed, days=days) == (
        "2026-03-04 17:00"
    )
    noon = ((at("2026-03-03 10:00"), at("2026-03-03 15:00")),)
    assert ends("2026-03-03 09:00", 2, "working_hour", closures=noon) == (
        "2026-03-03 16:00"
    )
    kinds = [
        row.kind
        for row in table(closures=closed).explain(
            at("2026-03-02 09:00"), at("2026-03-05 09:00")
        )
    ]
    assert kinds == ["open", "holiday", "holiday", "open"]


# ---- limits


@pytest.mark.parametrize("unit", ["working_day", "working_hour"])
@pytest.mark.parametrize("amount", [1, -1])
def test_an_empty_calendar_is_refused(unit, amount):
    with pytest.raises(NoOpenTime):
        table(week=((),) * 7).add(at("2026-03-02 09:00"), amount, unit)


def test_a_calendar_that_ends_is_refused_once_its_last_day_is_over():
    last = {date(2026, 3, 4): DatedDay("working", LUNCH)}
    calendar = table(week=((),) * 7, days=last)
    start = at("2026-03-02 09:00")
    assert shown(calendar.add(start, 8, "working_hour")) == "2026-03-04 17:00"
    with pytest.raises(NoOpenTime):
        calendar.add(start, 9, "working_hour")
    with pytest.raises(NoOpenTime):
        calendar.add(start, 2, "working_day")


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("sign", [1, -1])
def test_an_amount_beyond_a_century_is_refused(unit, sign):
    with pytest.raises(TooFar):
        table().add(at("2026-03-02 09:00"), sign * 10**9, unit)


def test_a_mistyped_year_builds_no_millennia():
    calendar = table()
    calendar.add(at("2026-03-02 09:00"), 1, "working_day")
    assert shown(calendar.add(at("8026-03-02 09:00"), 1, "working_day")) == (
        "8026-03-03 17:00"
    )
    assert calendar._table.first > 8000
    assert shown(calendar.add(at("2026-03-02 09:00"), 1, "working_day")) == (
        "2026-03-03 17:00"
    )


def test_between_is_negative_backwards_and_nought_in_an_empty_calendar():
    monday, friday = at("2026-03-02 09:00"), at("2026-03-06 17:00")
    assert table().between(monday, friday) == 39 * 3600
    assert table().between(friday, monday) == -39 * 3600
    assert table(week=((),) * 7).between(monday, friday) == 0


def test_windows_text():
    assert wall.parse_windows("8：30—12:00；13:00~17:30") == (
        (30_600, 43_200),
        (46_800, 63_000),
    )
    for wrong in ["9-12", "12:00-09:00", "08:00-10:00, 09:00-11:00", "23:00-24:30"]:
        with pytest.raises(ValueError):
            wall.parse_windows(wrong)
    assert join([(3, 4), (1, 3), (9, 9)]) == ((1, 4),)
