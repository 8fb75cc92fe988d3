"""Trainees whose check-in falls due at one instant, written in sets."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from bot.nudges.plans import CHECK_IN, plan_id
from bot.store.keys import Keys
from bot.store.many import add_rows
from bot.store.store import Store
from bot.store.tables import accounts, memberships, occurrences, persons, plans
from tests.stub_platform.adapter import NAME, TENANT

_ACCOUNTS = 1_000_000
"""Where their accounts' ids begin: far beyond those that the database has given out."""


def enrol(store: Store, keys: Keys, number: int, *, zone: str, due_at: datetime) -> list[str]:
    """Active trainees of the program "demo" with a weekly plan. Returns their user ids."""
    users = [f"due-{one}" for one in range(number)]
    for user in users:
        keys.ensure(f"person:{user}")
    store.write(lambda conn: _add(conn, users, zone, due_at))
    return users


def _add(conn: Connection, users: list[str], zone: str, due_at: datetime) -> None:
    who = [{"program_id": "demo", "person_id": user} for user in users]
    rows: dict[Any, list[dict[str, Any]]] = {
        persons: [_person(number, user, zone) for number, user in enumerate(users)],
        accounts: [
            {"id": _ACCOUNTS + number, "platform": NAME, "tenant": TENANT, "user": user, "person_id": user}
            for number, user in enumerate(users)
        ],
        memberships: [one | {"role": "trainee", "starts": date(2025, 7, 1)} for one in who],
        plans: [one | _plan(one["person_id"], due_at) for one in who],
        occurrences: [one | _occurrence(one["person_id"], zone, due_at) for one in who],
    }
    for table, new in rows.items():
        add_rows(conn, table, new)
    conn.exec_driver_sql("ANALYZE")  # as PostgreSQL does by itself, a minute later


def _person(number: int, user: str, zone: str) -> dict[str, Any]:
    return {
        "id": user,
        "program_id": "demo",
        "state": "active",
        "name": user,
        "zone": zone,
        "preferred_account": _ACCOUNTS + number,
        "enrolled_at": datetime(2025, 7, 1, tzinfo=UTC),
    }


def _plan(user: str, due_at: datetime) -> dict[str, Any]:
    minute = due_at.hour * 60 + due_at.minute
    return {"id": plan_id(user, CHECK_IN), "kind": CHECK_IN, "weekday": due_at.weekday(), "minute": minute}


def _occurrence(user: str, zone: str, due_at: datetime) -> dict[str, Any]:
    return {
        "plan_id": plan_id(user, CHECK_IN),
        "local_date": due_at.date(),
        "slot": 0,
        "zone": zone,
        "due_at": due_at,
        "late_at": due_at + timedelta(hours=2),
        "state": "planned",
        "why": "weekly",
        "talk_id": f"talk-{user}",
    }
