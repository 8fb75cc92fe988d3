"""Talks on a stack: start, advance to the next question, close, park, resume."""

from datetime import timedelta
from typing import Any

from bot.ids import new_id
from bot.nudges.plans import CHECK_IN, opened_writes
from bot.program.resources import Resource
from bot.turns import facts, leaving
from bot.turns.effects import decide
from bot.turns.frames import Frame
from bot.turns.reading import thread_sent
from bot.turns.revisable import carry_out, close_counts
from bot.turns.work import Work
from conversations.catalogue import FLOWS
from conversations.engine import THREAD, Run, happened, run, settled
from conversations.journal import Journal, Json
from conversations.steps import Continue, Perform, Question, WaitFor


def replay(work: Work, frame: Frame) -> Run:
    """Run the frame's flow over its recorded answers; once a turn for each state of its journal."""
    words = _words(work, frame)
    held = work.runs.get(frame.id)
    if held is None or held[0] is not frame.journal or held[1] != words:
        held = work.runs[frame.id] = (
            frame.journal,
            words,
            run(frame.flow, frame.facts, frame.journal, words),
        )
    return held[2]


def replay_to(work: Work, frame: Frame, entries: int) -> Run:
    """The same with the first recorded answers alone: where the talk stood then."""
    return run(frame.flow, frame.facts, Journal(frame.journal.entries[:entries]), _words(work, frame))


def _words(work: Work, frame: Frame) -> dict[str, Json]:
    sent = _sent(work, frame.thread_id) if frame.thread_id else {}
    return {**frame.words, THREAD: sent["words"]} if sent else dict(frame.words)


def _sent(work: Work, thread: str) -> dict[str, str]:
    """What was sent in a thread, read once a turn."""
    if thread not in work.sent:
        work.sent[thread] = thread_sent(work, thread)
    return work.sent[thread]


def start(
    work: Work, name: str, given: dict[str, str], *, talk: str = "", parent: Frame | None = None
) -> Frame:
    """Put a talk on the stack and advance it to its first question."""
    flow = FLOWS[name]
    rank = max((frame.rank for frame in work.frames), default=0) + 1
    frame = Frame(
        id=talk or new_id(),
        flow=flow,
        person_id=work.person.id,
        account_id=work.seen.account_id or 0,
        rank=rank,
        opened_at=work.now,
        touched_at=work.now,
        parent_id=parent.id if parent else "",
        parent_key=parent.asks if parent else "",
        thread_id=given.get("thread", ""),
        facts=facts.build(work, flow, given),
    )
    work.frames.append(frame)
    if name == CHECK_IN and not talk:  # begun without an invitation: none comes for the rest of the day
        work.write(*opened_writes(work.conn, work.person_id, frame.id, work.zone, work.now, work.writes))
        work.publish_home()
    advance(work, frame)
    return frame


def advance(work: Work, frame: Frame) -> None:
    """Go on to the next question, wait or end, carrying out what comes before it."""
    touch(work, frame)
    while True:
        found = replay(work, frame)
        work.said.extend((frame, said) for said in found.said)
        waiting = found.waiting
        if isinstance(waiting, Perform):
            outcome = decide(work, frame, waiting.effect)
            frame.journal = frame.journal.record(settled(waiting, outcome))
            if work.forgotten:
                work.said.extend((frame, said) for said in replay(work, frame).said)
                return
            continue
        if isinstance(waiting, Continue) and waiting.flow not in FLOWS:
            frame.journal = frame.journal.record(happened(waiting, "ended"))
            continue
        break
    carry_out(work, frame, found)
    _settle(work, frame, found)


def _settle(work: Work, frame: Frame, found: Run) -> None:
    waiting = found.waiting
    if waiting is None:
        close(work, frame, "ended", found)
    elif isinstance(waiting, Continue):
        frame.asks = waiting.key
        start(work, waiting.flow, waiting.given, parent=frame)
    elif isinstance(waiting, WaitFor):
        frame.state, frame.asks, frame.event = "waiting", waiting.key, waiting.event
        frame.due_at = None if waiting.within is None else work.now + timedelta(seconds=waiting.within)
        _go_on_above(work, frame, "waiting")
    else:
        frame.asks = waiting.key


def touch(work: Work, frame: Frame) -> None:
    """The frame moved: it is saved, and its idle clock starts anew."""
    work.moved[frame.id] = frame
    if frame.state == "open":
        frame.due_at = work.now + timedelta(seconds=frame.flow.parks_after)


def close(work: Work, frame: Frame, how: str, found: Run | None = None) -> None:
    """End a talk; what waits below goes on."""
    if how == "ended" and found is not None:
        close_counts(work, found)
    leaving.end(work, frame, how)
    if how == "ended":
        _go_on_above(work, frame, how)


def _go_on_above(work: Work, frame: Frame, how: str) -> None:
    """The talk that held this one inside goes on: when it ends, or when it waits for somebody else.

    So nobody's check-in stays open until a coach has answered.
    """
    parent = work.find(frame.parent_id) if frame.parent_id else None
    if parent is not None and parent.state == "open":
        waits = replay(work, parent).waiting
        if isinstance(waits, Continue) and waits.key == frame.parent_key:
            parent.journal = parent.journal.record(happened(waits, how))
            advance(work, parent)
            return
    surface_below(work)


def surface_below(work: Work) -> None:
    """What an interrupting talk held up goes on."""
    top = work.top
    if top is None:
        return
    work.opened(top)
    if not top.asks:
        advance(work, top)


def resume(work: Work, frame: Frame) -> None:
    """Bring a parked talk back to the top with its stack: what lay below, what is inside, safety on it."""
    parked = sorted((one for one in work.frames if one.state == "parked"), key=lambda one: one.rank)
    below = [one for one in parked if one.rank <= frame.rank and _set_aside_together(one, frame)]
    inside = {one.id for one in below}
    for one in parked:
        if one.parent_id in inside or (one.flow.safety and one.rank > frame.rank):
            inside.add(one.id)
    is_over_safety = any(one.flow.safety for one in work.stack)
    for one in [one for one in parked if one.id in inside]:
        work.opened(one)
        one.state, one.later = "open", False
        if not (is_over_safety and one.rank < frame.rank):
            lift(work, one)
        touch(work, one)
    top = work.top
    if top is not None:
        advance_quietly(work, top)


def _set_aside_together(one: Frame, other: Frame) -> bool:
    """Talks of one stack were set aside in one moment, so they fall due in one; older ones do earlier."""
    return one.due_at == other.due_at and one.later == other.later


def advance_again(work: Work, frame: Frame) -> None:
    """After an answer was taken back: what followed from it goes, and the question is put again."""
    found = replay(work, frame)
    carry_out(work, frame, found)
    if isinstance(found.waiting, Question):
        frame.asks = found.waiting.key


def advance_quietly(work: Work, frame: Frame) -> Question[Any] | None:
    """Where the frame waits, without saying again what was said."""
    found = replay(work, work.opened(frame))
    if isinstance(found.waiting, Question):
        frame.asks = found.waiting.key
        return found.waiting
    if not isinstance(found.waiting, WaitFor):
        advance(work, frame)
    return None


def go_on(work: Work, frame: Frame) -> None:
    """The frame is on top again; a talk that was held inside it has gone."""
    waiting = replay(work, frame).waiting
    if isinstance(waiting, Continue):
        frame.journal = frame.journal.record(happened(waiting, "stopped"))
        advance(work, frame)
        return
    touch(work, frame)


def lift(work: Work, frame: Frame) -> None:
    """The talk comes to the top of the stack."""
    if work.top is not frame:
        frame.rank = max(one.rank for one in work.frames) + 1
    touch(work, frame)


def safety_lines(work: Work, frame: Frame) -> tuple[Resource, ...]:
    """The lines that a safety card offers, for one tap."""
    return work.house.card_lines(frame.facts.given.get("label", ""), work.now)


def happen(work: Work, frame: Frame, waiting: WaitFor, event: str) -> None:
    """What a talk waited for has come: it is journalled, and the talk goes on from the top of the stack."""
    frame.journal = frame.journal.record(happened(waiting, event))
    frame.state, frame.asks, frame.event = "open", "", ""
    frame.rank = max(one.rank for one in work.frames) + 1
    advance(work, frame)


def title_of(work: Work, talk: str) -> str:
    """The title of a live talk, for a form that only says something."""
    return next((frame.flow.title for frame in work.frames if frame.id == talk), "Companion")
