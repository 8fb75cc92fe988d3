"""After Send: what becomes of an alert, as the trainee hears it."""

from dataclasses import replace
from typing import NamedTuple

from conversations.answers import Option
from conversations.effects import AlertMove, Outcome
from conversations.steps import happening
from conversations.talk import Talk
from conversations.texts import Kind
from conversations.times import in_words

PASSED = ("passed", "passed-outside")  # within the next one's hours, or outside them
OVER = ("expired", "settled", "lapsed", "closed", "cut")  # settled: by the coach; closed: by its time
NEWS = ("seen", "acknowledged", "proposed", "accepted", *PASSED, "late", *OVER)
ACCEPT = Option("accept", "That works", exact=True)
ANOTHER = Option("another", "Another time", exact=True)
CALL = Option("call", "Call me instead", exact=True)
WITHDRAW = Option("withdraw", "Take it back", quiet=True)


class Proposal(NamedTuple):
    """A time that the coach proposes and the trainee has not answered; `gone`: it has gone by meanwhile."""

    when: str = ""
    gone: bool = False

    @property
    def offers(self) -> tuple[Option, ...]:
        """What can be pressed while the talk waits: it can be taken back as long as it is open."""
        if not self.when:
            return (WITHDRAW,)
        return (ANOTHER, CALL, WITHDRAW) if self.gone else (ACCEPT, ANOTHER, CALL, WITHDRAW)


_NONE = Proposal()


async def follow(talk: Talk, names: tuple[str, str], lines: str, thread: str) -> None:
    """Tell each thing that happens to the alert, until it is over or taken back.

    `names`: the coach's, and whose it is if that one passes it on. `lines`: the staffed lines, one a line.
    `thread` is the alert's id; its text, as it was sent, stands with each thing told. What can be answered is
    offered while the talk waits, so that no time away from it ends what is open between the two.
    """
    name, after = names
    asked = _NONE
    for reply in talk.each("reply"):
        sent = await reply.shared("text")
        await reply.say("sent", "{alert}", without="What you sent is no longer kept here.", alert=sent)
        await _ask(reply, name, asked)
        event, detail = happening(await reply.wait_for("event", "reply", offers=asked.offers, among=NEWS))
        if event == WITHDRAW.key:
            await _withdrawn(reply, name, await reply.perform("withdrawn", AlertMove(thread, "withdraw")))
            return
        if event in OVER:
            await _over(reply, event, name, lines)
            return
        if event in _ANSWERS:
            asked = await _answered(reply, name, AlertMove(thread, event, about=asked.when))
            continue
        asked = Proposal(detail) if event == "proposed" else _NONE
        if event in PASSED:
            name = after
            await _passed(reply, event, name, detail, lines)
        elif event != "proposed":
            await _tell(reply, (event, detail), name, lines)


_ANSWERS = (ACCEPT.key, ANOTHER.key, CALL.key)


async def _ask(talk: Talk, name: str, asked: Proposal) -> None:
    """The question that the buttons below it answer."""
    if asked.gone:
        await talk.say("instead", "What would suit you instead?", kind=Kind.QUESTION)
    elif asked.when:
        await talk.say(
            "proposes",
            "{name} proposes {when}. What suits you?",
            kind=Kind.QUESTION,
            name=name,
            when=asked.when,
        )


async def _tell(talk: Talk, happened: tuple[str, str], name: str, lines: str) -> None:
    event, when = happened
    if event == "seen":
        await talk.say("seen", "{name} has opened it.", name=name)
    elif event == "acknowledged":
        await talk.say("acknowledged", "{name} has it and will be in touch.", name=name)
    elif event == "accepted":
        await talk.say("accepted", "{name} says that works. You agreed on {when}.", name=name, when=when)
    elif event == "late":
        await talk.say("lines", "{lines}", lines=lines)
        await talk.say("late", "Not answered yet. A person answers on the first line now.")


async def _passed(talk: Talk, event: str, name: str, seen: str, lines: str) -> None:
    await talk.say("passed", "{name} has it next. Likely to be seen {seen}.", name=name, seen=seen)
    if event == "passed-outside":
        await talk.say("until", "Until then, people answer on the lines below.")
        await talk.say("lines", "{lines}", lines=lines)


# Ends after which nobody is waited for, so no lines stand with them.
_ENDS = {
    "settled": "{name} closed your request. If it is not settled for you, type human.",
    "lapsed": "What you let {name} know is closed now, and its text is gone. No answer was asked for.",
    "closed": "Your request to {name} is closed: nothing moved in it for two weeks. "
    "Type human to reach somebody again.",
}


async def _over(talk: Talk, event: str, name: str, lines: str) -> None:
    if event in _ENDS:
        await talk.say(event, _ENDS[event], name=name)
        return
    await talk.say("lines", "{lines}", lines=lines)
    if event == "cut":
        await talk.say(
            "cut",
            "{name} is not your coach any more, so this is closed and its text is gone. "
            "A person answers on the first line now.",
            name=name,
        )
    else:
        await talk.say("expired", "Not answered, and closed now. A person answers on the first line now.")


async def _answered(talk: Talk, name: str, answer: AlertMove) -> Proposal:
    """Carry out what the trainee answers to a proposed time; gives what is still to be answered then."""
    local = await talk.when("when", "When would suit you?") if answer.move == ANOTHER.key else None
    proposed = "" if local is None else local.isoformat(timespec="minutes")
    refusals = ("", "moved", "past") if answer.move == ACCEPT.key else ("", "moved")
    moved = await talk.perform("moved", replace(answer, when=proposed), refusals=refusals)
    if moved.why == "moved":
        await talk.say(
            "moved.on",
            "What is asked about has changed in the meantime, so {name} was told nothing.",
            name=name,
        )
        return Proposal(moved.detail)
    if moved.why == "past":
        await talk.say("moved.past", "That time has gone by, so {name} was told nothing.", name=name)
        return Proposal(answer.about, gone=True)
    if not moved.done:
        await talk.say("moved.closed", "This was closed in the meantime. Type human to reach somebody again.")
    elif answer.move == ACCEPT.key:
        await talk.say("moved.agreed", "{name} is told. You agreed on {when}.", name=name, when=answer.about)
    elif answer.move == CALL.key:
        await talk.say("moved.call", "{name} is told that you would like a call instead.", name=name)
    elif local is None:
        await talk.say("moved.another", "{name} is told that another time would suit you.", name=name)
    else:
        await talk.say("moved.asked", "{name} is asked about {when}.", name=name, when=in_words(local))
    return _NONE


async def _withdrawn(talk: Talk, name: str, outcome: Outcome) -> None:
    if outcome.done and outcome.detail:
        await talk.say(
            "withdrawn.read",
            "Taken back. {readers} had opened it before; from now on it opens for nobody.",
            readers=outcome.detail,
        )
    elif outcome.done:
        await talk.say("withdrawn.done", "Taken back. {name} can no longer open it.", name=name)
    else:
        await talk.say("withdrawn.closed", "It was closed before.")
