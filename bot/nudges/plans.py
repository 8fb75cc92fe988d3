"""What a turn writes about a person's weekly plan: made, changed, opened, answered.

Each function reads the plan as it stands and replaces the planned occurrence: said twice is said once.
A job does not see its own writes, so what the turn has gathered so far is handed in as `pending`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, select

from bot.ids import new_id
from bot.nudges.dates import Due, Plan, next_due
from bot.nudges.windows import Quiet
from bot.nudges.zones import instant, local
from bot.store.draft import Delete, Insert, Update, Upsert, Write
from bot.store.tables import occurrences, persons, plans, talks

Writes = tuple[Write, ...]
CHECK_IN = "check-in"
USUAL = Plan(weekday=6, minute=18 * 60)  # Sunday 18:00, every week
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True, kw_only=True)
class Planned:
    """A person's plan as it stands, or the usual one where there is none yet (`is_new`)."""

    person_id: str
    program_id: str
    kind: str
    plan: Plan
    quiet: Quiet
    last: Due | None
    is_new: bool = False

    @property
    def id(self) -> int:
        return plan_id(self.person_id, self.kind)


def plan_id(person_id: str, kind: str) -> int:
    """The id of a person's plan, derived, so that plan and first occurrence are written at once."""
    return int.from_bytes(sha256(f"{person_id}\n{kind}".encode()).digest()[:8]) >> 1


def change_plan_writes(
    conn: Connection,
    person_id: str,
    zone: str,
    now: datetime,
    change: Mapping[str, str],
    pending: Sequence[Write] = (),
) -> tuple[Writes, str]:
    """Make or change the weekly check-in, and plan its next date in `zone`. Empty: make the usual plan.

    `change`: check_in_every ("0" for only when asked), weekday ("6" or "sunday"), time ("18:00"); other names
    only plan anew. The second value says when the next one comes ("Sunday 18:00", or "").
    Raises ValueError for a value that names no weekday, time or number.
    """
    planned = read_plan(conn, person_id, CHECK_IN, pending)
    planned = replace(planned, plan=_changed(planned.plan, change))
    found = _next(planned, zone, _tomorrow(now, zone) if _held_today(conn, person_id, zone, now) else now)
    said = f"{local(found.due_at, zone):%A %H:%M}" if found else ""
    return (_plan_row(planned), *_replan(planned, found, zone)), said


def opened_writes(
    conn: Connection, person_id: str, talk: str, zone: str, now: datetime, pending: Sequence[Write] = ()
) -> Writes:
    """The person pressed an invitation: none was ignored, no reminder comes, the interval is theirs again."""
    rows = _of_talk(conn, person_id, talk)
    states = {"invited": "opened", "planned": "skipped"}
    return (
        *_marks(rows, states),
        *_heard(read_plan(conn, person_id, CHECK_IN, pending), zone, now, begun=not rows),
    )


def answered_writes(
    conn: Connection, person_id: str, talk: str, zone: str, now: datetime, pending: Sequence[Write] = ()
) -> Writes:
    """A check-in was answered, invited or begun by the person; one planned for the same day falls away."""
    rows = _of_talk(conn, person_id, talk)
    states = {"invited": "answered", "opened": "answered", "planned": "skipped"}
    return (
        *_marks(rows, states),
        *_heard(read_plan(conn, person_id, CHECK_IN, pending), zone, now, begun=not rows),
    )


def put_off_writes(
    conn: Connection, person_id: str, kind: str, zone: str, now: datetime
) -> tuple[Writes, Due | None]:
    """The person put one off: none was ignored, the interval is theirs again. With the next occurrence."""
    planned = read_plan(conn, person_id, kind)
    return _heard(planned, zone, now, begun=False), _after(planned, zone, now, begun=False)[1]


def following(
    conn: Connection, person_id: str, talk: str, zone: str, now: datetime, pending: Sequence[Write] = ()
) -> tuple[Planned, Due | None]:
    """The plan and its next occurrence as `answered_writes` will leave them, were this talk finished now."""
    planned = read_plan(conn, person_id, CHECK_IN, pending)
    if planned.is_new:
        return planned, None
    return _after(planned, zone, now, begun=not _of_talk(conn, person_id, talk))


def unsent(conn: Connection, occurrence_id: int, reason: str) -> None:
    """An invitation never reached the person: it does not count as ignored, and no reminder follows it."""
    found = conn.execute(select(occurrences).where(occurrences.c.id == occurrence_id)).one_or_none()
    if found is None or found.state != "invited":
        return
    skipped = {"state": "skipped", "reason": reason}
    same = (occurrences.c.talk_id == found.talk_id) & (occurrences.c.slot == 1)
    conn.execute(occurrences.update().where(occurrences.c.id == occurrence_id).values(skipped))
    if found.slot == 0:
        conn.execute(occurrences.update().where(same, occurrences.c.state == "planned").values(skipped))
        counted = (plans.c.id == found.plan_id) & (plans.c.unanswered > 0)
        conn.execute(plans.update().where(counted).values(unanswered=plans.c.unanswered - 1))
    conn.execute(
        persons.update().where(persons.c.id == found.person_id).values(version=persons.c.version + 1)
    )


def read_plan(conn: Connection, person_id: str, kind: str, pending: Sequence[Write] = ()) -> Planned:
    """The person's plan with its last occurrence. Raises NoResultFound for an unknown person."""
    mine = select(plans.c.weekday, plans.c.minute, plans.c.every, plans.c.unanswered)
    row = conn.execute(mine.where(plans.c.id == plan_id(person_id, kind))).mappings().one_or_none()
    who = select(persons.c.program_id, persons.c.quiet_from, persons.c.quiet_until)
    person = conn.execute(who.where(persons.c.id == person_id)).one()
    found = _pending(plan_id(person_id, kind), pending) or row
    return Planned(
        person_id=person_id,
        program_id=person.program_id,
        kind=kind,
        plan=Plan(**found) if found else USUAL,
        quiet=Quiet(starts=person.quiet_from, ends=person.quiet_until),
        last=_last(conn, person_id, plan_id(person_id, kind)),
        is_new=found is None,
    )


def occurrence_row(planned: Planned, due: Due, zone: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - columns
    """A planned occurrence as a row."""
    return {
        "program_id": planned.program_id,
        "person_id": planned.person_id,
        "plan_id": planned.id,
        "local_date": due.local_date,
        "slot": 0,
        "zone": zone,
        "due_at": due.due_at,
        "late_at": due.late_at,
        "state": "planned",
        "why": "weekly",
        "talk_id": new_id(),
        **more,
    }


def _changed(plan: Plan, change: Mapping[str, str]) -> Plan:
    """The plan with what the person chose; a choice ends the count of unanswered ones."""
    plan = replace(plan, unanswered=0)
    if "check_in_every" in change:
        plan = replace(plan, every=max(0, int(change["check_in_every"])))
    if "weekday" in change:
        day = change["weekday"].casefold()
        plan = replace(plan, weekday=_DAYS.index(day) if day in _DAYS else int(day) % 7)
    if "time" in change:
        hour, _, minute = change["time"].partition(":")
        plan = replace(plan, minute=(int(hour) * 60 + int(minute)) % (24 * 60))
    return plan


def _next(planned: Planned, zone: str, now: datetime) -> Due | None:
    return next_due(planned.plan, zone=zone, quiet=planned.quiet, last=planned.last, now=now)


def _plan_row(planned: Planned) -> Write:
    names = {"program_id": planned.program_id, "person_id": planned.person_id, "kind": planned.kind}
    return Upsert(plans, {"id": planned.id} | names | vars(planned.plan), ("id",))


def _replan(planned: Planned, found: Due | None, zone: str) -> Writes:
    mine = {"person_id": planned.person_id, "plan_id": planned.id}
    gone = Delete(occurrences, mine | {"slot": 0, "state": "planned"})
    made = Insert(occurrences, occurrence_row(planned, found, zone)) if found else None
    return (gone, made) if made else (gone,)


def _heard(planned: Planned, zone: str, now: datetime, *, begun: bool) -> Writes:
    """The person spoke up: nothing counts as ignored. What they began stands for the rest of its day."""
    if planned.is_new:
        return ()
    planned, found = _after(planned, zone, now, begun=begun)
    heard = Update(plans, {"id": planned.id}, {"unanswered": 0})
    return (heard, *_replan(planned, found, zone))


def _after(planned: Planned, zone: str, now: datetime, *, begun: bool) -> tuple[Planned, Due | None]:
    planned = replace(planned, plan=replace(planned.plan, unanswered=0))
    return planned, _next(planned, zone, _tomorrow(now, zone) if begun else now)


def _tomorrow(now: datetime, zone: str) -> datetime:
    return instant(local(now, zone).date() + timedelta(days=1), 0, zone)


def _held_today(conn: Connection, person_id: str, zone: str, now: datetime) -> bool:
    """Whether a check-in was begun on this local date: a changed plan brings no second one."""
    midnight = instant(local(now, zone).date(), 0, zone)
    mine = (talks.c.person_id == person_id, talks.c.flow == CHECK_IN, talks.c.opened_at >= midnight)
    return conn.execute(select(talks.c.id).where(*mine).limit(1)).first() is not None


def _pending(plan: int, writes: Sequence[Write]) -> Mapping[str, Any] | None:
    """The plan as this turn leaves it, where it changes it."""
    mine = [write.row for write in writes if isinstance(write, Upsert) and write.row.get("id") == plan]
    names = vars(USUAL).keys()
    return {name: mine[-1][name] for name in names} if mine else None


def _of_talk(conn: Connection, person_id: str, talk: str) -> Sequence[Any]:
    mine = select(occurrences.c.id, occurrences.c.state, occurrences.c.slot)
    return conn.execute(mine.where(occurrences.c.talk_id == talk, occurrences.c.person_id == person_id)).all()


def _marks(rows: Sequence[Any], states: Mapping[str, str]) -> Writes:
    return tuple(
        Update(occurrences, {"id": row.id}, {"state": states[row.state], "reason": "answered"})
        for row in rows
        if row.state in states and (row.slot or row.state != "planned")
    )


def _last(conn: Connection, person_id: str, plan: int) -> Due | None:
    mine = (occurrences.c.person_id == person_id, occurrences.c.plan_id == plan, occurrences.c.slot == 0)
    found = conn.execute(
        select(occurrences.c.local_date, occurrences.c.due_at, occurrences.c.late_at)
        .where(*mine, occurrences.c.state != "planned")
        .order_by(occurrences.c.local_date.desc())
        .limit(1)
    )
    return next((Due(**row) for row in found.mappings()), None)
