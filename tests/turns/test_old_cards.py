"""Cards that invite or offer a way back: one of them is live, and none once there is nothing behind it."""

from datetime import timedelta

from tests.town import Person, Town
from tests.turns.stories import begins_check_in, sends_alert
from tests.turns.test_invitations import is_invited


def live(person: Person, label: str) -> int:
    """How many messages still carry this button."""
    return sum(choice.label == label for card in person.chat for choice in card.choices)


async def _puts_off(resident: Person, town: Town) -> None:
    await resident.presses("Open", "Not now", "Tomorrow")
    await resident.closes()
    await town.walks_to(town.clock.now() + timedelta(days=1, hours=1))


async def test_an_invitation_that_was_put_off_loses_its_button(resident: Person, town: Town) -> None:
    await is_invited(town)
    await resident.presses("Open", "Not now", "Tomorrow")

    assert live(resident, "Open") == 0
    assert "Put off" in resident.said


async def test_put_off_twice_one_invitation_can_be_opened(resident: Person, town: Town) -> None:
    await is_invited(town)
    for _ in range(2):
        await _puts_off(resident, town)

    assert live(resident, "Open") == 1


async def test_what_ran_out_unopened_leaves_the_coach_no_button(
    resident: Person, coach: Person, town: Town
) -> None:
    await sends_alert(resident)
    await town.walks_to(town.clock.now() + timedelta(days=8))

    assert coach.chat
    assert live(coach, "Open") == 0


async def test_a_talk_put_by_has_one_card_to_pick_it_up(resident: Person) -> None:
    await begins_check_in(resident)
    await resident.says("later")
    for words in ("where was I", "what now", "hmm"):
        await resident.says(words)

    assert live(resident, "Pick up") == live(resident, "Close it") == 1
    await resident.presses("Pick up")
    assert "Where were you most" in resident.screen
