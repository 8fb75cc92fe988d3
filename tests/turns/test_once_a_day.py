"""One check-in a day: what was put off, what is weekly and what a person begins make way for each other."""

from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.port import EventKind
from bot.store.tables import occurrences, outbox
from tests.town import Person, Town
from tests.turns.stories import begins_check_in, button, checks_in, presses_in
from tests.turns.test_invitations import SUNDAY, is_invited
from tests.turns.test_what_comes_next import panel

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def invited(town: Town) -> list[str]:
    """When an invitation was sent, in New York."""
    sent = sorted(row.due_at for row in town.rows(outbox, text_id="nudge.check-in"))
    return [f"{at - 5 * HOUR:%a %d %H:%M}" for at in sent]


async def is_on_leave_until_the_next_one(resident: Person, town: Town) -> None:
    """Every two weeks; the first one is put off to the morning of the day of the second."""
    await resident.says("settings")
    await resident.presses("How often", "Every two weeks", "Done")
    await is_invited(town)
    await resident.presses("Open", "Not now", "I’m on leave until …")
    await resident.fills("22 Nov")


async def test_after_leave_the_one_of_the_morning_stands_for_that_day(resident: Person, town: Town) -> None:
    await is_on_leave_until_the_next_one(resident, town)
    assert "The next one comes Sunday 22 November, 08:00." in resident.screen
    await town.walks_to(SUNDAY + 16 * DAY)

    assert invited(town) == ["Sun 08 18:00", "Sun 22 08:00"]


async def test_once_it_has_come_the_panel_names_none_of_the_same_day(resident: Person, town: Town) -> None:
    await is_on_leave_until_the_next_one(resident, town)
    await town.walks_to(SUNDAY + 14 * DAY - 9 * HOUR)

    assert panel(town)[1] == "Next check-in: Sunday 6 December, 18:00."


async def test_answered_in_the_morning_its_end_names_none_of_the_same_day(
    resident: Person, town: Town
) -> None:
    await is_on_leave_until_the_next_one(resident, town)
    await resident.closes()
    await town.walks_to(SUNDAY + 14 * DAY - 9 * HOUR)
    await resident.presses("Open", "Steady", "Skip")

    assert "Next one Sunday 6 December, 18:00." in resident.screen


async def is_put_off_to_monday(resident: Person, town: Town) -> None:
    """The invitation of Sunday is put off unopened; it is Monday morning."""
    await is_invited(town)
    await resident.says("not now")
    await resident.presses("Tomorrow")
    assert panel(town)[1] == "Next check-in: Monday 9 November, 18:00."
    await town.walks_to(SUNDAY + 16 * HOUR)


async def test_what_was_put_off_stays_away_on_the_day_of_one_that_the_person_began(
    resident: Person, town: Town
) -> None:
    await is_put_off_to_monday(resident, town)
    await checks_in(resident)
    assert "Next one Sunday 15 November, 18:00." in resident.screen
    await town.walks_to(SUNDAY + 3 * DAY)

    assert invited(town) == ["Sun 08 18:00"]


async def test_begun_and_not_answered_it_stands_for_its_day_too(resident: Person, town: Town) -> None:
    await is_put_off_to_monday(resident, town)
    await resident.says("check in")

    assert panel(town)[1] == "Next check-in: Sunday 15 November, 18:00."


async def test_what_was_put_off_to_a_later_day_is_answered_by_the_one_before(
    resident: Person, town: Town
) -> None:
    await is_invited(town)
    await resident.says("on leave")
    await resident.says("12 Nov 09:00")
    await checks_in(resident)
    await town.walks_to(SUNDAY + 6 * DAY)

    assert invited(town) == ["Sun 08 18:00"]


async def test_begun_and_stopped_it_leaves_what_was_put_off_to_a_later_day(
    resident: Person, town: Town
) -> None:
    await is_invited(town)
    await resident.says("on leave")
    await resident.says("12 Nov 09:00")
    await resident.says("check in")
    await resident.says("stop")
    await town.walks_to(SUNDAY + 6 * DAY)

    assert invited(town) == ["Sun 08 18:00", "Thu 12 09:00"]


async def test_a_request_that_is_picked_up_again_takes_no_check_in_away(resident: Person, town: Town) -> None:
    await is_put_off_to_monday(resident, town)
    await resident.says("human")
    await resident.presses("Start")
    await resident.closes()
    await town.walks_to(SUNDAY + 19 * HOUR)
    await resident.presses("Start")
    assert panel(town)[1] == "Next check-in: Monday 9 November, 18:00."
    await resident.closes()
    await town.walks_to(SUNDAY + 2 * DAY)

    assert invited(town) == ["Sun 08 18:00", "Mon 09 18:00"]


async def test_an_old_one_that_is_opened_stands_for_its_day_and_the_panel_says_so(
    resident: Person, town: Town
) -> None:
    await is_invited(town)
    await town.walks_to(SUNDAY + 7 * DAY - 10 * HOUR)
    await resident.presses("Open")

    assert panel(town)[1] == "Next check-in: Sunday 22 November, 18:00."


async def picks_up(resident: Person, town: Town, how: str) -> None:
    """A check-in that was begun on Saturday and set aside is picked up on Sunday at noon, and left again."""
    await town.walks_to(SUNDAY - 30 * HOUR)
    await begins_check_in(resident)
    old = resident.shown
    await resident.says("later")
    await town.walks_to(SUNDAY - 6 * HOUR)
    if how == "an old form":
        await presses_in(old, "Struggling", resident)
    elif how == "the own page":
        press = button(town.chat.homes["resident"], "Weekly check-in")
        await resident.sends(replace(resident.event, id="page", kind=EventKind.PRESS, press=press))
    else:
        await resident.says(how)
    if how == "a recap":
        await resident.presses("Pick up")
    await resident.closes()


@pytest.mark.parametrize("how", ["check in", "a recap", "the own page", "an old form"])
async def test_one_that_is_picked_up_again_stands_for_its_day(resident: Person, town: Town, how: str) -> None:
    await picks_up(resident, town, how)
    assert panel(town)[1] == "Next check-in: Sunday 15 November, 18:00."
    await town.walks_to(SUNDAY + 2 * DAY)

    assert invited(town) == []


async def test_picked_up_by_a_newer_invitation_both_are_opened_and_one_is_planned(
    resident: Person, town: Town
) -> None:
    await is_invited(town)
    await resident.presses("Open", "Stretched")
    await resident.says("later")
    await town.walks_to(SUNDAY + 7 * DAY)
    await resident.presses("Open")
    assert resident.shown.question == "What moved it most? Up to two."

    weekly = sorted((f"{row.local_date:%d}", row.state) for row in town.rows(occurrences, slot=0))
    assert weekly == [("08", "opened"), ("15", "opened"), ("22", "planned")]
