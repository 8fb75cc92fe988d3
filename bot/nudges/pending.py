"""Rows as this turn leaves them: a job does not see its own writes, so they are applied to what it read."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Table

from bot.store.draft import Insert, Update, Upsert, Write

Rows = list[Mapping[str, Any]]


def as_left(rows: Iterable[Mapping[str, Any]], table: Table, pending: Sequence[Write]) -> Rows:
    """The rows of one table after `pending`; they must have every column that a write finds them by."""
    left = list(rows)
    for write in pending:
        if write.table is table:
            left = _after(left, write)
    return left


def _after(rows: Rows, write: Write) -> Rows:
    if isinstance(write, Insert):
        return [*rows, write.row]
    if isinstance(write, Upsert):
        same = {name: write.row[name] for name in write.keys}
        return [*(row for row in rows if not _is(row, same)), write.row]
    if isinstance(write, Update):
        return [{**row, **write.values} if _is(row, write.where) else row for row in rows]
    return [row for row in rows if not _is(row, write.where)]


def _is(row: Mapping[str, Any], where: Mapping[str, Any]) -> bool:
    return all(row.get(name) == value for name, value in where.items())
