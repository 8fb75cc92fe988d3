"""Words for people typed into a form's field are obeyed; all others are a line like any."""

import pytest

from bot.store.tables import notes
from conversations.check_in import Moved
from conversations.universal import universal
from tests.town import Person, Town
from tests.turns.stories import begins_check_in


@pytest.mark.parametrize("word", ["crisis", "Crisis!", "emergency"])
async def test_crisis_as_all_that_a_form_says_is_no_note(resident: Person, town: Town, word: str) -> None:
    await begins_check_in(resident)
    await resident.presses("Steady")
    await resident.fills(word)

    assert resident.shown.safety
    assert town.rows(notes) == []


async def test_human_as_all_that_a_form_says_asks_for_a_person(resident: Person, town: Town) -> None:
    await begins_check_in(resident)
    await resident.presses("Steady")
    await resident.fills("human")

    assert town.state("resident")[-1][0] == "human"
    assert town.rows(notes) == []


async def test_other_words_in_a_form_are_a_line_like_any(resident: Person, town: Town) -> None:
    await begins_check_in(resident)
    await resident.presses("Steady")
    await resident.fills("help")

    assert len(town.rows(notes)) == 1


def test_no_option_of_a_form_reads_as_a_word_for_a_person() -> None:
    read = {universal(one.option.key) for one in Moved}

    assert read == {None}
