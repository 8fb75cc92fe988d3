"""Words of distress too slight for a question about safety: lines to people, and no "I did not get that"."""

from tests.town import Person, Town
from tests.turns.stories import begins_check_in, has_lines


async def test_with_nothing_open_the_lines_are_the_answer(resident: Person) -> None:
    await resident.says("i feel hopeless")

    assert has_lines(resident.chat[-1])
    assert "clear to me" not in resident.last


async def test_with_a_talk_put_by_the_lines_come_and_no_recap(resident: Person) -> None:
    await begins_check_in(resident)
    await resident.says("later")
    await resident.says("i feel hopeless")

    assert has_lines(resident.chat[-1])
    assert "Pick up" not in resident.buttons


async def test_in_a_talk_the_question_stands_below_the_lines(resident: Person, town: Town) -> None:
    await begins_check_in(resident)
    await resident.says("i feel hopeless")

    assert has_lines(resident.chat[-2])
    assert "Continue" in resident.buttons
    assert town.state("resident") == [("check-in", "open", "week")]


async def test_of_a_patient_they_are_no_cry_for_help(resident: Person) -> None:
    await resident.says("my patient feels hopeless")

    assert not has_lines(resident.chat[-1])
