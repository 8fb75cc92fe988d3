"""Walk every way through a flow, each question with each kind of answer, ways that meet again only once."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from conversations.answers import Keep, Option
from conversations.effects import AlertMove, Outcome
from conversations.engine import THREAD, Run, Waiting, answered, happened, run, settled
from conversations.flows import Facts, Flow
from conversations.journal import Entry, Journal, Json
from conversations.steps import ChooseSome, Perform, Question, WaitFor, When, Write
from conversations.texts import Said

SAMPLE = "(your words)"
WHEN = "2026-01-06T18:00"
DETAIL = "Tue 6 Jan 18:00"
READER = "Sam Ortiz"


@dataclass(frozen=True)
class Answer:
    """One way to go on from where a talk waits: what is recorded, and how a reader calls it."""

    label: str
    entry: Entry
    words: Json = None


@dataclass
class Stop:
    """Where a talk stands after some answers. `ways` lead on; `met` marks a place that is drawn elsewhere."""

    number: int
    run: Run
    ways: list[tuple[str, "Stop"]] = field(default_factory=list)
    met: bool = False

    @property
    def key(self) -> str:
        """The key that waits, without the numbers of rounds; "" at the end."""
        return "" if self.run.waiting is None else plain(self.run.waiting.key)


def plain(key: str) -> str:
    """A key without the numbers of its rounds."""
    return ".".join(part for part in key.split(".") if not part.isdigit())


def answers(waiting: Waiting, *, refused: bool = True) -> Iterator[Answer]:
    """Every kind of answer: each option, words, a skip, each event, done and refused."""
    if isinstance(waiting, Question):
        yield from _question(waiting)
    elif isinstance(waiting, Perform):
        yield from _perform(waiting, refused=refused)
    elif isinstance(waiting, WaitFor):
        for offer in waiting.offers:
            yield Answer(offer.label, happened(waiting, offer.key))
        for event in dict.fromkeys(filter(None, (*waiting.among, waiting.otherwise))):
            yield Answer(f"event: {event}", happened(waiting, f"{event} {DETAIL}"))
        if "another" in waiting.among:
            yield Answer("event: another, no time", happened(waiting, "another"))
    else:
        yield Answer("the other talk ends", happened(waiting, "ended"))


def _perform(waiting: Perform, *, refused: bool) -> Iterator[Answer]:
    moves = isinstance(waiting.effect, AlertMove)
    yield Answer("done", settled(waiting, Outcome(done=True, detail="" if moves else DETAIL)))
    if isinstance(waiting.effect, AlertMove) and waiting.effect.move == "withdraw":
        yield Answer("done: opened before", settled(waiting, Outcome(done=True, detail=READER)))
    for why in waiting.refusals if refused else ():
        label = f"refused: {why}" if why else "refused"
        detail = DETAIL if why == "moved" else ""
        yield Answer(label, settled(waiting, Outcome(done=False, why=why, detail=detail)))


def _question(question: Question[Any]) -> Iterator[Answer]:
    if isinstance(question, Write):
        yield Answer("words", answered(question, SAMPLE), SAMPLE)
    elif isinstance(question, When):
        yield Answer("a day and time", answered(question, WHEN))
    elif isinstance(question, ChooseSome):
        some = [option.key for option in question.options[: question.at_most]]
        yield Answer("some of them", answered(question, some), some)
    else:
        for option in question.options:
            yield Answer(option.label, answered(question, option.key), option.key)
    if not question.required:
        yield Answer("skip", answered(question, None))


def explore(flow: Flow[Any], facts: Facts, *, memory: int = 1) -> Stop:
    """The places of a flow under these facts, from its start.

    Ways meet where the same is asked after the same words, the same answers to required questions, and the
    same last answers, of which `memory` are told apart: fewer make a shorter script, more find rarer texts.
    """
    return _Walk(flow, facts, memory).from_here(Journal(), {THREAD: SAMPLE}, ())


def stops(start: Stop) -> Iterator[Stop]:
    """Every place once, in the order it was walked."""
    yield start
    for _, stop in start.ways:
        if not stop.met:
            yield from stops(stop)


def said(flow: Flow[Any]) -> Iterator[Said]:
    """Everything that a flow can say or ask under its examples."""
    for facts in flow.examples:
        for stop in stops(explore(flow, facts)):
            yield from stop.run.said
            if isinstance(stop.run.waiting, Question):
                yield stop.run.waiting.said


class _Walk:
    def __init__(self, flow: Flow[Any], facts: Facts, memory: int) -> None:
        self.flow, self.facts, self.memory = flow, facts, memory
        self.known: dict[object, Stop] = {}

    def from_here(self, journal: Journal, words: dict[str, Json], steering: tuple[str, ...]) -> Stop:
        now = run(self.flow, self.facts, journal, words)
        place = (self._asked(now), tuple(one.text.id for one in now.said), steering)
        if place in self.known:
            return Stop(self.known[place].number, now, met=True)
        stop = self.known[place] = Stop(len(self.known) + 1, now)
        if now.waiting is not None:
            for answer in answers(now.waiting):
                kept = {**words, now.waiting.key: answer.words} if _apart(now.waiting) else words
                on = self._steering(steering, now.waiting, answer)
                stop.ways.append((answer.label, self.from_here(journal.record(answer.entry), kept, on)))
        return stop

    def _asked(self, now: Run) -> tuple[str, tuple[Option, ...]]:
        waiting = now.waiting
        options = waiting.options if isinstance(waiting, Question) else ()
        return ("" if waiting is None else f"{type(waiting).__name__} {plain(waiting.key)}", options)

    def _steering(self, before: tuple[str, ...], waiting: Waiting, answer: Answer) -> tuple[str, ...]:
        steers = tuple(one for one in before if one.startswith("!"))
        mark = f"{plain(waiting.key)}={answer.label}"
        if isinstance(waiting, Question) and waiting.required and plain(waiting.key) == waiting.key:
            return (*steers, f"!{mark}")
        last = (*(one for one in before if not one.startswith("!")), mark)
        is_refused = isinstance(waiting, Perform) and answer.label != "done"
        memory = max(self.memory, int(is_refused))  # a refusal may be said later
        return (*steers, *last[len(last) - min(memory, len(last)) :])


def _apart(waiting: Waiting) -> bool:
    return isinstance(waiting, Write) or (isinstance(waiting, Question) and waiting.keep is Keep.TALK)
