"""A coach opens an alert: exactly what was sent, and four ways to answer."""

from dataclasses import dataclass

from conversations.alerts import ROUNDS
from conversations.answers import Option, Options
from conversations.effects import AlertMove
from conversations.flows import Facts, Surface, flow
from conversations.steps import happening
from conversations.talk import Talk

ANSWERS = ("accepted", "another", "call", "withdrawn", "away")


@dataclass(frozen=True)
class CoachAlertFacts(Facts):
    """`thread` is the alert's id, `name` the trainee's, `backup`: somebody has it next.

    `tier`: "today" or "next-working-day". `request`: an `Ask` key. `mine`: this coach already has it.
    `unchecked`: since which day nobody checked who evaluates whom, where that is too long ago.
    """

    thread: str = ""
    name: str = ""
    tier: str = "today"
    request: str = "call"
    backup: bool = False
    mine: bool = False
    unchecked: str = ""


class Do(Options):
    """What a coach can do with an alert."""

    ACKNOWLEDGE = Option("acknowledge", "I have it", "they are told that you will be in touch")
    PROPOSE = Option("propose", "Propose a time", "they accept, ask for another, or ask for a call")
    PASS = Option("pass", "Pass it on", "it goes to the person whom they named next")
    CLOSE = Option("close", "It is settled", "they are told, and this ends here")


_THREAD = CoachAlertFacts(thread="t1", name="Ada")


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
            "unchecked", "Who evaluates whom here was not checked since {day}.", day=facts.unchecked
        )
    have = facts.mine
    do = await talk.choose(
        "do", "What would you like to do?", Do, only=_possible(facts, have=have), required=True
    )
    move = do.option.key
    for step in talk.each("step", at_most=ROUNDS):
        if not await _moved(step, facts, move):
            return
        have = have or move in {"acknowledge", "propose"}
        await step.say("again", "{alert}", without="This request was withdrawn.", alert=alert)
        happened = await step.wait_for(
            "next",
            "answer",
            offers=tuple(one.option for one in _possible(facts, have=have)),
            among=ANSWERS,
        )
        move, detail = happening(happened)
        if not await _heard(step, facts, move, detail):
            return


def _possible(facts: CoachAlertFacts, *, have: bool) -> tuple[Do, ...]:
    first = (Do.PROPOSE, Do.CLOSE) if have else (Do.ACKNOWLEDGE, Do.PROPOSE)
    return (*first, Do.PASS) if facts.backup else first


async def _moved(talk: Talk, facts: CoachAlertFacts, move: str) -> bool:
    """Carry out a move; gives whether the alert is still this coach's."""
    if move not in {one.option.key for one in Do}:
        return True
    when = await talk.when("when", "When would suit you?") if move == Do.PROPOSE.option.key else None
    if move == Do.PROPOSE.option.key and when is None:
        await talk.say("no-time", "No time was proposed.")
        return True
    local = "" if when is None else when.isoformat(timespec="minutes")
    moved = await talk.perform(
        "moved", AlertMove(facts.thread, move, local), refusals=("withdrawn", "nobody")
    )
    if moved.why == "nobody":
        await talk.say("moved.nobody", "Who was named next cannot take it now. It stays with you.")
        return True
    if not moved.done:
        await talk.say("moved.gone", "This request was withdrawn or closed in the meantime.")
        return False
    if move == Do.ACKNOWLEDGE.option.key:
        await talk.say("moved.acknowledged", "{name} is told that you have it.", name=facts.name)
    elif move == Do.PROPOSE.option.key:
        await talk.say("moved.proposed", "{name} is asked about that time.", name=facts.name)
    elif move == Do.PASS.option.key:
        await talk.say(
            "moved.passed", "Passed on. {name} is told who has it next, nothing more.", name=facts.name
        )
    else:
        await talk.say("moved.closed", "Closed. {name} is told.", name=facts.name)
    return move in {Do.ACKNOWLEDGE.option.key, Do.PROPOSE.option.key}


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
