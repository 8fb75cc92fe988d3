"""Write down what became of a row: one transaction, and only by the worker whose fence it still bears."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, delete, select, update

from adapters.port import Lane, OperationKind, Receipt
from bot.delivery.outcome import (
    Again,
    Dead,
    Deferred,
    Gone,
    Outcome,
    Released,
    Sent,
    Skipped,
    Unsettled,
)
from bot.delivery.row import Row
from bot.delivery.upsert import insert_into
from bot.nudges.plans import unsent
from bot.store.tables import accounts, messages, outbox, persons, throttles

_SOON = timedelta(minutes=1)  # a row put off is never due at once, which would be a hot loop


def settle(conn: Connection, row: Row, outcome: Outcome, *, now: datetime, real: datetime) -> bool:
    """Apply the outcome. False: another worker has the row by now, or it was deleted; nothing changes."""
    changed = conn.execute(update(outbox).where(*_ours(row)).values(_values(row, outcome, now)))
    if changed.rowcount != 1:
        return False
    match outcome:
        case Sent(receipt=receipt):
            _sent(conn, row, receipt, now)
        case Again(pause=timedelta() as pause):
            _pause(conn, row, real + pause, real)
        case Gone():
            _gone(conn, row)
        case Skipped(reason=reason) | Dead(reason=reason):
            _not_invited(conn, outbox.c.id == row.id, reason)
    if not row.person_id and isinstance(outcome, Sent | Skipped | Gone):
        conn.execute(delete(outbox).where(outbox.c.id == row.id))
    return True


def _ours(row: Row) -> tuple[ColumnElement[bool], ...]:
    return (outbox.c.id == row.id, outbox.c.fence == row.fence, outbox.c.state.in_(("leased", "sending")))


def _values(row: Row, outcome: Outcome, now: datetime) -> dict[str, Any]:
    match outcome:
        case Sent(reason=reason):
            return _closed("sent", reason)
        case Skipped(reason=reason):
            return _closed("skipped", reason)
        case Gone():
            return _closed("skipped", "unreachable")
        case Dead(reason=reason):
            return {"state": "dead", "reason": reason, "lease_until": None}
        case Unsettled(at=at):
            return {"reason": "unknown", "lease_until": at}
    return _waiting(row, outcome, now)


def _waiting(row: Row, outcome: Again | Released | Deferred, now: datetime) -> dict[str, Any]:
    values: dict[str, Any] = {"state": "waiting", "lease_until": None}
    match outcome:
        case Again(at=at, reason=reason, repeat=repeat):
            return values | {"retry_at": at, "reason": reason, "repeats": row.repeats + repeat}
        case Deferred(until=until, reason=reason):
            due = {"due_at": max(until, now + _SOON), "retry_at": None}
            return values | due | {"attempts": 0, "reason": reason}
    return values | {"attempts": row.attempts - 1}


def _closed(state: str, reason: str) -> dict[str, Any]:
    return {"state": state, "reason": reason, "body": None, "lease_until": None, "retry_at": None}


def _sent(conn: Connection, row: Row, receipt: Receipt | None, now: datetime) -> None:
    """Keep the platform's reference, by talk and key, for later operations on the message."""
    if not row.talk_id or not row.person_id:
        return
    place = {"talk_id": row.talk_id, "key": row.key}
    whom = {"platform": row.platform, "tenant": row.tenant, "user": row.user}
    if row.operation is OperationKind.REMOVE:
        here = and_(*(messages.c[name] == value for name, value in (place | whom).items()))
        conn.execute(delete(messages).where(here))
    elif receipt is not None and receipt.reference:
        fresh = {"reference": receipt.reference, "sent_at": now}
        add = insert_into(conn, messages).values(place | whom | fresh)
        conn.execute(add.on_conflict_do_update(index_elements=[*place, *whom], set_=fresh))


def _gone(conn: Connection, row: Row) -> None:
    """The account cannot be reached: what waits for it is skipped, safety cards too."""
    place = {"platform": row.platform, "tenant": row.tenant, "user": row.user}
    account = and_(*(accounts.c[name] == value for name, value in place.items()))
    rows = and_(*(outbox.c[name] == value for name, value in place.items()), outbox.c.state == "waiting")
    conn.execute(update(accounts).where(account).values(reachable=False))
    conn.execute(update(persons).where(persons.c.id == row.person_id).values(version=persons.c.version + 1))
    _not_invited(conn, rows | (outbox.c.id == row.id), "unreachable")
    conn.execute(delete(outbox).where(rows, outbox.c.person_id == ""))
    conn.execute(update(outbox).where(rows).values(_closed("skipped", "unreachable")))


def _not_invited(conn: Connection, rows: ColumnElement[bool], reason: str) -> None:
    """An invitation that never arrived is our silence, not the trainee's."""
    of_these = select(outbox.c.occurrence_id).where(rows, outbox.c.occurrence_id.is_not(None))
    for occurrence in conn.execute(of_these).scalars().all():
        unsent(conn, occurrence, reason)


def _pause(conn: Connection, row: Row, until: datetime, real: datetime) -> None:
    """Stop the tenant for every replica. A pause caused by a nudge never lengthens one of all lanes."""
    by_nudge = row.lane >= Lane.NUDGE
    add = insert_into(conn, throttles).values(
        platform=row.platform, tenant=row.tenant, nudges_only=by_nudge, until=until
    )
    later = case((throttles.c.until > add.excluded.until, throttles.c.until), else_=add.excluded.until)
    if by_nudge:
        change = {"until": later, "nudges_only": True}
        where = throttles.c.nudges_only | (throttles.c.until <= real)
    else:
        change = {
            "until": case((throttles.c.nudges_only, add.excluded.until), else_=later),
            "nudges_only": False,
        }
        where = None
    keys = ["platform", "tenant"]
    conn.execute(add.on_conflict_do_update(index_elements=keys, set_=change, where=where))
