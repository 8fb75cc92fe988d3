"""Pause: this talk, or every nudge for some weeks."""

from dataclasses import dataclass

from conversations.answers import Option, Options
from conversations.effects import Park, Silence
from conversations.flows import Facts, flow
from conversations.talk import Talk


@dataclass(frozen=True)
class PauseFacts(Facts):
    """`open_talk`: a talk is open below; `title` is its name, "" where the chat is not told it.

    `weeks`: "1", "2" or "4" where it was typed, else "".
    """

    open_talk: bool = False
    title: str = ""
    weeks: str = ""


class Pausing(Options):
    """What is paused."""

    TALK = Option("talk", "This talk")
    NUDGES = Option("nudges", "All nudges")


class Weeks(Options):
    """For how long."""

    ONE = Option("1", "1 week")
    TWO = Option("2", "2 weeks")
    FOUR = Option("4", "4 weeks")


@flow(
    "pause",
    title="Pause",
    seconds=10,
    facts=PauseFacts,
    examples=(PauseFacts(), PauseFacts(open_talk=True, title="Settings"), PauseFacts(weeks="2")),
)
async def pause(talk: Talk, facts: PauseFacts) -> None:
    """A typed length answers both questions."""
    weeks = facts.weeks
    if not weeks and facts.open_talk:
        if facts.title:
            await talk.say("open", "What is open here: {title}.", title=facts.title)
        what = await talk.choose("what", "What would you like to pause?", Pausing)
        if what is None:
            return
        if what is Pausing.TALK:
            await talk.perform("parked", Park())
            await talk.say("waits", "It waits for you for two weeks. Press Continue whenever you like.")
            return
    if not weeks:
        chosen = await talk.choose("weeks", "No nudges for how long?", Weeks)
        weeks = "" if chosen is None else chosen.option.key
    if not weeks:
        await talk.say("unchanged", "Nothing changed.")
        return
    quiet = await talk.perform("quiet", Silence("pause", f"{weeks}w"))
    await talk.say("until", "No nudges until {until}. Type resume to end this sooner.", until=quiet.detail)
