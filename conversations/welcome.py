"""After Start: what this is, when the weekly check-in comes, and whether to begin now."""

from dataclasses import dataclass

from conversations.answers import Option, Options
from conversations.effects import NextCheckIn, Prefer
from conversations.flows import Facts, flow
from conversations.place import zone_name
from conversations.talk import Talk


@dataclass(frozen=True)
class WelcomeFacts(Facts):
    """`platform` is the chat's name as people say it: "Slack", "this page". `zone` is IANA."""

    platform: str = "Your chat"
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
    """Two taps from Start to the first check-in."""
    await talk.say("who", "Only you read your answers. A coach hears from you only when you press Send.")
    await talk.say(
        "platform",
        "{platform} may keep what appears there, and belongs to your employer. "
        "So questions open in a private form.",
        platform=facts.platform,
    )
    day = await talk.choose("day", "When would the weekly check-in suit you?", Day)
    if day is Day.WHEN_ASKED:
        await talk.perform("asked", Prefer("check_in_every", "0"))
    elif day is not None:
        await talk.perform("weekday", Prefer("weekday", day.option.key))
    begin = await talk.choose("begin", "The first one takes under a minute. When would you like it?", Begin)
    if begin is Begin.NOW:
        await talk.continue_with("check-in", "check-in")
        return
    first = await talk.perform("coming", NextCheckIn())
    coming = f"{first.detail}, {zone_name(facts.zone)} time" if first.done else "when you ask"
    await talk.say("later", "The first comes {coming}. Type help to see what is here.", coming=coming)
