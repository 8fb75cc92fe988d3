"""What a turn writes about a person's weekly plan: made, changed, opened, answered.

Each function reads the plan as it stands and replaces the planned occurrence: said twice is said once.
A job does not see its own writes, so what the turn has gathered so far is handed in as `pending`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Table, bindparam, func, select
from sqlalchemy.exc import NoResultFound

from bot.ids import new_id
from bot.nudges.dates import Due, Plan, next_due
from bot.nudges.pending import as_left
from bot.nudges.verdicts import REMINDER
from bot.nudges.windows import Quiet
from bot.nudges.zones import instant, local
from bot.store.draft import Delete, Insert, Update, Upsert, Write
from bot.store.prepared import Prepared
from bot.store.tables import occurrences, persons, plans, talks

Writes = tuple[Write, ...]
CHECK_IN = "check-in"
USUAL = Plan(weekday=6, minute=18 * 60)  # Sunday 18:00, every week
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True, kw_only=True)
class Planned:
    """A person's plan as it stands, or the usual one where there is none yet (`is_new`).

    `last`: the weekly one that came last, or was passed over. `ahead`: (slot, occurrence) of every invitation
    that is planned, one that was put off too.
    """

    person_id: str
    program_id: str
    plan: Plan
    quiet: Quiet
    last: Due | None
    ahead: tuple[tuple[int, Due], ...] = ()
    is_new: bool = False

    @property
    def id(self) -> int:
        return plan_id(self.person_id, CHECK_IN)


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
) -> Writes:
    """Make or change the weekly check-in, and plan its next date in `zone`. Empty: make the usual plan.

    `change`: check_in_every ("0" for only when asked), weekday ("6" or "sunday"), time ("18:00"); other names
    only plan anew. Raises ValueError for a value that names no weekday, time or number.
    """
    planned = read_plan(conn, person_id, pending)
    planned = replace(planned, plan=_changed(planned.plan, change))
    found = _next(planned, zone, _tomorrow(now, zone) if _held_today(conn, person_id, zone, now) else now)
    return (_plan_row(planned), *_replan(planned, found, zone))


def opened_writes(
    conn: Connection, person_id: str, talk: str, zone: str, now: datetime, pending: Sequence[Write] = ()
) -> Writes:
    """The person pressed one or began one: none was ignored, no reminder comes, the interval is theirs again.

    It stands for its day: one planned for that day or put off to it falls away, one put off further does not.
    """
    rows = _OF_TALK.all(conn, talk=talk, person=person_id)
    planned = read_plan(conn, person_id, pending)
    return (*_marks(rows, _OPENED), *_held(planned, zone, now, is_answered=False))


def answered_writes(
    conn: Connection, person_id: str, talk: str, zone: str, now: datetime, pending: Sequence[Write] = ()
) -> Writes:
    """A check-in was answered, invited or begun by the person; one planned for the same day falls away.

    So does whatever was put off, to any day, and a reminder: they ask for the check-in that has now been
    held. One that had been opened before it was put off is the same talk, and falls away in the same way.
    """
    rows = _OF_TALK.all(conn, talk=talk, person=person_id)
    planned = read_plan(conn, person_id, pending)
    reminder = _no_more(planned, slot=REMINDER)
    return (*_marks(rows, _ANSWERED), reminder, *_held(planned, zone, now, is_answered=True))


_OPENED = {"invited": "opened", "planned": "skipped"}
_ANSWERED = {"invited": "answered", "opened": "answered", "planned": "skipped"}


def put_off_writes(planned: Planned, zone: str, now: datetime) -> tuple[Writes, Due | None]:
    """The person put one off: none was ignored, the interval is theirs again. With the next weekly one."""
    return _heard(planned, zone, now)


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


def read_plan(conn: Connection, person_id: str, pending: Sequence[Write] = ()) -> Planned:
    """The person's plan and what is planned, as this turn (`pending`) leaves them.

    Raises NoResultFound for an unknown person.
    """
    found = _STANDING.all(conn, person=person_id, plan=plan_id(person_id, CHECK_IN))
    if not found:
        raise NoResultFound
    rows = [row._asdict() for row in found]
    person = rows[0]
    held = [_columns(plans, row) for row in rows[:1] if row["plans_id"] is not None]
    plan = next(iter(as_left(held, plans, pending)), None)
    held = [_columns(occurrences, row) for row in rows if row["occurrences_id"] is not None]
    left = as_left(held, occurrences, pending)
    past = [_due(row) for row in left if row["slot"] == 0 and row["state"] != "planned"]
    return Planned(
        person_id=person_id,
        program_id=person["program_id"],
        plan=Plan(**{name: plan[name] for name in vars(USUAL)}) if plan else USUAL,
        quiet=Quiet(starts=person["quiet_from"], ends=person["quiet_until"]),
        last=max(past, key=lambda one: one.local_date, default=None),
        ahead=tuple((row["slot"], _due(row)) for row in left if row["state"] == "planned"),
        is_new=plan is None,
    )


def _columns(table: Table, row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: row[f"{table.name}_{name}"] for name in _READ[table.name]}


def _due(row: Mapping[str, Any]) -> Due:
    return Due(local_date=row["local_date"], due_at=row["due_at"], late_at=row["late_at"])


_READ = {
    "plans": ("id", *vars(USUAL)),
    "occurrences": ("id", "person_id", "plan_id", "slot", "state", *Due.__dataclass_fields__),
}
_other = occurrences.alias("other")
_LAST = (
    select(func.max(_other.c.local_date))
    .where(_other.c.person_id == persons.c.id, _other.c.plan_id == plans.c.id)
    .where(_other.c.slot == 0, _other.c.state != "planned")
    .scalar_subquery()
)
_IS_LAST = (occurrences.c.slot == 0) & (occurrences.c.local_date == _LAST)
_IS_AHEAD = (occurrences.c.state == "planned") & (occurrences.c.slot != 1)
_STANDING = Prepared(  # one row for each occurrence of interest, or one alone
    select(
        *(persons.c[name] for name in ("program_id", "quiet_from", "quiet_until")),
        *(
            table.c[name].label(f"{table.name}_{name}")
            for table in (plans, occurrences)
            for name in _READ[table.name]
        ),
    )
    .select_from(
        persons.outerjoin(plans, plans.c.id == bindparam("plan")).outerjoin(
            occurrences,
            (occurrences.c.person_id == persons.c.id)
            & (occurrences.c.plan_id == plans.c.id)
            & (_IS_LAST | _IS_AHEAD),
        )
    )
    .where(persons.c.id == bindparam("person"))
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
    names = {"program_id": planned.program_id, "person_id": planned.person_id, "kind": CHECK_IN}
    return Upsert(plans, {"id": planned.id} | names | vars(planned.plan), ("id",))


def _replan(planned: Planned, found: Due | None, zone: str) -> Writes:
    mine = {"person_id": planned.person_id, "plan_id": planned.id}
    gone = Delete(occurrences, mine | {"slot": 0, "state": "planned"})
    made = Insert(occurrences, occurrence_row(planned, found, zone)) if found else None
    return (gone, made) if made else (gone,)


def _heard(planned: Planned, zone: str, since: datetime) -> tuple[Writes, Due | None]:
    """The person spoke up: nothing counts as ignored, and the next weekly one comes after `since`."""
    if planned.is_new:
        return (), None
    planned = replace(planned, plan=replace(planned.plan, unanswered=0))
    found = _next(planned, zone, since)
    heard = Update(plans, {"id": planned.id}, {"unanswered": 0})
    return (heard, *_replan(planned, found, zone)), found


def _tomorrow(now: datetime, zone: str) -> datetime:
    return instant(local(now, zone).date() + timedelta(days=1), 0, zone)


def _held_today(conn: Connection, person_id: str, zone: str, now: datetime) -> bool:
    """Whether a check-in was begun on this local date: a changed plan brings no second one."""
    midnight = instant(local(now, zone).date(), 0, zone)
    mine = (talks.c.person_id == person_id, talks.c.flow == CHECK_IN, talks.c.opened_at >= midnight)
    return conn.execute(select(talks.c.id).where(*mine).limit(1)).first() is not None


_OF_TALK = Prepared(
    select(occurrences.c.id, occurrences.c.state, occurrences.c.slot).where(
        occurrences.c.talk_id == bindparam("talk"), occurrences.c.person_id == bindparam("person")
    )
)


def _held(planned: Planned, zone: str, now: datetime, *, is_answered: bool) -> Writes:
    """What this check-in stands for comes no more; the next one counts from the weekly one among that."""
    today, tomorrow = local(now, zone).date(), _tomorrow(now, zone)
    over = [
        (slot, due)
        for slot, due in planned.ahead
        if due.local_date <= today and (slot == 0 or is_answered or due.due_at < tomorrow)
    ]
    last = next((due for slot, due in over if slot == 0), planned.last)
    gone = (_no_more(planned, slot=slot, local_date=due.local_date) for slot, due in over)
    return (*gone, *_heard(replace(planned, last=last), zone, tomorrow)[0])


def _no_more(planned: Planned, **which: object) -> Write:
    mine = {"person_id": planned.person_id, "plan_id": planned.id, "state": "planned"}
    return Update(occurrences, mine | which, {"state": "skipped", "reason": "answered"})


def _marks(rows: Sequence[Any], states: Mapping[str, str]) -> Writes:
    return tuple(
        Update(occurrences, {"id": row.id}, {"state": states[row.state], "reason": "answered"})
        for row in rows
        if row.state in states and (row.slot or row.state != "planned")
    )
