"""What somebody wrote is not thrown away by Back or Change; it is kept no longer than before."""

from datetime import timedelta

from bot.store.tables import talks
from tests.town import Person, Town
from tests.turns.stories import asks_for_a_call


async def test_back_from_the_question_after_a_text_brings_the_text_back(resident: Person) -> None:
    await asks_for_a_call(resident)
    await resident.presses("Back")  # to who has it next
    await resident.presses("Back")
    assert resident.in_the_field == "a hard week on the unit"
    await resident.presses("Back")

    assert resident.in_the_field == "555-0142, after six"


async def test_change_at_the_preview_brings_each_text_to_be_changed(resident: Person) -> None:
    await asks_for_a_call(resident)
    await resident.presses("Change", "My words")
    assert resident.in_the_field == "a hard week on the unit"
    await resident.fills("a hard week")
    assert "In my words: a hard week\n" in resident.screen
    await resident.presses("Change", "The name in it")

    assert resident.in_the_field == "Dr. Sam Rivera"


async def test_what_was_skipped_after_all_does_not_come_back(resident: Person) -> None:
    await asks_for_a_call(resident)
    await resident.presses("Back", "Back", "Skip", "Back")

    assert resident.in_the_field == ""


async def test_what_was_taken_back_and_is_still_held_is_in_the_export(resident: Person) -> None:
    await asks_for_a_call(resident)
    await resident.presses("Back", "Back")
    await resident.says("export")
    await resident.presses("Open")

    assert "a hard week on the unit" in resident.shown.download


async def test_what_was_taken_back_goes_with_the_talks_own_key(resident: Person, town: Town) -> None:
    await asks_for_a_call(resident)
    await resident.presses("Back", "Back")
    talk = next(row.id for row in town.rows(talks) if row.state == "open")
    assert town.keys.has(f"talk:{talk}")
    await town.walks_to(town.clock.now() + timedelta(hours=2))

    assert not town.keys.has(f"talk:{talk}")
    assert [row.words for row in town.rows(talks, id=talk)] == [None]
