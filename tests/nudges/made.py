"""Zones, days and people as Hypothesis makes them up."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import available_timezones

from hypothesis import strategies as st

from bot.nudges.dates import Plan
from bot.nudges.windows import Quiet, Span

# Zones with rare rules come up as often as all others together.
RARE = (
    "America/New_York",
    "Europe/London",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Africa/Casablanca",
    "Africa/El_Aaiun",
    "America/Nuuk",
    "America/Santiago",
    "America/Asuncion",
    "Africa/Cairo",
    "Asia/Beirut",
    "Asia/Gaza",
    "Asia/Kathmandu",
    "America/St_Johns",
    "Pacific/Chatham",
    "Antarctica/Troll",
    "US/Eastern",
    "UTC",
)
ZONES = st.sampled_from(RARE) | st.sampled_from(sorted(available_timezones()))
DAYS = st.dates(date(2024, 1, 1), date(2032, 12, 31))
MINUTES = st.integers(0, 1439)
INSTANTS = st.datetimes(datetime(2024, 1, 1), datetime(2032, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
QUIETS = st.builds(Quiet, starts=MINUTES, ends=MINUTES) | st.just(Quiet())
PLANS = st.builds(
    Plan,
    weekday=st.integers(0, 6),
    minute=MINUTES,
    every=st.sampled_from((1, 2, 4)),
    unanswered=st.integers(0, 4),
)


@st.composite
def spans(draw: st.DrawFn, near: datetime) -> list[Span]:
    """Up to four silences within a week of an instant."""
    found = []
    for reason in draw(st.lists(st.sampled_from(("pause", "nights", "shift", "leave")), max_size=4)):
        starts = near + timedelta(minutes=draw(st.integers(-10000, 10000)))
        found.append(
            Span(starts=starts, ends=starts + timedelta(minutes=draw(st.integers(1, 10000))), reason=reason)
        )
    return found
