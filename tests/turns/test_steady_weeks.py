"""Every fourth steady week in a row asks whether the check-in may come every two weeks."""

from bot.store.tables import measures
from tests.town import Person, Town
from tests.turns.stories import begins_check_in

FORTNIGHT = "Want this every two weeks instead?"


async def lives(resident: Person, town: Town, *weeks: str, answer: str = "No") -> list[int]:
    """A check-in a week; gives the numbers of those that asked for two weeks, which were answered so."""
    asked = []
    for number, week in enumerate(weeks, 1):
        await begins_check_in(resident)
        await resident.presses(week, *["Skip"] * (1 if week == "Steady" else 3))
        if FORTNIGHT in resident.screen:
            asked.append(number)
            await resident.presses(answer)
        elif "No" in resident.buttons:
            await resident.presses("No")  # to counts
        await resident.closes()
        town.clock.move(weeks=1)
    return asked


async def test_it_is_asked_each_fourth_week_and_not_in_those_between(resident: Person, town: Town) -> None:
    assert await lives(resident, town, *["Steady"] * 13) == [4, 8, 12]


async def test_another_week_in_between_begins_the_count_anew(resident: Person, town: Town) -> None:
    weeks = [*["Steady"] * 5, "Stretched", *["Steady"] * 5]
    assert await lives(resident, town, *weeks) == [4, 10]


async def test_once_it_comes_every_two_weeks_it_is_not_asked_again(resident: Person, town: Town) -> None:
    assert await lives(resident, town, *["Steady"] * 9, answer="Yes") == [4]


async def test_weeks_whose_answers_are_gone_by_now_still_count(resident: Person, town: Town) -> None:
    await lives(resident, town, *["Steady"] * 5)
    oldest = sorted(row.at for row in town.rows(measures))[1]
    town.store.write(lambda conn: conn.execute(measures.delete().where(measures.c.at <= oldest)))

    assert await lives(resident, town, *["Steady"] * 3) == [3]
