"""The sweep: what is due becomes rows of the outbox, in sets, decrypting nothing.

A batch is one transaction: the invitation's row, its mark, the reminder and the plan's next date stand or
fall together, so a kill at any point loses none and doubles none.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select

from bot.failpoints import hit
from bot.ids import new_id
from bot.nudges.dates import ASK_AFTER, Due, Plan, next_due, reminder
from bot.nudges.due import IS_PLANNED, Recent, case_of, due_rows, recent, spans_of
from bot.nudges.plans import CHECK_IN
from bot.nudges.sets import Changes, write
from bot.nudges.verdicts import REMINDER, Case, Invite, Move, Verdict, decide
from bot.nudges.windows import Calendar
from bot.nudges.zones import is_known, local
from bot.store.store import Store
from bot.store.tables import occurrences


@dataclass(frozen=True)
class Wording:
    """The ids of a plan kind's fixed texts, and the flow that its button opens."""

    flow: str
    first: str
    reminder: str


WORDINGS = {CHECK_IN: Wording("check-in", "nudge.check-in", "nudge.check-in-reminder")}
KEEP = Wording("settings", "nudge.keep-change-stop", "nudge.keep-change-stop")
"""Ignored four times: keep, change or stop?"""


class Sweep:
    """The job that sends invitations. Its cost follows what is due, not how many are enrolled."""

    name = "sweep"

    def __init__(self, store: Store, *, zone: str, every: int = 20, calendar: Calendar | None = None) -> None:
        """`zone`: the program's, whose dates memberships have."""
        self.every = every
        self._store = store
        self._zone = zone
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
        today = local(now, self._zone).date()
        rows = due_rows(conn, now, today)
        if not rows:
            return 0
        people = sorted({row.person_id for row in rows})
        spans = spans_of(conn, sorted({(row.program_id, row.person_id) for row in rows}), now, today)
        lately = recent(conn, people, now)
        changes = Changes()
        for row in rows:
            case = case_of(row, spans.get(row.person_id, ()), lately)
            verdict = decide(case, now, self._calendar)
            _note(changes, row, case, verdict, now)
            _remember(lately, row, verdict, now)
        write(conn, changes, people, now)
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
        wording = KEEP if row.slot == 0 and plan.unanswered >= ASK_AFTER else WORDINGS[row.kind]
        text = wording.reminder if row.slot == REMINDER else wording.first
        changes.invited[wording.flow, text].append(row.id)
        if row.slot != REMINDER:
            changes.shown.append(row.id)
        if wording is KEEP:
            changes.asked.append(row.id)
        if row.slot == 0:
            _first(changes, row, case, now)
            plan = replace(plan, unanswered=plan.unanswered + 1)
    else:
        changes.skipped[verdict.reason].append(row.id)
    if row.slot == 0 and case.active and is_known(case.zone) and plan.unanswered <= ASK_AFTER:
        _plan_next(changes, row, case, plan, now)


def _first(changes: Changes, row: Row[Any], case: Case, now: datetime) -> None:
    changes.first.append(row.id)
    changes.counted.append(row.plan_id)
    times = reminder(now, quiet=case.quiet, zone=case.zone)
    if times is not None and case.plan.unanswered < ASK_AFTER:
        changes.reminded[times].append(row.id)


def _plan_next(changes: Changes, row: Row[Any], case: Case, plan: Plan, now: datetime) -> None:
    last = Due(local_date=row.local_date, due_at=row.due_at, late_at=row.late_at)
    found = next_due(plan, zone=case.zone, quiet=case.quiet, last=last, now=now, catch_up=True)
    if found is not None:
        changes.planned.append(
            {
                "program_id": row.program_id,
                "person_id": row.person_id,
                "plan_id": row.plan_id,
                "local_date": found.local_date,
                "slot": 0,
                "zone": case.zone,
                "due_at": found.due_at,
                "late_at": found.late_at,
                "state": "planned",
                "why": "weekly",
                "talk_id": new_id(),
            }
        )


_NEXT = select(func.min(occurrences.c.due_at)).where(IS_PLANNED)
