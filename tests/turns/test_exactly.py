"""Nobody hears anything unless Send was pressed on that very text: not on an older one, not on none."""

from dataclasses import replace

import pytest

from adapters.port import EventKind, Press
from bot.store.tables import alerts, consents, threads
from tests.town import Person, Town
from tests.turns.stories import (
    CHANGED,
    NEXT,
    asks_for,
    asks_for_a_call,
    button,
    is_opened,
    is_proposed,
    presses_in,
    reads_news,
    sends_alert,
)


async def goes_back_and_writes(resident: Person, words: str) -> str:
    """From a preview back to the words, and on to the next preview; gives it."""
    await resident.presses("Back", "Back")
    await resident.fills(words)
    await resident.presses("Nobody")
    return next(one for one in resident.shown.paragraphs if one.startswith("From: "))


# ------------------------------------------------------------------- an older screen


async def test_send_on_an_older_preview_shows_the_present_one_and_sends_nothing(
    resident: Person, town: Town
) -> None:
    await asks_for_a_call(resident)
    old = resident.shown
    present = await goes_back_and_writes(resident, "something else altogether")
    await presses_in(old, "Send", resident)

    assert (resident.shown.notice, present in resident.shown.paragraphs) == (CHANGED, True)
    assert town.rows(threads) == []


async def test_the_form_that_is_shown_then_sends_what_it_shows(resident: Person, coach: Person) -> None:
    await asks_for_a_call(resident)
    old = resident.shown
    present = await goes_back_and_writes(resident, "something else altogether")
    await presses_in(old, "Send", resident)
    await resident.presses("Send")
    await coach.presses("Open")

    assert coach.shown.paragraphs[0] == present


async def test_who_has_it_next_is_part_of_what_send_was_pressed_on(resident: Person, town: Town) -> None:
    await asks_for_a_call(resident)
    old = resident.shown
    await resident.presses("Back", NEXT)
    await presses_in(old, "Send", resident)

    assert f"If Dr. Ana Reyes passes it on, {NEXT} gets this same text." in resident.screen
    assert town.rows(alerts) == []


async def test_the_same_words_written_again_are_the_same_preview(resident: Person, town: Town) -> None:
    await asks_for_a_call(resident)
    old = resident.shown
    await goes_back_and_writes(resident, "a hard week on the unit")
    await presses_in(old, "Send", resident)

    assert len(town.rows(threads)) == 1


async def test_do_not_send_counts_on_an_older_preview_too(resident: Person, town: Town) -> None:
    await asks_for_a_call(resident)
    old = resident.shown
    await goes_back_and_writes(resident, "something else altogether")
    await presses_in(old, "Do not send", resident)

    assert "Nothing was sent." in resident.screen
    assert town.state("resident") == []


async def test_a_send_that_names_nothing_that_was_shown_sends_nothing(resident: Person, town: Town) -> None:
    await asks_for_a_call(resident)
    unmarked = replace(button(resident.shown, "Send"), mark="")
    for number, kind in enumerate((EventKind.PRESS, EventKind.FORM)):
        fields = {unmarked.key: ("send",)}
        event = replace(resident.event, id=f"unmarked-{number}", kind=kind, press=unmarked, fields=fields)
        await resident.sends(event)
        assert resident.shown.notice == CHANGED

    assert town.rows(threads) == []


async def test_continue_shows_the_preview_that_send_stands_below(resident: Person, town: Town) -> None:
    preview = await asks_for_a_call(resident)
    await resident.closes()
    await resident.presses("Start")
    assert preview in resident.shown.paragraphs
    await resident.presses("Send")

    assert len(town.rows(threads)) == 1


async def test_an_event_that_comes_again_never_shows_send_without_its_preview(resident: Person) -> None:
    await asks_for(resident)
    early = resident.event
    await resident.presses("A call", "Skip", "Skip", "Nobody")
    await resident.sends(early)

    assert "Send" in resident.buttons
    assert any(one.startswith("From: ") for one in resident.shown.paragraphs)


# ------------------------------------------------------------------- typed in the chat


@pytest.mark.parametrize("typed", ["1", "send", "SEND!", "send."])
async def test_send_typed_with_the_form_closed_sends_nothing(
    resident: Person, town: Town, typed: str
) -> None:
    preview = await asks_for_a_call(resident)
    await resident.says(typed)
    assert any("button" in one for one in resident.said)
    await resident.presses("Continue")

    assert preview in resident.shown.paragraphs
    assert town.rows(threads) == []


@pytest.mark.parametrize("typed", ["1", "yes", "y", "Yes, Dr. Ana Reyes may"])
async def test_a_yes_for_a_coach_is_not_given_by_typing(resident: Person, town: Town, typed: str) -> None:
    await resident.says("human")
    await resident.presses("Start", "Dr. Ana Reyes")
    await resident.says(typed)

    assert town.rows(consents) == []
    assert town.state("resident") == [("human", "open", "agree")]


async def test_a_typed_no_is_a_no(resident: Person, town: Town) -> None:
    await resident.says("human")
    await resident.presses("Start", "Dr. Ana Reyes")
    await resident.says("no")

    assert town.state("resident") == []
    assert town.rows(consents) == []


@pytest.mark.parametrize("typed", ["1", "yes", "Pass it on"])
async def test_a_request_is_not_passed_on_by_typing(
    resident: Person, coach: Person, town: Town, typed: str
) -> None:
    await sends_alert(resident, backup=NEXT)
    await coach.presses("Open", "Pass it on")
    await coach.says(typed)

    assert [row.coach_id for row in town.rows(alerts)] == [town.ids["coach"]]
    assert town.state("coach") == [("coach-alert", "open", "step.1.sure.pass")]


async def test_a_request_is_not_taken_up_by_typing(resident: Person, coach: Person, town: Town) -> None:
    await is_opened(resident, coach)
    await coach.says("1")

    assert [row.state for row in town.rows(threads)] == ["seen"]


async def test_a_proposed_time_is_not_agreed_on_by_typing(
    resident: Person, coach: Person, town: Town
) -> None:
    await is_proposed(resident, coach)
    await reads_news(resident)
    await resident.says("1")

    assert [row.state for row in town.rows(threads)] == ["proposed"]


@pytest.mark.parametrize("typed", ["1", "yes", "Delete everything"])
async def test_everything_is_not_deleted_by_typing(resident: Person, town: Town, typed: str) -> None:
    await resident.says("delete")
    await resident.says(typed)
    assert town.state("resident") == [("forget", "open", "sure")]
    assert "cannot be brought back" in resident.said[-3]
    await resident.presses("Delete everything")

    assert "Deleted." in resident.all_said


# ------------------------------------------------------------------- the button itself


def test_a_button_carries_its_mark_and_one_from_before_there_were_marks_has_none() -> None:
    marked = Press("human", 1, "t1", "draft.1.send", "send", mark="m1")

    assert Press.unpack(marked.pack()) == marked
    assert Press.unpack("human|1|t1|draft.1.send|send|") == replace(marked, mark="")
