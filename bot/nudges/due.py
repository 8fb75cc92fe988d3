"""Which occurrences are due, with all that judging and inviting needs: plain columns, read in sets.

On PostgreSQL the occurrence and its person are locked and locked ones are passed over, so that several
processes share the work and a turn of that person is never waited for. SQLite has one writer.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import starmap
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Date,
    and_,
    bindparam,
    exists,
    literal_column,
    or_,
    select,
)

from bot.nudges.dates import Plan
from bot.nudges.pending import as_left
from bot.nudges.silences import silences_of
from bot.nudges.verdicts import CAP_DAYS, REMINDER, SNOOZED, WINDOW, Case
from bot.nudges.windows import Quiet, Span
from bot.people.ranges import holds_on
from bot.store.draft import Write
from bot.store.many import among
from bot.store.prepared import Prepared
from bot.store.tables import accounts, holds, memberships, occurrences, persons, plans

BATCHES = (20, 60, 200)
"""How many are judged in a transaction: few at first, so that the first is sent before the many are judged.

A send waits for the writer twice before it goes out, and the third batch stands behind it.
"""
RECHECK = timedelta(hours=1)
"""How soon something is looked at again under a hold that has no end yet."""

# Written out, not bound: SQLite uses a partial index only where the statement's own text shows that it may.
IS_PLANNED = occurrences.c.state == literal_column("'planned'")

_TODAY = bindparam("today", type_=Date)
IS_ENROLLED = (
    exists()
    .where(
        memberships.c.person_id == persons.c.id,
        memberships.c.role == literal_column("'trainee'"),
        holds_on(memberships, _TODAY),
    )
    .label("is_enrolled")
)
"""Whether the person is a trainee of some program on its date `today`: whoever left is not nudged."""


Alike = tuple[object, ...]


class DueRow(NamedTuple):
    """A due occurrence with its plan, person and preferred account, if that is reachable.

    Plain values: looking up a name in a row of SQLAlchemy costs as much as judging it.
    """

    id: int
    program_id: str
    person_id: str
    plan_id: int
    talk_id: str
    why: str
    local_date: date
    slot: int
    due_at: datetime
    late_at: datetime
    kind: str
    weekday: int
    minute: int
    every: int
    unanswered: int
    state: str
    zone: str
    quiet_from: int
    quiet_until: int
    platform: str | None
    is_enrolled: bool

    @property
    def alike(self) -> Alike:
        """What its verdict follows from, where nothing else is known of its person."""
        return self[DueRow._fields.index("local_date") :]


_COLUMNS: tuple[ColumnElement[Any], ...] = (
    *(occurrences.c[name] for name in ("id", "program_id", "person_id", "plan_id", "talk_id", "why")),
    *(occurrences.c[name] for name in ("local_date", "slot", "due_at", "late_at")),
    *(plans.c[name] for name in ("kind", "weekday", "minute", "every", "unanswered")),
    *(persons.c[name] for name in ("state", "zone", "quiet_from", "quiet_until")),
    accounts.c.platform,
    IS_ENROLLED,
)
_WHO_IS_DUE = (
    select(*_COLUMNS)
    .select_from(
        occurrences.join(persons, persons.c.id == occurrences.c.person_id)
        .join(plans, plans.c.id == occurrences.c.plan_id)
        .outerjoin(accounts, and_(accounts.c.id == persons.c.preferred_account, accounts.c.reachable))
    )
    .where(IS_PLANNED, occurrences.c.due_at <= bindparam("now"))
    .order_by(occurrences.c.due_at, occurrences.c.id)
    .with_for_update(of=(occurrences, persons), skip_locked=True)
)
# PostgreSQL plans for a number that it knows: each has a statement of its own.
_DUE = {number: Prepared(_WHO_IS_DUE.limit(number)) for number in BATCHES}
# By date and slot, which the index that finds a person's rows has too: SQLite looks up no row of their past.
# What was put off may be sent weeks or months after its date.
_RECENT = Prepared(
    select(
        *(
            occurrences.c[name]
            for name in ("id", "person_id", "plan_id", "local_date", "slot", "due_at", "state")
        )
    ).where(
        among(occurrences.c.person_id, "people"),
        or_(
            occurrences.c.local_date >= bindparam("since"), occurrences.c.slot >= literal_column(str(SNOOZED))
        ),
    )
)
_HOLDS = select(holds.c.program_id, holds.c.stage, holds.c.starts_at, holds.c.ends_at).where(
    or_(holds.c.ends_at.is_(None), holds.c.ends_at > bindparam("now"))
)
_STAGES = select(memberships.c.program_id, memberships.c.person_id, memberships.c.stage).where(
    among(memberships.c.person_id, "people"),
    holds_on(memberships, _TODAY),
)
Spans = dict[str, tuple[Span, ...]]
_RECENTLY = CAP_DAYS + WINDOW + timedelta(days=2)
"""How old the date of what was sent lately may be: of one that was moved, and of its reminder after that."""
_SENT = frozenset({"invited", "opened", "answered", "expired"})


@dataclass
class Recent:
    """What was sent to people lately, and which invitations are unanswered. Kept up to date in a batch."""

    sent: dict[str, list[tuple[datetime, int]]]
    awaited: set[tuple[int, date]]


def due_rows(conn: Connection, now: datetime, today: date, number: int) -> Sequence[DueRow]:
    """Planned occurrences that are due, the longest due first, claimed for this transaction.

    At most `number`, which is one of BATCHES.
    """
    return list(starmap(DueRow, _DUE[number].all(conn, now=now, today=today)))


def recent(conn: Connection, people: Sequence[str], now: datetime, pending: Sequence[Write] = ()) -> Recent:
    """What was sent in the last days, as `pending` leaves it."""
    found = Recent(defaultdict(list), set())
    since = (now - _RECENTLY).date()
    rows = (row._asdict() for row in _RECENT.all(conn, people=people, since=since))
    for row in as_left(rows, occurrences, pending):
        if row["state"] in _SENT and row["due_at"] > now - _RECENTLY:
            found.sent[row["person_id"]].append((row["due_at"], row["slot"]))
        if row["state"] == "invited" and row["slot"] != REMINDER:
            found.awaited.add((row["plan_id"], row["local_date"]))
    return found


def spans_of(conn: Connection, people: Sequence[tuple[str, str]], now: datetime, today: date) -> Spans:
    """Silences and holds of these (program, person) pairs that hold or are to come, by person.

    `today`: the program's date.
    """
    names = [person for _, person in people]
    spans = silences_of(conn, names, now)
    stops = conn.execute(_HOLDS, {"now": now}).all()
    if not stops:
        return spans
    stages = defaultdict(set)
    for program, person, stage in conn.execute(_STAGES, {"people": names, "today": today}):
        stages[program, person].add(stage)
    for program, person in set(people):
        for stop in stops:
            if stop.program_id == program and (not stop.stage or stop.stage in stages[program, person]):
                held = Span(starts=stop.starts_at, ends=stop.ends_at or now + RECHECK, reason="hold")
                spans[person] = (*spans.get(person, ()), held)
    return spans


def is_awaited(row: DueRow, lately: Recent) -> bool:
    """Whether an invitation of its date stands unanswered."""
    return (row.plan_id, row.local_date) in lately.awaited


def case_of(row: DueRow, spans: Sequence[Span], lately: Recent) -> Case:
    """The row as the verdict needs it."""
    return Case(
        plan=Plan(weekday=row.weekday, minute=row.minute, every=row.every, unanswered=row.unanswered),
        slot=row.slot,
        local_date=row.local_date,
        due_at=row.due_at,
        late_at=row.late_at,
        zone=row.zone,
        quiet=Quiet(starts=row.quiet_from, ends=row.quiet_until),
        silences=spans,
        sent=lately.sent.get(row.person_id, ()),
        awaited=is_awaited(row, lately),
        reachable=row.platform is not None,
        active=row.state == "active",
        enrolled=row.is_enrolled,
    )
