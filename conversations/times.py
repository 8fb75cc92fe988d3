"""Days and times as people type them, read against a local now. Pure: the clock is an argument."""

import re
from datetime import date, datetime, time, timedelta

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_TIME = re.compile(r"\b(?:at )?(\d{1,2})(?::?(\d{2}))?\s*(am|pm)?\b")
_MORNING = time(8)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = rf"(?P<month>{'|'.join(_MONTHS)})[a-z]*\.?"
_DAY_FIRST = re.compile(rf"(?P<day>\d{{1,2}})\.? {_MONTH}(?= |$)")
_MONTH_FIRST = re.compile(rf"{_MONTH} (?P<day>\d{{1,2}})(?= |$)")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_NAMED = {"noon": time(12), "midday": time(12), "midnight": time(0), "evening": time(18), "morning": time(8)}


def in_words(at: datetime) -> str:
    """A local day and time as it is read back: "Sunday 3 January, 18:00"."""
    return f"{at:%A} {at.day} {at:%B}, {at:%H:%M}"


def read_local(text: str, now: datetime) -> datetime | None:
    """The next local instant that `text` names, or None where it names none.

    `now` is local; the answer has no zone. Understands "18:00", "7am", "tomorrow 07:30", "Fri 6pm",
    "9 Jan 7:00", ISO dates and date-times; a day alone means 08:00. Instants in the past are refused.
    """
    here = now.replace(tzinfo=None)
    plain = " ".join(text.strip().lower().replace(",", " ").split())
    found = _exact(plain) or _dated(plain, here)
    if found is None:
        return _relative(plain, here)
    return found if found > here else None


def _exact(plain: str) -> datetime | None:
    try:
        if _DATE.fullmatch(plain):
            return datetime.combine(date.fromisoformat(plain), _MORNING)
        return datetime.fromisoformat(plain.upper()).replace(tzinfo=None)
    except ValueError:
        return None


def _dated(plain: str, here: datetime) -> datetime | None:
    """A day of a month in this year, or in the next where it has gone by."""
    found = _DAY_FIRST.match(plain) or _MONTH_FIRST.match(plain)
    if found is None:
        return None
    rest = plain[found.end() :].strip()
    clock = _clock(rest) if rest else _MORNING
    month = _MONTHS.index(found["month"]) + 1
    if clock is None:
        return None
    for year in (here.year, here.year + 1):
        try:
            day = datetime.combine(date(year, month, int(found["day"])), clock)
        except ValueError:
            continue
        if day > here:
            return day
    return None


def _relative(plain: str, here: datetime) -> datetime | None:
    days, rest = _day(plain, here)
    clock = _clock(rest)
    if clock is None and (days is None or rest):
        return None
    found = datetime.combine(here.date() + timedelta(days=days or 0), clock or _MORNING)
    if found <= here and days is None:
        found += timedelta(days=1)
    elif found <= here and days == 0 and not plain.startswith("today"):
        found += timedelta(days=7)
    return found if found > here else None


def _day(plain: str, here: datetime) -> tuple[int | None, str]:
    for word, ahead in (("today", 0), ("tonight", 0), ("tomorrow", 1)):
        if plain.startswith(word):
            return ahead, plain.removeprefix(word).strip()
    first, _, rest = plain.partition(" ")
    for number, name in enumerate(_DAYS):
        if first in {name, name[:3]} or (len(first) > 3 and name.startswith(first)):  # noqa: PLR2004 - "tues"
            return (number - here.weekday()) % 7, rest.strip()
    return None, plain


def _clock(rest: str) -> time | None:
    if rest in _NAMED:
        return _NAMED[rest]
    found = _TIME.fullmatch(rest)
    if not found:
        return None
    hour, minute, half = int(found[1]), int(found[2] or 0), found[3]
    if half and not 1 <= hour <= 12:  # noqa: PLR2004 - hours of a half day
        return None
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None  # noqa: PLR2004 - hours, minutes
