"""Another person's move, or a timer, played as this person's own turn."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from adapters.port import Lane, Reply
from bot.people.alerts import OVER_NOW, alert_of, alerts_of
from bot.presentation.fixed import text
from bot.store.draft import Delete
from bot.store.tables import inbox
from bot.turns import alerting, leaving, stack
from bot.turns.conclude import conclude
from bot.turns.first import open_safety
from bot.turns.frames import Frame
from bot.turns.work import Move, Told, Work
from conversations.fixed import FIXED
from conversations.steps import WaitFor

AWAY = timedelta(hours=1)
"""After so long without a move in the open talk nobody is interrupted by news: an answer of today is not
kept back for the twelve hours until that talk is set aside."""


class Postponed(Exception):
    """Another talk is being held: the move waits until it has ended, or was left for an hour."""


def play_move(work: Work) -> Told:
    """Play one inbox row. Raises Postponed."""
    move = work.heard.move
    if move is None:
        return Told(Reply())
    forget_move(work)
    if "coach" in work.roles:
        work.publish_home()
    if move.kind == OVER_NOW:
        return Told(Reply())
    if move.kind in _OPENERS:
        return _request(work, move)
    if move.kind == "assignment-ended":
        _part(work)
        work.post_fixed(text("assignment.ended"), lane=Lane.ALERT)
        return Told(Reply())
    return _event(work, move.kind, _waiting(work, move.thread, move.talk))


_OPENERS = {"alert": ("opener.alert", "!open"), "alert.reminder": ("opener.alert-again", "!open:again")}


def _request(work: Work, move: Move) -> Told:
    """A coach hears that something waits: a neutral opener here, a content-free notice by another channel."""
    name, key = _OPENERS[move.kind]
    talk = f"alert:{move.thread}"
    work.post_fixed(text(name), key=key, lane=Lane.ALERT, flow="coach-alert", talk=talk)
    work.notices.append((work.seen.account, move.kind))
    return Told(Reply())


def _part(work: Work) -> None:
    """Coach and trainee work together no longer: what the coach may not read any more is closed."""
    for alert in alerts_of(work.conn, work.person_id, work.today):
        if alert.is_cut(work.person_id):
            alerting.cut(work, alert)
            for frame in [one for one in work.frames if one.thread_id == alert.thread_id]:
                leaving.end(work, work.opened(frame), "cut")


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
        return _late_news(work, kind)
    if frame.state != "waiting" or _is_in_a_talk(work):
        raise Postponed
    waiting = stack.replay(work, work.opened(frame)).waiting
    if not isinstance(waiting, WaitFor):
        return Told(Reply())
    event = (
        waiting.otherwise if kind == "timer" else _named(work, kind.removeprefix("alert."), frame.thread_id)
    )
    stack.happen(work, frame, waiting, event)
    return conclude(work)


def _is_in_a_talk(work: Work) -> bool:
    """Whether somebody is interrupted by news. Who left a talk an hour ago is not; a safety question is."""
    top = work.top
    if top is None or top.due_at is None:
        return top is not None
    moved_at = top.due_at - timedelta(seconds=top.flow.parks_after)
    return open_safety(work) is not None or work.now < moved_at + AWAY


def _named(work: Work, event: str, thread: str) -> str:
    """The event with its detail: a time in this person's zone, or who has it next."""
    alert = alert_of(work.conn, thread, work.today)
    if alert is None:
        return event
    if event == "passed":
        return f"{event} {alert.coach_name}"
    if event in {"proposed", "accepted", "another"} and alert.proposed:
        when = datetime.fromisoformat(alert.proposed).replace(tzinfo=ZoneInfo(alert.zone))
        return f"{event} {when.astimezone(ZoneInfo(work.zone)):%A %d %B, %H:%M}"
    return event


def _late_news(work: Work, kind: str) -> Told:
    """The talk is over, the news is not: a fixed line says it. A timer of a talk that is over is no news."""
    words = f"alert.news-{kind.removeprefix('alert.')}"
    if words in FIXED:
        work.post_fixed(text(words), lane=Lane.ALERT)
    return Told(Reply())
