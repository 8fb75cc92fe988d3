"""What a job hands back to the store: a result, and the writes that belong to it.

Writes are plain values: the same draft is several statements on SQLite and a single one on PostgreSQL.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Table

T = TypeVar("T")


@dataclass(frozen=True)
class Insert:
    """A new row. `ignore`: where it is there already, nothing happens.

    `while_active`: the id of a person; where they are not active any more as it is written, nothing happens.
    """

    table: Table
    row: Mapping[str, Any]
    ignore: bool = False
    while_active: str = ""


@dataclass(frozen=True)
class Upsert:
    """A row found by `keys`, made or brought up to date. `add` names columns that are summed up instead."""

    table: Table
    row: Mapping[str, Any]
    keys: tuple[str, ...]
    add: tuple[str, ...] = ()


@dataclass(frozen=True)
class Update:
    """Every row that equals `where` (None is found as none). A value may be a column expression."""

    table: Table
    where: Mapping[str, Any]
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Delete:
    """Every row that equals `where` goes."""

    table: Table
    where: Mapping[str, Any]


Write = Insert | Upsert | Update | Delete


@dataclass(frozen=True)
class Claim:
    """An incoming event, claimed once. `row` holds the other columns of `events`."""

    platform: str
    tenant: str
    event_id: str
    row: Mapping[str, Any]


@dataclass(frozen=True)
class Guard:
    """The person's version must still be this; it is raised by one in the same statement."""

    person_id: str
    version: int


@dataclass(frozen=True)
class Draft(Generic[T]):
    """All or nothing: the writes happen only where claim and guard (if any) both hold."""

    result: T
    writes: tuple[Write, ...] = ()
    claim: Claim | None = None
    guard: Guard | None = None
