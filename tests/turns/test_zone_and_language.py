"""Where somebody is, asked after a check-in where the device leaves a doubt."""

from dataclasses import replace

import pytest

from bot.store.tables import occurrences, persons
from tests.town import Person, Town
from tests.turns.stories import begins_check_in, checks_in


async def test_a_device_that_agrees_is_not_asked_about(resident: Person) -> None:
    await checks_in(resident)

    assert "Next one Sunday" in resident.screen


async def test_a_device_elsewhere_is_asked_about_and_the_plan_moves(resident: Person, town: Town) -> None:
    resident.zone = "Europe/Berlin"
    await checks_in(resident)
    assert "Which time zone are you in?" in resident.screen

    await resident.presses("Berlin")

    planned = town.rows(occurrences, person_id=town.ids["resident"], state="planned", slot=0)
    assert [(row.zone, row.due_at.hour) for row in planned] == [("Europe/Berlin", 17)]


async def test_the_same_difference_is_asked_about_once(resident: Person) -> None:
    resident.zone = "Europe/Berlin"
    await checks_in(resident)
    await resident.presses("Eastern")
    await checks_in(resident)

    assert "Which time zone" not in resident.screen


async def test_a_device_that_says_nothing_is_asked_once_and_any_zone_may_be_chosen(
    resident: Person, town: Town
) -> None:
    resident.zone = ""
    await checks_in(resident)
    await resident.presses("Another", "Pacific")
    await checks_in(resident)

    assert "Which time zone" not in resident.screen
    assert town.rows(persons, id=town.ids["resident"])[0].zone == "America/Los_Angeles"


@pytest.mark.parametrize("device", ["../../etc/passwd", "Mars/Olympus", "\N{NULL}"])
async def test_a_made_up_zone_counts_as_none(resident: Person, device: str) -> None:
    resident.zone = device
    await checks_in(resident)

    assert resident.buttons[:2] == ["Eastern", "Another"]


async def test_a_hard_week_is_not_asked_about_zones(resident: Person) -> None:
    resident.zone = "Europe/Berlin"
    await begins_check_in(resident)
    await resident.presses("Struggling")
    for _ in range(3):
        await resident.presses("Skip")

    assert "Next one Sunday" in resident.screen


async def test_the_language_is_asked_where_the_program_has_two(resident: Person, town: Town) -> None:
    town.moves_to(replace(town.house, languages=("en", "es")))
    await checks_in(resident)
    assert "Which language" in resident.screen

    await resident.presses("es")

    assert town.rows(persons, id=town.ids["resident"])[0].language == "es"


@pytest.mark.parametrize("device", ["Asia/Calcutta", "Asia/Kolkata"])
async def test_settings_offer_the_device_zone_first(resident: Person, device: str) -> None:
    resident.zone = device
    await resident.says("settings")
    await resident.presses("Time zone")

    assert device.rpartition("/")[2] in resident.buttons[:1]
