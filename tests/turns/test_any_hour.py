"""Where the words say that people answer at any hour, every line beside them is such a one."""

from dataclasses import replace

import pytest

from bot.program.resources import Resources
from tests.town import Person, Town
from tests.turns.stories import begins_check_in

OFFICE = "weekdays, 9:00 to 17:00"


@pytest.fixture(autouse=True)
def office_hours(town: Town) -> None:
    """The program's counselling has office hours, and so has a crisis line of its own, named before 988."""
    entries = [
        replace(one, hours=OFFICE) if one.kind == "counselling" else one
        for one in town.house.resources.entries
    ]
    own = replace(entries[0], name="Crisis desk of the hospital", phone="555-0142", sms="", hours=OFFICE)
    town.moves_to(replace(town.house, resources=Resources((own, *entries))))


def lines(person: Person) -> list[str]:
    """Every line to call in the chat and the open form, first shown first."""
    shown = (*person.chat, *((person.form,) if person.form else ()))
    return [link.label for one in shown for link in one.links]


async def types_crisis(resident: Person) -> None:
    await resident.says("crisis")


async def is_not_ok_and_safe(resident: Person) -> None:
    await begins_check_in(resident)
    await resident.presses("Not OK", "Yes")


async def is_believed(resident: Person) -> None:
    await resident.says("I wish I would not wake up tomorrow")
    await resident.presses("No")


async def deletes_in_the_safety_talk(resident: Person) -> None:
    await resident.says("crisis")
    await resident.says("delete")
    await resident.presses("Delete everything")


@pytest.mark.parametrize("way", [types_crisis, is_not_ok_and_safe, is_believed, deletes_in_the_safety_talk])
async def test_no_line_with_office_hours_stands_there(resident: Person, way: object) -> None:
    assert callable(way)
    await way(resident)

    assert lines(resident)[0] == "988 Suicide and Crisis Lifeline: call 988 (24/7)"
    assert OFFICE not in "\n".join((*lines(resident), resident.all_said, resident.screen))


async def test_nor_before_start(town: Town) -> None:
    newcomer = town.person("resident")
    await newcomer.says("human")

    assert lines(newcomer)
    assert OFFICE not in "\n".join(lines(newcomer))


async def test_where_no_hour_is_promised_it_is_offered_with_its_hours(resident: Person) -> None:
    await resident.says("the attending grabbed my thigh")

    assert f"Resident counselling: call 555-0100 ({OFFICE})" in lines(resident)
