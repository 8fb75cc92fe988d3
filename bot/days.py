"""Dates in words, wherever the bot writes one: "Sunday 3 January", never "03". Pure."""

from datetime import date, datetime


def day(at: date) -> str:
    """Weekday, day and month: "Sunday 3 January"."""
    return f"{at:%A} {at.day} {at:%B}"


def moment(at: datetime) -> str:
    """The same with a time of day, as `at` shows it: "Sunday 3 January, 18:00"."""
    return f"{day(at)}, {at:%H:%M}"


def short(at: date) -> str:
    """Day and month where there is little room: "3 Jan"."""
    return f"{at.day} {at:%b}"


def dated(at: date) -> str:
    """Day, month and year: "3 January 2027"."""
    return f"{at.day} {at:%B %Y}"
