"""Not now: when the check-in may come back."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from conversations.answers import Option, Options
from conversations.effects import NextCheckIn, Silence
from conversations.flows import Facts, flow
from conversations.talk import Talk

AFTER_SHIFT = timedelta(minutes=30)  # never in the first half hour after sign-out (domain H3)
BEFORE_SHIFT = timedelta(hours=2)  # early enough to answer before getting ready
AROUND_START = timedelta(minutes=30)  # never so near to the start of a shift (domain H3)
SHIFT_LASTS = timedelta(hours=12)  # a day or night whose end was not told (domain H1)


@dataclass(frozen=True)
class SnoozeFacts(Facts):
    """`shift_ends` and `next_shift` are local ISO date-times, "" where unknown.

    `talk` is the one that is put off, or "". `said`: the words that began this, "" where none did.
    """

    shift_ends: str = ""
    next_shift: str = ""
    talk: str = ""
    said: str = ""


class Back(Options):
    """When the invitation comes back."""

    LATER = Option("later-today", "Later today")
    TOMORROW = Option("tomorrow", "Tomorrow")
    AFTER = Option("after-shift", "After this shift")
    BEFORE = Option("before-shift", "Before my next shift")
    NIGHTS = Option("nights", "I’m on nights until …")
    LEAVE = Option("leave", "I’m on leave until …")


_KNOWN = SnoozeFacts(talk="t", said="not now", shift_ends="2026-01-05T19:00", next_shift="2026-01-06T07:00")
_SAID = {"on nights": Back.NIGHTS, "on leave": Back.LEAVE}


@flow(
    "snooze",
    title="Not now",
    seconds=15,
    facts=SnoozeFacts,
    examples=(SnoozeFacts(), _KNOWN, *(SnoozeFacts(said=words) for words in ("snooze", *_SAID))),
    start_words=("snooze", "not now", *_SAID),
    puts_off=True,
)
async def snooze(talk: Talk, facts: SnoozeFacts) -> None:
    """One tap, and one date where the rota is not known."""
    back = _SAID.get(facts.said) or await _back(talk, facts)
    silence = None if back is None else await _silence(talk, facts, back)
    if silence is None:
        await talk.say("unchanged", "Nothing changed.")
        return
    quiet = await talk.perform("quiet", silence, refusals=("past", "no-time"))
    if not quiet.done and quiet.why != "no-time":
        await talk.say("passed", "That time has already gone by. Nothing changed.")
        return
    coming = await talk.perform("coming", NextCheckIn())
    if not quiet.done:
        await talk.say("no-time", "No time is left before that shift, so it does not come back before it.")
    if not coming.done and not quiet.done and silence.before:
        return
    if not coming.done:
        await talk.say("quiet-until", "Quiet until {until}.", until=quiet.detail)
    elif silence.before or (silence.reason == "snooze" and _is_invited(facts)):
        await talk.say("comes", "The next one comes {coming}.", coming=coming.detail)
    else:
        words = "Quiet until {until}. The next one comes {coming}."
        await talk.say("then", words, until=quiet.detail, coming=coming.detail)


def _is_invited(facts: SnoozeFacts) -> bool:
    """Whoever types the words may have nothing to put off; a press always has."""
    return bool(facts.talk) or not facts.said


async def _back(talk: Talk, facts: SnoozeFacts) -> Back | None:
    if _is_invited(facts):
        return await talk.choose("back", "When may this come back?", Back)
    others = [one for one in Back if one is not Back.BEFORE]
    return await talk.choose("next", "When may the next one come?", Back, only=others)


async def _silence(talk: Talk, facts: SnoozeFacts, back: Back) -> Silence | None:
    if back in {Back.LATER, Back.TOMORROW}:
        return Silence("snooze", back.option.key, again=True)
    if back is Back.AFTER:
        ends = _known(facts.shift_ends) or await talk.when("ends", "When does this shift end?")
        return None if ends is None else _quiet("shift", ends + AFTER_SHIFT)
    if back is Back.BEFORE:
        starts = _known(facts.next_shift) or await talk.when("starts", "When does your next shift start?")
        return _quiet("shift", starts, before=True)
    if back is Back.NIGHTS:
        return _quiet("nights", await talk.when("nights", "Until when are you on nights?"))
    return _quiet("leave", await talk.when("leave", "Until when are you on leave?"))


def _known(local: str) -> datetime | None:
    return datetime.fromisoformat(local) if local else None


def _quiet(reason: str, until: datetime | None, *, before: bool = False) -> Silence | None:
    if until is None:
        return None
    return Silence(reason, until.isoformat(timespec="minutes"), again=True, before=before)
