"""Talks that are left: set aside after hours of silence, put off, picked up, closed."""

from datetime import timedelta

import pytest

from bot.store.tables import talks
from tests.town import Person, Town
from tests.turns.stories import asks_for_a_call, begins_check_in, takes_up_check_in


async def test_after_an_hour_a_tender_talk_is_parked_and_its_words_are_gone(
    resident: Person, town: Town
) -> None:
    await asks_for_a_call(resident)
    talk = town.rows(talks, state="open")[0].id
    assert town.keys.has(f"talk:{talk}")
    await town.walks_to(town.clock.now() + timedelta(minutes=61))

    assert [state for _, state, _ in town.state("resident")] == ["parked"]
    assert not town.keys.has(f"talk:{talk}")


@pytest.mark.parametrize("left", ["stop", "later"])
async def test_left_by_a_word_its_words_and_their_key_are_gone(
    resident: Person, town: Town, left: str
) -> None:
    await asks_for_a_call(resident)
    talk = town.rows(talks, state="open")[0].id
    await resident.says(left)

    assert [row.words for row in town.rows(talks, id=talk)] == [None]
    assert not town.keys.has(f"talk:{talk}")


async def test_picked_up_within_twelve_hours_it_says_what_was_not_kept(resident: Person, town: Town) -> None:
    await asks_for_a_call(resident)
    await town.walks_to(town.clock.now() + timedelta(hours=9))
    await resident.closes()
    await resident.says("hello again")
    await resident.presses("Pick up")

    assert "What you wrote was not kept" in resident.screen


async def test_words_that_are_gone_cannot_be_sent(resident: Person, coach: Person, town: Town) -> None:
    await asks_for_a_call(resident)
    await town.walks_to(town.clock.now() + timedelta(hours=9))
    await resident.presses("Send")
    assert "What you wrote was not kept" in resident.screen
    await resident.presses("Send")

    assert "Your words were no longer kept, so nothing was sent" in resident.screen
    assert coach.chat == []


async def test_after_twelve_hours_any_other_talk_is_parked(resident: Person, town: Town) -> None:
    await begins_check_in(resident)
    await town.walks_to(town.clock.now() + timedelta(hours=11))
    assert [state for _, state, _ in town.state("resident")] == ["open"]
    await town.walks_to(town.clock.now() + timedelta(hours=2))

    assert [state for _, state, _ in town.state("resident")] == ["parked"]


async def test_after_another_twelve_hours_it_closes(resident: Person, town: Town) -> None:
    await begins_check_in(resident)
    await town.walks_to(town.clock.now() + timedelta(hours=25))

    assert town.state("resident") == []
    assert town.rows(talks, flow="check-in")[0].journal is None


async def test_later_holds_it_for_fourteen_days(resident: Person, town: Town) -> None:
    await resident.says("pause 4w")
    await begins_check_in(resident)
    await resident.says("later")
    await town.walks_to(town.clock.now() + timedelta(days=13))
    assert town.state("resident") == [("check-in", "parked", "week")]
    await town.walks_to(town.clock.now() + timedelta(days=2))

    assert town.state("resident") == []


async def test_a_press_on_a_parked_talks_question_picks_it_up(resident: Person, town: Town) -> None:
    await begins_check_in(resident)
    await town.walks_to(town.clock.now() + timedelta(hours=13))
    await resident.presses("Stretched")

    assert town.state("resident") == [("check-in", "open", "moved")]


async def test_picked_up_it_comes_back_without_older_talks(resident: Person, town: Town) -> None:
    await resident.says("settings")
    await resident.says("later")
    town.clock.move(hours=1)
    await begins_check_in(resident)
    await resident.says("later")
    await resident.says("where was I")
    await resident.presses("Pick up")

    assert "Where were you most of this week?" in resident.screen
    assert [state for _, state, _ in town.state("resident")] == ["parked", "open"]


async def test_picked_up_it_comes_back_with_the_talk_it_lay_on(resident: Person, town: Town) -> None:
    await begins_check_in(resident)
    await resident.says("settings")
    await resident.says("later")
    await resident.says("where was I")
    await resident.presses("Pick up")
    assert resident.last == "What would you like to change?"
    await resident.presses("Done")

    assert "Where were you most of this week?" in resident.screen


async def test_a_talk_inside_comes_back_once_with_the_one_around_it(resident: Person, town: Town) -> None:
    await begins_check_in(resident)
    await resident.presses("Struggling", "Skip", "Skip", "A person")
    await resident.says("later")
    await takes_up_check_in(resident)

    assert "Who would you like to reach?" in resident.screen
    assert town.state("resident") == [("check-in", "open", "person"), ("human", "open", "who")]


async def test_an_older_talk_picked_up_stands_above_what_is_open(resident: Person, town: Town) -> None:
    await begins_check_in(resident)
    await resident.says("later")
    await resident.says("settings")
    await takes_up_check_in(resident)

    assert "Where were you most of this week?" in resident.screen


async def test_a_safety_talk_set_aside_by_time_comes_back_before_the_talk_below(
    resident: Person, town: Town
) -> None:
    await begins_check_in(resident)
    await resident.presses("Not OK")
    await resident.closes()
    await town.walks_to(town.clock.now() + timedelta(hours=13))
    await resident.says("check in")

    assert resident.last == "Thank you for saying so. Are you safe right now?"
    assert town.state("resident") == [("check-in", "open", ""), ("safety", "open", "safe")]


async def test_nothing_is_sent_when_a_talk_parks_or_closes(resident: Person, town: Town) -> None:
    await begins_check_in(resident)
    before = len(town.chat.sent)
    await town.walks_to(town.clock.now() + timedelta(hours=30))

    assert len(town.chat.sent) == before


async def test_a_lost_form_costs_nothing(resident: Person) -> None:
    await begins_check_in(resident)
    await resident.presses("Stretched")
    await resident.closes()
    await resident.presses("Start")

    assert "What moved it most?" in resident.screen


async def test_one_talk_inside_another_comes_back(resident: Person, town: Town) -> None:
    await begins_check_in(resident)
    await resident.presses("Stretched")
    await resident.says("settings")
    assert [flow for flow, _, _ in town.state("resident")] == ["check-in", "settings"]
    await resident.presses("Done")

    assert resident.form is not None
    assert "What moved it most?" in resident.screen
