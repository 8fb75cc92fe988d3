"""Reads beyond the plain answer's: the coach directory, a person's own weeks, a thread's words."""

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Integer, bindparam, select

from bot.days import dated
from bot.people.alerts import OVER
from bot.people.checked import not_checked_since
from bot.people.coaches import Coach, eligible
from bot.people.ranges import holds_on
from bot.presentation.home import WEEKS
from bot.store.prepared import Prepared
from bot.store.tables import assignments, coaches, measures
from bot.turns.consents import recipients
from bot.turns.work import Work


@dataclass(frozen=True)
class Measure:
    """One kept answer of the person's own."""

    at: datetime
    name: str
    value: str


def coach_directory(work: Work) -> tuple[Coach, ...]:
    """Coaches whom this person may ask today; none who is new to them where evaluators were not checked."""
    offered = eligible(work.conn, work.house.program_id, work.person_id, work.today)
    if not unchecked(work):
        return offered
    known = recipients(work, "alert") | _assigned(work)
    return tuple(coach for coach in offered if coach.id in known)


def unchecked(work: Work) -> str:
    """Since which day nobody has checked who evaluates whom, in words; "" while the list may be relied on."""
    day = not_checked_since(work.conn, work.house.program_id, work.today)
    return dated(day) if day else ""


def _assigned(work: Work) -> frozenset[str]:
    held = select(assignments.c.coach_id).where(
        assignments.c.trainee_id == work.person_id,
        holds_on(assignments, work.today),
    )
    return frozenset(work.conn.execute(held).scalars())


def coach_named(work: Work, trainee_id: str, coach_id: str) -> Coach | None:
    """One coach, if that trainee may have them today."""
    offered = eligible(work.conn, work.house.program_id, trainee_id, work.today)
    return next((coach for coach in offered if coach.id == coach_id), None)


def is_full(work: Work, coach_id: str) -> bool:
    """Whether that coach takes no messages now."""
    full = select(coaches.c.full).where(coaches.c.person_id == coach_id)
    return bool(work.conn.execute(full).scalar())


def own_measures(work: Work, name: str, most: int = WEEKS) -> tuple[Measure, ...]:
    """The person's own last answers of this name, newest first."""
    found = []
    for row in _MEASURES.all(work.conn, person=work.person_id, most=most * 4):
        place = f"measures/{row.talk_id}/{row.key}"
        kept, value = json.loads(work.house.keys.open(work.subject, place, row.body))
        if kept == name:
            found.append(Measure(row.at, kept, value))
    return tuple(found[:most])


_MEASURES = Prepared(
    select(measures)
    .where(measures.c.person_id == bindparam("person"))
    .order_by(measures.c.at.desc())
    .limit(bindparam("most", type_=Integer))
)


def thread_sent(work: Work, thread_id: str) -> dict[str, str]:
    """What was sent in a thread (words, tier, request), for whom it concerns now; else empty."""
    alert = work.alert(thread_id)
    if alert is None or alert.body is None or not alert.part(work.person_id):
        return {}
    if alert.state in OVER and alert.part(work.person_id) == "coach":
        return {}
    opened = work.house.keys.open(f"thread:{thread_id}", f"threads/{thread_id}/body", alert.body)
    sent: dict[str, str] = json.loads(opened)
    return sent
