"""What is no longer needed goes: claims of events, sent messages, old answers and notes, silences, keys."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, and_, delete, func, literal_column, select, tuple_

from adapters.port import TRANSCRIPT
from bot.store.store import Store
from bot.store.tables import events, measures, messages, notes, outbox, shelf, silences, talks

BATCH = 1000
ANSWERS_FOR = timedelta(weeks=26)
"""Check-in answers: the own strip shows eight, and a check-in counts the steady ones in a row."""


@dataclass(frozen=True)
class Rule:
    """Rows go `after` the instant in their column, where `which` holds."""

    table: Table
    column: ColumnElement[Any]
    after: timedelta
    which: ColumnElement[bool] | None = None


# Written out, not bound: SQLite uses a partial index only where the statement's own text shows that it may.
_CLOSED = talks.c.state == literal_column("'closed'")
# What was shown to somebody who has not started, or has left, is sealed under the tenant's key.
_OF_NOBODY = and_(
    shelf.c.kind == literal_column(f"'{TRANSCRIPT}'"), shelf.c.subject.like(literal_column("'tenant:%'"))
)

RULES = (
    Rule(events, events.c.at, timedelta(hours=48)),  # platforms redeliver within a day
    Rule(outbox, outbox.c.due_at, timedelta(hours=48), outbox.c.state == "sent"),
    Rule(outbox, outbox.c.due_at, timedelta(hours=48), outbox.c.state == "skipped"),
    Rule(outbox, outbox.c.due_at, timedelta(days=14), outbox.c.state == "dead"),  # time to look
    Rule(talks, talks.c.touched_at, timedelta(days=35), _CLOSED),  # no button is that old
    Rule(messages, messages.c.sent_at, timedelta(days=35)),
    Rule(notes, notes.c.expires_at, timedelta(0)),
    Rule(measures, measures.c.at, ANSWERS_FOR),
    Rule(shelf, shelf.c.at, timedelta(hours=48), _OF_NOBODY),  # as long as claims: then they are greeted anew
    Rule(silences, silences.c.ends_at, timedelta(days=7)),
)


class Retention:
    """The job that deletes, BATCH rows at a time. `sweep_keys` destroys keys that nothing uses."""

    name = "retention"

    def __init__(self, store: Store, sweep_keys: Callable[[], int], *, every: int = 3600) -> None:
        self.every = every
        self._store = store
        self._sweep_keys = sweep_keys

    def next_due(self) -> datetime | None:
        found = [self._store.read(partial(_first, rule=rule)) for rule in RULES]
        return min((due for due in found if due is not None), default=None)

    def run(self, now: datetime) -> int:
        """Delete all that is over. Returns how many rows went, without the keys: their hour is real time."""
        done = 0
        for rule in RULES:
            while number := self._store.write(partial(delete_some, rule=rule, now=now)):
                done += number
        self._sweep_keys()
        return done


def _where(rule: Rule) -> list[ColumnElement[bool]]:
    return [] if rule.which is None else [rule.which]


def _first(conn: Connection, rule: Rule) -> datetime | None:
    oldest: datetime | None = conn.execute(select(func.min(rule.column)).where(*_where(rule))).scalar()
    return None if oldest is None else oldest + rule.after


def delete_some(conn: Connection, rule: Rule, now: datetime) -> int:
    """The oldest BATCH rows, and no more."""
    its_key = tuple(rule.table.primary_key.columns)
    over = select(*its_key).where(rule.column <= now - rule.after, *_where(rule))
    oldest = over.order_by(rule.column).limit(BATCH)
    return conn.execute(delete(rule.table).where(tuple_(*its_key).in_(oldest))).rowcount
