"""While a safety talk is open it comes first: only people, lines and the right to delete open over it."""

from adapters.port import Reply, ReplyKind
from bot.presentation.fixed import text
from bot.turns.frames import Frame
from bot.turns.work import Told, Work
from conversations.texts import Said

_MAY_OPEN = frozenset({"human", "forget"})
"""A person can be asked for, and everything deleted, whatever else is open."""


class SafetyFirst(Exception):
    """A talk was asked for that waits until the safety talk has ended."""


def open_safety(work: Work) -> Frame | None:
    """The safety talk that is open, or None."""
    return next((frame for frame in work.stack if frame.flow.safety), None)


def may_open(name: str, given: dict[str, str]) -> bool:
    """Whether a talk may open over a safety talk; a pause of some weeks asks nothing."""
    return name in _MAY_OPEN or (name == "pause" and bool(given.get("weeks")))


def may_start(work: Work, name: str, given: dict[str, str]) -> None:
    """Pass what may open over a safety talk. Raises SafetyFirst."""
    if open_safety(work) is not None and not may_open(name, given):
        raise SafetyFirst


def is_held_up(work: Work, frame: Frame) -> bool:
    """Whether a safety talk stands on this one; one that was set aside with it comes back with it."""
    states = {"open", "parked"} if frame.state == "parked" else {"open"}
    return any(one.flow.safety and one.state in states and one.rank > frame.rank for one in work.frames)


def may_go_on(work: Work, frame: Frame) -> None:
    """Pass a talk that no safety talk stands on. Raises SafetyFirst."""
    safety = open_safety(work)
    if safety is not None and frame.rank < safety.rank:
        raise SafetyFirst


def say(work: Work, *names: str) -> None:
    """Put fixed sentences before the open safety question, worded anew as the talk moves on."""
    safety = open_safety(work)
    if safety is not None:
        variant = len(work.opened(safety).journal.entries)
        work.said.extend((safety, Said(text(name), {}, variant)) for name in names)


def untaken(told: Told) -> Told:
    """The press was not taken, so what was pressed keeps its buttons."""
    return Told(Reply()) if told.reply.kind is ReplyKind.REPLACE else told
