"""The least that a due nudge can cost: claimed, its outbox row, its next date, by the bare driver in sets.

On the companion's own tables, with the same pragmas or server, the same batches, one transaction a batch.
It knows no silences, caps, holds or reminders, and writes nothing that tells a turn of it.
"""

import sqlite3
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

import psycopg

from bot.ids import new_id
from bot.nudges.dates import Plan, occurrence
from bot.nudges.due import BATCHES
from bot.nudges.windows import Quiet

PRAGMAS = ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "secure_delete = ON")
Rows = Sequence[tuple[Any, ...]]
Tick = Callable[[datetime], int]
"""Does one batch of what is due; says how many that were."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)
_DUE = f"""
SELECT o.id, o.program_id, o.person_id, o.plan_id, o.local_date, o.late_at, o.talk_id,
       l.minute, p.zone, a.platform, a.tenant, a."user"
FROM occurrences o JOIN persons p ON p.id = o.person_id JOIN plans l ON l.id = o.plan_id
JOIN accounts a ON a.id = p.preferred_account
WHERE o.state = 'planned' AND o.due_at <= {{now}} ORDER BY o.due_at, o.id LIMIT {BATCHES[-1]}
"""  # noqa: S608 - every word stands here
_TO_SEND = (
    'platform, tenant, "user", person_id, program_id, talk_id, occurrence_id, late_at, due_at, created_at,'
    ' lane, operation, text_id, flow, "key", started_by_us'
)
_SENT = "3, 'post', 'nudge.check-in', 'check-in', '!nudge:0', true"
_TO_PLAN = "program_id, person_id, plan_id, local_date, zone, due_at, late_at, talk_id, slot, state, why"
_PLANNED = "0, 'planned', 'weekly'"


def on_sqlite(path: str) -> tuple[Tick, Callable[[], None]]:
    """A tick of the floor on an SQLite file, and how to end it."""
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")

    def tick(at: datetime) -> int:
        now = _ms(at)
        connection.execute("BEGIN IMMEDIATE")
        rows = connection.execute(_DUE.format(now="?"), (now,)).fetchall()
        if rows:
            claim = "UPDATE occurrences SET state = 'invited', due_at = ? WHERE id = ?"
            connection.executemany(claim, [(now, row[0]) for row in rows])
            send = f"INSERT INTO outbox ({_TO_SEND}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, {_SENT})"  # noqa: S608
            connection.executemany(send, _messages(rows, now))
            plan = f"INSERT INTO occurrences ({_TO_PLAN}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, {_PLANNED})"  # noqa: S608
            connection.executemany(plan, _next(rows))
        connection.execute("COMMIT")
        return len(rows)

    return tick, connection.close


def on_postgres(url: str) -> tuple[Tick, Callable[[], None]]:
    """A tick of the floor on PostgreSQL, and how to end it."""
    connection = psycopg.connect(url.replace("+psycopg", ""))
    due = f"{_DUE.format(now='%s')} FOR UPDATE OF o SKIP LOCKED"
    claim = "UPDATE occurrences SET state = 'invited', due_at = %s WHERE id = ANY (%s)"
    send = _unnested("outbox", _TO_SEND, _SENT, "text text text text text text int bigint bigint bigint")
    plan = _unnested("occurrences", _TO_PLAN, _PLANNED, "text text bigint date text bigint bigint text")

    def tick(at: datetime) -> int:
        now = _ms(at)
        with connection.transaction():
            rows = connection.execute(due, (now,)).fetchall()
            if rows:
                connection.execute(claim, (now, [row[0] for row in rows]))
                connection.execute(send, _turned(_messages(rows, now)))
                connection.execute(plan, _turned(_next(rows)))
        return len(rows)

    return tick, connection.close


def _unnested(table: str, columns: str, more: str, types: str) -> str:
    arrays = ", ".join(f"%s::{one}[]" for one in types.split())
    return f"INSERT INTO {table} ({columns}) SELECT u.*, {more} FROM unnest({arrays}) u"  # noqa: S608


def _turned(rows: Rows) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]


def _messages(rows: Rows, now: int) -> Rows:
    return [(*row[9:12], row[2], row[1], row[6], row[0], row[5], now, now) for row in rows]


def _next(rows: Rows) -> Rows:
    return [(*row[1:4], *_week_later(row[4], row[7], row[8]), new_id()) for row in rows]


@lru_cache(maxsize=8192)
def _week_later(day: str | date, minute: int, zone: str) -> tuple[str, str, int, int]:
    first = date.fromisoformat(day) if isinstance(day, str) else day
    plan = Plan(weekday=first.weekday(), minute=minute)
    found = occurrence(plan, first + timedelta(weeks=1), zone=zone, quiet=Quiet())
    return found.local_date.isoformat(), zone, _ms(found.due_at), _ms(found.late_at)


def _ms(at: datetime) -> int:
    return (at - _EPOCH) // _MS
