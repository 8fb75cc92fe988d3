"""What a restored database would do again is set aside before it serves; what was opened stays open."""

from datetime import datetime, timedelta

from sqlalchemy import BigInteger, Connection, and_, case, delete, exists, literal, type_coerce, update

from bot.delivery.order import OPEN
from bot.delivery.settle import closed
from bot.nudges.passed import pass_over
from bot.people.alerts import EXPIRES_AFTER, OVER_NOW, WAITS
from bot.store.epoch import counted_on
from bot.store.tables import Instant, alerts, inbox, outbox, persons, talks, throttles

RESTORED = "restored"
GRACE = timedelta(days=1)
"""A request whose next step was due before the restore waits so long for whoever looks at it now."""
_NUMBERS = 1_000_000
"""More messages than an epoch of an hour can hold. No number of the time that was lost is given again."""

_AWAITED = exists().where(
    talks.c.person_id == inbox.c.person_id,
    talks.c.thread_id == inbox.c.thread_id,
    talks.c.thread_id != "",
    talks.c.state != "closed",
)


def set_aside(conn: Connection, own: int, new: int, *, now: datetime) -> int:
    """Everything in one transaction; `own` and `new` as SetAside in bot.store.epoch. `now`: domain time.

    What waited to be sent is skipped, its words wiped. Of others' moves those are played for which somebody's
    talk still waits, and those that say nothing; the rest would only say again what was said. Returns how
    many messages were skipped.
    """
    pass_over(conn, now, RESTORED, OPEN)
    waited = outbox.c.state.in_(OPEN)
    of_nobody = conn.execute(delete(outbox).where(waited, outbox.c.person_id == "")).rowcount
    skipped = conn.execute(update(outbox).where(waited).values(closed("skipped", RESTORED))).rowcount
    counted_on(conn, "outbox", (new - own) * _NUMBERS)
    conn.execute(delete(inbox).where(inbox.c.kind != OVER_NOW, ~_AWAITED))
    conn.execute(update(inbox).values(attempts=0, retry_at=None))
    conn.execute(delete(throttles))
    _give_time(conn, now)
    conn.execute(update(persons).values(version=persons.c.version + 1))
    return skipped + of_nobody


def _give_time(conn: Connection, now: datetime) -> None:
    """An open talk has its idle time anew, and a request a day, before their own clocks go on."""
    idle = type_coerce(talks.c.due_at, BigInteger) - type_coerce(talks.c.touched_at, BigInteger)
    ahead = literal(now, Instant()) + idle
    conn.execute(update(talks).where(talks.c.due_at <= now).values(due_at=ahead))
    due = now + GRACE
    over = case(
        (alerts.c.expires_at > due, alerts.c.expires_at), else_=literal(due + EXPIRES_AFTER, Instant())
    )
    later = and_(alerts.c.step == WAITS, alerts.c.due_at <= now)
    conn.execute(update(alerts).where(later).values(expires_at=over))
    conn.execute(update(alerts).where(alerts.c.due_at <= now).values(due_at=due))
