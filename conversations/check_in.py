"""The weekly check-in: four steps at most, each after the first may be skipped."""

from dataclasses import dataclass

from conversations.answers import WISH, Keep, Option, Options
from conversations.effects import Consent, Count, KeepMeasure, KeepNote, NextCheckIn, Prefer
from conversations.flows import Facts, Surface, flow
from conversations.place import ask_language, ask_zone
from conversations.talk import Talk
from conversations.texts import Kind

STEADY_WEEKS = 4  # every fourth steady week in a row may become a fortnight (domain B5)


@dataclass(frozen=True)
class CheckInFacts(Facts):
    """What the check-in may know.

    `finished`: check-ins finished before this one. `low_before`: the last one was Struggling or Not OK.
    `steady_run`: steady ones in a row before this. `item`: the rotating question (see `item_for`).
    `every`: weeks between two, 0 for only when asked.
    `counts_asked`: the question about counts was answered.
    `counselling`: all that the program says of its service, without the last stop, or "" where it has none.
    `lines`: at most three to people, one of them answered now.
    `zone`: IANA; `device`: what the device says where that differs, or "".
    `languages`: the tags to choose from, where that was never asked.
    """

    finished: int = 0
    low_before: bool = False
    steady_run: int = 0
    item: str = "sleep"
    every: int = 1
    counts_asked: bool = False
    counselling: str = ""
    lines: tuple[str, ...] = ()
    zone: str = "America/New_York"
    zone_in_doubt: bool = False
    device: str = ""
    language: str = "en"
    languages: tuple[str, ...] = ()


class Week(Options):
    """Where somebody was most of the week: the stress continuum in words of our own."""

    STEADY = Option("steady", "Steady", "recovering between shifts", "○")
    STRETCHED = Option("stretched", "Stretched", "tired or tense, bouncing back", "◔")
    STRUGGLING = Option("struggling", "Struggling", "not bouncing back, less like myself", "◑")
    NOT_OK = Option("not-ok", "Not OK", "can’t see it easing, or getting through is the goal", "●", "not_ok")


class Moved(Options):
    """What moved the week most."""

    WORKLOAD = Option("workload", "Workload")
    SLEEP = Option("sleep", "Sleep")
    TEAM = Option("team", "Team")
    PATIENT = Option("patient", "A patient")
    HOME = Option("home", "Home")
    LEARNING = Option("learning", "Learning")
    RECOGNITION = Option("recognition", "Recognition")
    NOTHING = Option("nothing", "Nothing stands out", alone=True)
    PRIVATE = Option("private", "Prefer not to say", alone=True)


class Slept(Options):
    """Whether sleep was enough."""

    YES = Option("yes", "Yes")
    PARTLY = Option("partly", "Partly")
    NO = Option("no", "No")


class Useful(Options):
    """What would be most useful now; offers only what exists."""

    PERSON = Option("person", "A person", signal=WISH)
    NOTE = Option("note", "Note it for myself")
    NOTHING = Option("nothing", "Nothing now")


ITEMS = ("sleep", "asking", "meant", "confidence")


def item_for(finished: int) -> str:
    """The rotating question of the next check-in: none comes back within three weeks."""
    return ITEMS[finished % len(ITEMS)]


@flow(
    "check-in",
    title="Weekly check-in",
    seconds=45,
    surface=Surface.PRIVATE,
    facts=CheckInFacts,
    examples=(
        CheckInFacts(),
        CheckInFacts(
            finished=1,
            item="asking",
            low_before=True,
            counselling="555-0100",
            lines=("Crisis line: call 988",),
        ),
        CheckInFacts(finished=6, item="meant", steady_run=3, counts_asked=True),
        CheckInFacts(finished=7, item="confidence", counts_asked=True, every=0),
        CheckInFacts(zone_in_doubt=True, device="Asia/Tokyo"),
        CheckInFacts(languages=("en", "es")),
    ),
    start_words=("check in", "check-in", "checkin"),
    opener="Your check-in is ready.",
)
async def check_in(talk: Talk, facts: CheckInFacts) -> None:
    """One tap is asked for; a steady week ends there, or with one line."""
    talk = talk.varied(facts.finished)
    week = await talk.choose("week", "Where were you most of this week?", Week, required=True)
    await talk.make("week.kept", KeepMeasure("week", week.option.key))
    await talk.make("week.counted", Count("week", week.option.key))
    if week is Week.STEADY:
        await _steady(talk, facts)
    elif week is Week.NOT_OK:
        await _person(talk, facts)
    else:
        await _explore(talk, facts)
        await (_struggling(talk, facts) if week is Week.STRUGGLING else _stretched(talk))
    if week in {Week.STEADY, Week.STRETCHED}:
        await _once(talk, facts)
    await (_with_people(talk, facts) if week is Week.NOT_OK else _done(talk))


async def _steady(talk: Talk, facts: CheckInFacts) -> None:
    line = await talk.write(
        "helped",
        ("Noted. What helped?", "Noted. What carried you this week?", "Noted. What kept it steady?"),
        keep=Keep.SELF,
        lines=2,
    )
    if line is not None:
        await talk.make("helped.kept", KeepNote(line))
    fourth = facts.every == 1 and (facts.steady_run + 1) % STEADY_WEEKS == 0
    if fourth and await talk.confirm("fortnight", "Want this every two weeks instead?"):
        await talk.perform("fortnight.set", Prefer("check_in_every", "2"))


async def _explore(talk: Talk, facts: CheckInFacts) -> None:
    moved = await talk.choose_some("moved", "What moved it most? Up to two.", Moved, at_most=2)
    if moved:
        await talk.make("moved.kept", KeepMeasure("moved", ",".join(one.option.key for one in moved)))
    value = await _item(talk, facts.item)
    if value is not None:
        await talk.make("item.kept", KeepMeasure(facts.item, value))


async def _item(talk: Talk, item: str) -> str | None:
    if item == "asking":
        felt = await talk.scale(
            "asking", "How far did you feel able to ask for help?", 0, 4, ends=("not at all", "fully")
        )
        return None if felt is None else str(felt)
    if item == "confidence":
        sure = await talk.scale(
            "confidence", "How confident are you about next week?", 0, 10, ends=("not at all", "fully")
        )
        return None if sure is None else str(sure)
    if item == "meant":
        meant = await talk.write("meant", "What is one thing that meant something?", keep=Keep.SELF, lines=2)
        if meant is not None:
            await talk.make("meant.kept", KeepNote(meant))
        return None
    slept = await talk.choose("slept", "How was sleep: enough for safe work?", Slept)
    return None if slept is None else slept.option.key


async def _stretched(talk: Talk) -> None:
    line = await talk.write(
        "line",
        (
            "What small thing would help before next week? One line, for you alone.",
            "What would make next week a little lighter? One line, for you alone.",
            "What would a kinder pace look like this week? One line, for you alone.",
        ),
        keep=Keep.SELF,
        lines=2,
    )
    if line is not None:
        await talk.make("line.kept", KeepNote(line))


async def _struggling(talk: Talk, facts: CheckInFacts) -> None:
    await talk.say("straight", ("Thanks for being straight about it.", "Thank you for saying how it is."))
    await _counselling(talk, facts)
    useful = await talk.choose("help", "What would be most useful?", Useful)
    if useful is Useful.PERSON:
        await talk.continue_with("person", "human")
    elif useful is Useful.NOTE:
        note = await talk.write(
            "note", "What would you like to note? For you alone.", keep=Keep.SELF, lines=3
        )
        if note is not None:
            await talk.make("note.kept", KeepNote(note))


async def _person(talk: Talk, facts: CheckInFacts) -> None:
    await _counselling(talk, facts)
    useful = await talk.choose(
        "after", "What would be most useful now?", Useful, only=(Useful.PERSON, Useful.NOTHING)
    )
    if useful is Useful.PERSON:
        await talk.continue_with("person", "human")


async def _counselling(talk: Talk, facts: CheckInFacts) -> None:
    """After a second low week in a row; what it costs and who hears of a visit is for the program to say."""
    if facts.low_before and facts.counselling:
        words = "Your counselling service: {line}. Nobody is told of this."
        await talk.say("counselling", words, line=facts.counselling)


async def _once(talk: Talk, facts: CheckInFacts) -> None:
    """What the welcome leaves for later: one such question a week, and in a lighter week only."""
    if facts.finished >= 1 and not facts.counts_asked:
        await _counts(talk)
    elif facts.zone_in_doubt:
        await ask_zone(talk, facts.zone, facts.device)
    elif facts.languages:
        await ask_language(talk, facts.language, facts.languages)


async def _counts(talk: Talk) -> None:
    agreed = await talk.confirm(
        "counts",
        "May your tap count, without your name, in figures of five or more people that your program sees? "
        "You can change this at any time.",
        yes="Yes, count mine",
        no="No",
        exactly=True,
        kind=Kind.CONSENT,
    )
    await talk.perform("counts.set", Consent("aggregate", given=bool(agreed)))


async def _done(talk: Talk) -> None:
    coming = await talk.perform("coming", NextCheckIn())
    if coming.done:
        await talk.say(
            "done",
            (
                "Done. Next one {day}. Type settings to change that.",
                "That is all. Next one {day}. Type settings to change that.",
            ),
            day=coming.detail,
        )
    else:
        await talk.say("done-asked", "Done. Type check in whenever you want the next one.")


async def _with_people(talk: Talk, facts: CheckInFacts) -> None:
    """The last words of the worst week: people, and only then when the next one comes."""
    await talk.say("people", "Type human or crisis at any time.")
    if facts.lines:
        await talk.say("lines", "{lines}", lines="\n".join(facts.lines))
    coming = await talk.perform("coming", NextCheckIn())
    if coming.done:
        await talk.say("next", "The next check-in comes {day}.", day=coming.detail)
