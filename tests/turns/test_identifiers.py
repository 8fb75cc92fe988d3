"""What may point to a patient is pointed out before anything is kept."""

import pytest

from bot.store.tables import notes, talks
from tests.town import Person, Town
from tests.turns.stories import asks_for, begins_check_in

NAMED = "Mr. John Fitzgerald, MRN 4839201, did well"


async def at_the_line(resident: Person) -> None:
    """Come to a question that asks for words."""
    await begins_check_in(resident)
    await resident.presses("Steady")


async def test_a_form_comes_back_with_the_spans_named_and_a_tick(resident: Person, town: Town) -> None:
    await at_the_line(resident)
    await resident.fills(NAMED)

    assert "This may point to a patient: a name, a record number" in resident.screen
    assert resident.shown.tick is not None
    assert resident.shown.tick.label == "Keep as written"
    assert town.rows(notes) == []


async def test_with_the_tick_it_goes_through(resident: Person, town: Town) -> None:
    await at_the_line(resident)
    await resident.fills(NAMED)
    await resident.fills(NAMED, keep=True)

    assert "Next one Sunday" in resident.screen
    assert len(town.rows(notes)) == 1


async def test_a_typed_message_waits_without_its_identifiers(resident: Person, town: Town) -> None:
    await at_the_line(resident)
    await resident.says(NAMED)
    row = town.rows(talks, flow="check-in")[0]
    kept = town.keys.open(f"talk:{row.id}", f"talks/{row.id}/words", row.words)

    assert "Show it without them" in resident.buttons
    assert b"Fitzgerald" not in kept
    assert b"4839201" not in kept


async def test_the_chat_says_what_kinds_were_found_and_none_of_the_words(resident: Person) -> None:
    await at_the_line(resident)
    await resident.says(NAMED)

    assert resident.last == (
        "That may point to a patient: a name, a record number. How would you like to go on?"
    )


async def test_without_them_it_is_seen_before_it_is_kept(resident: Person, town: Town) -> None:
    await at_the_line(resident)
    await resident.says(NAMED)
    await resident.presses("Show it without them")

    assert resident.in_the_field == "[name], MRN [record number], did well"
    assert "This is your text without them." in resident.shown.notice
    assert town.rows(notes) == []


async def test_a_new_text_with_identifiers_takes_the_place_of_the_first(resident: Person) -> None:
    await at_the_line(resident)
    await resident.says(NAMED)
    await resident.presses("Show it without them")
    await resident.fills("room 12 did well too")

    assert resident.in_the_field == ""
    assert "a room or bed" in resident.shown.notice


async def test_sent_as_it_is_it_is_kept_without_them(resident: Person, town: Town) -> None:
    await at_the_line(resident)
    await resident.says(NAMED)
    await resident.presses("Show it without them")
    await resident.fills(resident.in_the_field)
    row = town.rows(notes)[0]
    kept = town.keys.open(f"person:{row.person_id}", f"notes/{row.talk_id}/{row.key}", row.body)

    assert kept.endswith(b"did well")
    assert b"Fitzgerald" not in kept


async def test_write_again_keeps_nothing_and_asks_again(resident: Person, town: Town) -> None:
    await at_the_line(resident)
    await resident.says(NAMED)
    await resident.presses("Write again")

    assert "What helped?" in resident.screen
    assert town.rows(notes) == []


async def test_a_text_that_is_too_long_never_waits(resident: Person, town: Town) -> None:
    await at_the_line(resident)
    await resident.says(NAMED + " and so on" * 500)

    assert "Up to 4000 characters" in resident.last
    assert town.rows(talks, flow="check-in")[0].words is None


async def test_how_to_reach_me_is_mine_and_a_patients_name_is_not(resident: Person) -> None:
    await asks_for(resident)
    await resident.presses("A call")
    await resident.fills("555-0142, after six")
    assert "What would you like Dr. Ana Reyes to read?" in resident.screen
    await resident.fills(NAMED)

    assert "This may point to a patient" in resident.screen


async def test_danger_comes_before_identifiers(resident: Person) -> None:
    await at_the_line(resident)
    await resident.fills("I want to kill myself, room 12, MRN 4839201")

    assert resident.shown.safety


async def test_blanks_around_a_text_hide_nothing(resident: Person, town: Town) -> None:
    await at_the_line(resident)
    await resident.fills(" " * 5000 + NAMED + "\n" * 5000)

    assert "This may point to a patient" in resident.screen
    assert town.rows(notes) == []


async def at_what_the_coach_reads(resident: Person) -> None:
    """Come to the question whose answer another human reads."""
    await asks_for(resident)
    await resident.presses("A call", "Skip")


@pytest.mark.parametrize(
    ("words", "kinds"),
    [
        ("John Smith, born 03/04/1951, died.", "a name, a date"),
        ("A patient born 03/04/1951 died. Can we talk?", "a date"),
        ("Mrs. Smith born 03/04/1951", "a name, a date"),
        ("room 12 at Mercy General, 555-0182", "a room or bed, an institution, a phone number"),
    ],
)
async def test_what_a_coach_reads_is_looked_at_as_strictly_as_what_nobody_reads(
    resident: Person, words: str, kinds: str
) -> None:
    await at_what_the_coach_reads(resident)
    await resident.fills(words)

    assert f"This may point to a patient: {kinds}. Nothing has been kept yet." in resident.screen


async def test_a_date_with_its_year_is_no_time_to_be_reached_at(resident: Person) -> None:
    await at_what_the_coach_reads(resident)
    await resident.says("back")
    await resident.presses("Continue")
    await resident.fills("pager 555-0142, Nov 24, room 12, about a patient born 03/04/1951")
    assert "This may point to a patient: a date." in resident.screen
    await resident.fills("pager 555-0142, Nov 24, room 12")

    assert "What would you like Dr. Ana Reyes to read?" in resident.screen


async def test_the_name_to_be_called_by_is_the_writers_own(resident: Person) -> None:
    await at_what_the_coach_reads(resident)
    await resident.presses("Skip", "Nobody", "Change", "The name in it")
    await resident.fills("Dr. A. Rivera")

    assert "From: Dr. A. Rivera" in resident.screen
