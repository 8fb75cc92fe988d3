"""The small safety talk: fixed words, one question at a time, and a person at the end.

It may be left at any point, believes a no, respects a refusal, and never shows one card twice in a row.
"""

from dataclasses import dataclass

from conversations.effects import CloseOthers
from conversations.flows import Facts, flow
from conversations.safety_answers import About, Barrier, Direct, On, Plain, Safe, Stay
from conversations.safety_words import CARDS
from conversations.talk import Talk
from conversations.texts import Kind

STAY = 3
SELF_RISK = ("passive_si", "self_harm")


@dataclass(frozen=True)
class SafetyFacts(Facts):
    """What opened the talk.

    `label` and `card` come from the decision, `signal` from a tap ("not_ok", "not_safe", …). `lines`: at most
    three resource lines. `seen`: safety talks held before (chooses the variant). `under`: title of the talk
    below, or "". `outside`: the first line of any hour that is outside the workplace and needs no login;
    `free`: the first that costs nothing; each "" where the program says so of none.
    """

    label: str = "ask"
    card: str = ""
    signal: str = ""
    lines: tuple[str, ...] = ()
    seen: int = 0
    under: str = ""
    outside: str = ""
    free: str = ""


_LINES = ("988: call or text, at any hour", "911: emergency", "Counselling: 555-0100, at any hour")
_LABELS = ("imminent", "active_si", *SELF_RISK, *CARDS)


@flow(
    "safety",
    title="Safety",
    seconds=60,
    facts=SafetyFacts,
    safety=True,
    examples=(
        SafetyFacts(signal="not_ok", label="none", lines=_LINES, under="Weekly check-in"),
        SafetyFacts(signal="not_safe", label="none", lines=_LINES, outside=_LINES[0], free=_LINES[0]),
        SafetyFacts(label="ask", lines=_LINES, under="Weekly check-in"),
        SafetyFacts(label="ask", card="ask.meaning", lines=_LINES),
        SafetyFacts(label="ask", card="ask.subject", lines=_LINES),
        SafetyFacts(label="ask", card="ask.safe", lines=_LINES),
        SafetyFacts(label="active_si", signal="crisis_word", lines=_LINES),
        *(SafetyFacts(label=label, lines=_LINES) for label in dict.fromkeys(_LABELS) if "." not in label),
        *(
            SafetyFacts(label="unsafe_now", card=card, lines=_LINES)
            for card in ("safety.unsafe.drive", "safety.unsafe.work")
        ),
    ),
)
async def safety(talk: Talk, facts: SafetyFacts) -> None:
    """Where it starts depends on what was heard; every way ends at people."""
    talk, card = talk.varied(facts.seen), facts.card.removeprefix("safety.")
    if facts.signal == "not_ok" or card == "ask.safe":
        if card in CARDS:
            await _card(talk, facts, card)
        await _safe(talk, facts)
    elif facts.signal == "not_safe" or facts.label == "imminent":
        await _imminent(talk, facts, card)
    elif facts.signal == "crisis_word":
        await _card(talk, facts, "none")
        await _now(talk, facts)
    elif facts.label == "ask":
        await _ask(talk, facts)
    elif facts.label == "active_si":
        await _told(talk, facts, card)
    else:
        await _card(talk, facts, card if card in CARDS else facts.label)
        await _after_card(talk, facts)
    if facts.signal != "not_ok" and facts.under:
        await _below(talk, facts)


async def _after_card(talk: Talk, facts: SafetyFacts) -> None:
    if facts.label in SELF_RISK:
        await _direct(talk, facts)
        return
    if facts.label == "mistreatment":
        here = await talk.choose("here", "Are you safe where you are?", Plain, kind=Kind.SAFETY)
        if here in {Plain.NO, Plain.NOT_SURE}:
            await talk.say(
                "here.no",
                "Please go where other people are, and call the emergency line here from there.",
                kind=Kind.SAFETY,
            )
    await _stay(talk)


async def _safe(talk: Talk, facts: SafetyFacts) -> None:
    safe = await talk.choose(
        "safe", "Thank you for saying so. Are you safe right now?", Safe, kind=Kind.SAFETY
    )
    if safe is Safe.YES:
        await talk.say("safe.yes", "Thank you. People are on these lines at any hour.", kind=Kind.SAFETY)
        await _lines(talk, facts)
    elif safe is None:
        await _respected(talk, facts)
    else:
        await _imminent(talk, facts)


async def _ask(talk: Talk, facts: SafetyFacts) -> None:
    if facts.card == "ask.subject":
        about = await talk.choose(
            "about",
            "I want to check that I read that right. Is this about you, a patient, or someone you know?",
            About,
            kind=Kind.SAFETY,
        )
        if about is About.PATIENT:
            await talk.say(
                "patient",
                "Thank you. That is a lot to have seen. Type human to share it with somebody.",
                kind=Kind.SAFETY,
            )
            return
        if about is About.SOMEBODY:
            await _card(talk, facts, "third_party")
            await _stay(talk)
            return
    await _direct(talk, facts)


async def _direct(talk: Talk, facts: SafetyFacts) -> None:
    meaning = facts.card == "ask.meaning"
    answer = await (
        talk.choose(
            "meaning",
            "I may have taken that too lightly. When you say that, do you mean thoughts of not wanting to be alive?",
            Direct,
            kind=Kind.SAFETY,
        )
        if meaning
        else talk.choose(
            "direct",
            "Are you having thoughts of killing yourself, or of not wanting to be alive?",
            Direct,
            kind=Kind.SAFETY,
        )
    )
    if answer in {Direct.NO, Direct.FIGURE}:
        await talk.say(
            "believed",
            (
                "Thank you. I take that as you say it. The first line here is for any hour.",
                "Thank you for answering. Noted as you say it; a line stays here for any hour.",
                "Understood, thank you. This line is there whenever you want it.",
            ),
            kind=Kind.SAFETY,
        )
        await _first(talk, facts)
    elif answer in {Direct.YES, Direct.NOT_SURE}:
        await (_told(talk, facts) if facts.label == "ask" else _now(talk, facts))
    else:
        await _respected(talk, facts, shown=facts.label != "ask")


async def _told(talk: Talk, facts: SafetyFacts, card: str = "active_si") -> None:
    await _card(talk, facts, card if card in CARDS else "active_si")
    await _now(talk, facts)


async def _now(talk: Talk, facts: SafetyFacts) -> None:
    """The lines stand above already, whichever way led here."""
    now = await talk.choose("now", "Are you safe for the next few hours?", Safe, kind=Kind.SAFETY)
    if now is Safe.YES:
        await talk.say(
            "now.yes",
            "Thank you. Somebody you trust, near you or on the phone, helps as well.",
            kind=Kind.SAFETY,
        )
        await _stay(talk)
    elif now is None:
        await _respected(talk, facts, shown=True)
    else:
        await _imminent(talk, facts, shown=True)


async def _imminent(talk: Talk, facts: SafetyFacts, card: str = "imminent", *, shown: bool = False) -> None:
    """`shown`: the lines stand above already, so only the first is said again."""
    name = card if card in CARDS else "imminent"
    await talk.say(name, CARDS[name], kind=Kind.SAFETY)
    await (_first(talk, facts) if shown else _lines(talk, facts))
    company = await talk.choose("with", "Are you with someone right now?", Plain, kind=Kind.SAFETY)
    if company is Plain.YES:
        await talk.say("with.yes", "Stay near them. You could show them this screen.", kind=Kind.SAFETY)
    else:
        await talk.say(
            "with.no",
            "Please call somebody who can come or stay on the phone: a neighbour, a colleague, the one on call.",
            kind=Kind.SAFETY,
        )
    await talk.choose(
        "reach", "Can anything that might hurt you be put out of reach?", Plain, kind=Kind.SAFETY
    )
    use = await talk.choose("use", "Would you use one of these lines now?", Plain, kind=Kind.SAFETY)
    if use is Plain.YES:
        await talk.say("use.yes", "Please do it now. This stays open meanwhile.", kind=Kind.SAFETY)
    elif use is not None:
        await _barrier(talk, facts)
    await _stay(talk)


async def _barrier(talk: Talk, facts: SafetyFacts) -> None:
    """What is said of a line is what the program's resources say of that one."""
    barrier = await talk.choose("barrier", "What gets in the way?", Barrier, kind=Kind.SAFETY)
    if barrier is Barrier.SEEN and facts.outside:
        words = "Outside your workplace, and without a login: {line}"
        await talk.say("barrier.seen.outside", words, kind=Kind.SAFETY, line=facts.outside)
        return
    if barrier is Barrier.COST and facts.free:
        words = "This one costs nothing: {line}"
        await talk.say("barrier.cost.free", words, kind=Kind.SAFETY, line=facts.free)
        return
    answers = {
        Barrier.LICENCE: "Calling a crisis line is not treatment. Many boards have narrowed what they ask about "
        "care; your own board’s words are public.",
        Barrier.SEEN: "You can ask a line first who hears of the call, before you give a name.",
        Barrier.COST: "You can ask a line first what it costs, before anything else.",
        Barrier.SHIFT: "You can hand off. Tell the one on call that you are unwell, step out, and call from a "
        "private room. No more reason is wanted.",
        Barrier.OTHER: "Then somebody beside you may be the way: to sit with you while you call, or to call for you.",
    }
    if barrier is not None:
        await talk.say(f"barrier.{barrier.option.key}", answers[barrier], kind=Kind.SAFETY)


async def _stay(talk: Talk) -> None:
    for number, stay in enumerate(talk.each("stay", at_most=STAY)):
        chosen = await stay.varied(number).choose(  # "else" only once something was offered
            "what", ("What would help now?", "What else would help?", "What now?"), Stay, kind=Kind.SAFETY
        )
        if chosen is Stay.PERSON:
            if await stay.continue_with("person", "human") != "stopped":
                return
            continue  # they left that talk, not this one
        if chosen is not Stay.STEADY:
            break
        await stay.say(
            "steady",
            (
                "Feet on the floor. Breathe out slowly, longer than in. Name five things that you see.",
                "Hold something cold. Count back from thirty, one number a breath.",
                "Press your palms together, then let go. Listen for three sounds near you.",
            ),
            kind=Kind.SAFETY,
        )
    await talk.say("stays", "This stays here. Type human or crisis at any time.", kind=Kind.SAFETY)


async def _respected(talk: Talk, facts: SafetyFacts, *, shown: bool = False) -> None:
    await talk.say("respected", "That is yours to keep. I’m leaving this here.", kind=Kind.SAFETY)
    await (_first(talk, facts) if shown else _lines(talk, facts))


async def _below(talk: Talk, facts: SafetyFacts) -> None:
    on = await talk.choose(
        "on",
        "{title} is still open. Would you like to go on with it?",
        On,
        kind=Kind.SAFETY,
        title=facts.under,
    )
    if on is On.LEAVE:
        await talk.perform("left", CloseOthers())
        await talk.say(
            "below-closed",
            "It is closed. Type human or crisis at any time, and privacy for what is held.",
            kind=Kind.SAFETY,
        )


async def _card(talk: Talk, facts: SafetyFacts, card: str) -> None:
    name = card if card in CARDS else "none"
    await talk.say(name, CARDS[name], kind=Kind.SAFETY)
    await _lines(talk, facts)


async def _lines(talk: Talk, facts: SafetyFacts) -> None:
    await talk.say("lines", "{lines}", kind=Kind.SAFETY, lines="\n".join(facts.lines[:3]))


async def _first(talk: Talk, facts: SafetyFacts) -> None:
    await talk.say("first", "{line}", kind=Kind.SAFETY, line="".join(facts.lines[:1]))
