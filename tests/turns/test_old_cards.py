"""Cards that invite or offer a way back: one of them is live, and none once there is nothing behind it."""

from datetime import timedelta

import pytest

from adapters.port import EventKind, Incoming
from tests.conftest import PATIENCE
from tests.town import Person, Town
from tests.turns.stories import begins_check_in, sends_alert
from tests.turns.test_invitations import is_invited


def live(person: Person, label: str) -> int:
    """How many messages still carry this button."""
    return sum(choice.label == label for card in person.chat for choice in card.choices)


async def says_at_once(resident: Person, town: Town, *texts: str) -> None:
    """Type all of these before any answer has been sent."""
    for number, words in enumerate(texts):
        await town.door.receive(
            Incoming(
                f"at-once-{number}",
                resident.account,
                EventKind.MESSAGE,
                text=words,
                zone=resident.zone,
                answer_within=PATIENCE,
            )
        )
    await town.settle()


async def _puts_off(resident: Person, town: Town) -> None:
    await resident.presses("Open", "Not now", "Tomorrow")
    await resident.closes()
    await town.walks_to(town.clock.now() + timedelta(days=1, hours=1))


async def test_an_invitation_that_was_put_off_loses_its_button(resident: Person, town: Town) -> None:
    await is_invited(town)
    await resident.presses("Open", "Not now", "Tomorrow")

    assert live(resident, "Open") == 0
    assert "Put off" in resident.said


@pytest.mark.parametrize("words", ["check in", "Steady"])
async def test_an_invitation_that_a_typed_word_takes_up_leaves_one_way_in(
    resident: Person, town: Town, words: str
) -> None:
    await is_invited(town)
    await resident.says(words)

    assert live(resident, "Open") == 0
    assert live(resident, "Start") + live(resident, "Continue") == 1


async def test_a_check_in_asked_for_again_at_once_has_one_way_in(resident: Person, town: Town) -> None:
    await says_at_once(resident, town, "check in", "check in", "hm")

    assert live(resident, "Start") + live(resident, "Continue") == 1


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


async def test_a_question_that_is_put_again_has_its_buttons_once(resident: Person) -> None:
    await resident.says("settings")
    for words in ("hmm", "what", "pardon"):
        await resident.says(words)

    assert live(resident, "Done") == 1
    await resident.presses("Done")
    assert live(resident, "Done") == 0


async def test_so_it_has_where_the_first_card_was_not_sent_yet(resident: Person, town: Town) -> None:
    await says_at_once(resident, town, "settings", "hmm", "what", "pardon")

    assert live(resident, "Done") == 1
    await resident.presses("Done")
    assert live(resident, "Done") == 0


@pytest.mark.parametrize("words", ["I want to disappear", "I want to kill myself"])
async def test_danger_told_again_and_again_at_once_is_asked_about_on_one_card(
    resident: Person, town: Town, words: str
) -> None:
    await says_at_once(resident, town, words, words, words)

    assert live(resident, "Not sure") == 1
    assert resident.chat[-1].choices


async def test_danger_that_rises_at_once_is_asked_about_below_its_lines(resident: Person, town: Town) -> None:
    await says_at_once(resident, town, "I want to disappear", "I want to kill myself")

    assert live(resident, "Not sure") == 1
    assert [bool(card.links) for card in resident.chat[-2:]] == [True, False]


async def test_so_has_the_question_about_safety(resident: Person) -> None:
    await resident.says("crisis")
    for words in ("stop", "hmm", "later"):
        await resident.says(words)

    assert live(resident, "Not sure") == 1


async def test_a_question_that_back_leads_away_from_keeps_no_buttons(resident: Person) -> None:
    await resident.says("crisis")
    await resident.presses("Yes")
    before = resident.chat[-1].choices
    await resident.says("back")

    assert before
    assert [choice for card in resident.chat for choice in card.choices if choice in before] == []
