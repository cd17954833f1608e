from . import care_calendar_day_load
