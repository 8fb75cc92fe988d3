"""One tap on how a talk was: under its last message, and not where it is out of place."""

import pytest

from tests.town import Person, Town
from tests.turns.stories import begins_check_in

FELT = {"Helped", "Made it worse", "Reached a person"}


async def begins_the_first_from_the_welcome(town: Town) -> Person:
    resident = town.person("resident")
    await resident.opens()
    await resident.presses("Start", "Sunday 18:00", "Now")
    return resident


async def test_the_first_check_in_from_the_welcome_is_asked_after(town: Town) -> None:
    resident = await begins_the_first_from_the_welcome(town)
    await resident.presses("Stretched", "Skip", "Skip", "Skip")

    assert set(resident.buttons) >= FELT


async def test_a_steady_first_one_is_not(town: Town) -> None:
    resident = await begins_the_first_from_the_welcome(town)
    await resident.presses("Steady", "Skip")

    assert FELT.isdisjoint(resident.buttons)


async def test_a_person_asked_for_in_a_check_in_is_not_asked_after_twice(resident: Person) -> None:
    await begins_check_in(resident)
    await resident.presses("Struggling", "Skip", "Skip", "A person", "Nobody now")

    assert [resident.buttons.count(label) for label in FELT] == [1, 1, 1]


@pytest.mark.parametrize("label", ["Nobody now", "A phone line instead"])
async def test_over_a_safety_question_nothing_is_asked_after_and_that_comes_again(
    resident: Person, label: str
) -> None:
    await resident.says("I want to kill myself")
    await resident.says("human")
    await resident.presses("Start")
    before = len(resident.chat)
    await resident.presses(label)
    asked = resident.chat[before:]

    assert FELT.isdisjoint(resident.buttons)
    assert [card.paragraphs for card in asked] == [("Are you safe for the next few hours?",)]
