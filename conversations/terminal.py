"""Hold a talk in a terminal, as whoever reviews its words does. Nothing is kept."""

from collections.abc import Callable
from typing import Any

from conversations.answers import NotUnderstood
from conversations.catalogue import flow_named
from conversations.rehearsal import Rehearsal
from conversations.safety import safety
from conversations.steps import ChooseSome, FlowError, Question, WaitFor

BEGINS = (
    "(A rehearsal: nothing is kept, and nothing typed is read for danger. companion assess does that.)",
    "(Answer with a number or in words. Also possible: skip, back, and stop, which ends it.)",
)
Read = Callable[[str], str]
"""Shows a prompt and gives a line."""
Show = Callable[[str], None]


def rehearse(name: str, read: Read, write: Show) -> None:
    """Hold a talk until it ends or `stop` is typed; an option with a signal opens the safety talk first.

    Raises KeyError for an unknown flow, EOFError as `read` does.
    """
    held = Rehearsal(flow_named(name))
    for line in BEGINS:
        write(line)
    write("(the talk ends)" if _hold(held, read, write) else "(stopped; nothing was kept)")


def _hold(held: Rehearsal, read: Read, write: Show) -> bool:
    """Whether it came to its end."""
    inner = shown = 0
    while True:
        for flow in held.inner[inner:]:
            write(f"(here the talk {flow} is held; on its own: companion rehearse {flow})")
        for line in held.said[shown:]:
            write(line)
        inner, shown = len(held.inner), len(held.said)
        if held.waiting is None:
            return True
        heard = len(held.signals)
        if not _exchange(held, read, write):
            return False
        if held.signals[heard:] and not held.flow.safety and not _safety(held, read, write):
            return False


def _safety(below: Rehearsal, read: Read, write: Show) -> bool:
    """As in a turn: the answer is recorded, and what follows it waits until the safety talk has ended."""
    facts = next(one for one in safety.examples if one.signal == below.signals[-1])
    write("(the safety talk comes first, with lines of an example)")
    ended = _hold(Rehearsal(safety, facts), read, write)
    if ended:
        write(f"(the safety talk ends; back to: {below.flow.title})")
    return ended


def _exchange(held: Rehearsal, read: Read, write: Show) -> bool:
    """Show what waits and take a line; False where that was `stop`."""
    if isinstance(held.waiting, Question):
        _ask(held.waiting, write)
    elif isinstance(held.waiting, WaitFor):
        offered = (*(one.key for one in held.waiting.offers), *held.waiting.among)
        write("(waits for one of: " + ", ".join(offered) + ")")
    typed = read("> ").strip()
    try:
        return _typed(held, typed)
    except NotUnderstood as hint:
        write(f"Possible here: {hint}")
    except FlowError:
        write("This question is needed to go on.")
    return True


def _ask(question: Question[Any], write: Show) -> None:
    write(question.said.words())
    for number, option in enumerate(question.options, 1):
        write(f"  {number}  {option.label}" + (f": {option.hint}" if option.hint else ""))
    if isinstance(question, ChooseSome):
        write(f"(up to {question.at_most} of them, such as: 1 2)")


def _typed(held: Rehearsal, typed: str) -> bool:
    if typed.casefold() == "stop":
        return False
    if typed.casefold() == "back":
        held.back()
    elif isinstance(held.waiting, WaitFor):
        held.event(typed)
    elif typed.casefold() == "skip":
        held.skip()
    else:
        held.answer(text=typed)
    return True
