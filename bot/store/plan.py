"""A draft made ready for the database: claim and guard as writes, and whether it fits in one statement."""

from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from typing import Any

from sqlalchemy import PrimaryKeyConstraint, Table, UniqueConstraint

from bot.store.draft import Claim, Delete, Draft, Guard, Insert, Update, Upsert, Write
from bot.store.tables import events, persons


@dataclass(frozen=True)
class Plan:
    """`claim` and `guard` first, each must touch exactly one row; then `writes`, in order."""

    claim: Insert | None
    guard: Update | None
    writes: tuple[Write, ...]

    @property
    def empty(self) -> bool:
        return self.claim is None and self.guard is None and not self.writes


def plan(draft: Draft[Any]) -> Plan:
    """The guard takes on plain changes of its own person: one statement may change a row only once."""
    claim = _claimed(draft.claim) if draft.claim else None
    if draft.guard is None:
        return Plan(claim, None, draft.writes)
    guard, writes = _guarded(draft.guard, draft.writes)
    return Plan(claim, guard, writes)


def _claimed(claim: Claim) -> Insert:
    row = {"platform": claim.platform, "tenant": claim.tenant, "event_id": claim.event_id, **claim.row}
    return Insert(events, row, ignore=True)


def _guarded(guard: Guard, writes: tuple[Write, ...]) -> tuple[Update, tuple[Write, ...]]:
    values: dict[str, Any] = {"version": guard.version + 1}
    others: list[Write] = []
    for write in writes:
        if _is_own(write, guard) and isinstance(write, Update) and not values.keys() & write.values.keys():
            values.update(write.values)
        else:
            others.append(write)
    return Update(persons, {"id": guard.person_id, "version": guard.version}, values), tuple(others)


def _is_own(write: Write, guard: Guard) -> bool:
    return (
        isinstance(write, Update) and write.table is persons and dict(write.where) == {"id": guard.person_id}
    )


def fits_one_statement(planned: Plan) -> bool:
    """Whether no two writes can touch the same row.

    All parts of a statement see the rows as they were before it, so only one part may change a row.
    """
    by_table: dict[str, list[Write]] = defaultdict(list)
    for write in (planned.claim, planned.guard, *planned.writes):
        if write is not None:
            by_table[write.table.name].append(write)
    groups = (group for group in by_table.values() if len(group) > 1)
    return all(_apart(one, other) for group in groups for one, other in combinations(group, 2))


def _apart(one: Write, other: Write) -> bool:
    if isinstance(one, Insert) and isinstance(other, Insert):
        return not (one.ignore or other.ignore) or not _same_key(one, other)
    mine, theirs = _fixed(one), _fixed(other)
    moved = _moved(one) | _moved(other)
    return any(mine[name] != theirs[name] for name in mine.keys() & theirs.keys() - moved)


def _same_key(one: Insert, other: Insert) -> bool:
    """Whether two rows are one to any unique constraint: which of them is ignored depends on the order."""
    keys = _keys(one.table)
    return any(all(one.row.get(name) == other.row.get(name) for name in key) for key in keys)


@cache
def _keys(table: Table) -> tuple[tuple[str, ...], ...]:
    """The columns of each unique constraint, but for numbers that the database counts up."""
    uniques = (c for c in table.constraints if isinstance(c, (PrimaryKeyConstraint, UniqueConstraint)))
    counted = table.autoincrement_column
    return tuple(tuple(unique.columns.keys()) for unique in uniques if counted not in set(unique.columns))


def _fixed(write: Write) -> dict[str, Any]:
    """The values by which the rows that a write touches, or makes room beside, are told from others."""
    match write:
        case Insert(table=table, row=row):
            names = {name for key in _keys(table) for name in key} or row.keys()
            return {name: row[name] for name in names & row.keys()}
        case Upsert(row=row, keys=keys):
            return {name: row[name] for name in keys}
        case Update(where=where) | Delete(where=where):
            return dict(where)


def _moved(write: Write) -> set[str]:
    return set(write.values) if isinstance(write, Update) else set()
