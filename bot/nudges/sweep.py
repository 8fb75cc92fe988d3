"""The sweep: what is due becomes rows of the outbox, in sets, decrypting nothing.

A batch is one transaction: the invitation's row, its mark, the reminder and the plan's next date stand or
fall together, so a kill at any point loses none and doubles none.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Table, bindparam, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from adapters.port import Control, Lane, OperationKind
from bot.failpoints import hit
from bot.nudges.dates import ASK_AFTER, Due, Plan, next_due, reminder
from bot.nudges.due import Recent, case_of, due_rows, recent, spans_of
from bot.nudges.plans import CHECK_IN, new_talk_id
from bot.nudges.verdicts import REMINDER, Case, Invite, Move, Verdict, decide
from bot.nudges.windows import Calendar
from bot.nudges.zones import is_known
from bot.store.store import Store
from bot.store.tables import occurrences, outbox, persons, plans


@dataclass(frozen=True)
class Wording:
    """The ids of a plan kind's fixed texts, and the flow that its button opens."""

    flow: str
    first: str
    reminder: str


WORDINGS = {CHECK_IN: Wording("check-in", "nudge.check-in", "nudge.check-in-reminder")}
KEEP = Wording("settings", "nudge.keep-change-stop", "nudge.keep-change-stop")
"""Ignored four times: keep, change or stop?"""


@dataclass
class Changes:
    """What one batch writes, gathered before any of it is written."""

    invited: list[int] = field(default_factory=list)
    counted: list[int] = field(default_factory=list)
    overtaken: list[dict[str, Any]] = field(default_factory=list)
    moved: list[dict[str, Any]] = field(default_factory=list)
    skipped: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    planned: list[dict[str, Any]] = field(default_factory=list)
    messages: list[dict[str, Any]] = field(default_factory=list)


class Sweep:
    """The job that sends invitations. Its cost follows what is due, not how many are enrolled."""

    name = "sweep"

    def __init__(self, store: Store, *, every: int = 20, calendar: Calendar | None = None) -> None:
        self.every = every
        self._store = store
        self._calendar = calendar

    def next_due(self) -> datetime | None:
        found: datetime | None = self._store.read(lambda conn: conn.execute(_NEXT).scalar())
        return found

    def run(self, now: datetime) -> int:
        """Judge all that is due. Returns how many occurrences were judged."""
        done = 0
        while True:
            number = self._store.write(lambda conn: self._batch(conn, now))
            if number == 0:
                return done
            hit("sweep.after-commit")
            done += number

    def _batch(self, conn: Connection, now: datetime) -> int:
        rows = due_rows(conn, now)
        if not rows:
            return 0
        people = sorted({row.person_id for row in rows})
        spans = spans_of(conn, sorted({(row.program_id, row.person_id) for row in rows}), now)
        lately = recent(conn, people, now)
        changes = Changes()
        for row in rows:
            case = case_of(row, spans.get(row.person_id, ()), lately)
            verdict = decide(case, now, self._calendar)
            _note(changes, row, case, verdict, now)
            _remember(lately, row, verdict, now)
        _write(conn, changes, people, now)
        hit("sweep.before-commit")
        return len(rows)


def _remember(lately: Recent, row: Row[Any], verdict: Verdict, now: datetime) -> None:
    """A second occurrence of the same person in this batch sees the first."""
    if isinstance(verdict, Invite):
        lately.sent[row.person_id].append((now, row.slot))
        lately.awaited.add((row.plan_id, row.local_date))


def _note(changes: Changes, row: Row[Any], case: Case, verdict: Verdict, now: datetime) -> None:
    if isinstance(verdict, Move):
        why = row.why if row.slot else "catch-up"
        moved = {"b_due": verdict.due, "b_late": verdict.late, "b_reason": verdict.reason, "b_why": why}
        changes.moved.append({"b_id": row.id, **moved})
        return
    plan = case.plan
    if isinstance(verdict, Invite):
        asks = row.slot == 0 and plan.unanswered >= ASK_AFTER
        changes.invited.append(row.id)
        changes.messages.append(_message(row, KEEP if asks else WORDINGS[row.kind], verdict.late, now))
        if row.slot == 0:
            changes.counted.append(row.plan_id)
            whose = {"b_person": row.person_id, "b_plan": row.plan_id}
            changes.overtaken.append(whose | {"b_day": row.local_date})
            plan = replace(plan, unanswered=plan.unanswered + 1)
            _plan_reminder(changes, row, case, now)
    else:
        changes.skipped[verdict.reason].append(row.id)
    if row.slot == 0 and case.active and is_known(case.zone) and plan.unanswered <= ASK_AFTER:
        _plan_next(changes, row, case, plan, now)


def _plan_reminder(changes: Changes, row: Row[Any], case: Case, now: datetime) -> None:
    times = reminder(now, quiet=case.quiet, zone=case.zone)
    if times is not None and case.plan.unanswered < ASK_AFTER:
        due, late = times
        found = Due(local_date=row.local_date, due_at=due, late_at=late)
        same = {"slot": REMINDER, "why": "reminder", "talk_id": row.talk_id}
        changes.planned.append(_occurrence(row, case.zone, found) | same)


def _plan_next(changes: Changes, row: Row[Any], case: Case, plan: Plan, now: datetime) -> None:
    last = Due(local_date=row.local_date, due_at=row.due_at, late_at=row.late_at)
    found = next_due(plan, zone=case.zone, quiet=case.quiet, last=last, now=now, catch_up=True)
    if found is not None:
        changes.planned.append(_occurrence(row, case.zone, found))


def _occurrence(row: Row[Any], zone: str, due: Due) -> dict[str, Any]:
    return {
        "program_id": row.program_id,
        "person_id": row.person_id,
        "plan_id": row.plan_id,
        "local_date": due.local_date,
        "slot": 0,
        "zone": zone,
        "due_at": due.due_at,
        "late_at": due.late_at,
        "state": "planned",
        "why": "weekly",
        "talk_id": new_talk_id(),
    }


def _message(row: Row[Any], wording: Wording, late: datetime, now: datetime) -> dict[str, Any]:
    return {
        "platform": row.a_platform,
        "tenant": row.a_tenant,
        "user": row.a_user,
        "person_id": row.person_id,
        "program_id": row.program_id,
        "lane": int(Lane.NUDGE),
        "operation": OperationKind.POST.value,
        "text_id": wording.reminder if row.slot == REMINDER else wording.first,
        "flow": wording.flow,
        "talk_id": row.talk_id,
        "key": Control.OPEN.value,
        "started_by_us": True,
        "occurrence_id": row.id,
        "due_at": now,
        "late_at": late,
        "created_at": now,
    }


def _write(conn: Connection, changes: Changes, people: Sequence[str], now: datetime) -> None:
    """Everything in sets. Whoever's turn reads these rows sees a new version."""
    if changes.overtaken:
        conn.execute(_OVERTAKE, changes.overtaken)
    if changes.invited:
        conn.execute(_INVITE, {"ids": changes.invited, "now": now})
        conn.execute(outbox.insert(), changes.messages)
    if changes.counted:
        conn.execute(_COUNT, {"ids": changes.counted})
    if changes.moved:
        conn.execute(_MOVE, changes.moved)
    for reason, ids in changes.skipped.items():
        conn.execute(_SKIP, {"ids": ids, "b_reason": reason})
    if changes.planned:
        conn.execute(_PLAN[conn.dialect.name], changes.planned)
    conn.execute(_RAISE, {"ids": people})


def _some(table: Table) -> Any:  # noqa: ANN401 - SQLAlchemy's own types
    return table.c.id.in_(bindparam("ids", expanding=True))


_NEXT = select(func.min(occurrences.c.due_at)).where(occurrences.c.state == "planned")
_OVERTAKE = (
    update(occurrences)
    .where(occurrences.c.person_id == bindparam("b_person"), occurrences.c.plan_id == bindparam("b_plan"))
    .where(occurrences.c.local_date < bindparam("b_day"), occurrences.c.state == "invited")
    .values(state="expired")
)
_INVITE = update(occurrences).where(_some(occurrences)).values(state="invited", due_at=bindparam("now"))
_COUNT = update(plans).where(_some(plans)).values(unanswered=plans.c.unanswered + 1)
_MOVE = (
    update(occurrences)
    .where(occurrences.c.id == bindparam("b_id"))
    .values(due_at=bindparam("b_due"), late_at=bindparam("b_late"))
    .values(reason=bindparam("b_reason"), why=bindparam("b_why"))
)
_SKIP = update(occurrences).where(_some(occurrences)).values(state="skipped", reason=bindparam("b_reason"))
_PLAN = {
    "sqlite": sqlite.insert(occurrences).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(occurrences).on_conflict_do_nothing(),
}
_RAISE = update(persons).where(_some(persons)).values(version=persons.c.version + 1)
