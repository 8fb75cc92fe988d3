"""Dates in words: "Sunday 3 January", never "03" (with a time: `conversations.times.in_words`). Pure."""

from datetime import date


def day(at: date) -> str:
    """Weekday, day and month: "Sunday 3 January"."""
    return f"{at:%A} {at.day} {at:%B}"


def short(at: date) -> str:
    """Day and month where there is little room: "3 Jan"."""
    return f"{at.day} {at:%b}"


def dated(at: date) -> str:
    """Day, month and year: "3 January 2027"."""
    return f"{at.day} {at:%B %Y}"
