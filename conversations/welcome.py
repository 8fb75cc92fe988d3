"""After Start: what this is, when the weekly check-in comes, and whether to begin now."""

from dataclasses import dataclass

from conversations.answers import Option, Options
from conversations.effects import NextCheckIn, Prefer
from conversations.flows import Facts, flow
from conversations.place import zone_name
from conversations.talk import Talk


@dataclass(frozen=True)
class WelcomeFacts(Facts):
    """`platform` is the chat's name within a sentence: "Slack", "this chat". `zone` is IANA."""

    platform: str = "this chat"
    zone: str = "America/New_York"


class Day(Options):
    """When the weekly check-in comes. Keys are weekdays, Monday is 0."""

    SUNDAY = Option("6", "Sunday 18:00")
    MONDAY = Option("0", "Monday 18:00")
    WEDNESDAY = Option("2", "Wednesday 18:00")
    FRIDAY = Option("4", "Friday 18:00")
    WHEN_ASKED = Option("asked", "Only when I ask")


class Begin(Options):
    """Whether the first check-in starts at once."""

    NOW = Option("now", "Now")
    THEN = Option("then", "Not now")


@flow(
    "welcome",
    title="Welcome",
    seconds=20,
    facts=WelcomeFacts,
    examples=(WelcomeFacts(platform="Slack"),),
)
async def welcome(talk: Talk, facts: WelcomeFacts) -> None:
    """Two taps from Start to the first check-in; who else reads the answers stands in the hello before it."""
    await talk.say("who", "A coach hears only what you send.")
    await talk.say(
        "platform",
        "Your employer may keep what {platform} shows, so questions open in private forms.",
        platform=facts.platform,
    )
    await talk.say("pause", "Type pause for a break.")
    day = await talk.choose("day", "When would the weekly check-in suit you?", Day)
    if day is Day.WHEN_ASKED:
        await talk.perform("asked", Prefer("check_in_every", "0"))
    elif day is not None:
        await talk.perform("weekday", Prefer("weekday", day.option.key))
    begin = await talk.choose("begin", "When would you like the first one?", Begin)
    if begin is Begin.NOW:
        await talk.continue_with("check-in", "check-in")
        return
    first = await talk.perform("coming", NextCheckIn())
    coming = f"{first.detail}, {zone_name(facts.zone)} time" if first.done else "when you ask"
    await talk.say("later", "The first comes {coming}. Type help to see what is here.", coming=coming)
