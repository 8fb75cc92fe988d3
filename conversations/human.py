"""A person: one named coach hears exactly what is previewed and sent, or nobody does."""

from dataclasses import dataclass
from typing import NamedTuple

from conversations.alerts import Ask
from conversations.answers import Option, Options, Words
from conversations.drafting import NOBODY, Draft, Part, changed
from conversations.effects import AlertMove, Consent, Outcome
from conversations.flows import Facts, Surface, flow
from conversations.replies import follow
from conversations.talk import Talk
from conversations.texts import Kind

CHANGES = 6  # more than there are parts to change
LINE = "line"
REFUSALS = {  # each reason for which the turn refuses to send, and how it is told
    "ended": "{name} is not your coach any more, so nothing was sent.",
    "full": "{name} cannot take messages now, so nothing was sent.",
    "no-consent": "Your yes for {name} was taken back, so nothing was sent.",
    "waiting": "An earlier message to {name} is still open, so this one was not sent.",
    "no-next": "{next} cannot have it next any more, so nothing was sent. Type human to choose again.",
    "not-kept": "Your words were no longer kept, so nothing was sent. Type human to write them again.",
}


class Coach(NamedTuple):
    """One coach, in words as shown. `here`: "here" within the coach's hours, else "".

    Until Send, `likely_seen` and `here` are of the moment at which the talk is opened, then of that of Send.
    """

    id: str
    name: str
    about: str
    hours: str
    likely_seen: str
    here: str = "here"


@dataclass(frozen=True)
class HumanFacts(Facts):
    """`coaches` as in `Coach`; `lines`: staffed lines; `consented`: coach ids; `me`: the roster's name.

    They come in once, as all facts do, but for the two of each coach that tell the present until Send.
    `unchecked`: since which day nobody checked who evaluates whom, where that is too long ago.
    """

    coaches: tuple[tuple[str, str, str, str, str, str], ...] = ()
    lines: tuple[str, ...] = ()
    consented: tuple[str, ...] = ()
    me: str = ""
    unchecked: str = ""


class Send(Options):
    """What becomes of the preview."""

    SEND = Option("send", "Send", primary=True, exact=True)
    CHANGE = Option("change", "Change")
    NOT_NOW = Option("not-now", "Do not send")


_LINES = ("988: call or text, at any hour", "Counselling: 555-0100, at any hour")
_SAM = (
    "sam",
    "Sam Ortiz",
    "Internist, not an evaluator",
    "weekdays 08:00 to 18:00",
    "today before 18:00",
    "here",
)
_KIM = ("kim", "Kim Adeyemi", "Surgeon, not an evaluator", "Monday to Thursday", "Monday morning", "")


@flow(
    "human",
    title="A person",
    seconds=60,
    surface=Surface.PRIVATE,
    tender=True,
    facts=HumanFacts,
    examples=(
        HumanFacts(lines=_LINES),
        HumanFacts(coaches=(_SAM,), lines=_LINES, me="Ada"),
        HumanFacts(coaches=(_KIM,), lines=_LINES, me="Ada"),
        HumanFacts(coaches=(_SAM, _KIM), lines=_LINES, consented=("sam",), me="Ada"),
        HumanFacts(lines=_LINES, unchecked="5 October 2026"),
    ),
    start_words=("coach", "a person", "talk to someone"),
    opener="There is something for you here.",
)
async def human(talk: Talk, facts: HumanFacts) -> None:
    """Nobody is told anything unless Send is pressed on the text that is shown."""
    if facts.unchecked:
        await talk.say(
            "unchecked",
            "The list of who evaluates whom here was last checked on {day}, "
            "so only coaches you know are offered.",
            day=facts.unchecked,
        )
    if not facts.coaches:
        await _lines(talk, facts, "No coach can be offered here now. These lines are staffed by people:")
        return
    coach = await _who(talk, facts)
    if coach is None:
        return
    draft = await _draft(talk, facts, coach)
    if draft is None:
        await talk.say("unsent", "Nothing was sent. Nobody is told that you looked.")
        return
    alert = draft.addressed_to(coach.id)
    sent = await talk.perform("sent", alert, refusals=tuple(REFUSALS))
    if sent.why == "waiting" and await _instead(talk, coach, alert.words, sent.detail):
        sent = await talk.perform("sent.instead", alert, refusals=tuple(REFUSALS))
    if not sent.done:
        await _refused(talk, facts, (coach.name, _name(facts, draft.backup)), sent)
        return
    await talk.say(
        "told", "Sent to {name}. Likely to be seen {seen}.", name=coach.name, seen=coach.likely_seen
    )
    if not coach.here:
        await talk.say("until", "Until then, people answer on the lines below.")
        await talk.say("lines", "{lines}", lines="\n".join(facts.lines))
    names = (coach.name, _name(facts, draft.backup) or coach.name)
    await follow(talk, names, "\n".join(facts.lines), sent.detail)


async def _instead(talk: Talk, coach: Coach, words: Words, earlier: str) -> bool:
    """Whether the earlier request to this coach was taken back, so that this one may go."""
    await talk.say(
        "instead.text", "{alert}", without="What you wrote was not kept, so it cannot be sent.", alert=words
    )
    agreed = await talk.confirm(
        "instead",
        "An earlier message to {name} is still open. Take that one back and send this one, "
        "likely seen {seen}?",
        yes="Take it back, send this",
        no="Leave it",
        exactly=True,
        name=coach.name,
        seen=coach.likely_seen,
    )
    if not agreed:
        return False
    taken = await talk.perform("taken-back", AlertMove(earlier, "withdraw"))
    if taken.done and taken.detail:
        await talk.say("instead.read", "{readers} had opened the earlier one.", readers=taken.detail)
    return taken.done


def _known(about: str, hours: str) -> str:
    """What is known of a coach, in one line."""
    return " · ".join(part for part in (about.rstrip("."), hours) if part)


async def _lines(talk: Talk, facts: HumanFacts, words: str) -> None:
    await talk.say("none", words)
    await talk.say("lines", "{lines}", lines="\n".join(facts.lines))


async def _who(talk: Talk, facts: HumanFacts) -> Coach | None:
    await talk.say("default", "Nobody is told anything unless you press Send.")
    coaches = {one[0]: Coach(*one) for one in facts.coaches}
    offered = [Option(c.id, c.name, _known(c.about, c.hours)) for c in coaches.values()]
    who = await talk.choose_offered(
        "who",
        "Who would you like to reach?",
        [*offered, Option(LINE, "A phone line instead"), Option(NOBODY, "Nobody now")],
        fact="coaches",
    )
    if who == LINE:
        await _lines(talk, facts, "People answer on these lines:")
        return None
    if who is None or who == NOBODY:
        await talk.say("nobody", "Nobody is told anything.")
        return None
    coach = coaches[who]
    return coach if coach.id in facts.consented or await _agreed(talk, coach) else None


async def _agreed(talk: Talk, coach: Coach) -> bool:
    agreed = await talk.confirm(
        "agree",
        "May {name} receive messages from you here? Only text that you preview and send. "
        "You can take this back at any time.",
        yes=f"Yes, {coach.name} may",
        no="No",
        exactly=True,
        kind=Kind.CONSENT,
        name=coach.name,
    )
    if agreed:
        given = await talk.perform("agreed", Consent("alert", coach.id))
        if given.done:
            return True
    await talk.say("not-agreed", "Nothing is passed on to {name}.", name=coach.name)
    return False


async def _draft(talk: Talk, facts: HumanFacts, coach: Coach) -> Draft | None:
    ask = await talk.choose("what", "What would you like from {name}?", Ask, required=True, name=coach.name)
    draft = Draft(Words(facts.me), ask)
    others = [Option(c[0], c[1], _known(c[2], c[3])) for c in facts.coaches if c[0] != coach.id]
    for part in (Part.REACH, Part.WORDS, Part.BACKUP):
        draft = await changed(talk, draft, part, coach.name, others)
    for change in talk.each("draft", at_most=CHANGES):
        await change.say(
            "preview",
            "{alert}",
            without="What you wrote was not kept. Choose Change to write it again.",
            alert=draft.text,
        )
        await _who_else(change, facts, coach, draft)
        send = await change.choose(
            "send",
            "This is all that {name} gets, likely seen {seen}. Send it?",
            Send,
            required=True,
            name=coach.name,
            seen=coach.likely_seen,
        )
        if send is Send.SEND:
            return draft
        if send is Send.NOT_NOW:
            return None
        part_chosen = await change.choose("change", "What would you like to change?", Part)
        if part_chosen is not None:
            draft = await changed(change, draft, part_chosen, coach.name, others)
    return None


async def _who_else(talk: Talk, facts: HumanFacts, coach: Coach, draft: Draft) -> None:
    """Before Send: who can come to read it, and what a late answer does."""
    words = {
        "next": "If {name} passes it on, {next} gets this same text. If no answer comes in time, it "
        "goes to nobody by itself. You are told then, with lines that people answer.",
        "next-know": "If {name} passes it on, {next} gets this same text. No answer is asked for: "
        "you are told when its time is over and its text is gone.",
        "alone": "It goes to nobody but {name}. If no answer comes in time, you are told, "
        "with lines that people answer.",
        "alone-know": "It goes to nobody but {name}. No answer is asked for: "
        "you are told when its time is over and its text is gone.",
    }
    key = ("next" if draft.backup else "alone") + ("" if draft.ask.wants_answer else "-know")
    await talk.say(key, words[key], name=coach.name, next=_name(facts, draft.backup))


def _name(facts: HumanFacts, coach: str) -> str:
    return next((one[1] for one in facts.coaches if one[0] == coach), "")


async def _refused(talk: Talk, facts: HumanFacts, named: tuple[str, str], sent: Outcome) -> None:
    """`named`: who was asked, and who would have it next."""
    await talk.say(f"refused.{sent.why}", REFUSALS[sent.why], name=named[0], next=named[1])
    await talk.say("lines", "{lines}", lines="\n".join(facts.lines))
