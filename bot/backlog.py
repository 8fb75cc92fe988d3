"""What waits: outbox, inbox and pauses by class, for metrics, readiness and `companion doctor`."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, or_, select

from adapters.port import Lane
from bot.delivery.order import OPEN
from bot.store.tables import inbox, outbox, throttles

_CLASSES = {Lane.NUDGE: "nudge", Lane.COSMETIC: "cosmetic"}
LANES = ("reply", "nudge", "cosmetic")
STATES = (*OPEN, "dead")


@dataclass(frozen=True, kw_only=True)
class Backlog:
    """`rows`: of the outbox, by class of lane and state. `dead`: dead letters by class of reason.

    `late`: how long the oldest row that could be sent has waited. `moves` wait in the inbox, and of these
    `failing` failed before. `pauses`: how many tenants have asked to wait, and until when the longest (real
    time).
    """

    rows: Mapping[tuple[str, str], int]
    dead: Mapping[str, int]
    late: timedelta
    moves: int
    failing: int
    pauses: int
    paused_until: datetime | None


def lane_class(lane: Lane | int) -> str:
    """Safety cards, replies and requests to a coach as one: apart, they would tell what somebody did."""
    return _CLASSES.get(Lane(lane), "reply")


def reason_class(reason: str) -> str:
    """A dead letter's reason as a code: what stands behind "defect" is the name of an error."""
    return reason.partition(" ")[0] if reason.startswith("defect") else reason.replace(" ", "-")


def backlog(conn: Connection, *, now: datetime, real: datetime) -> Backlog:
    """Look at all of it. `now`: domain time; `real`: real time."""
    rows, dead = Counter[tuple[str, str]](), Counter[str]()
    number = func.count()
    group = (outbox.c.lane, outbox.c.state, outbox.c.reason)
    found = conn.execute(select(*group, number).where(outbox.c.state.in_(STATES)).group_by(*group))
    for lane, state, reason, count in found:
        rows[lane_class(lane), state] += count
        if state == "dead":
            dead[reason_class(reason)] += count
    moves = conn.execute(select(number, func.count().filter(inbox.c.attempts > 0)).select_from(inbox)).one()
    pauses = conn.execute(select(number, func.max(throttles.c.until)).where(throttles.c.until > real)).one()
    return Backlog(
        rows=rows,
        dead=dead,
        late=waited(conn, now=now, real=real),
        moves=moves[0],
        failing=moves[1],
        pauses=pauses[0],
        paused_until=pauses[1],
    )


def waited(conn: Connection, *, now: datetime, real: datetime) -> timedelta:
    """How long the oldest row that is due, and whose next try is not still to come, has waited."""
    oldest: datetime | None = conn.execute(
        select(func.min(outbox.c.due_at)).where(
            outbox.c.state.in_(OPEN),
            outbox.c.due_at <= now,
            or_(outbox.c.retry_at.is_(None), outbox.c.retry_at <= real),
        )
    ).scalar()
    return now - oldest if oldest else timedelta()
