"""Enrolled trainees for the scheduling figures, by the hundred thousand: written by the database itself."""

from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Connection,
    Date,
    Integer,
    Table,
    Text,
    bindparam,
    cast,
    insert,
    literal,
    select,
    union_all,
)

from bot.nudges.dates import occurrence
from bot.nudges.plans import CHECK_IN, USUAL
from bot.nudges.windows import Quiet
from bot.nudges.zones import local
from bot.store.columns import Instant
from bot.store.store import Store
from bot.store.tables import accounts, memberships, occurrences, persons, plans, programs

SUNDAY = datetime(2026, 11, 8, 18, 0, tzinfo=UTC)
"""In every one of the zones a time of the day outside quiet hours."""
QUIET_DAY = SUNDAY - timedelta(days=3)
"""Nothing is due."""
PROGRAM = "ward"
ZONES = (
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
    "America/Phoenix",
    "America/Anchorage",
    "Pacific/Honolulu",
    "America/Puerto_Rico",
    "America/Toronto",
    "America/Halifax",
    "Europe/London",
    "Asia/Beirut",
)
_PLANS = tuple((zone, SUNDAY - quarter * timedelta(minutes=15)) for zone in ZONES for quarter in range(4))
"""Zone, and when on that Sunday the weekly check-in falls due."""
_CHUNK = 50_000
_ACCOUNTS = 1_000_000_000
"""Where the ids of their accounts begin: those that the database gives out by itself never come so far."""


def enrol(store: Store, number: int, *, first: int = 0, due: int = 0) -> None:
    """Active trainees with a weekly plan, numbered from `first` up to `number`.

    Those before `due` are due on SUNDAY, the others a week later.
    """
    if first == 0:
        store.write(_program)
    for start in range(first, number, _CHUNK):
        store.write(partial(_add, first=start, last=min(number, start + _CHUNK) - 1, due=due))
    store.write(_counted)


def _program(conn: Connection) -> None:
    conn.execute(insert(programs).values(program_id=PROGRAM, name="Ward", opened_at=SUNDAY))


def _add(conn: Connection, *, first: int, last: int, due: int) -> None:
    for table, names, rows in _ROWS:
        conn.execute(insert(table).from_select(names, rows), {"first": first, "last": last, "due": due})


def _counted(conn: Connection) -> None:
    """As the database does by itself a minute after many rows were written."""
    conn.exec_driver_sql("ANALYZE")


def _mix() -> CTE:
    rows = []
    for number, (zone, at) in enumerate(_PLANS):
        minute = local(at, zone).hour * 60 + local(at, zone).minute
        plan = vars(USUAL) | {"minute": minute}
        for week in range(2):
            day = SUNDAY.date() + week * timedelta(weeks=1)
            found = occurrence(type(USUAL)(**plan), day, zone=zone, quiet=Quiet())
            rows.append(
                select(
                    literal(number, Integer()).label("number"),
                    literal(week, Integer()).label("week"),
                    literal(zone, Text()).label("zone"),
                    literal(minute, Integer()).label("minute"),
                    literal(found.local_date, Date()).label("day"),
                    literal(found.due_at, Instant()).label("due_at"),
                    literal(found.late_at, Instant()).label("late_at"),
                )
            )
    return union_all(*rows).cte("mix")


def _numbers() -> CTE:
    first = select(bindparam("first", type_=BigInteger()).label("i")).cte("numbers", recursive=True)
    return first.union_all(select(first.c.i + 1).where(first.c.i < bindparam("last", type_=BigInteger())))


_NUMBERS, _MIX = _numbers(), _mix()
_I: ColumnElement[int] = _NUMBERS.c.i
_WEEK = cast(bindparam("due", type_=BigInteger()) <= _I, Integer())
_JOINED = _NUMBERS.join(_MIX, (_MIX.c.number == _I % len(_PLANS)) & (_MIX.c.week == _WEEK))
_WHO = literal("p", Text()) + cast(_I, Text())
_OF_PROGRAM = {"program_id": literal(PROGRAM, Text())}
_OF_PERSON = {**_OF_PROGRAM, "person_id": _WHO}

_COLUMNS: tuple[tuple[Table, dict[str, Any]], ...] = (
    (
        persons,
        {
            **_OF_PROGRAM,
            "id": _WHO,
            "state": literal("active", Text()),
            "name": _WHO,
            "zone": _MIX.c.zone,
            "preferred_account": _I + _ACCOUNTS,
            "enrolled_at": literal(SUNDAY - timedelta(weeks=1), Instant()),
        },
    ),
    (
        accounts,
        {
            "id": _I + _ACCOUNTS,
            "platform": literal("web", Text()),
            "tenant": literal(PROGRAM, Text()),
            "user": _WHO,
            "person_id": _WHO,
        },
    ),
    (
        memberships,
        {**_OF_PERSON, "role": literal("trainee", Text()), "starts": literal(date(2026, 7, 1), Date())},
    ),
    (
        plans,
        {
            **_OF_PERSON,
            "id": _I + 1,
            "kind": literal(CHECK_IN, Text()),
            "weekday": literal(USUAL.weekday, Integer()),
            "minute": _MIX.c.minute,
        },
    ),
    (
        occurrences,
        {
            **_OF_PERSON,
            "plan_id": _I + 1,
            "local_date": _MIX.c.day,
            "zone": _MIX.c.zone,
            "due_at": _MIX.c.due_at,
            "late_at": _MIX.c.late_at,
            "state": literal("planned", Text()),
            "why": literal("weekly", Text()),
            "talk_id": literal("t", Text()) + cast(_I, Text()),
        },
    ),
)
_ROWS = tuple(
    (table, list(columns), select(*columns.values()).select_from(_JOINED).order_by(_I))
    for table, columns in _COLUMNS
)
