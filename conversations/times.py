"""Days and times as people type them, read against a local now. Pure: the clock is an argument."""

import re
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

FARTHEST = timedelta(days=330)
"""Nothing farther ahead is understood: a day and a month, read back without a year, name one date only
within a year; the month less is for zones, shifts and whoever reads it later."""
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_TIME = re.compile(r"\b(?:at )?(\d{1,2})(?::?(\d{2}))?\s*(am|pm)?\b")
_MORNING = time(8)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = rf"(?P<month>{'|'.join(_MONTHS)})[a-z]*\.?"
_YEAR = r"(?: (?P<year>20\d\d))?(?= |$)"  # "9 jan 2027" names a year, not 20:27
_DAY_FIRST = re.compile(rf"(?P<day>\d{{1,2}})\.? {_MONTH}{_YEAR}")
_MONTH_FIRST = re.compile(rf"{_MONTH} (?P<day>\d{{1,2}}){_YEAR}")
_ISO = re.compile(r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)(?:[t ]|$)")
_NAMED = {"noon": time(12), "midday": time(12), "evening": time(18), "morning": _MORNING}
_NIGHT = r"(?:tonight|this evening)"
_TONIGHT = re.compile(rf"{_NIGHT}(?: |$)")
_MIDNIGHT = re.compile(rf"(?:(?:today|{_NIGHT}) )?(?:at )?midnight")
_NIGHT_ENDS, _EVENING_BEGINS = time(6), time(17)
_DAY, _WEEK, _HALF_A_DAY = timedelta(days=1), timedelta(weeks=1), timedelta(hours=12)
_NEVER = timedelta(0)


class _Clock(NamedTuple):
    """`either`: an hour from 1 to 12 with no am, pm or leading zero may be of either half of the day."""

    at: time
    either: bool = False


def in_words(at: datetime) -> str:
    """A local day and time as it is read back: "Sunday 3 January, 18:00"."""
    return f"{at:%A} {at.day} {at:%B}, {at:%H:%M}"


def read_local(text: str, now: datetime) -> datetime | None:
    """The next local instant that `text` names, or None where it names none: then it is asked for again.

    `now` is local; the answer has no zone, whole minutes, and is at most FARTHEST ahead. Understands "18:00",
    "7am", "tomorrow 07:30", "Fri 6pm", "tonight 7" (19:00), "9 Jan 7:00", "2026-01-09 07:00"; a day alone
    means 08:00. What may mean two times is refused: "7" while 07:00 has gone by and 19:00 has not, and the
    midnight of a day, which may begin or end it. An offset from UTC is refused: no clock here goes by it.
    """
    here = now.replace(tzinfo=None)
    plain = " ".join(text.strip().lower().replace(",", " ").split())
    found = _dated(plain, here) or _tonight(plain, here) or _relative(plain, here)
    return found if found is not None and here < found <= here + FARTHEST else None


def _dated(plain: str, here: datetime) -> datetime | None:
    """A day of a month: of the year said with it, else of this one, or of the next where it has gone by."""
    found = _ISO.match(plain) or _DAY_FIRST.match(plain) or _MONTH_FIRST.match(plain)
    if found is None:
        return None
    rest = plain[found.end() :].strip()
    clock = _clock(rest) if rest else _Clock(_MORNING)
    if clock is None:
        return None
    name = found["month"]
    month = int(name) if name.isdigit() else _MONTHS.index(name) + 1
    for year in (int(found["year"]),) if found["year"] else (here.year, here.year + 1):
        try:
            day = datetime.combine(date(year, month, int(found["day"])), clock.at)
        except ValueError:
            continue
        if day > here:
            return day
    return None


def _tonight(plain: str, here: datetime) -> datetime | None:
    """From 17:00 until 06:00: "7" is 19:00 of this day; "12" and "3am" are the next ones. Needs an hour."""
    if _MIDNIGHT.fullmatch(plain):
        return datetime.combine(here.date() + _DAY, time())
    found = _TONIGHT.match(plain)
    clock = _clock(plain[found.end() :]) if found else None
    if clock is None:
        return None
    half = _HALF_A_DAY if clock.either else _NEVER
    at = (datetime.combine(here.date(), clock.at) + half).time()
    if _NIGHT_ENDS <= at < _EVENING_BEGINS:
        return None
    first = datetime.combine(here.date(), at)
    return first + _DAY if at < _NIGHT_ENDS and first <= here else first


def _relative(plain: str, here: datetime) -> datetime | None:
    days, again, rest = _day(plain, here)
    clock = _clock(rest) if rest or not plain else _Clock(_MORNING)
    if clock is None:
        return None
    found = datetime.combine(here.date() + timedelta(days=days), clock.at)
    if found > here:
        return found
    return None if clock.either and found + _HALF_A_DAY > here else found + again


def _day(plain: str, here: datetime) -> tuple[int, timedelta, str]:
    """How many days ahead it is, how long after that the same name comes again, and the rest of the text."""
    for word, ahead in (("today", 0), ("tomorrow", 1)):
        if plain.startswith(word):
            return ahead, _NEVER, plain.removeprefix(word).strip()
    first, _, rest = plain.partition(" ")
    for number, name in enumerate(_DAYS):
        if first in {name, name[:3]} or (len(first) > 3 and name.startswith(first)):  # noqa: PLR2004 - "tues"
            return (number - here.weekday()) % 7, _WEEK, rest.strip()
    return 0, _DAY, plain


def _clock(rest: str) -> _Clock | None:
    if rest in _NAMED:
        return _Clock(_NAMED[rest])
    found = _TIME.fullmatch(rest)
    if not found:
        return None
    hour, minute, half = int(found[1]), int(found[2] or 0), found[3]
    if half and not 1 <= hour <= 12:  # noqa: PLR2004 - hours of a half day
        return None
    either = not half and found[1][0] != "0" and 1 <= hour <= 12  # noqa: PLR2004 - the same
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    return _Clock(time(hour, minute), either) if hour < 24 and minute < 60 else None  # noqa: PLR2004 - hours, minutes
