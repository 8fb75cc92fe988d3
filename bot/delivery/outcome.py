"""What became of a try, and what follows from it. Pure: no database, no clock, no platform."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from adapters.port import (
    OperationKind,
    Receipt,
    Rejected,
    RetryLater,
    UnknownOutcome,
    Unreachable,
)
from bot.delivery.backoff import Between, asked, backoff
from bot.delivery.row import Row

MOST_ATTEMPTS = 8
# A platform that asks to wait is no fault of the row: only one that waits for more than a day is given up.
PATIENCE = timedelta(days=1)
# A sent message may take this long to be found on the platform (platforms.md 1.6).
SETTLES_IN = timedelta(seconds=30)


@dataclass(frozen=True, kw_only=True)
class Sent:
    """It arrived, or nobody can tell and it is left alone (`reason` "unknown")."""

    receipt: Receipt | None = None
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Again:
    """It is tried again at `at` (real time). `pause`: the whole tenant waits that long."""

    at: datetime
    reason: str
    pause: timedelta | None = None
    repeat: bool = False


@dataclass(frozen=True, kw_only=True)
class Unsettled:
    """It may be there: somebody looks again at `at` (real time)."""

    at: datetime


@dataclass(frozen=True, kw_only=True)
class Released:
    """It was not tried: the attempt is given back."""


@dataclass(frozen=True, kw_only=True)
class Deferred:
    """Not wanted now: it waits until `until` (domain time), as if it had never been tried."""

    until: datetime
    reason: str


@dataclass(frozen=True, kw_only=True)
class Skipped:
    """It is not sent, and why."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class Gone:
    """The person could not be reached: what waited for this account when it was sent is skipped.

    `newest` is the last row of the outbox at that time: whoever answers to something since is there again.
    """

    newest: int


@dataclass(frozen=True, kw_only=True)
class Dead:
    """A dead letter: somebody has to look. `reason` is a class of failure, never a platform's message."""

    reason: str


Outcome = Sent | Again | Unsettled | Released | Deferred | Skipped | Gone | Dead

Told = Callable[[Row, Outcome], None]
"""Hears of each row what came of a try, or of the last look before it."""


def untold(_row: Row, _outcome: Outcome) -> None:
    """Where nobody wants to hear it."""


def defect(error: Exception) -> Dead:
    """A row that cannot be drawn or judged becomes a dead letter, by the type of the error; others go on."""
    return Dead(reason=f"defect {type(error).__name__}"[:80])


def by_agreed_time(outcome: Outcome, ahead: timedelta) -> Outcome:
    """The outcome with its instant, which is of this process's own clock, by one that is so far ahead."""
    return replace(outcome, at=outcome.at + ahead) if isinstance(outcome, Again | Unsettled) else outcome


def failed(
    row: Row, failure: Exception, *, newest: int, now: datetime, real: datetime, between: Between
) -> Outcome:
    """What follows from an exception of `deliver`; one that the port does not name leaves it unknown.

    `newest`: the last row of the outbox when the send began.
    """
    match failure:
        case Unreachable():
            return Gone(newest=newest)
        case Rejected():
            return Dead(reason="rejected")
        case RetryLater(seconds=seconds):
            return _later(row, seconds, now=now, real=real, between=between)
    return Unsettled(at=real + SETTLES_IN)


def looked_up(row: Row, found: Receipt | Exception | None, *, real: datetime, between: Between) -> Outcome:
    """What follows from `find` once a message has had time to settle: its answer, or what it raised."""
    if isinstance(found, Receipt):
        return Sent(receipt=found)
    if found is None:
        return _tried(row, "not found", real=real, between=between)
    if not isinstance(found, UnknownOutcome):
        return Unsettled(at=real + backoff(row.attempts, between, floor=getattr(found, "seconds", 0.0)))
    if row.once:
        return Sent(reason="unknown")
    # Showing, retiring or removing twice looks like once.
    repeat = row.operation is OperationKind.POST
    return _tried(row, "unknown", real=real, between=between, repeat=repeat)


def _later(row: Row, seconds: float, *, now: datetime, real: datetime, between: Between) -> Outcome:
    if row.attempts >= MOST_ATTEMPTS and now - row.due_at > PATIENCE:
        return Dead(reason="a day of waiting")
    wait = backoff(row.attempts, between, floor=seconds)
    return Again(at=real + wait, reason="later", pause=asked(seconds) or wait)


def _tried(row: Row, reason: str, *, real: datetime, between: Between, repeat: bool = False) -> Outcome:
    if row.attempts >= MOST_ATTEMPTS:
        return Dead(reason=reason)
    return Again(at=real + backoff(row.attempts, between), reason=reason, repeat=repeat)
