"""Small talks that the engine's tests hold."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from conversations.answers import Keep, Option, Options
from conversations.effects import Final, KeepMeasure, KeepNote, Outcome, Prefer
from conversations.flows import Facts, Flow, flow
from conversations.journal import Journal
from conversations.rehearsal import Rehearsal
from conversations.talk import Talk


@dataclass(frozen=True)
class Nothing(Facts):
    """These talks know nothing."""


class Tea(Options):
    GREEN = Option("green", "Green")
    BLACK = Option("black", "Black")
    NONE = Option("none", "None")


Script = Callable[[Talk, Nothing], Coroutine[Any, Any, None]]


def small(script: Script) -> Flow[Nothing]:
    """A flow of that script, named "small"."""
    return flow("small", title="Small", seconds=1, facts=Nothing)(script)


def released(held: Rehearsal, script: Script) -> Rehearsal:
    """The same talk after a release: the journal and the words stay, the script is new."""
    journal = Journal.from_json(held.journal.to_json())
    return Rehearsal(small(script), journal=journal, words=held.words)


def refuse_all(_effect: Final) -> Outcome:
    return Outcome(done=False, why="ended")


async def tea(talk: Talk, _facts: Nothing) -> None:
    """Greets, asks twice, keeps the answer, sets a preference, and asks once more."""
    await talk.say("hello", "Hello.")
    cup = await talk.choose("cup", "Which tea?", Tea, required=True)
    await talk.make("cup.kept", KeepMeasure("tea", cup.option.key))
    await talk.say("poured", "Poured.")
    note = await talk.write("note", "How was it?", keep=Keep.TALK)
    if note is not None:
        await talk.make("note.kept", KeepNote(note))
        await talk.say("quote", "You wrote {note}.", without="What you wrote was not kept.", note=note)
    again = await talk.confirm("again", "One more cup?")
    if again:
        ordered = await talk.perform("ordered", Prefer("tea", cup.option.key))
        await talk.say("brewing" if ordered.done else "sold-out", "Brewing." if ordered.done else "Sold out.")
    await talk.scale("sip", "How hot is it?", 0, 3, ends=("cold", "hot"))
    await talk.say("bye", "Goodbye.")
