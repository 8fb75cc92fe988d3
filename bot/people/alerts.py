"""The alert: the first kind of thread. Who may move it, and what each move tells the other.

State: sent, seen, acknowledged, proposed, agreed, call, closed, withdrawn, expired. Passing it on gives it to
the back-up that the trainee named, in state sent again. Nobody sees a refusal.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Date, bindparam, exists, select

from bot.people.barred import is_barred
from bot.people.coaches import Coach
from bot.people.ranges import holds_on
from bot.store.tables import alerts, memberships, persons, threads
from bot.store.talk_tables import ENDED
from conversations.alerts import OPEN_DAYS
from conversations.times import in_words

ANSWER_WITHIN = timedelta(hours=4)
"""Promised answer to a call, counted inside the coach's staffed hours."""
EXPIRES_AFTER = timedelta(days=OPEN_DAYS)
OPEN_AFTER = timedelta(days=14)
"""How long what somebody has taken up stays open after the last move, or after the time they agreed on."""
WAITS, IS_LATE, TAKEN_UP, ONLY_TOLD = range(4)
"""Steps of the ladder: next it is late, next it runs out, next it closes. Every live request has one.

Of what somebody is only told no answer is due: it is never late, and closes when its time is over.
"""
OVER = ENDED
OVER_NOW = "alert-over"
"""A move without words: it leaves the coach's own surface, also while news of it waits for an open talk."""

COACH_MOVES = {
    "open": frozenset({"sent", "seen", "acknowledged", "proposed", "agreed", "call"}),
    "acknowledge": frozenset({"sent", "seen"}),
    "propose": frozenset({"sent", "seen", "acknowledged", "proposed", "agreed", "call"}),
    "accept": frozenset({"acknowledged"}),
    "pass": frozenset({"sent", "seen", "acknowledged", "proposed", "agreed", "call"}),
    "close": frozenset({"acknowledged", "agreed", "call", "proposed"}),
}
TRAINEE_MOVES = {
    "accept": frozenset({"proposed"}),
    "another": frozenset({"proposed"}),
    "call": frozenset({"proposed"}),
    "withdraw": frozenset({"sent", "seen", "acknowledged", "proposed", "agreed", "call"}),
    "close": frozenset({"sent", "seen", "acknowledged", "proposed", "agreed", "call"}),
}
BECOMES = {
    "open": "seen",
    "acknowledge": "acknowledged",
    "propose": "proposed",
    "pass": "sent",
    "accept": "agreed",
    "another": "acknowledged",
    "call": "call",
    "withdraw": "withdrawn",
    "close": "closed",
}
HEARD_AS = {
    "open": "seen",
    "acknowledge": "acknowledged",
    "propose": "proposed",
    "pass": "passed",
    "accept": "accepted",
    "another": "another",
    "call": "call",
    "withdraw": "withdrawn",
    "close": "settled",
}


@dataclass(frozen=True)
class Alert:
    """An alert with its thread's state."""

    thread_id: str
    program_id: str
    trainee_id: str
    coach_id: str
    backup_id: str
    proposed: str
    zone: str
    state: str
    step: int
    expires_at: datetime
    created_at: datetime
    body: bytes | None
    trainee_name: str
    coach_name: str
    is_coached: bool

    def part(self, person_id: str) -> str:
        """What this person is in it: trainee, coach or nobody. A coach who is barred is nobody."""
        if person_id == self.trainee_id:
            return "trainee"
        return "coach" if person_id == self.coach_id and self.is_coached else ""

    @property
    def asked_for(self) -> datetime | None:
        """The time that the trainee asks for and the coach has not answered yet, as an instant."""
        return self.meets_at if self.state == "acknowledged" else None

    @property
    def meets_at(self) -> datetime | None:
        """The time that was proposed last, as an instant."""
        if not self.proposed:
            return None
        return datetime.fromisoformat(self.proposed).replace(tzinfo=ZoneInfo(self.zone)).astimezone(UTC)

    def meets(self, zone: str) -> str:
        """The same in words, on the wall clock of that zone; "" where no time was proposed."""
        return in_words(self.meets_at.astimezone(ZoneInfo(zone))) if self.meets_at else ""

    def has_gone_by(self, now: datetime) -> bool:
        """Whether the time that was proposed last is over: nobody can meet at it any more."""
        return self.meets_at is not None and self.meets_at <= now

    def may(self, person_id: str, move: str) -> bool:
        """Whether this person may make this move now."""
        moves = {"trainee": TRAINEE_MOVES, "coach": COACH_MOVES}.get(self.part(person_id), {})
        if move == "pass" and not self.backup_id:
            return False
        if move == "accept" and not self.proposed:
            return False
        return self.state in moves.get(move, frozenset())


def promised(coach: Coach, tier: str, now: datetime) -> datetime:
    """When an answer is due: as soon as the request's own text says (domain brief, E1).

    By the end of the next working day; else four staffed hours on, or when the window ends if that is sooner.
    """
    if tier == "next-working-day":
        return coach.next_day(now)[1]
    start, end = coach.window(now)
    return min(max(start, now) + ANSWER_WITHIN, end)


def waiting(coach: Coach, tier: str, now: datetime) -> dict[str, object]:
    """The ladder of what waits for this coach from now on; of tier "none" nobody waits for an answer."""
    due = promised(coach, tier, now)
    over = due + EXPIRES_AFTER
    if tier == "none":
        return {"due_at": over, "expires_at": over, "step": ONLY_TOLD}
    return {"due_at": due, "expires_at": over, "step": WAITS}


def taken_up(now: datetime, meets_at: datetime | None = None) -> dict[str, object]:
    """The ladder of what somebody has, is asked about, or has agreed on."""
    return {"due_at": max(now, meets_at or now) + OPEN_AFTER, "step": TAKEN_UP}


_TODAY = bindparam("today", type_=Date)
_BARRED = is_barred(alerts.c.coach_id, alerts.c.trainee_id, alerts.c.program_id, _TODAY)
_COACHES = exists().where(
    memberships.c.person_id == alerts.c.coach_id,
    memberships.c.program_id == alerts.c.program_id,
    memberships.c.role == "coach",
    holds_on(memberships, _TODAY),
)
IS_COACHED = _COACHES & ~_BARRED
"""Whether whoever has an alert may still read it, on the day that is bound as `today`."""
_trainee, _coach = persons.alias("trainee"), persons.alias("coach")
_READ = (
    select(
        alerts,
        threads.c.state,
        threads.c.body,
        threads.c.created_at,
        _trainee.c.name.label("trainee_name"),
        _coach.c.name.label("coach_name"),
        IS_COACHED.label("is_coached"),
    )
    .join(threads, threads.c.id == alerts.c.thread_id)
    .join(_trainee, _trainee.c.id == alerts.c.trainee_id)
    .join(_coach, _coach.c.id == alerts.c.coach_id)
)


def alert_of(conn: Connection, thread_id: str, today: date) -> Alert | None:
    """One alert, or None."""
    row = conn.execute(_READ.where(alerts.c.thread_id == thread_id), {"today": today}).first()
    return _alert(row) if row is not None else None


def alerts_of(conn: Connection, person_id: str, today: date) -> tuple[Alert, ...]:
    """Alerts that this person sent or holds, newest first."""
    mine = (alerts.c.trainee_id == person_id) | (alerts.c.coach_id == person_id)
    rows = conn.execute(_READ.where(mine).order_by(threads.c.created_at.desc()), {"today": today})
    return tuple(_alert(row) for row in rows)


def texts_sent(conn: Connection, person_id: str, today: date) -> tuple[tuple[Alert, bytes], ...]:
    """Requests of this person whose text is still held, newest first, each with that text as it is sealed."""
    found = alerts_of(conn, person_id, today)
    return tuple((one, one.body) for one in found if one.part(person_id) == "trainee" and one.body)


def _alert(row: Any) -> Alert:  # noqa: ANN401 - a row of the statement above
    return Alert(**{name: getattr(row, name) for name in Alert.__dataclass_fields__})
