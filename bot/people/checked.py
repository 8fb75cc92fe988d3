"""When somebody last checked who evaluates whom: past a block, nobody is given a coach who is new to them."""

from datetime import date, timedelta

from sqlalchemy import Connection, select

from bot.store.apply import apply
from bot.store.draft import Upsert
from bot.store.tables import meta

BLOCK = timedelta(weeks=4)
"""How long a list of evaluators is relied on: one rotation, after which other people supervise."""


def keep_checked(conn: Connection, program_id: str, day: date) -> None:
    """Remember the day of the last check."""
    row = {"name": _name(program_id), "value": day.isoformat()}
    apply(conn, Upsert(meta, row, ("name",)))


def not_checked_since(conn: Connection, program_id: str, today: date) -> date | None:
    """The day of the last check where that is longer ago than a block, else None."""
    found = conn.execute(select(meta.c.value).where(meta.c.name == _name(program_id))).scalar()
    day = date.fromisoformat(found) if found else today
    return day if today - day > BLOCK else None


def _name(program_id: str) -> str:
    return f"evaluators-checked:{program_id}"
