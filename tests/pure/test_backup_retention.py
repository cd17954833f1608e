"""Which archives stay."""

from datetime import UTC, datetime, timedelta

import pytest
from care_backup.retention import Archive, Keep, to_remove

MORNING = datetime(2026, 3, 31, 2, tzinfo=UTC)


def nightly(days, verified=lambda age: True):
    return [
        Archive(f"night-{age}", MORNING - timedelta(days=age), verified(age))
        for age in range(days)
    ]


def kept(archives, keep):
    gone = to_remove(archives, keep)
    return [one.name for one in archives if one.name not in gone]


def test_days_weeks_and_months_keep_one_each():
    names = kept(nightly(200), Keep(3, 2, 3))
    # days 0 to 2; Tuesday 31 and Sunday 29; ends of March, February and January
    assert names == ["night-0", "night-1", "night-2", "night-31", "night-59"]


def test_two_of_one_day_count_as_one():
    again = Archive("again", MORNING + timedelta(hours=5), True)
    assert kept([*nightly(3), again], Keep(2, 0, 0)) == ["night-1", "again"]


def test_days_without_a_backup_do_not_count():
    archives = [one for one in nightly(30) if one.name != "night-1"]
    assert kept(archives, Keep(2, 0, 0)) == ["night-0", "night-2"]


def test_the_last_verified_stays_whatever_the_numbers_say():
    assert kept(nightly(5), Keep(0, 0, 0)) == ["night-0"]
    only_old = nightly(50, verified=lambda age: age == 40)
    assert "night-40" in kept(only_old, Keep(1, 0, 0))


def test_what_is_not_verified_goes_once_a_newer_one_is():
    archives = nightly(4, verified=lambda age: age == 1)
    assert kept(archives, Keep(7, 5, 12)) == ["night-0", "night-1"]


def test_without_any_verified_nothing_goes():
    assert not to_remove(nightly(50, verified=lambda age: False), Keep(1, 1, 1))


@pytest.mark.parametrize("text", ["", "x", "1/2/3/4", "-1"])
def test_numbers_that_make_no_sense_are_refused(text):
    with pytest.raises(ValueError):
        Keep.parse(text)
