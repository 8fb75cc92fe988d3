"""Leaving talks: close the stack, or set it aside.

A talk whose request is with somebody is neither closed nor set aside: the ladder is its only clock, and as
long as the request is open it can be answered and taken back.
"""

from bot.people.alerts import OVER
from bot.turns import closing
from bot.turns.frames import LATER_FOR, Frame
from bot.turns.work import Work


def end(work: Work, frame: Frame, how: str) -> None:
    """The talk is over. Whatever it waits under or holds up is the caller's to move."""
    frame.state, frame.ended, frame.due_at, frame.asks = "closed", how, None, ""
    work.moved[frame.id] = frame
    work.ended.append(frame)
    closing.closed(work, frame)


def stop(work: Work, *, but: Frame | None = None) -> None:
    """Close the whole stack but a safety talk (and `but`)."""
    leaving = [one for one in reversed(work.stack) if not one.flow.safety and one is not but]
    for frame in leaving:
        if not _rests(work, frame):
            end(work, work.opened(frame), "stopped")


def park(work: Work, *, but: Frame | None = None) -> bool:
    """Set the whole stack aside; the words that were typed in it are destroyed."""
    parking = [one for one in work.stack if not one.flow.safety and one is not but]
    for frame in parking:
        set_aside(work, work.opened(frame))
    return bool(parking)


def set_aside(work: Work, frame: Frame) -> None:
    """One talk waits to be picked up, as the person asked; its words are gone."""
    if _rests(work, frame):
        return
    work.moved[frame.id] = frame
    frame.state, frame.later, frame.words = "parked", True, {}
    frame.due_at = work.now + LATER_FOR


def _rests(work: Work, frame: Frame) -> bool:
    """Let it wait for news again, where what this person sent in it is still with somebody."""
    sent = work.alert(frame.thread_id) if frame.thread_id else None
    if sent is None or sent.part(work.person_id) != "trainee" or sent.state in OVER:
        return False
    work.moved[frame.id] = frame
    work.opened(frame).rest()
    return True
