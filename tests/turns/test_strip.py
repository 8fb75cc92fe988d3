"""The own strip: the last eight weeks from the first answer on, with a place for a week that had none."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.presentation.home import strip
from tests.town import Person, Town
from tests.turns.stories import checks_in

FIRST = datetime(2026, 11, 22, 23, tzinfo=UTC)  # Sunday 18:00 in New York


@dataclass(frozen=True)
class Kept:
    at: datetime
    value: str = "steady"


def shown(*weeks: float, now: float) -> list[tuple[str, str]]:
    """The strip of answers so many weeks after the first Sunday."""
    kept = [Kept(FIRST + timedelta(weeks=number)) for number in reversed(weeks)]
    return [(bar.label, bar.word) for bar in strip(kept, "America/New_York", FIRST + timedelta(weeks=now))]


def test_weeks_without_an_answer_have_a_day_and_no_word() -> None:
    assert shown(0, 3, now=3) == [("22 Nov", "Steady"), ("29 Nov", ""), ("6 Dec", ""), ("13 Dec", "Steady")]


def test_a_week_is_not_missed_before_it_is_over() -> None:
    assert shown(0, now=13 / 7) == [("22 Nov", "Steady")]
    assert shown(0, now=2) == [("22 Nov", "Steady"), ("29 Nov", "")]


def test_an_answer_a_day_late_leaves_no_week_out() -> None:
    assert shown(0, 8 / 7, 2, now=2) == [("22 Nov", "Steady"), ("30 Nov", "Steady"), ("6 Dec", "Steady")]


def test_it_never_has_more_than_eight_and_ends_with_the_newest() -> None:
    found = shown(0, 9, now=9)

    assert len(found) == 8
    assert found[-1] == ("24 Jan", "Steady")


def test_before_the_first_check_in_there_is_none() -> None:
    assert shown(now=5) == []


async def test_own_weeks_show_those_without_a_check_in(resident: Person, town: Town) -> None:
    await checks_in(resident)
    await resident.closes()
    await town.walks_to(town.clock.now() + timedelta(days=22))
    await resident.says("my weeks")
    await resident.presses("Open")

    assert [bar.word for bar in resident.shown.strip] == ["Steady", "", ""]
