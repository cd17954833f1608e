#!/usr/bin/env python3
"""Write customer_care/data/days_cn.csv from the library `chinesecalendar`.

    python setup/seed/china_days.py 2025 2026

The State Council publishes each year's days in November of the year before; a newer
release of the library then knows them. Run this, look at the difference, commit it.
Every day off is written, weekends inside a holiday too, so that it has its name.
"""

import csv
import sys
from pathlib import Path

from chinese_calendar import constants

TARGET = Path(__file__).resolve().parents[2] / "customer_care" / "data" / "days_cn.csv"
COLUMNS = ("date", "kind", "name", "name_zh_CN", "name_zh_TW")
# {name in the library: (zh_CN, zh_TW)}
NAMES = {
    "New Year's Day": ("元旦", "元旦"),
    "Spring Festival": ("春节", "春節"),
    "Tomb-sweeping Day": ("清明节", "清明節"),
    "Labour Day": ("劳动节", "勞動節"),
    "Dragon Boat Festival": ("端午节", "端午節"),
    "National Day": ("国庆节", "國慶節"),
    "Mid-autumn Festival": ("中秋节", "中秋節"),
}
MAKE_UP = ("Make-up day for %s", "%s调休上班", "%s調休上班")


def rows(first_year, last_year):
    """Return (date, kind, name, zh_CN, zh_TW) of each day off and make-up day."""
    result = []
    for kind, days in (
        ("holiday", constants.holidays),
        ("working", constants.workdays),
    ):
        for day, name in days.items():
            if first_year <= day.year <= last_year:
                names = (name, *NAMES[name])
                if kind == "working":
                    names = [
                        form % text for form, text in zip(MAKE_UP, names, strict=True)
                    ]
                result.append((day.isoformat(), kind, *names))
    missing = set(range(first_year, last_year + 1)) - {
        int(row[0][:4]) for row in result
    }
    if missing:
        raise SystemExit(f"The library knows no days of {sorted(missing)}: update it.")
    return sorted(result)


def main():
    first_year, last_year = (int(value) for value in sys.argv[1:3])
    days = rows(first_year, last_year)
    with TARGET.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(days)
    print(f"{len(days)} days written to {TARGET}")


if __name__ == "__main__":
    main()
