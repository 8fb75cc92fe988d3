"""What is said of a line is what the program's resources say of that very line."""

from dataclasses import replace
from datetime import date

import pytest

from bot.program.resources import Resource, Resources
from tests.town import Person, Town
from tests.turns.stories import begins_check_in

OF_ITS_OWN = "Hospital crisis desk, log in with your badge"


def lists(town: Town, *entries: Resource) -> None:
    """The program's resources are these from now on."""
    town.moves_to(replace(town.house, resources=Resources(entries)))


def counselling(town: Town) -> Resource:
    return next(one for one in town.house.resources.entries if one.kind == "counselling")


def others(town: Town) -> list[Resource]:
    return [one for one in town.house.resources.entries if one.kind != "counselling"]


async def has_two_low_weeks(resident: Person, town: Town) -> str:
    """What is read at the end of the second one."""
    await begins_check_in(resident)
    await resident.presses("Struggling", "Skip", "Skip", "Nothing now")
    town.clock.move(weeks=1)
    await begins_check_in(resident)
    await resident.presses("Struggling", "Skip", "Skip")
    return resident.screen


async def test_after_two_low_weeks_the_counselling_service_is_named(resident: Person, town: Town) -> None:
    read = await has_two_low_weeks(resident, town)
    service = "Resident counselling: call 555-0100 (24/7), free. Separate from the program."
    assert f"Your counselling service: {service} Nobody is told of this." in read


async def test_a_program_without_one_names_no_other_line_as_one(resident: Person, town: Town) -> None:
    lists(town, *others(town))
    assert "counselling" not in await has_two_low_weeks(resident, town)


async def test_nor_is_one_named_that_nobody_checked_for_long(resident: Person, town: Town) -> None:
    lists(town, *others(town), replace(counselling(town), verified_on=date(2026, 1, 1)))
    assert "counselling" not in await has_two_low_weeks(resident, town)


async def test_of_its_cost_and_who_hears_only_the_program_speaks(resident: Person, town: Town) -> None:
    costly = replace(counselling(town), cost="a co-payment", confidentiality_note="")
    lists(town, *others(town), costly)

    service = "Resident counselling: call 555-0100 (24/7), a co-payment."
    assert f"Your counselling service: {service} Nobody" in await has_two_low_weeks(resident, town)


LIFELINE = "988 Suicide and Crisis Lifeline: call 988 or text 988 (24/7)"


@pytest.mark.parametrize(
    ("barrier", "said"),
    [
        ("Being recognised", f"Outside your workplace, and without a login: {LIFELINE}"),
        ("The cost", f"This one costs nothing: {LIFELINE}"),
    ],
)
async def test_of_a_crisis_desk_at_work_that_comes_first_neither_is_said(
    resident: Person, town: Town, barrier: str, said: str
) -> None:
    entries = town.house.resources.entries
    lists(town, replace(entries[0], name=OF_ITS_OWN, cost="", outside=False, priority=0), *entries)
    await resident.says("crisis")
    assert OF_ITS_OWN in next(card for card in resident.chat if card.links).links[0].label
    await resident.presses("No", "No", "No", "No", barrier)

    assert said in resident.said


@pytest.mark.parametrize("barrier", ["Being recognised", "The cost"])
async def test_where_no_line_is_known_to_be_so_nothing_is_promised(
    resident: Person, town: Town, barrier: str
) -> None:
    lists(town, *(replace(one, cost="", outside=False) for one in town.house.resources.entries))
    await resident.says("crisis")
    await resident.presses("No", "No", "No", "No", barrier)

    assert resident.said[-2].startswith("You can ask a line first ")


async def test_no_word_above_a_phone_line_says_where_its_people_are(resident: Person) -> None:
    await resident.says("human")
    await resident.presses("Start", "A phone line instead")

    assert "People answer on these lines:" in resident.screen
    assert "Resident counselling" in resident.screen
