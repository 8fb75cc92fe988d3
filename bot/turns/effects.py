"""Final effects: each is decided here against the present, and its outcome is journalled."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.nudges.forecast import coming
from bot.nudges.plans import CHECK_IN, answered_writes, change_plan_writes
from bot.nudges.silences import end_silences_writes, held_until, silence_writes, silences_left
from bot.nudges.snooze import Back, back_at, back_before, snooze_writes
from bot.nudges.windows import Quiet
from bot.nudges.zones import is_known
from bot.turns import alerting, consents, forgetting, leaving, place
from bot.turns.frames import Frame
from bot.turns.reading import coach_directory
from bot.turns.standing import retire_cards
from bot.turns.work import Work
from conversations.effects import (
    AlertMove,
    CloseOthers,
    Consent,
    EndSilences,
    Final,
    Forget,
    NextCheckIn,
    Outcome,
    Park,
    Prefer,
    SendAlert,
    Silence,
)
from conversations.journal import Mark
from conversations.snooze import AROUND_START, SHIFT_LASTS
from conversations.times import in_words

Handler = Callable[[Work, Frame, Any], Outcome]


def decide(work: Work, frame: Frame, effect: Final) -> Outcome:
    """Carry out or refuse one final effect. Raises KeyError for one that nobody handles."""
    return _HANDLERS[type(effect)](work, frame, effect)


def _consent(work: Work, frame: Frame, effect: Consent) -> Outcome:
    if effect.kind == "alert" and effect.given:
        offered = {coach.id for coach in coach_directory(work)}
        if effect.recipient not in offered:
            return Outcome(done=False, why="ended")
    if effect.given:
        consents.give(work, effect.kind, effect.recipient, _agreed_to(frame))
    else:
        consents.revoke(work, effect.kind, effect.recipient)
    work.audit(f"asked-{effect.kind}", work.person_id)
    return Outcome(done=True)


def _agreed_to(frame: Frame) -> str:
    """The text that the yes was said to: its id, its version, and whose words they are."""
    answers = (entry for entry in reversed(frame.journal.entries) if entry.mark is Mark.ANSWER)
    return ":".join(next(answers).text)


def _prefer(work: Work, _: Frame, effect: Prefer) -> Outcome:
    if effect.name == "zone":
        if not is_known(effect.value):
            return Outcome(done=False, why="unknown-zone")
        work.person_values["zone"] = effect.value
        place.was_asked_zone(work, effect.value)
    elif effect.name == "language":
        if effect.value not in work.house.languages:
            return Outcome(done=False, why="unknown-language")
        work.person_values["language"] = effect.value
        place.was_asked_language(work)
        return Outcome(done=True)
    change = {effect.name: effect.value}
    work.write(*change_plan_writes(work.conn, work.person_id, work.zone, work.now, change, work.writes))
    work.publish_home()
    return Outcome(done=True)


def _next_check_in(work: Work, frame: Frame, _: NextCheckIn) -> Outcome:
    """The one after this, where this is a check-in that now ends; else the next that stands planned."""
    pending = tuple(work.writes)
    if frame.flow.name == CHECK_IN:
        pending += answered_writes(work.conn, work.person_id, frame.id, work.zone, work.now, pending)
    at = coming(work.conn, work.person_id, work.zone, work.now, pending)
    if at is None:
        return Outcome(done=False)
    return Outcome(done=True, detail=in_words(at.astimezone(ZoneInfo(work.zone))))


def _silence(work: Work, frame: Frame, effect: Silence) -> Outcome:
    zone = ZoneInfo(work.zone)
    until = ends_at(effect.until, work.now.astimezone(zone))
    since = work.now
    if effect.since:
        since = max(since, datetime.fromisoformat(effect.since).replace(tzinfo=zone).astimezone(UTC))
    if until is None or until <= since:
        return Outcome(done=False, why="past")
    back = _back(work, effect, until)
    is_put_off = effect.again and _put_off(work, frame, back)
    if effect.before:
        since, ends = until - AROUND_START, until + SHIFT_LASTS
    else:
        ends = until
    if effect.reason != "snooze" or not is_put_off:
        work.write(*silence_writes(work.person_id, effect.reason, since, ends))
    work.publish_home()
    spans = silences_left(work.conn, work.person_id, work.now, work.writes)
    over = until if effect.before else held_until(spans, until)
    said = _said(over.astimezone(zone), work.now)
    return Outcome(done=True, detail=said) if back else Outcome(done=False, why="no-time", detail=said)


def _back(work: Work, effect: Silence, until: datetime) -> Back | None:
    quiet = Quiet(starts=work.person.quiet_from, ends=work.person.quiet_until)
    if effect.before:
        return back_before(until, work.now, quiet, work.zone)
    return back_at(until, quiet, work.zone)


def _put_off(work: Work, frame: Frame, back: Back | None) -> bool:
    """The invitation waits until it comes back; whether there was one."""
    talk = frame.facts.given.get("talk", "")
    put_off(work, talk)
    writes = snooze_writes(work.conn, work.person_id, talk, back, work.zone, work.now, work.writes)
    work.write(*writes)
    return bool(writes)


def _said(until: datetime, now: datetime) -> str:
    """A weekday is enough within six days; beyond, it would name the wrong week."""
    return f"{until:%A %H:%M}" if until - now < timedelta(days=6) else in_words(until)


def put_off(work: Work, talk: str) -> None:
    """The invitation's talk waits until it comes again."""
    retire_cards(work, (talk,), "card.put-off")
    below = work.find(talk)
    if below is not None and below.state == "open":
        leaving.set_aside(work, below)


_LATER = timedelta(hours=3)
_EVENING = time(20, 0)
_USUAL = time(18, 0)


def ends_at(until: str, here: datetime) -> datetime | None:
    """When a silence ends (UTC). `here` is the person's wall clock.

    "later-today" is three hours on, at the latest 20:00, and tomorrow at 18:00 where that has gone by;
    "2w" is that many weeks; all else is a local date-time.
    """
    if until.endswith("w") and until[:-1].isdigit():
        return _utc(here.replace(tzinfo=None) + timedelta(weeks=int(until[:-1])), here)
    tomorrow = datetime.combine(here.date() + timedelta(days=1), _USUAL)
    if until == "later-today":
        evening = datetime.combine(here.date(), _EVENING)
        plain = here.replace(tzinfo=None)
        return _utc(
            min(plain + _LATER, evening) if plain < evening - timedelta(minutes=30) else tomorrow, here
        )
    if until == "tomorrow":
        return _utc(tomorrow, here)
    try:
        return _utc(datetime.fromisoformat(until).replace(tzinfo=None), here)
    except ValueError:
        return None


def _utc(local: datetime, here: datetime) -> datetime:
    return local.replace(tzinfo=here.tzinfo).astimezone(UTC)


def _park(work: Work, frame: Frame, _: Park) -> Outcome:
    leaving.park(work, but=frame)
    return Outcome(done=True)


def _close_others(work: Work, frame: Frame, _: CloseOthers) -> Outcome:
    leaving.stop(work, but=frame)
    return Outcome(done=True)


def _end_silences(work: Work, _: Frame, __: EndSilences) -> Outcome:
    work.write(*end_silences_writes(work.conn, work.person_id, work.now))
    work.publish_home()
    return Outcome(done=True)


def _send_alert(work: Work, frame: Frame, effect: SendAlert) -> Outcome:
    return alerting.send(work, frame, effect)


def _alert_move(work: Work, _: Frame, effect: AlertMove) -> Outcome:
    return alerting.move(work, effect)


def _forget(work: Work, _: Frame, __: Forget) -> Outcome:
    forgetting.forget(work)
    return Outcome(done=True)


_HANDLERS: dict[type[Final], Handler] = {
    Consent: _consent,
    Prefer: _prefer,
    NextCheckIn: _next_check_in,
    Silence: _silence,
    EndSilences: _end_silences,
    SendAlert: _send_alert,
    AlertMove: _alert_move,
    Forget: _forget,
    Park: _park,
    CloseOthers: _close_others,
}
