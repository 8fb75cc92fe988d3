"""Write down what became of a row: one transaction, and only by the worker whose fence it still bears."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    case,
    delete,
    literal,
    literal_column,
    select,
    update,
)

from adapters.port import Lane, OperationKind, Receipt
from bot.delivery.order import OPEN, on_first_try
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
from bot.nudges.plans import unsent
from bot.store.apply import apply
from bot.store.draft import Upsert
from bot.store.many import among
from bot.store.prepared import Prepared
from bot.store.tables import Instant, accounts, messages, outbox, persons, throttles
from bot.store.upsert import insert_into

_SOON = timedelta(minutes=1)  # a row put off is never due at once, which would be a hot loop


def settle(conn: Connection, row: Row, outcome: Outcome, *, now: datetime, real: datetime) -> bool:
    """Apply the outcome. False: another worker has the row by now, or it was deleted.

    Then nothing changes but the count of possible repeats, where this worker's message may have arrived too.
    """
    changed = conn.execute(update(outbox).where(*_ours(row)).values(_values(row, outcome, now, real)))
    if changed.rowcount != 1:
        _came_late(conn, row, outcome)
        return False
    match outcome:
        case Sent(receipt=receipt):
            _sent(conn, row, receipt, now)
        case Again(pause=timedelta() as pause):
            _pause(conn, row, real + pause, real)
        case Gone(newest=newest):
            _gone(conn, row, newest)
        case Skipped(reason=reason) | Dead(reason=reason):
            not_invited(conn, outbox.c.id == row.id, reason)
    if not row.person_id and isinstance(outcome, Sent | Skipped | Gone):
        conn.execute(delete(outbox).where(outbox.c.id == row.id))
    return True


def settle_all(
    conn: Connection, done: Sequence[tuple[Row, Outcome]], *, now: datetime, real: datetime
) -> list[bool]:
    """Settle several rows, those that simply arrived in sets. Answers in the same order."""
    plain = {row.id for row, outcome in done if _just_arrived(row, outcome)}
    arrived = [(row, outcome) for row, outcome in done if row.id in plain]
    ours = _arrived(conn, arrived, now) if arrived else frozenset()
    return [
        row.id in ours if row.id in plain else settle(conn, row, outcome, now=now, real=real)
        for row, outcome in done
    ]


def _just_arrived(row: Row, outcome: Outcome) -> bool:
    plain = isinstance(outcome, Sent) and not outcome.reason
    return plain and bool(row.person_id) and row.operation is not OperationKind.REMOVE


def _arrived(conn: Connection, done: Sequence[tuple[Row, Outcome]], now: datetime) -> frozenset[int]:
    fences = {row.id: row.fence for row, _ in done}
    found = _HELD.all(conn, ids=list(fences))
    ours = {one.id: one.key for one in found if one.fence == fences[one.id]}
    if ours:
        _ARRIVED.run(conn, ids=list(ours))
    for row, outcome in done:
        if row.id not in ours:
            _came_late(conn, row, outcome)
    receipts = [
        _receipt(row, outcome.receipt, now) | {"key": ours[row.id]}  # a turn may have put it aside meanwhile
        for row, outcome in done
        if row.id in ours and isinstance(outcome, Sent) and _has_place(row, outcome.receipt)
    ]
    if receipts:
        _keep(conn, receipts)
    return frozenset(ours)


def _came_late(conn: Connection, row: Row, outcome: Outcome) -> None:
    """Whoever took the row over may have said the same. A look for an earlier send says nothing itself."""
    said = isinstance(outcome, Sent | Unsettled) or (isinstance(outcome, Again) and outcome.repeat)
    if said and row.state == "leased" and row.operation is OperationKind.POST:
        taken_over = (outbox.c.id == row.id, outbox.c.fence != row.fence)
        conn.execute(update(outbox).where(*taken_over).values(repeats=outbox.c.repeats + 1))


def _ours(row: Row) -> tuple[ColumnElement[bool], ...]:
    return (outbox.c.id == row.id, outbox.c.fence == row.fence, outbox.c.state.in_(("leased", "sending")))


def _values(row: Row, outcome: Outcome, now: datetime, real: datetime) -> dict[str, Any]:
    match outcome:
        case Sent(reason=reason):
            return closed("sent", reason)
        case Skipped(reason=reason):
            return closed("skipped", reason)
        case Gone():
            return closed("skipped", "unreachable")
        case Dead(reason=reason):
            return {"state": "dead", "reason": reason, "lease_until": None}
        case Unsettled(at=at):
            # A lease that is over stays as it is: it says when the send began.
            ended = case((outbox.c.lease_until > real, literal(real, Instant())), else_=outbox.c.lease_until)
            return {"reason": "unknown", "lease_until": ended, "retry_at": at}
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


def closed(state: str, reason: str) -> dict[str, Any]:
    """What a row says that is over: no words, and no more whether they came from a safety or a tender talk.

    One that was left alone in doubt stays tender, which is why it was.
    """
    values = {"state": state, "reason": reason, "body": None, "lease_until": None, "retry_at": None}
    return values | _NEUTRAL | ({} if (state, reason) == ("sent", "unknown") else {"tender": False})


def _sent(conn: Connection, row: Row, receipt: Receipt | None, now: datetime) -> None:
    """Keep the platform's reference, by talk and key, for later operations on the message."""
    if row.operation is OperationKind.REMOVE:
        here = and_(*(messages.c[name] == value for name, value in _place(row).items()))
        conn.execute(delete(messages).where(here))
    elif _has_place(row, receipt):
        _keep(conn, [_receipt(row, receipt, now)])


def _has_place(row: Row, receipt: Receipt | None) -> bool:
    return bool(row.talk_id and row.person_id and receipt and receipt.reference)


def _place(row: Row) -> dict[str, Any]:
    whom = {"platform": row.platform, "tenant": row.tenant, "user": row.user}
    return {"talk_id": row.talk_id, "key": row.key} | whom


def _receipt(row: Row, receipt: Receipt | None, now: datetime) -> dict[str, Any]:
    return _place(row) | {"reference": receipt.reference if receipt else "", "sent_at": now}


def _keep(conn: Connection, receipts: Sequence[dict[str, Any]]) -> None:
    """The newest counts. Several are written in order, so that of one place too."""
    keys = tuple(messages.primary_key.columns.keys())
    apply(conn, *(Upsert(messages, one, keys) for one in receipts))


def _gone(conn: Connection, row: Row, newest: int) -> None:
    """The account could not be reached: what waited for it when this was sent is skipped.

    Who has written since is there again, which the answers to it will tell. A first safety card is tried.
    """
    place = {"platform": row.platform, "tenant": row.tenant, "user": row.user}
    rows = and_(*(outbox.c[name] == value for name, value in place.items()))
    first_card = and_(_IS_SAFETY, outbox.c.state.in_(OPEN), on_first_try(outbox))
    skipped = and_(rows, outbox.c.state == "waiting", outbox.c.id <= newest, ~first_card)
    not_invited(conn, skipped | (outbox.c.id == row.id), "unreachable")
    conn.execute(delete(outbox).where(skipped, outbox.c.person_id == ""))
    conn.execute(update(outbox).where(skipped).values(closed("skipped", "unreachable")))
    answers = and_(outbox.c.id > newest, outbox.c.lane <= Lane.REPLY)
    if conn.execute(select(outbox.c.id).where(rows, first_card | answers).limit(1)).first() is None:
        _mark_gone(conn, row, place)


def _mark_gone(conn: Connection, row: Row, place: dict[str, str]) -> None:
    account = and_(*(accounts.c[name] == value for name, value in place.items()))
    conn.execute(update(accounts).where(account).values(reachable=False))
    conn.execute(update(persons).where(persons.c.id == row.person_id).values(version=persons.c.version + 1))


def not_invited(conn: Connection, rows: ColumnElement[bool], reason: str) -> None:
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


_IS_SAFETY = outbox.c.lane == Lane.SAFETY
_NEUTRAL = {
    "lane": case((_IS_SAFETY, int(Lane.REPLY)), else_=outbox.c.lane),
    "text_id": case((_IS_SAFETY, ""), else_=outbox.c.text_id),
}
_IS_OURS = among(outbox.c.id, "ids")
_HELD = Prepared(
    select(outbox.c.id, outbox.c.fence, outbox.c.key)
    .where(_IS_OURS, outbox.c.state.in_([literal_column("'leased'"), literal_column("'sending'")]))
    .order_by(outbox.c.id)
    .with_for_update()
)
_ARRIVED = Prepared(update(outbox).where(_IS_OURS).values(closed("sent", "")))
