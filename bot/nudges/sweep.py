"""The sweep: what is due becomes rows of the outbox, in sets, decrypting nothing.

A batch is one transaction: the invitation's row, its mark, the reminder and the plan's next date stand or
fall together, so a kill at any point loses none and doubles none.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from itertools import chain, repeat
from typing import Any

from sqlalchemy import Connection, func, select

from bot.failpoints import hit
from bot.ids import new_id
from bot.nudges.dates import ASK_AFTER, Due, Plan, next_due, reminder
from bot.nudges.due import (
    BATCHES,
    IS_PLANNED,
    Alike,
    DueRow,
    Recent,
    case_of,
    due_rows,
    is_awaited,
    recent,
    spans_of,
)
from bot.nudges.plans import CHECK_IN
from bot.nudges.sets import Changes, write
from bot.nudges.verdicts import REMINDER, Case, Invite, Move, Verdict, decide
from bot.nudges.windows import Calendar, Span
from bot.nudges.zones import is_known, local
from bot.store.many import by_index
from bot.store.prepared import Prepared
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


@dataclass(frozen=True)
class _Judged:
    """What becomes of an occurrence; its reminder and the plan's next date. `asks` whether to go on."""

    verdict: Verdict
    asks: bool = False
    again: Due | None = None
    following: Due | None = None


class Sweep:
    """The job that sends invitations. Its cost follows what is due, not how many are enrolled."""

    name = "sweep"

    def __init__(
        self,
        store: Store,
        *,
        zone: str,
        every: int = 20,
        calendar: Calendar | None = None,
        wake: Callable[[], None] = lambda: None,
    ) -> None:
        """`zone`: the program's, whose dates memberships have. `wake`: there is something to send now."""
        self.every = every
        self._wake = wake
        self._store = store
        self._zone = zone
        self._calendar = calendar

    def next_due(self) -> datetime | None:
        found: datetime | None = self._store.read(lambda conn: _NEXT.first(conn).due_at)
        return found

    def run(self, now: datetime) -> int:
        """Judge all that is due. Returns how many occurrences were judged."""
        done = 0
        for size in chain(BATCHES, repeat(BATCHES[-1])):
            number = self._store.write(partial(self._batch, now=now, size=size))
            if number == 0:
                break
            hit("sweep.after-commit")
            self._wake()  # the first need not wait for the last
            done += number
        return done

    def _batch(self, conn: Connection, *, now: datetime, size: int) -> int:
        today = local(now, self._zone).date()
        rows = due_rows(conn, now, today, size)
        if not rows:
            return 0
        by_index(conn)
        people = sorted({row.person_id for row in rows})
        spans = spans_of(conn, sorted({(row.program_id, row.person_id) for row in rows}), now, today)
        lately = recent(conn, people, now)
        changes, alike = Changes(), dict[Alike, _Judged]()
        for row in rows:
            judged = self._judged(row, spans.get(row.person_id, ()), lately, alike, now)
            _note(changes, row, judged)
            _remember(lately, row, judged.verdict, now)
        write(conn, changes, people, now)
        hit("sweep.before-commit")
        return len(rows)

    def _judged(
        self, row: DueRow, spans: Sequence[Span], lately: Recent, alike: dict[Alike, _Judged], now: datetime
    ) -> _Judged:
        """Most of those due at once have the same plan and nothing of their own: they are judged once."""
        own = self._calendar or spans or lately.sent.get(row.person_id)
        key = (row.alike, is_awaited(row, lately))
        found = None if own else alike.get(key)
        if found is None:
            found = _judge(case_of(row, spans, lately), now, self._calendar)
            if not own:
                alike[key] = found
        return found


def _judge(case: Case, now: datetime, calendar: Calendar | None) -> _Judged:
    verdict = decide(case, now, calendar)
    if isinstance(verdict, Move) or case.slot:
        return _Judged(verdict)
    is_first = isinstance(verdict, Invite)
    asks = is_first and case.plan.unanswered >= ASK_AFTER
    plan = replace(case.plan, unanswered=case.plan.unanswered + is_first)
    last = Due(local_date=case.local_date, due_at=case.due_at, late_at=case.late_at)
    return _Judged(
        verdict,
        asks=asks,
        again=_reminder(case, last, now) if is_first and not asks else None,
        following=_following(case, plan, last, now),
    )


def _reminder(case: Case, last: Due, now: datetime) -> Due | None:
    times = reminder(now, quiet=case.quiet, zone=case.zone)
    return replace(last, due_at=times[0], late_at=times[1]) if times else None


def _following(case: Case, plan: Plan, last: Due, now: datetime) -> Due | None:
    if not (case.active and is_known(case.zone) and plan.unanswered <= ASK_AFTER):
        return None
    return next_due(plan, zone=case.zone, quiet=case.quiet, last=last, now=now, catch_up=True)


def _remember(lately: Recent, row: DueRow, verdict: Verdict, now: datetime) -> None:
    """A second occurrence of the same person in this batch sees the first."""
    if isinstance(verdict, Invite):
        lately.sent[row.person_id].append((now, row.slot))
        lately.awaited.add((row.plan_id, row.local_date))


def _note(changes: Changes, row: DueRow, judged: _Judged) -> None:
    verdict = judged.verdict
    if isinstance(verdict, Invite):
        _invite(changes, row, KEEP if judged.asks else WORDINGS[row.kind])
    elif isinstance(verdict, Move):
        why = row.why if row.slot else "catch-up"
        moved = {"b_due": verdict.due, "b_late": verdict.late, "b_reason": verdict.reason, "b_why": why}
        changes.moved.append({"b_id": row.id, **moved})
    else:
        changes.skipped[verdict.reason].append(row.id)
    if judged.again is not None:
        changes.planned.append(_planned(row, judged.again, slot=REMINDER, why="reminder", talk=row.talk_id))
    if judged.following is not None:
        changes.planned.append(_planned(row, judged.following, slot=0, why="weekly", talk=new_id()))


def _invite(changes: Changes, row: DueRow, wording: Wording) -> None:
    text = wording.reminder if row.slot == REMINDER else wording.first
    changes.invited[wording.flow, text].append(row.id)
    if row.slot != REMINDER:
        changes.shown[row.person_id] = row.id
    if wording is KEEP:
        changes.asked.append(row.id)
    if row.slot == 0:
        changes.first.append(row.id)
        changes.counted.append(row.plan_id)


def _planned(row: DueRow, due: Due, *, slot: int, why: str, talk: str) -> dict[str, Any]:
    """A new occurrence of the same plan."""
    return {
        "program_id": row.program_id,
        "person_id": row.person_id,
        "plan_id": row.plan_id,
        "local_date": due.local_date,
        "slot": slot,
        "zone": row.zone,
        "due_at": due.due_at,
        "late_at": due.late_at,
        "state": "planned",
        "why": why,
        "talk_id": talk,
    }


_NEXT = Prepared(select(func.min(occurrences.c.due_at).label("due_at")).where(IS_PLANNED))
