"""Which archives are kept: some days, weeks and months, and never without one that
was verified. No clock, no files."""

from datetime import datetime
from typing import NamedTuple


class Keep(NamedTuple):
    """How many days, weeks and months keep one verified archive each."""

    daily: int = 7
    weekly: int = 5
    monthly: int = 12

    @classmethod
    def parse(cls, text: str) -> "Keep":
        """Read "7/5/12": days, weeks, months; what is left out is 0.

        >>> Keep.parse("7/5/12"), Keep.parse("3")
        (Keep(daily=7, weekly=5, monthly=12), Keep(daily=3, weekly=0, monthly=0))
        """
        parts = [int(part) for part in text.split("/")]
        if len(parts) > 3 or min(parts) < 0:
            raise ValueError("write days/weeks/months, such as 7/5/12")
        return cls(*parts, *[0] * (3 - len(parts)))


class Archive(NamedTuple):
    """One archive of a database, as its folder shows it."""

    name: str
    started: datetime
    verified: bool


def _periods(archive: Archive) -> tuple[tuple, tuple, tuple]:
    started = archive.started
    week = started.isocalendar()
    return (
        (started.year, started.month, started.day),
        (week.year, week.week),
        (started.year, started.month),
    )


def to_remove(archives: list[Archive], keep: Keep) -> list[str]:
    """Return the names of what newer verified archives make superfluous.

    The newest verified archive of each kept day, week and month stays, and the newest
    of all. What is not verified goes only when a newer one is; what is newer than the
    last verified one stays.
    """
    newest_first = sorted(archives, key=lambda one: one.started, reverse=True)
    verified = [one for one in newest_first if one.verified]
    if not verified:
        return []
    kept = set()
    for number, wanted in enumerate(keep):
        seen = set()
        for archive in verified:
            period = _periods(archive)[number]
            if len(seen) < wanted and period not in seen:
                seen.add(period)
                kept.add(archive.name)
    last = verified[0].started  # which itself is never older than the last
    return sorted(
        one.name for one in archives if one.name not in kept and one.started < last
    )
