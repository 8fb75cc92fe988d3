"""When a person may be reached: quiet hours, silences, and (with a rota) shifts and sleep. Pure.

Spans are half-open: what ends at 18:00 does not hold at 18:00. Most people of a zone share their quiet hours
and are asked about at the same instant, so answers are remembered.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Protocol

from bot.nudges.zones import instant, local

_DAY = timedelta(days=1)
QUIET = "quiet"


@dataclass(frozen=True, kw_only=True)
class Quiet:
    """Quiet hours in minutes of the local day; over midnight where `starts` is later. Equal: none."""

    starts: int = 21 * 60
    ends: int = 7 * 60


@dataclass(frozen=True, kw_only=True)
class Span:
    """A time in which nothing that we start is sent, and its class (pause, leave, nights, shift, hold)."""

    starts: datetime
    ends: datetime
    reason: str


@dataclass(frozen=True)
class Found:
    """The first allowed instant, or None within the limit. `reason`: what was first in the way, or ""."""

    at: datetime | None
    reason: str = ""


class Calendar(Protocol):
    """What a rota knows: spans of work and protected sleep between two instants."""

    def closed(self, *, starts: datetime, ends: datetime) -> tuple[Span, ...]: ...


class NoRota:
    """Nothing is known: quiet hours and the person's own silences decide."""

    def closed(self, *, starts: datetime, ends: datetime) -> tuple[Span, ...]:
        return ()


@lru_cache(maxsize=8192)
def quiet_end(at: datetime, quiet: Quiet, zone: str) -> datetime | None:
    """When the quiet hours that hold at this instant end, or None where none hold."""
    held = quiet_hours(at, quiet, zone)
    return held[1] if held else None


def quiet_hours(at: datetime, quiet: Quiet, zone: str) -> tuple[datetime, datetime] | None:
    """Start and end of the quiet hours that hold at this instant, or None where none hold."""
    if quiet.starts == quiet.ends:
        return None
    today = local(at, zone).date()
    for day in (today - _DAY, today):
        starts, ends = _hours(day, quiet, zone)
        if starts <= at < ends:
            return starts, ends
    return None


@lru_cache(maxsize=8192)
def quiet_start(at: datetime, quiet: Quiet, zone: str) -> datetime | None:
    """When quiet hours next begin after this instant, or None where there are none."""
    if quiet.starts == quiet.ends:
        return None
    today = local(at, zone).date()
    starts = (instant(today + ahead * _DAY, quiet.starts, zone) for ahead in range(3))
    return next((one for one in starts if one > at), None)


def earliest(
    due: datetime,
    *,
    late: datetime,
    quiet: Quiet,
    silences: Iterable[Span],
    zone: str,
    calendar: Calendar | None = None,
) -> Found:
    """The first instant from `due` until `late` (both included) outside quiet hours and all spans."""
    spans = [*silences, *(calendar or NoRota()).closed(starts=due, ends=late)]
    at, reason = due, ""
    while at <= late:
        obstacle = _obstacle(at, quiet, spans, zone)
        if obstacle is None:
            return Found(at, reason)
        at, reason = obstacle.ends, reason or obstacle.reason
    return Found(None, reason)


def _obstacle(at: datetime, quiet: Quiet, spans: list[Span], zone: str) -> Span | None:
    """What holds now and lasts longest; the person's own reason is named before quiet hours."""
    holding = [span for span in spans if span.starts <= at < span.ends]
    if holding:
        return max(holding, key=lambda span: span.ends)
    ends = quiet_end(at, quiet, zone)
    return Span(starts=at, ends=ends, reason=QUIET) if ends else None


def _hours(day: date, quiet: Quiet, zone: str) -> tuple[datetime, datetime]:
    """The quiet hours that begin on that local date."""
    until = day + _DAY if quiet.ends < quiet.starts else day
    return instant(day, quiet.starts, zone), instant(until, quiet.ends, zone)
