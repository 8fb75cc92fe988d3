"""What one batch of the sweep writes: gathered first, then written in sets, whatever the number of people."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Integer,
    Text,
    bindparam,
    cast,
    exists,
    insert,
    literal,
    select,
    true,
    update,
)

from adapters.port import Lane, OperationKind
from bot.nudges.verdicts import REMINDER
from bot.store.columns import Instant
from bot.store.delivery_tables import HOME
from bot.store.tables import accounts, messages, occurrences, outbox, persons, plans
from bot.store.upsert import insert_into

Ids = list[int]


@dataclass
class Changes:
    """Ids of occurrences, by what is written about them.

    `invited` is by flow and text id, `reminded` (whose invitation gets a reminder) by due and late instant,
    `skipped` by reason. `first` are invitations of the plan itself, `counted` their plans; `shown` are no
    reminders, so that what is called next has changed; `asked` ask to keep, change or stop.
    """

    invited: dict[tuple[str, str], Ids] = field(default_factory=lambda: defaultdict(list))
    reminded: dict[tuple[datetime, datetime], Ids] = field(default_factory=lambda: defaultdict(list))
    skipped: dict[str, Ids] = field(default_factory=lambda: defaultdict(list))
    first: Ids = field(default_factory=list)
    counted: Ids = field(default_factory=list)
    shown: Ids = field(default_factory=list)
    asked: Ids = field(default_factory=list)
    moved: list[dict[str, Any]] = field(default_factory=list)
    planned: list[dict[str, Any]] = field(default_factory=list)


def write(conn: Connection, changes: Changes, people: Sequence[str], now: datetime) -> None:
    """Write it all. Whoever's turn reads these rows sees a new version of the person."""
    if changes.first:
        conn.execute(_RETIRE, {"ids": changes.first, "now": now})
        conn.execute(_OVERTAKE, {"ids": changes.first})
        conn.execute(_COUNT, {"ids": changes.counted})
    for (flow, text), ids in changes.invited.items():
        conn.execute(_INVITE, {"ids": ids, "now": now})
        conn.execute(_SEND, {"ids": ids, "now": now, "b_flow": flow, "b_text": text})
    if changes.shown:
        conn.execute(_SHOW, {"ids": changes.shown, "now": now})
    if changes.asked:
        conn.execute(_ASK, {"ids": changes.asked})
    for (due, late), ids in changes.reminded.items():
        remind = insert_into(conn, occurrences).from_select(list(_REMINDERS), _INVITED)
        conn.execute(remind.on_conflict_do_nothing(), {"ids": ids, "b_due": due, "b_late": late})
    for reason, ids in changes.skipped.items():
        conn.execute(_SKIP, {"ids": ids, "b_reason": reason})
    if changes.moved:
        conn.execute(_MOVE, changes.moved)
    if changes.planned:
        conn.execute(insert_into(conn, occurrences).on_conflict_do_nothing(), changes.planned)
    conn.execute(_RAISE, {"ids": people})


def _some(table: FromClause) -> ColumnElement[bool]:
    return table.c.id.in_(bindparam("ids", expanding=True))


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
        **{name: _older.c[name] for name in ("person_id", "program_id")},
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


def _reminders() -> dict[str, ColumnElement[Any]]:
    """The second slot of an occurrence, with the same talk."""
    names = ("program_id", "person_id", "plan_id", "local_date", "zone", "talk_id")
    return {
        **{name: occurrences.c[name] for name in names},
        "slot": literal(REMINDER, Integer()),
        "due_at": _instant("b_due"),
        "late_at": _instant("b_late"),
        "state": literal("planned", Text()),
        "why": literal("reminder", Text()),
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


_MESSAGES, _REMINDERS, _RETIREMENTS, _HOMES = _messages(), _reminders(), _retirements(), _homes()
_TO = occurrences.join(persons, persons.c.id == occurrences.c.person_id).join(
    accounts, accounts.c.id == persons.c.preferred_account
)
_OVERTAKE = (
    update(occurrences)
    .where(occurrences.c.id.in_(select(_older.c.id).join(_newer, _OVERTAKEN).where(_some(_newer))))
    .values(state="expired")
)
_RETIRE = insert(outbox).from_select(
    list(_RETIREMENTS),
    select(*_RETIREMENTS.values())
    .select_from(_newer.join(_older, _OVERTAKEN).join(messages, messages.c.talk_id == _older.c.talk_id))
    .where(_some(_newer))
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
_IS_TO_BE_DRAWN = exists().where(  # what it shows is read when it is sent: one that waits is enough
    *(_drawn.c[name] == accounts.c[name] for name in ("platform", "tenant", "user")),
    _drawn.c.state == "waiting",
    _drawn.c.operation == OperationKind.PUBLISH.value,
)
_SHOW = insert(outbox).from_select(
    list(_HOMES),
    select(*_HOMES.values()).select_from(_TO).where(_some(occurrences), ~_IS_TO_BE_DRAWN).distinct(),
)
_INVITED = select(*_REMINDERS.values()).where(_some(occurrences))
_SKIP = update(occurrences).where(_some(occurrences)).values(state="skipped", reason=bindparam("b_reason"))
_MOVE = (
    update(occurrences)
    .where(occurrences.c.id == bindparam("b_id"))
    .values(due_at=bindparam("b_due"), late_at=bindparam("b_late"))
    .values(reason=bindparam("b_reason"), why=bindparam("b_why"))
)
_RAISE = update(persons).where(_some(persons)).values(version=persons.c.version + 1)
