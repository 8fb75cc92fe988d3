"""A check-in counts, without the person, only after a yes to it, and then from that one on."""

from bot.store.tables import counts
from tests.town import Person, Town
from tests.turns.stories import checks_in

YES, NO = "Yes, count mine", "No"


def counted(town: Town) -> list[tuple[str, str, int]]:
    """What stands in the program's counts."""
    return [(row.name, row.value, row.number) for row in town.rows(counts)]


async def checks_in_again(resident: Person, *answers: str) -> None:
    """A week later the same again, with these answers to what is asked at its end."""
    resident.town.clock.move(weeks=1)
    await checks_in(resident)
    await resident.presses(*answers)


async def test_nothing_is_counted_before_the_question_was_asked(resident: Person, town: Town) -> None:
    await checks_in(resident)

    assert counted(town) == []


async def test_after_a_no_nothing_is_counted(resident: Person, town: Town) -> None:
    await checks_in(resident)
    await checks_in_again(resident, NO)
    await checks_in_again(resident)

    assert counted(town) == []


async def test_a_yes_counts_the_week_in_which_it_was_said_and_none_before(
    resident: Person, town: Town
) -> None:
    await checks_in(resident)
    await checks_in_again(resident, YES)

    assert counted(town) == [("week", "steady", 1)]


async def test_after_a_yes_each_check_in_adds_one(resident: Person, town: Town) -> None:
    await checks_in(resident)
    await checks_in_again(resident, YES)
    await checks_in_again(resident)

    assert counted(town) == [("week", "steady", 2)]
