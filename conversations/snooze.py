"""Not now: when the check-in may come back."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from conversations.answers import Option, Options
from conversations.effects import Silence
from conversations.flows import Facts, flow
from conversations.talk import Talk

AFTER_SHIFT = timedelta(minutes=30)  # never in the first half hour after sign-out (domain H3)
BEFORE_SHIFT = timedelta(hours=2)  # early enough to answer before getting ready


@dataclass(frozen=True)
class SnoozeFacts(Facts):
    """`shift_ends` and `next_shift` are local ISO date-times, "" where unknown; `talk` was invited to."""

    shift_ends: str = ""
    next_shift: str = ""
    talk: str = ""


class Back(Options):
    """When the invitation comes back."""

    LATER = Option("later-today", "Later today")
    TOMORROW = Option("tomorrow", "Tomorrow")
    AFTER = Option("after-shift", "After this shift")
    BEFORE = Option("before-shift", "Before my next shift")
    NIGHTS = Option("nights", "I’m on nights until …")
    LEAVE = Option("leave", "I’m on leave until …")


@flow(
    "snooze",
    title="Not now",
    seconds=15,
    facts=SnoozeFacts,
    examples=(SnoozeFacts(), SnoozeFacts(shift_ends="2026-01-05T19:00", next_shift="2026-01-06T07:00")),
    start_words=("snooze", "not now", "on leave", "on nights"),
    puts_off=True,
)
async def snooze(talk: Talk, facts: SnoozeFacts) -> None:
    """One tap, and one date where the rota is not known."""
    back = await talk.choose("back", "When may this come back?", Back)
    silence = None if back is None else await _silence(talk, facts, back)
    if silence is None:
        await talk.say("unchanged", "Nothing changed.")
        return
    quiet = await talk.perform("quiet", silence)
    if quiet.done:
        await talk.say("until", "Quiet until {until}. Then the question comes back.", until=quiet.detail)
    else:
        await talk.say("passed", "That time has already gone by. Nothing changed.")


async def _silence(talk: Talk, facts: SnoozeFacts, back: Back) -> Silence | None:
    if back in {Back.LATER, Back.TOMORROW}:
        return Silence("snooze", back.option.key, again=True)
    if back is Back.AFTER:
        ends = _known(facts.shift_ends) or await talk.when("ends", "When does this shift end?")
        return _quiet("shift", ends, AFTER_SHIFT)
    if back is Back.BEFORE:
        starts = _known(facts.next_shift) or await talk.when("starts", "When does your next shift start?")
        return _quiet("shift", starts, -BEFORE_SHIFT)
    if back is Back.NIGHTS:
        return _quiet("nights", await talk.when("nights", "Until when are you on nights?"))
    return _quiet("leave", await talk.when("leave", "Until when are you on leave?"))


def _known(local: str) -> datetime | None:
    return datetime.fromisoformat(local) if local else None


def _quiet(reason: str, end: datetime | None, apart: timedelta = timedelta()) -> Silence | None:
    return None if end is None else Silence(reason, (end + apart).isoformat(timespec="minutes"), again=True)
