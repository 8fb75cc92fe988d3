"""What one batch of the sweep writes: gathered first, then written in sets, whatever the number of people."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Integer,
    Text,
    bindparam,
    cast,
    insert,
    literal,
    literal_column,
    select,
    true,
    update,
)

from adapters.port import Lane, OperationKind
from bot.store.columns import Instant
from bot.store.delivery_tables import HOME
from bot.store.many import add_rows, among
from bot.store.tables import accounts, messages, occurrences, outbox, persons, plans

Ids = list[int]


@dataclass
class Changes:
    """Ids of occurrences, by what is written about them.

    `invited` is by flow and text id, `skipped` by reason. `first` are invitations of the plan itself,
    `counted` their plans; `shown` are no reminders, so that what is called next has changed, by person;
    `asked` ask to keep, change or stop. `planned` are new occurrences, as rows: reminders and next dates.
    """

    invited: dict[tuple[str, str], Ids] = field(default_factory=lambda: defaultdict(list))
    skipped: dict[str, Ids] = field(default_factory=lambda: defaultdict(list))
    first: Ids = field(default_factory=list)
    counted: Ids = field(default_factory=list)
    shown: dict[str, int] = field(default_factory=dict)
    asked: Ids = field(default_factory=list)
    moved: list[dict[str, Any]] = field(default_factory=list)
    planned: list[dict[str, Any]] = field(default_factory=list)


def write(conn: Connection, changes: Changes, people: Sequence[str], now: datetime) -> None:
    """Write it all. Whoever's turn reads these rows sees a new version of the person."""
    if changes.first:
        overtaken = conn.scalars(_OVERTAKE, {"ids": changes.first}).all()
        if overtaken:
            conn.execute(_RETIRE, {"ids": overtaken, "now": now})
        conn.execute(_COUNT, {"ids": changes.counted})
    if changes.invited:
        conn.execute(_INVITE, {"ids": list(chain.from_iterable(changes.invited.values())), "now": now})
    for (flow, text), ids in changes.invited.items():
        conn.execute(_SEND, {"ids": ids, "now": now, "b_flow": flow, "b_text": text})
    if changes.shown:
        conn.execute(_SHOW, {"ids": list(changes.shown.values()), "now": now})
    if changes.asked:
        conn.execute(_ASK, {"ids": changes.asked})
    for reason, ids in changes.skipped.items():
        conn.execute(_SKIP, {"ids": ids, "b_reason": reason})
    if changes.moved:
        conn.execute(_MOVE, changes.moved)
    add_rows(conn, occurrences, changes.planned, ignore=True)
    conn.execute(_RAISE, {"ids": people})


def _some(table: FromClause) -> ColumnElement[bool]:
    return among(table.c.id, "ids")


def _instant(name: str) -> ColumnElement[datetime]:
    return bindparam(name, type_=Instant())


_older, _newer = occurrences.alias("older"), occurrences.alias("newer")
_OVERTAKEN = (  # older invitations of the same plan that nobody answered
    (_older.c.person_id == _newer.c.person_id)
    & (_older.c.plan_id == _newer.c.plan_id)
    & (_older.c.local_date < _newer.c.local_date)
    & (_older.c.state == "invited")
)


def _retirements() -> dict[str, ColumnElement[Any]]:
    """What stands in a chat for an overtaken invitation loses its button."""
    return {
        **{name: messages.c[name] for name in ("platform", "tenant", "user", "talk_id", "key")},
        **{name: occurrences.c[name] for name in ("person_id", "program_id")},
        "lane": literal(int(Lane.COSMETIC), Integer()),
        "operation": literal(OperationKind.RETIRE.value, Text()),
        "text_id": literal("card.passed", Text()),
        "due_at": _instant("now"),
        "created_at": _instant("now"),
    }


def _messages() -> dict[str, ColumnElement[Any]]:
    """A row of the outbox from an occurrence: a text id and no body."""
    of_account = {name: accounts.c[name] for name in ("platform", "tenant", "user")}
    same = {name: occurrences.c[name] for name in ("person_id", "program_id", "talk_id", "late_at")}
    return {
        **of_account,
        **same,
        "occurrence_id": occurrences.c.id,
        "lane": literal(int(Lane.NUDGE), Integer()),
        "operation": literal(OperationKind.POST.value, Text()),
        "text_id": bindparam("b_text", type_=Text()),
        "flow": bindparam("b_flow", type_=Text()),
        # One for each slot: no receipt takes the place of another's, or of an opener's.
        "key": literal("!nudge:", Text()) + cast(occurrences.c.slot, Text()),
        "started_by_us": true(),
        "due_at": _instant("now"),
        "created_at": _instant("now"),
    }


def _homes() -> dict[str, ColumnElement[Any]]:
    """The person's own surface, drawn anew: what it called the next check-in has come."""
    return {
        **{name: accounts.c[name] for name in ("platform", "tenant", "user")},
        **{name: occurrences.c[name] for name in ("person_id", "program_id")},
        "lane": literal(int(Lane.COSMETIC), Integer()),
        "operation": literal(OperationKind.PUBLISH.value, Text()),
        "text_id": literal(HOME, Text()),
        "key": literal(HOME, Text()),
        "due_at": _instant("now"),
        "created_at": _instant("now"),
    }


_MESSAGES, _RETIREMENTS, _HOMES = _messages(), _retirements(), _homes()
_TO = occurrences.join(persons, persons.c.id == occurrences.c.person_id).join(
    accounts, accounts.c.id == persons.c.preferred_account
)
_OVERTAKE = (
    update(occurrences)
    .where(occurrences.c.id.in_(select(_older.c.id).join(_newer, _OVERTAKEN).where(_some(_newer))))
    .values(state="expired")
    .returning(occurrences.c.id)
)
_RETIRE = insert(outbox).from_select(
    list(_RETIREMENTS),
    select(*_RETIREMENTS.values())
    .select_from(occurrences.join(messages, messages.c.talk_id == occurrences.c.talk_id))
    .where(_some(occurrences))
    .distinct(),
)
_COUNT = update(plans).where(_some(plans)).values(unanswered=plans.c.unanswered + 1)
_INVITE = update(occurrences).where(_some(occurrences)).values(state="invited", due_at=_instant("now"))
_ASK = update(occurrences).where(_some(occurrences)).values(why="unanswered")
_SEND = insert(outbox).from_select(
    list(_MESSAGES),
    select(*_MESSAGES.values()).select_from(_TO).where(_some(occurrences)).order_by(occurrences.c.id),
)
_drawn = outbox.alias("drawn")
# A value, not EXISTS: PostgreSQL would join the whole outbox in for that, where it has not counted it lately.
_IS_TO_BE_DRAWN = (  # what it shows is read when it is sent: one that waits is enough
    select(_drawn.c.id)
    .where(
        *(_drawn.c[name] == accounts.c[name] for name in ("platform", "tenant", "user")),
        _drawn.c.state == "waiting",
        _drawn.c.operation == OperationKind.PUBLISH.value,
    )
    .limit(literal_column("1"))
    .scalar_subquery()
)
_SHOW = insert(outbox).from_select(
    list(_HOMES),
    select(*_HOMES.values()).select_from(_TO).where(_some(occurrences), _IS_TO_BE_DRAWN.is_(None)),
)
_SKIP = update(occurrences).where(_some(occurrences)).values(state="skipped", reason=bindparam("b_reason"))
_MOVE = (
    update(occurrences)
    .where(occurrences.c.id == bindparam("b_id"))
    .values(due_at=bindparam("b_due"), late_at=bindparam("b_late"))
    .values(reason=bindparam("b_reason"), why=bindparam("b_why"))
)
_RAISE = update(persons).where(_some(persons)).values(version=persons.c.version + 1)
