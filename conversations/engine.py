"""Durable by replay: a talk is a pure function of the answers so far."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from conversations.answers import Keep, Words
from conversations.effects import Final, Outcome, Revisable
from conversations.flows import Facts, Flow
from conversations.journal import Entry, Journal, Json, Mark
from conversations.steps import (
    Continue,
    FlowError,
    Make,
    Perform,
    Question,
    Say,
    Shared,
    Step,
    WaitFor,
    Write,
    refuse,
)
from conversations.talk import Talk
from conversations.texts import Said

Waiting = Question[Any] | WaitFor | Continue | Perform
THREAD = "@thread"
"""Name under which the turn hands in the words of a talk's thread."""
WRITTEN: Json = {"words": True}
"""What the journal holds of a text: that there is one, beside it."""
_NOTHING = object()


@dataclass(frozen=True)
class Run:
    """Where a talk stands: what was said last, what it waits for, what it wants to be true.

    `said` holds what the newest answer led to; `before` all that was said earlier. What stands right before a
    question that is answered exactly is always in `said`. `asked` are the keys whose answers were come by,
    `performed` the final effects among them. `waiting` is None when the talk has ended.
    """

    waiting: Waiting | None
    said: tuple[Said, ...] = ()
    before: tuple[Said, ...] = ()
    effects: Mapping[str, Revisable] = field(default_factory=dict)
    asked: tuple[str, ...] = ()
    performed: Mapping[str, Final] = field(default_factory=dict)


def run(flow: Flow[Any], facts: Facts, journal: Journal, words: Mapping[str, Json]) -> Run:
    """Run a flow from the top over its recorded answers, to the first question that has none.

    `words` are the values that stand beside the journal and are still kept, by key (see `stands_apart`).
    Raises FlowError when the flow breaks a rule.
    """
    replay = _Replay(journal, words)
    coroutine = flow.script(Talk(flow.name), facts)
    try:
        step = coroutine.send(None)
        while True:
            if not isinstance(step, Step):
                refuse(step)
            answer = replay.answer(step)
            if answer is _NOTHING:
                return replay.stopped(step)
            step = coroutine.send(answer)
    except StopIteration:
        return replay.stopped(None)
    finally:
        coroutine.close()


class _Replay:
    def __init__(self, journal: Journal, words: Mapping[str, Json]) -> None:
        self.entries = {entry.key: entry for entry in journal.entries}
        self.newest = journal.newest or next(reversed(self.entries), "")
        self.final = {entry.key for entry in journal.entries if entry.mark is Mark.OUTCOME}
        self.words = words
        self.said: list[Said] = []
        self.before: list[Said] = []
        self.effects: dict[str, Revisable] = {}
        self.asked: list[str] = []
        self.performed: dict[str, Final] = {}

    def answer(self, step: Step[Any]) -> object:
        if isinstance(step, Say):
            self.said.append(step.said)
            return None
        if isinstance(step, Make):
            self.effects[step.key] = step.effect
            return None
        if isinstance(step, Shared):
            words = self.words.get(THREAD)
            return Words(words if isinstance(words, str) else None)
        found = self._recorded(step)
        if found is not _NOTHING:
            self._came_by(step)
        return found

    def _came_by(self, step: Step[Any]) -> None:
        if step.key in self.entries:
            self.asked.append(step.key)
        if isinstance(step, Perform):
            self.performed[step.key] = step.effect
            self.final.discard(step.key)
        self.before += self.said
        self.said.clear()

    def _recorded(self, step: Step[Any]) -> object:
        """The recorded answer. Before a final effect that has happened, only what is required is asked anew.

        So a release puts no required question there and takes no option from one: a test remembers them.
        """
        entry = self.entries.get(step.key)
        if isinstance(step, Question):
            if entry is None:
                return None if self.final and not step.required else _NOTHING
            if entry.fingerprint != step.fingerprint and not self.final:
                return _NOTHING
            return self._value(step, entry)
        if entry is None:
            return _NOTHING
        return Outcome(**entry.value) if isinstance(step, Perform) else entry.value

    def _value(self, step: Question[Any], entry: Entry) -> object:
        recorded = entry.value
        if isinstance(recorded, dict):
            recorded = self.words.get(step.key, _NOTHING)
            if recorded is _NOTHING:
                return Words(None) if isinstance(step, Write) else self._gone(step)
        if recorded is None:
            return None if not step.required else self._gone(step)
        try:
            return step.value(recorded)
        except (LookupError, ValueError, TypeError):
            return self._gone(step)

    def _gone(self, step: Question[Any]) -> object:
        """A recorded answer that means nothing any more: asked again, or passed over before what is final."""
        return None if self.final and not step.required else _NOTHING

    def stopped(self, step: Step[Any] | None) -> Run:
        if step is not None and not isinstance(step, Question | WaitFor | Continue | Perform):
            raise FlowError(f"{step.key!r} cannot be waited for")
        if not self._is_news() and not (isinstance(step, Question) and step.asks_exactly):
            self.before += self.said
            self.said.clear()
        return Run(
            step, tuple(self.said), tuple(self.before), self.effects, tuple(self.asked), self.performed
        )

    def _is_news(self) -> bool:
        """Whether what came last follows the newest answer; else it was said when that was recorded."""
        return not self.entries or (bool(self.asked) and self.asked[-1] == self.newest)


def answered(question: Question[Any], value: Json, *, source: str = "built-in") -> Entry:
    """The journal's entry for an answer; what `stands_apart` goes beside the journal, never into it.

    `source` says where the wording on the screen came from: built in, or the program's folder.
    """
    said = question.said.text
    kept = value if value is None or not stands_apart(question) else _mark(question)
    return Entry(question.key, Mark.ANSWER, kept, question.fingerprint, (said.id, said.version, source))


def stands_apart(question: Question[Any]) -> bool:
    """Whether an answer's value is sealed with the talk's own key, beside the journal."""
    return isinstance(question, Write) or question.keep is Keep.TALK


def _mark(question: Question[Any]) -> Json:
    return WRITTEN if isinstance(question, Write) else {**WRITTEN, "tap": True}


def skipped(question: Question[Any]) -> Entry:
    """The entry of a question that was passed over. Raises FlowError for one that is required."""
    if question.required:
        raise FlowError(f"{question.key!r} is required")
    return answered(question, None)


def settled(perform: Perform, outcome: Outcome) -> Entry:
    """The entry of a final effect."""
    return Entry(perform.key, Mark.OUTCOME, asdict(outcome))


def happened(wait: WaitFor | Continue, event: str) -> Entry:
    """The entry of an event ("name" or "name detail"), or of an inner talk's end."""
    return Entry(wait.key, Mark.EVENT if isinstance(wait, WaitFor) else Mark.TALK, event)
