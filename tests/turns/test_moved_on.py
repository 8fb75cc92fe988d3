"""What moved while somebody looked at it: a time that was proposed anew, a request that was read before."""

from bot.store.tables import alerts, threads
from tests.town import Person, Town
from tests.turns.stories import (
    CHANGED,
    NEXT,
    is_acknowledged,
    is_opened,
    is_passed_on,
    is_proposed,
    presses_in,
    proposes,
    reads_news,
    sends_alert,
    wishes_instead,
)

# ------------------------------------------------------------------- a time that moved


async def test_that_works_agrees_to_no_time_that_was_not_shown(
    resident: Person, coach: Person, town: Town
) -> None:
    await is_proposed(resident, coach, "Tuesday 17:30")
    await reads_news(resident)
    await proposes(coach, "Wednesday 06:15")
    await resident.presses("That works")

    assert resident.shown.notice == CHANGED
    assert "Dr. Ana Reyes proposes Wednesday 4 November, 06:15. What suits you?" in resident.screen
    assert [row.state for row in town.rows(threads)] == ["proposed"]


async def test_the_newer_time_is_agreed_on_once_and_both_read_the_same(
    resident: Person, coach: Person, town: Town
) -> None:
    await is_proposed(resident, coach, "Tuesday 17:30")
    await reads_news(resident)
    await proposes(coach, "Wednesday 06:15")
    await resident.presses("That works", "That works")
    assert "You agreed on Wednesday 4 November, 06:15." in resident.screen
    await reads_news(coach)

    assert "accepts Wednesday 4 November, 06:15." in coach.screen
    assert [state for _, state, _ in town.state("resident")] == ["waiting"]


async def test_another_time_is_not_asked_for_instead_of_one_that_was_not_shown(
    resident: Person, coach: Person, town: Town
) -> None:
    await is_proposed(resident, coach, "Tuesday 17:30")
    await reads_news(resident)
    await proposes(coach, "Wednesday 06:15")
    await resident.presses("Another time")

    assert resident.shown.notice == CHANGED
    assert "Dr. Ana Reyes proposes Wednesday 4 November, 06:15." in resident.screen
    assert [row.state for row in town.rows(threads)] == ["proposed"]


async def test_a_time_of_somebody_who_has_passed_it_on_is_agreed_on_by_nobody(
    resident: Person, coach: Person, town: Town
) -> None:
    await sends_alert(resident, backup=NEXT)
    await coach.presses("Open")
    await proposes(coach, "Tuesday 17:30")
    await reads_news(resident)
    await coach.presses("Pass it on", "Pass it on")
    await resident.presses("That works")

    assert resident.shown.notice == CHANGED
    assert f"{NEXT} has it next." in resident.screen


async def test_where_the_news_has_not_been_played_yet_nothing_is_agreed_on(
    resident: Person, coach: Person, town: Town
) -> None:
    await is_proposed(resident, coach, "Tuesday 17:30")
    await reads_news(resident)
    moved = alerts.update().values(proposed="2026-11-04T06:15")
    town.store.write(lambda conn: conn.execute(moved))
    await resident.presses("That works")

    assert "has changed in the meantime, so Dr. Ana Reyes was told nothing." in resident.screen
    assert "Dr. Ana Reyes proposes Wednesday 4 November, 06:15. What suits you?" in resident.screen


async def test_a_coach_agrees_to_no_time_from_an_older_screen(
    resident: Person, coach: Person, town: Town
) -> None:
    await is_proposed(resident, coach, "Tuesday 17:30")
    await wishes_instead(resident, "Friday 12:00")
    await reads_news(coach)
    old = coach.shown
    await proposes(coach, "Thursday 08:00")
    await wishes_instead(resident, "Saturday 06:15")
    await presses_in(old, "That works", coach)

    assert (coach.shown.notice, "Saturday 7 November, 06:15" in coach.screen) == (CHANGED, True)
    assert [row.state for row in town.rows(threads)] == ["acknowledged"]


# ------------------------------------------------------------------- what was read already


async def test_taken_back_after_it_was_opened_it_says_so(resident: Person, coach: Person) -> None:
    await is_opened(resident, coach)
    await reads_news(resident)
    await resident.presses("Take it back")

    assert (
        "Taken back. Dr. Ana Reyes had opened it before; from now on it opens for nobody." in resident.screen
    )


async def test_taken_back_unread_it_says_that_nobody_can_open_it(resident: Person) -> None:
    await sends_alert(resident)
    await resident.presses("Take it back")

    assert "Taken back. Dr. Ana Reyes can no longer open it." in resident.screen


async def test_of_one_that_was_passed_on_it_names_who_had_read_it(resident: Person, coach: Person) -> None:
    await is_passed_on(resident, coach)
    await reads_news(resident)
    await resident.presses("Take it back")

    assert "Taken back. Dr. Ana Reyes had opened it before" in resident.screen


async def test_sent_in_place_of_one_that_was_read_it_says_so(resident: Person, coach: Person) -> None:
    await is_acknowledged(resident, coach)
    await resident.closes()
    preview = await sends_alert(resident)
    assert preview in resident.shown.paragraphs
    await resident.presses("Take it back, send this")

    assert "Dr. Ana Reyes had opened the earlier one." in resident.screen
