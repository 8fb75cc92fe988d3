"""Where nobody has checked for a block who evaluates whom, nobody gets a coach who is new to them."""

from datetime import timedelta

import pytest

from bot.people.checked import BLOCK, keep_checked
from tests.town import Person, Town


def checked(town: Town, ago: timedelta) -> None:
    """The last check was so long ago."""
    day = (town.clock.now() - ago).date()
    town.store.write(lambda conn: keep_checked(conn, "demo", day))


async def test_only_a_coach_who_is_theirs_already_is_offered_and_both_are_told_why(
    resident: Person, coach: Person, town: Town
) -> None:
    checked(town, BLOCK + timedelta(days=1))
    await resident.says("human")
    await resident.presses("Start")
    assert "was last checked on 4 October 2026, so only coaches you know are offered" in resident.screen
    assert "Dr. Jonas Okafor" not in resident.buttons
    await resident.presses("Dr. Ana Reyes", "Yes, Dr. Ana Reyes may", "A call", "Skip", "Skip", "Send")
    await coach.presses("Open")

    assert "The list of who evaluates whom here was last checked on 4 October 2026." in coach.screen


@pytest.mark.parametrize("ago", [timedelta(0), BLOCK])
async def test_within_a_block_all_are_offered_and_nothing_is_said(
    resident: Person, town: Town, ago: timedelta
) -> None:
    checked(town, ago)
    await resident.says("human")
    await resident.presses("Start")

    assert "Dr. Jonas Okafor" in resident.buttons
    assert "not checked" not in resident.screen
