"""Hold a talk in memory, as a terminal and tests do: `talk(check_in, "steady", "slept well")`."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from conversations.answers import Option, Raw
from conversations.effects import AlertMove, Final, Outcome, Revisable, SendAlert
from conversations.engine import THREAD, Run, Waiting, answered, happened, run, settled, skipped, stands_apart
from conversations.flows import Facts, Flow
from conversations.journal import Entry, Journal, Json
from conversations.steps import Continue, FlowError, Perform, Question, WaitFor

NOON = datetime.fromisoformat("2026-01-05T12:00")
"""A Monday, as the local now of a rehearsal."""
Answer = str | Sequence[str] | None


def done(effect: Final) -> Outcome:
    """Every final effect is carried out, and what is taken back was not opened before."""
    return Outcome(done=True, detail="" if isinstance(effect, AlertMove) else "Tue 6 Jan 18:00")


class Rehearsal:
    """A talk that nobody else sees. Inner talks end at once; `outcome` decides on final effects.

    With a `journal` it resumes where that stands. `signals`: what the safety rules heard in the taps so far.
    """

    def __init__(
        self,
        flow: Flow[Any],
        facts: Facts | None = None,
        *,
        now: datetime = NOON,
        outcome: Callable[[Final], Outcome] = done,
        journal: Journal | None = None,
        words: Mapping[str, Json] | None = None,
    ) -> None:
        self.flow, self.now, self._outcome = flow, now, outcome
        self.facts: Facts = flow.examples[0] if facts is None else facts
        self.journal = journal or Journal()
        self.words: dict[str, Json] = dict(words or {})
        self.said: list[str] = []
        self.inner: list[str] = []
        self.signals: list[str] = []
        self.last = self._run()
        self._go_on()

    @property
    def waiting(self) -> Waiting | None:
        """What the talk waits for; None at the end."""
        return self.last.waiting

    @property
    def asks(self) -> str:
        """The key that waits; "" at the end."""
        return "" if self.waiting is None else self.waiting.key

    @property
    def question(self) -> str:
        """The words of the question that waits; "" where none does."""
        return self.waiting.said.words() if isinstance(self.waiting, Question) else ""

    @property
    def offered(self) -> tuple[Option, ...]:
        """The options of the question, or the buttons that stand while an event is waited for."""
        if isinstance(self.waiting, Question):
            return self.waiting.options
        return self.waiting.offers if isinstance(self.waiting, WaitFor) else ()

    @property
    def effects(self) -> Mapping[str, Revisable]:
        """What the talk wants to be true now, by key."""
        return self.last.effects

    @property
    def performed(self) -> Mapping[str, Final]:
        """The final effects that were decided, by key."""
        return self.last.performed

    def answer(self, *options: str, text: str | None = None) -> "Rehearsal":
        """Press options or type words. Raises NotUnderstood, and FlowError where nothing is asked."""
        question = self._asked()
        value = question.read(Raw(options, text), self.now)
        if stands_apart(question):
            self.words[question.key] = value
        self.signals += [one.signal for one in question.options if one.is_weighed and one.key == value]
        return self._record(answered(question, value))

    def event(self, happening: str) -> "Rehearsal":
        """Something happens elsewhere, or an offered button is pressed."""
        if not isinstance(self.waiting, WaitFor):
            raise FlowError(f"{self.asks!r} waits for no event")
        return self._record(happened(self.waiting, happening))

    def skip(self) -> "Rehearsal":
        """Pass over the question. Raises FlowError where it is required."""
        return self._record(skipped(self._asked()))

    def back(self) -> bool:
        """Take back the last answer; gives whether that was possible."""
        before = self.journal.back()
        if before is None:
            return False
        self.journal, self.last = before, run(self.flow, self.facts, before, self.words)
        return True

    def park(self) -> None:
        """As after a long pause: the words of the talk are no longer kept."""
        self.words.clear()
        self.last = self._run()

    def _asked(self) -> Question[Any]:
        if not isinstance(self.waiting, Question):
            raise FlowError(f"{self.asks!r} is no question")
        return self.waiting

    def _record(self, entry: Entry) -> "Rehearsal":
        self.journal = self.journal.record(entry)
        self.last = self._run()
        self.said += [one.words() for one in self.last.said]
        self._go_on()
        return self

    def _run(self) -> Run:
        return run(self.flow, self.facts, self.journal, self.words)

    def _go_on(self) -> None:
        if not self.journal.entries:
            self.said += [one.words() for one in self.last.said]
        if isinstance(self.waiting, Perform):
            effect = self.waiting.effect
            outcome = self._outcome(effect)
            if isinstance(effect, SendAlert) and effect.words.kept:
                self.words[THREAD] = effect.words.text
            self._record(settled(self.waiting, outcome))
        elif isinstance(self.waiting, Continue):
            self.inner.append(self.waiting.flow)
            self._record(happened(self.waiting, "ended"))


def talk(flow: Flow[Any], *answers: Answer, facts: Facts | None = None) -> Rehearsal:
    """A whole talk in a line: option keys, words, events, sequences of options, and None for a skip."""
    held = Rehearsal(flow, facts)
    for answer in answers:
        _give(held, answer)
    return held


def _give(held: Rehearsal, answer: Answer) -> None:
    if answer is None:
        held.skip()
    elif isinstance(held.waiting, WaitFor):
        held.event(str(answer))
    elif not isinstance(answer, str):
        held.answer(*answer)
    elif held.offered:
        held.answer(answer)
    else:
        held.answer(text=answer)
