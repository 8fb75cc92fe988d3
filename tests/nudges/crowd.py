"""Many residents at once, all due on the same Sunday."""

from collections.abc import Iterator
from datetime import date
from functools import partial
from typing import Any

from sqlalchemy import Connection, insert

from bot.nudges.dates import occurrence
from bot.nudges.plans import CHECK_IN, USUAL, plan_id
from bot.nudges.windows import Quiet
from bot.store.store import Store
from bot.store.tables import accounts, memberships, occurrences, persons, plans
from tests.nudges.ward import LONDON, SUNDAY

_CHUNK = 5000


def crowd(store: Store, number: int, *, due: int | None = None) -> None:
    """Enrol `number` people; the first `due` of them (default: all) on Sunday, the others a week later."""
    due = number if due is None else due
    for start in range(0, number, _CHUNK):
        store.write(partial(_add, numbers=range(start, min(number, start + _CHUNK)), due=due))
    store.write(_counted)


def _counted(conn: Connection) -> None:
    """PostgreSQL counts new rows by itself within a minute; until then it may plan for a few of them."""
    if conn.dialect.name == "postgresql":
        conn.exec_driver_sql("ANALYZE")


def _add(conn: Connection, numbers: range, due: int) -> None:
    rows = list(_rows(numbers, due))
    for index, table in enumerate((persons, accounts, memberships, plans, occurrences)):
        conn.execute(insert(table), [row[index] for row in rows])


def _rows(numbers: range, due: int) -> Iterator[tuple[dict[str, Any], ...]]:
    days = [occurrence(USUAL, SUNDAY.date(), zone=LONDON, quiet=Quiet())]
    days.append(occurrence(USUAL, SUNDAY.date().replace(day=15), zone=LONDON, quiet=Quiet()))
    for number in numbers:
        name = f"p{number}"
        who = {"program_id": "demo", "person_id": name}
        plan = plan_id(name, CHECK_IN)
        first = vars(days[number >= due]) | {
            "slot": 0,
            "zone": LONDON,
            "state": "planned",
            "talk_id": f"t{number}",
        }
        yield (
            {
                "id": name,
                "program_id": "demo",
                "state": "active",
                "name": name,
                "zone": LONDON,
                "preferred_account": number + 1,
            },
            {"id": number + 1, "platform": "web", "tenant": "demo", "user": name, "person_id": name},
            {**who, "role": "trainee", "starts": date(2026, 7, 1)},
            {"id": plan, **who, "kind": CHECK_IN, **vars(USUAL)},
            {**who, "plan_id": plan, **first},
        )
