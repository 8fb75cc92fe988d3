"""A coach opens an alert: exactly what was sent, and what can be answered."""

from dataclasses import dataclass
from typing import NamedTuple

from conversations.answers import Option, Options
from conversations.effects import AlertMove, Outcome
from conversations.flows import Facts, Surface, flow
from conversations.steps import happening
from conversations.talk import Talk
from conversations.times import in_words

ANSWERS = ("accepted", "another", "call", "withdrawn", "away")


@dataclass(frozen=True)
class CoachAlertFacts(Facts):
    """`thread` is the alert's id, `name` the trainee's, `backup`: somebody has it next.

    `mine`: this coach already has it. `asked`: the time that the
    trainee asks for instead, in words. `sure`: what ends it here is asked once more (not in older talks).
    `unchecked`: since which day nobody checked who evaluates whom, where that is too long ago.
    """

    thread: str = ""
    name: str = ""
    backup: bool = False
    mine: bool = False
    asked: str = ""
    sure: bool = False
    unchecked: str = ""


class Do(Options):
    """What a coach can do with an alert."""

    ACKNOWLEDGE = Option("acknowledge", "I have it", "they are told that you will be in touch", exact=True)
    PROPOSE = Option("propose", "Propose a time", "they accept, ask for another, or ask for a call")
    PASS = Option("pass", "Pass it on", "it goes to the person whom they named next", exact=True)
    CLOSE = Option("close", "It is settled", "they are told, and this ends here", exact=True)


class Asked(Options):
    """What a coach can do where the trainee asks for a time of their own."""

    ACCEPT = Option("accept", "That works", "you both have that time", exact=True)
    PROPOSE = Do.PROPOSE.value
    PASS = Do.PASS.value
    CLOSE = Do.CLOSE.value


class Moved(NamedTuple):
    """What became of a coach's tap.

    `stays`: the alert is still theirs; `done`: they moved it; `asked`: the time that is asked for by now.
    """

    stays: bool
    done: bool = False
    asked: str = ""


_THREAD = CoachAlertFacts(thread="t1", name="Ada", sure=True)


@flow(
    "coach-alert",
    title="A request for you",
    seconds=60,
    surface=Surface.PRIVATE,
    facts=CoachAlertFacts,
    examples=(
        _THREAD,
        CoachAlertFacts(thread="t1", name="Ada", backup=True),
        CoachAlertFacts(thread="t1", name="Ada", mine=True),
        CoachAlertFacts(thread="t1", name="Ada", unchecked="5 October 2026"),
        CoachAlertFacts(
            thread="t1", name="Ada", backup=True, mine=True, sure=True, asked="Tuesday 6 January, 18:00"
        ),
    ),
    opener="There is something for you here.",
)
async def coach_alert(talk: Talk, facts: CoachAlertFacts) -> None:
    """Opening is told to the trainee as "seen"; nothing else is told without a tap."""
    opened = await talk.perform("opened", AlertMove(facts.thread, "open"), refusals=("withdrawn", "passed"))
    if not opened.done:
        await talk.say("gone", "This request was withdrawn or has gone to somebody else.")
        return
    alert = await talk.shared("alert")
    await talk.say("text", "{alert}", without="This request was withdrawn.", alert=alert)
    await talk.say("bounds", "{name} chose who reads this, and sees that you opened it.", name=facts.name)
    if facts.unchecked:
        await talk.say(
            "unchecked", "The list of who evaluates whom here was last checked on {day}.", day=facts.unchecked
        )
    have, asked = facts.mine, facts.asked
    move = await _first(talk, facts)
    for step in talk.each("step"):
        moved = await _moved(step, facts, move, asked)
        if not moved.stays:
            return
        have, asked = have or moved.done, moved.asked
        await step.say("again", "{alert}", without="This request was withdrawn.", alert=alert)
        offers = _possible(facts, have=have, asked=asked)
        happened = await step.wait_for("next", "answer", offers=offers, among=ANSWERS)
        move, detail = happening(happened)
        if not await _heard(step, facts, move, detail):
            return
        asked = _asked(asked, move, detail)


async def _first(talk: Talk, facts: CoachAlertFacts) -> str:
    """What the coach does first, as an option's key."""
    possible = _possible(facts, have=facts.mine, asked=facts.asked)
    if facts.asked:
        answer = await talk.choose(
            "asked",
            "{name} asks for {when} instead. What would you like to do?",
            Asked,
            only=[Asked.by_key(one.key) for one in possible],
            required=True,
            name=facts.name,
            when=facts.asked,
        )
        return answer.option.key
    only = [Do.by_key(one.key) for one in possible]
    do = await talk.choose("do", "What would you like to do?", Do, only=only, required=True)
    return do.option.key


def _possible(facts: CoachAlertFacts, *, have: bool, asked: str) -> tuple[Option, ...]:
    first = (Do.PROPOSE, Do.CLOSE) if have else (Do.ACKNOWLEDGE, Do.PROPOSE)
    found = tuple(one.option for one in ((*first, Do.PASS) if facts.backup else first))
    return (Asked.ACCEPT.option, *found) if asked else found


def _asked(before: str, event: str, detail: str) -> str:
    """The time that the trainee asks for, once this has happened; the coach's own taps change nothing yet."""
    if event == "another":
        return detail
    return "" if event in ANSWERS else before


async def _moved(talk: Talk, facts: CoachAlertFacts, move: str, asked: str) -> Moved:
    """Carry out what the coach tapped. What the trainee did moves nothing more."""
    if move not in _TOLD:
        return Moved(stays=True, asked=asked)
    when = await talk.when("when", "When would suit you?") if move == "propose" else None
    if move == "propose" and when is None:
        await talk.say("no-time", "No time was proposed.")
        return Moved(stays=True, asked=asked)
    if facts.sure and move in _SURE and not await _is_sure(talk, facts, move):
        return Moved(stays=True, asked=asked)
    local = "" if when is None else when.isoformat(timespec="minutes")
    effect = AlertMove(facts.thread, move, local, about=asked if move == "accept" else "")
    moved = await talk.perform("moved", effect, refusals=("withdrawn", *_REFUSALS.get(move, ())))
    if not moved.done:
        return await _refused(talk, facts, asked, moved)
    name, words = _TOLD[move]
    await talk.say(f"moved.{name}", words, name=facts.name, when=asked if when is None else in_words(when))
    return Moved(stays=move not in _SURE, done=True)


async def _refused(talk: Talk, facts: CoachAlertFacts, asked: str, refused: Outcome) -> Moved:
    if refused.why == "nobody":
        await talk.say("moved.nobody", "Who was named next cannot take it now. It stays with you.")
        return Moved(stays=True, asked=asked)
    if refused.why == "past":
        await talk.say(
            "moved.past",
            "That time has gone by, so {name} was told nothing. You can propose another one.",
            name=facts.name,
        )
        return Moved(stays=True)
    if refused.why == "moved":
        await talk.say(
            "moved.on",
            "What is asked for has changed in the meantime, so {name} was told nothing.",
            name=facts.name,
        )
        return Moved(stays=True, asked=refused.detail)
    await talk.say("moved.gone", "This request was withdrawn or closed in the meantime.")
    return Moved(stays=False)


_REFUSALS = {"pass": ("nobody",), "accept": ("moved", "past")}  # beside a request that is over


_TOLD = {
    "acknowledge": ("acknowledged", "{name} is told that you have it."),
    "propose": ("proposed", "{name} is asked about {when}."),
    "accept": ("accepted", "{name} is told. You agreed on {when}."),
    "pass": ("passed", "Passed on. {name} is told who has it next, nothing more."),
    "close": ("closed", "Closed. {name} is told that you closed it, and how to reach somebody again."),
}
# What ends it for the coach, and cannot be untold: what follows is said before it happens.
_SURE = {
    "pass": (
        (
            "The person {name} named next gets this same text, and {name} hears so. "
            "It opens for you no more. Pass it on?"
        ),
        "Pass it on",
    ),
    "close": ("{name} hears that you closed it, and it opens for you no more. Close it?", "Close it"),
}


async def _is_sure(talk: Talk, facts: CoachAlertFacts, move: str) -> bool:
    words, yes = _SURE[move]
    return bool(
        await talk.confirm(f"sure.{move}", words, yes=yes, no="Leave it open", exactly=True, name=facts.name)
    )


async def _heard(talk: Talk, facts: CoachAlertFacts, event: str, detail: str) -> bool:
    """Say what the trainee answered; gives whether the alert goes on."""
    if event == "accepted":
        await talk.say("accepted", "{name} accepts {when}.", name=facts.name, when=detail)
    elif event == "another" and detail:
        await talk.say("another.when", "{name} asks for {when} instead.", name=facts.name, when=detail)
    elif event == "another":
        await talk.say("another", "{name} asks for another time.", name=facts.name)
    elif event == "call":
        await talk.say("call", "{name} asks for a call instead.", name=facts.name)
    elif event == "withdrawn":
        await talk.say("withdrawn", "{name} took this back. Its text is gone.", name=facts.name)
        return False
    elif event == "away":
        await talk.say("away", "This request is not open to you any more.")
        return False
    return True
