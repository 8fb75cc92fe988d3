"""Who goes before whom: the order in which one person reads what was written to them."""

from datetime import datetime

from sqlalchemy import ColumnElement, FromClause, and_, case, exists, literal, or_

from adapters.port import Lane
from bot.store.tables import outbox

OPEN = ("waiting", "leased", "sending")


def is_next(now: ColumnElement[datetime], real: ColumnElement[datetime]) -> ColumnElement[bool]:
    """No earlier unfinished row of the same recipient, and of a lane as urgent, goes before this one.

    Two kinds of row hold up nothing: what only waits for its hour, and a safety card that was tried already.
    New danger, and whatever else the person asks for, is answered at once, whatever becomes of that card.
    Nudges wait for it all the same, and so do cosmetic rows, which may take its own buttons off.
    """
    earlier = outbox.alias("earlier")
    still_to_come = and_(earlier.c.state == "waiting", earlier.c.attempts == 0, ~is_due(earlier, now))
    passed = and_(outbox.c.lane < Lane.NUDGE, earlier.c.lane == Lane.SAFETY, _was_tried(earlier, real))
    return ~exists().where(
        earlier.c.platform == outbox.c.platform,
        earlier.c.tenant == outbox.c.tenant,
        earlier.c.user == outbox.c.user,
        earlier.c.state.in_([literal(state) for state in OPEN]),
        earlier.c.id < outbox.c.id,
        earlier.c.lane <= outbox.c.lane,
        ~still_to_come,
        ~passed,
    )


def is_due(row: FromClause, now: ColumnElement[datetime]) -> ColumnElement[bool]:
    """What was due when it was written is due, whatever the clock says that was set back since."""
    return or_(row.c.due_at <= now, row.c.due_at <= row.c.created_at)


def on_first_try(row: FromClause) -> ColumnElement[bool]:
    """Whether an unfinished row was never tried, or is being tried for the first time."""
    return row.c.attempts <= case((row.c.state == "waiting", 0), else_=1)


def _was_tried(row: FromClause, real: ColumnElement[datetime]) -> ColumnElement[bool]:
    """At least one try is over: it failed, or nobody knows yet what came of it."""
    in_doubt = or_(row.c.retry_at.is_not(None), row.c.lease_until <= real)
    return or_(~on_first_try(row), and_(row.c.state == "sending", in_doubt))
