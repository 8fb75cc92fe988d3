"""Settings: how often, when and where the check-in comes, and whether taps count."""

from dataclasses import dataclass

from conversations.answers import Option, Options
from conversations.effects import Consent, Final, Outcome, Prefer
from conversations.flows import Facts, flow
from conversations.place import language_options, zone_name, zones
from conversations.talk import Talk

CHANGES = 6  # more than there are things to change


@dataclass(frozen=True)
class SettingsFacts(Facts):
    """What holds now: weeks between two check-ins (0: only when asked), day and time in words, IANA zone.

    `counts`: taps count in figures without names. `device`: the zone that the person's device names, or "".
    `languages`: tags of those that the program offers. `rhythm`: "fewer" or "resting" where unanswered ones
    made it come less often than chosen, or no more, else "".
    """

    every: int = 1
    day: str = "Sunday"
    time: str = "18:00"
    zone: str = "America/New_York"
    device: str = ""
    language: str = "en"
    languages: tuple[str, ...] = ("en",)
    counts: bool = False
    rhythm: str = ""


class Setting(Options):
    """What can be changed."""

    EVERY = Option("every", "How often")
    DAY = Option("day", "Day")
    TIME = Option("time", "Time")
    ZONE = Option("zone", "Time zone")
    LANGUAGE = Option("language", "Language")
    COUNTS = Option("counts", "Whether my taps count")
    DONE = Option("done", "Done")


class Every(Options):
    """Weeks between two check-ins."""

    WEEK = Option("1", "Every week")
    TWO = Option("2", "Every two weeks")
    FOUR = Option("4", "Every four weeks")
    ASKED = Option("0", "Only when I ask")


class Weekday(Options):
    """Monday is 0."""

    MONDAY = Option("0", "Monday")
    TUESDAY = Option("1", "Tuesday")
    WEDNESDAY = Option("2", "Wednesday")
    THURSDAY = Option("3", "Thursday")
    FRIDAY = Option("4", "Friday")
    SATURDAY = Option("5", "Saturday")
    SUNDAY = Option("6", "Sunday")


class Hour(Options):
    """Times outside the default quiet hours (21:00 to 07:00)."""

    EIGHT = Option("08:00", "08:00")
    NOON = Option("12:00", "12:00")
    FIVE = Option("17:00", "17:00")
    SIX = Option("18:00", "18:00")
    SEVEN = Option("19:00", "19:00")
    LATE = Option("20:00", "20:00")


class Counting(Options):
    """Whether taps count in figures of five or more people."""

    YES = Option("yes", "Count mine", exact=True)
    NO = Option("no", "Count nothing of mine")


_OFTEN = {1: "every week", 2: "every two weeks", 4: "every four weeks"}


@flow(
    "settings",
    title="Settings",
    seconds=20,
    facts=SettingsFacts,
    examples=(
        SettingsFacts(),
        SettingsFacts(device="Asia/Tokyo", languages=("en", "es")),
        SettingsFacts(every=0),
        SettingsFacts(rhythm="fewer"),
        SettingsFacts(rhythm="resting"),
    ),
)
async def settings(talk: Talk, facts: SettingsFacts) -> None:
    """One change at a time, until Done."""
    await _now(talk, facts)
    if facts.rhythm == "fewer":
        await talk.say(
            "fewer",
            "Every two weeks for now, because the last ones were not opened. "
            "Opening one, or choosing here how often, ends that.",
        )
    elif facts.rhythm == "resting":
        await talk.say(
            "resting",
            "None comes by itself for now, because the last ones were not opened. "
            "Choosing here how often, or typing check in, ends that.",
        )
    offered = [one for one in Setting if one is not Setting.LANGUAGE or len(facts.languages) > 1]
    for change in talk.each("change", at_most=CHANGES):
        what = await change.choose(
            "what", ("What would you like to change?", "What else?"), Setting, only=offered
        )
        if what is None or what is Setting.DONE:
            break
        wanted = await _wanted(change, what, facts)
        if wanted is not None:
            await _say(change, await change.perform("set", wanted))
    await talk.say("done", "Settings closed.")


async def _now(talk: Talk, facts: SettingsFacts) -> None:
    zone, counts = zone_name(facts.zone), "yes" if facts.counts else "no"
    if not facts.every:
        await talk.say(
            "now-asked",
            "Check-in: only when you ask. Time zone: {zone}. Your taps count without your name: {counts}.",
            zone=zone,
            counts=counts,
        )
        return
    await talk.say(
        "now",
        "Check-in: {often}, {day} {time}, {zone} time. Your taps count without your name: {counts}.",
        often=_OFTEN.get(facts.every, f"every {facts.every} weeks"),
        day=facts.day,
        time=facts.time,
        zone=zone,
        counts=counts,
    )


async def _wanted(talk: Talk, what: Setting, facts: SettingsFacts) -> Final | None:
    if what is Setting.COUNTS:
        counting = await talk.choose(
            "counts", "Your taps, without your name: what may happen with them?", Counting
        )
        return None if counting is None else Consent("aggregate", given=counting is Counting.YES)
    if what is Setting.EVERY:
        return _prefer("check_in_every", await talk.choose("every", "How often?", Every))
    if what is Setting.DAY:
        return _prefer("weekday", await talk.choose("day", "Which day?", Weekday))
    if what is Setting.TIME:
        return _prefer("time", await talk.choose("time", "What time of day?", Hour))
    if what is Setting.LANGUAGE:
        offered = language_options(facts.languages)
        return _offered(
            "language", await talk.choose_offered("language", "Which language?", offered, fact="languages")
        )
    here = zones(facts.device)
    return _offered(
        "zone", await talk.choose_offered("zone", "Which time zone are you in?", here, fact="zones")
    )


def _prefer(name: str, chosen: Options | None) -> Prefer | None:
    return None if chosen is None else Prefer(name, chosen.option.key)


def _offered(name: str, chosen: str | None) -> Prefer | None:
    return None if chosen is None else Prefer(name, chosen)


async def _say(talk: Talk, outcome: Outcome) -> None:
    if outcome.done:
        await talk.say("kept", "Changed.")
    else:
        await talk.say("refused", "That could not be changed now. It stays as it was.")
