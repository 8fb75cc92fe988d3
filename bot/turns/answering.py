"""Recording an answer, taking one back, passing one over."""

import json
from typing import Any

from bot.care.screen import signal
from bot.turns import risk, stack
from bot.turns.frames import Frame
from bot.turns.revisable import carry_out
from bot.turns.seen import local_now
from bot.turns.work import Work
from conversations.answers import Keep, Raw
from conversations.engine import WRITTEN, answered, run, skipped
from conversations.journal import Entry, Json
from conversations.steps import Question


def waits_for(work: Work, frame: Frame) -> Question[Any] | None:
    """The question that this talk waits with, or None."""
    waiting = stack.replay(work, work.opened(frame)).waiting
    return waiting if isinstance(waiting, Question) else None


class NotExact(Exception):
    """An answer that counts only as a press on what was shown was typed, or pressed beside something else."""


def answer(work: Work, frame: Frame, question: Question[Any], raw: Raw) -> None:
    """Read and record an answer, hear what it signals, and go on. Raises NotUnderstood and NotExact."""
    recorded = question.read(raw, local_now(work.person, work.now))
    if question.is_exact(recorded) and _pressed_mark(work) != mark(work, frame, question):
        raise NotExact
    record(work, frame, question, recorded)


def mark(work: Work, frame: Frame, question: Question[Any]) -> str:
    """What its buttons stand for: all that was said and answered up to this question; "" where none is exact.

    Keyed, since it stands in the open on a platform. What was sent in the talk's thread is left out: it never
    changes, and once it is gone the move itself is refused. So are words that are gone after this turn.
    """
    if not question.asks_exactly:
        return ""
    words = {key: word for key, word in frame.words.items() if key not in frame.fleeting}
    found = run(frame.flow, frame.facts, frame.journal, words)
    said = [work.house.wordings.of(one) for one in (*found.before, *found.said, question.said)]
    held = json.dumps([frame.id, question.key, frame.journal.to_json(), said])
    return work.house.keys.mark(held)[:_MARK]


_MARK = 24
"""Characters of a keyed hash: 96 bits."""


def _pressed_mark(work: Work) -> str:
    return work.event.press.mark if work.event.press is not None else ""


def record(work: Work, frame: Frame, question: Question[Any], recorded: Json) -> None:
    """Record an answer that was read already."""
    entry = answered(question, recorded)
    if entry.value is not None and isinstance(entry.value, dict):
        frame.words[question.key] = recorded
        if question.keep is Keep.NONE:
            frame.fleeting.add(question.key)
    frame.words.pop(PENDING, None)
    _put(work, frame, entry)
    for option in question.options:
        if option.is_weighed and _chose(recorded, option.key):
            risk.hear(work, signal(option.signal))
    risk.answered(work, frame, question.key, recorded)
    go_on(work, frame)


PENDING = "@pending"
"""Where a plain message with identifiers waits, redacted, to be seen in the form, or written again."""


def _put(work: Work, frame: Frame, entry: Entry) -> None:
    frame.took_back |= frame.journal.revises(entry)
    frame.journal = frame.journal.record(entry)
    frame.asks = ""
    stack.touch(work, frame)


def _chose(recorded: Json, key: str) -> bool:
    return recorded == key or (isinstance(recorded, list) and key in recorded)


def go_on(work: Work, frame: Frame) -> None:
    """Advance the talk, unless a safety talk came on top of it: then it waits until that has ended.

    What the answer leaves is kept now in either case: a row that is missing would tell of the safety talk.
    """
    risk.open_if_needed(work)
    if work.top is frame:
        stack.advance(work, frame)
    else:
        carry_out(work, frame, stack.replay(work, frame))


def skip(work: Work, frame: Frame) -> bool:
    """Pass the waiting question over. False where it is required."""
    question = waits_for(work, frame)
    if question is None or question.required:
        return False
    frame.words.pop(question.key, None)
    _put(work, frame, skipped(question))
    stack.advance(work, frame)
    return True


def back(work: Work, frame: Frame) -> bool:
    """Take the last answer back. False where something has gone out since, or there is none.

    What was written stays under the talk's own key, as long as that stands, to be changed and sent again.
    """
    journal = work.opened(frame).journal.back()
    if journal is None:
        return False
    gone = frame.journal.entries[-1]
    frame.journal = journal
    if gone.value != WRITTEN:
        frame.words.pop(gone.key, None)
    frame.took_back = True
    stack.touch(work, frame)
    stack.advance_again(work, frame)
    return True


def can_go_back(frame: Frame) -> bool:
    """Whether Back would do something."""
    return frame.journal.back() is not None
