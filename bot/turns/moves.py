"""Another person's move, or a timer, played as this person's own turn."""

from datetime import date, timedelta

from sqlalchemy import select

from adapters.port import Lane, Reply
from bot import days
from bot.people.alerts import OVER_NOW, Alert
from bot.people.coaches import coach_of
from bot.presentation.fixed import text
from bot.presentation.views import plain_card
from bot.store.draft import Delete
from bot.store.tables import assignments, inbox
from bot.turns import news, stack
from bot.turns.conclude import conclude
from bot.turns.first import open_safety
from bot.turns.frames import Frame
from bot.turns.standing import retire_cards
from bot.turns.work import Move, Told, Work
from conversations.steps import WaitFor
from conversations.texts import Said

AWAY = timedelta(hours=1)
"""After so long without a move in the open talk nobody is interrupted by news: an answer of today is not
kept back for the twelve hours until that talk is set aside."""


_NOT_TO_WAIT = frozenset(
    {"alert.late", "alert.expired", "alert.settled", "alert.lapsed", "alert.closed", "alert.cut"}
)
"""Told though the talk was left at a question of its own; picked up again, it says that this is over."""


class Postponed(Exception):
    """Another talk is being held: the move waits until it has ended, or was left for an hour."""


def play_move(work: Work) -> Told:
    """Play one inbox row. Raises Postponed."""
    move = work.heard.move
    if move is None:
        return Told(Reply())
    forget_move(work)
    if "coach" in work.roles or move.kind == OVER_NOW:
        work.publish_home()
    if move.kind == OVER_NOW:
        retire_cards(work, (f"alert:{move.thread}",), "card.finished")
        return Told(Reply())
    if move.kind in _OPENERS:
        return _request(work, move)
    if move.kind == "assignment-ended":
        return _parted(work, move)
    return _event(work, move.kind, _waiting(work, move.thread, move.talk))


_OPENERS = {"alert": ("opener.alert", "!open"), "alert.reminder": ("opener.alert-again", "!open:again")}


def _request(work: Work, move: Move) -> Told:
    """A coach hears that something waits: a neutral opener here, a content-free notice by another channel."""
    name, key = _OPENERS[move.kind]
    talk = f"alert:{move.thread}"
    work.post_fixed(text(name), key=key, lane=Lane.ALERT, flow="coach-alert", talk=talk)
    work.notices.append((work.seen.account, move.kind))
    return Told(Reply())


def _parted(work: Work, move: Move) -> Told:
    """Coach and trainee hear at once from which day on they work together no longer; the ladder cuts then."""
    day = _last_day(work, move)
    if day is None or day <= work.today:
        work.post_fixed(text("assignment.ended"), lane=Lane.ALERT)
    else:
        said = Said(text("assignment.ends"), {"day": days.day(day)})
        work.post(plain_card((work.house.wordings.of(said),)), None, "", lane=Lane.ALERT)
    return Told(Reply())


def _last_day(work: Work, move: Move) -> date | None:
    """The day on which the assignment that the move's id names no longer holds."""
    _, program, coach, trainee, starts, _ = move.id.split(":")
    ended = select(assignments.c.ends).where(
        assignments.c.program_id == program,
        assignments.c.coach_id == coach,
        assignments.c.trainee_id == trainee,
        assignments.c.starts == date.fromisoformat(starts),
    )
    found: date | None = work.conn.execute(ended).scalar()
    return found


def forget_move(work: Work) -> None:
    """The row is played, or there is nobody to play it for."""
    move = work.heard.move
    if move is not None and move.kind != "timer":
        work.write(Delete(inbox, {"id": move.id}))


def _waiting(work: Work, thread: str, talk: str) -> Frame | None:
    for frame in work.frames:
        if frame.state in {"waiting", "open", "parked"} and (
            frame.id == talk if talk else frame.thread_id == thread
        ):
            return frame
    return None


def _event(work: Work, kind: str, frame: Frame | None) -> Told:
    if frame is None:
        return _late_news(work)
    if frame.state == "parked" and kind in _NOT_TO_WAIT:
        return _late_news(work)
    if frame.state != "waiting" or _is_in_a_talk(work):
        raise Postponed
    if kind == "alert.proposed" and not _is_asked(work, frame.thread_id):
        return Told(Reply())
    waiting = stack.replay(work, work.opened(frame)).waiting
    if not isinstance(waiting, WaitFor):
        return Told(Reply())
    event = (
        waiting.otherwise if kind == "timer" else _named(work, kind.removeprefix("alert."), frame.thread_id)
    )
    stack.happen(work, frame, waiting, event)
    return conclude(work)


def _is_asked(work: Work, thread: str) -> bool:
    """Whether a proposed time still waits for an answer, and got none with an earlier one."""
    alert = work.alert(thread)
    return alert is not None and alert.may(work.person_id, "accept")


def _is_in_a_talk(work: Work) -> bool:
    """Whether somebody is interrupted by news. Who left a talk an hour ago is not; a safety question is."""
    top = work.top
    return top is not None and (open_safety(work) is not None or work.now < top.touched_at + AWAY)


def _named(work: Work, event: str, thread: str) -> str:
    """The event with its detail: a time in this person's zone, or when it is likely to be seen next."""
    alert = work.alert(thread)
    if alert is None:
        return event
    if event == "passed":
        return _passed(work, alert)
    if event in {"proposed", "accepted", "another"} and alert.proposed:
        return f"{event} {alert.meets(work.zone)}"
    return event


def _passed(work: Work, alert: Alert) -> str:
    coach = coach_of(work.conn, alert.program_id, alert.coach_id)
    if coach is None:
        return "passed-outside later"
    event = "passed" if coach.here(work.now) else "passed-outside"
    return f"{event} {coach.likely_seen(work.now, work.zone)}"


def _late_news(work: Work) -> Told:
    """The talk is over, the news is not: a line says it. A timer of a talk that is over is no news."""
    if not news.is_of_nothing_heard(work):
        news.tell(work)
    return Told(Reply())
