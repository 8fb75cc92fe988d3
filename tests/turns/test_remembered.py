"""What was said just before is read along: the last two texts of the hour, in memory, of somebody known."""

from tests.town import Person, Town
from tests.turns.stories import deletes

JOKE = "third 28 this month just put me out of my misery lol"
TAKEN_BACK = "honestly though. not lol"
QUESTION = "I may have taken that too lightly."


def is_asked(person: Person) -> bool:
    """Whether the joke was heard as one that may be none."""
    return QUESTION in person.all_said


async def test_a_joke_is_asked_about_when_the_second_text_after_it_takes_it_back(resident: Person) -> None:
    await resident.says(JOKE)
    await resident.says("what a month")
    await resident.says(TAKEN_BACK)

    assert is_asked(resident)


async def test_of_three_texts_the_first_is_not_read_along(resident: Person) -> None:
    await resident.says(JOKE)
    await resident.says("what a month")
    await resident.says("and so little sleep")
    await resident.says(TAKEN_BACK)

    assert not is_asked(resident)


async def test_what_was_said_59_minutes_ago_is_read_along(resident: Person, town: Town) -> None:
    await resident.says(JOKE)
    town.clock.move(minutes=59)
    await resident.says(TAKEN_BACK)

    assert is_asked(resident)


async def test_what_was_said_an_hour_ago_is_not(resident: Person, town: Town) -> None:
    await resident.says(JOKE)
    town.clock.move(minutes=60)
    await resident.says(TAKEN_BACK)

    assert not is_asked(resident)


async def test_what_somebody_said_who_then_deleted_everything_is_forgotten(resident: Person) -> None:
    await resident.says(JOKE)
    await deletes(resident)
    await resident.says(TAKEN_BACK)

    assert resident.last.startswith("I’m software")
