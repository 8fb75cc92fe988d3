"""Fixed four-week windows for coarse counts: they never overlap, so differences tell nothing."""

from datetime import date, timedelta

_FIRST = date(2024, 1, 1)  # a Monday; every program counts in the same windows
_DAYS = 28


def four_weeks(day: date) -> date:
    """The first day of the window that this day lies in."""
    return _FIRST + timedelta(days=(day - _FIRST).days // _DAYS * _DAYS)
