"""What becomes of one due occurrence, judged without a database."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bot.nudges.dates import Plan, occurrence
from bot.nudges.verdicts import Case, Invite, Move, Skip, decide
from bot.nudges.windows import Quiet, Span
from tests.nudges.made import DAYS, PLANS, QUIETS, ZONES, spans

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
SUNDAY = datetime(2026, 11, 8, 18, 0, tzinfo=UTC)
SUNDAYS = Plan(weekday=6, minute=18 * 60)
AT_NIGHT = Quiet()


def case(
    plan: Plan = SUNDAYS, day: date = date(2026, 11, 8), zone: str = "UTC", quiet: Quiet = AT_NIGHT
) -> Case:
    due = occurrence(plan, day, zone=zone, quiet=quiet)
    return Case(plan=plan, slot=0, zone=zone, quiet=quiet, **vars(due))


def is_quiet(at: datetime, quiet: Quiet, zone: str) -> bool:
    """By the wall clock alone; where it shows an hour twice, the first pass counts."""
    wall = at.astimezone(ZoneInfo(zone))
    minute = wall.hour * 60 + wall.minute
    if quiet.starts <= quiet.ends:
        return wall.fold == 0 and quiet.starts <= minute < quiet.ends
    return wall.fold == 0 and (minute >= quiet.starts or minute < quiet.ends)


@given(st.data(), PLANS, DAYS, ZONES, QUIETS, st.integers(0, 3), st.integers(0, 6000))
def test_nothing_is_sent_or_moved_into_quiet_hours_or_a_silence(
    data: st.DataObject, plan: Plan, day: date, zone: str, quiet: Quiet, slot: int, minutes: int
) -> None:
    due = case(plan, day, zone, quiet)
    silences = data.draw(spans(due.due_at))
    now = due.due_at + timedelta(minutes=minutes)
    verdict = decide(replace(due, slot=slot, silences=silences, late_at=due.late_at + DAY * (slot > 1)), now)
    at = now if isinstance(verdict, Invite) else verdict.due if isinstance(verdict, Move) else None
    if at is not None:
        assert not is_quiet(at, quiet, zone)
        assert not any(span.starts <= at < span.ends for span in silences)


@given(st.data(), PLANS, DAYS, ZONES, QUIETS)
def test_moving_ends_within_five_days(
    data: st.DataObject, plan: Plan, day: date, zone: str, quiet: Quiet
) -> None:
    due = case(plan, day, zone, quiet)
    limit, silences = due.due_at + 5 * DAY, data.draw(spans(due.due_at))
    moves = 0
    while isinstance(verdict := decide(replace(due, silences=silences), due.due_at), Move):
        due = replace(due, due_at=verdict.due, late_at=verdict.late)
        moves += 1
        assert due.due_at <= limit
        assert moves < 20


def test_one_in_a_day() -> None:
    assert decide(replace(case(), sent=[(SUNDAY - 23 * HOUR, 0)]), SUNDAY) == Skip("cap")
    assert isinstance(decide(replace(case(), sent=[(SUNDAY - DAY, 0)]), SUNDAY), Invite)


def test_three_in_seven_days() -> None:
    sent = [(SUNDAY - days * DAY, slot) for days, slot in ((6, 0), (5, 1), (2, 0))]
    assert decide(replace(case(), sent=sent), SUNDAY) == Skip("cap")


def test_what_the_person_asked_for_is_outside_the_three() -> None:
    sent = [(SUNDAY - hours * HOUR, 0) for hours in (100, 50, 30, 24)]
    assert isinstance(decide(replace(case(), slot=2, sent=sent), SUNDAY), Invite)


def test_what_the_person_asked_for_makes_way_for_another_that_came_since() -> None:
    assert decide(replace(case(), slot=2, sent=[(SUNDAY - 23 * HOUR, 0)]), SUNDAY) == Skip("cap")


def test_a_day_of_25_hours_has_one_too() -> None:
    midnight = datetime(2026, 10, 25, 0, 0, tzinfo=ZoneInfo("Europe/London")).astimezone(UTC)
    open_all_day = Quiet(starts=0, ends=0)
    sent = replace(case(zone="Europe/London", quiet=open_all_day), sent=[(midnight, 2)])
    evening = midnight + timedelta(hours=24, minutes=30)
    assert decide(replace(sent, due_at=evening, late_at=evening), evening) == Skip("cap")


def test_a_snoozed_one_that_we_missed_falls_to_the_one_just_sent() -> None:
    sent, found = SUNDAY + 2 * HOUR, SUNDAY + 50 * HOUR
    missed = replace(case(), slot=2, late_at=found)
    assert isinstance(decide(missed, found), Invite)
    assert decide(replace(missed, sent=[(sent, 0)]), found) == Skip("cap")


def test_a_reminder_of_what_was_answered_is_dropped() -> None:
    assert decide(replace(case(), slot=1, awaited=False), SUNDAY) == Skip("answered")


def test_who_has_gone_gets_nothing() -> None:
    assert decide(replace(case(), active=False), SUNDAY) == Skip("gone")


def test_a_rota_moves_it_as_a_silence_does() -> None:
    class Rota:
        def closed(self, *, starts: datetime, ends: datetime) -> tuple[Span, ...]:
            call = Span(starts=SUNDAY - HOUR, ends=SUNDAY + 2 * HOUR, reason="call")
            return (call,)

    assert decide(case(), SUNDAY, Rota()) == Move(SUNDAY + 2 * HOUR, case().late_at, "call")
