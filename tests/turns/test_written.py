"""What somebody wrote is not thrown away by Back or Change; it is kept no longer than before."""

from datetime import timedelta

from bot.store.tables import talks
from tests.town import Person, Town
from tests.turns.stories import asks_for_a_call


def in_the_field(resident: Person) -> str:
    """What stands ready in the open form's field."""
    assert resident.form is not None
    assert resident.form.field is not None
    return resident.form.field.value


async def test_back_from_the_question_after_a_text_brings_the_text_back(resident: Person) -> None:
    await asks_for_a_call(resident)
    await resident.presses("Back")  # to who has it next
    await resident.presses("Back")
    assert in_the_field(resident) == "a hard week on the unit"
    await resident.presses("Back")

    assert in_the_field(resident) == "555-0142, after six"


async def test_change_at_the_preview_brings_each_text_to_be_changed(resident: Person) -> None:
    await asks_for_a_call(resident)
    await resident.presses("Change")
    await resident.presses("My words")
    assert in_the_field(resident) == "a hard week on the unit"
    await resident.fills("a hard week")
    assert "In my words: a hard week\n" in resident.screen
    await resident.presses("Change")
    await resident.presses("The name in it")

    assert in_the_field(resident) == "Dr. Sam Rivera"


async def test_what_was_skipped_after_all_does_not_come_back(resident: Person) -> None:
    await asks_for_a_call(resident)
    for label in ("Back", "Back", "Skip", "Back"):
        await resident.presses(label)

    assert in_the_field(resident) == ""


async def test_what_was_taken_back_and_is_still_held_is_in_the_export(resident: Person) -> None:
    await asks_for_a_call(resident)
    await resident.presses("Back")
    await resident.presses("Back")
    await resident.says("export")
    await resident.presses("Open")

    assert resident.form is not None
    assert "a hard week on the unit" in resident.form.download


async def test_what_was_taken_back_goes_with_the_talks_own_key(resident: Person, town: Town) -> None:
    await asks_for_a_call(resident)
    await resident.presses("Back")
    await resident.presses("Back")
    talk = next(row.id for row in town.rows(talks) if row.state == "open")
    assert town.keys.has(f"talk:{talk}")
    await town.walks_to(town.clock.now() + timedelta(hours=2))

    assert not town.keys.has(f"talk:{talk}")
    assert [row.words for row in town.rows(talks, id=talk)] == [None]
