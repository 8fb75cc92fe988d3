"""When a coach is likely to see it: true where it is previewed, true where it is sent, and so said."""

from datetime import UTC, datetime

from bot.store.tables import coaches, threads
from tests.town import Person, Town
from tests.turns.stories import CHANGED, asks_for, has_lines, presses_in, sends_alert

MONDAY = datetime(2026, 11, 2, 15, tzinfo=UTC)
"""10:00 in New York, where the coach is here on weekdays from 07:00 to 19:00."""
FRIDAY = datetime(2026, 11, 6, 23, 45, tzinfo=UTC)
"""18:45 there: the coach leaves in a quarter of an hour, for the weekend."""
SATURDAY = datetime(2026, 11, 8, 3, tzinfo=UTC)
"""22:00 there."""


async def previews(resident: Person, town: Town, at: datetime) -> None:
    """Ask for a call at that time, without words of one's own, up to the preview."""
    town.clock.at = at
    await asks_for(resident)
    await resident.presses("A call", "Skip", "Skip", "Nobody")


async def test_a_preview_that_was_set_aside_says_when_it_would_be_seen_by_now(
    resident: Person, town: Town
) -> None:
    await previews(resident, town, MONDAY)
    assert "likely seen today before 19:00." in resident.screen
    await resident.presses("Later")
    await town.walks_to(SATURDAY)
    await resident.says("human")
    await resident.presses("Continue")

    assert "likely seen Monday from 07:00." in resident.screen


async def test_sent_from_there_it_says_the_same_with_lines_until_then(resident: Person, town: Town) -> None:
    await previews(resident, town, MONDAY)
    await resident.presses("Later")
    await town.walks_to(SATURDAY)
    await resident.says("human")
    await resident.presses("Continue", "Send")

    assert "Likely to be seen Monday from 07:00.\nUntil then, people answer" in resident.screen
    assert has_lines(resident.shown)


async def test_send_pressed_after_the_coach_has_left_shows_that_first_and_sends_nothing(
    resident: Person, town: Town
) -> None:
    await previews(resident, town, FRIDAY)
    assert "likely seen today before 19:00." in resident.screen
    town.clock.move(minutes=40)
    await resident.presses("Send")

    assert (resident.shown.notice, town.rows(threads)) == (CHANGED, [])
    assert "likely seen Monday from 07:00." in resident.screen


async def test_send_pressed_on_what_is_shown_then_sends_it_and_names_lines(
    resident: Person, town: Town
) -> None:
    await previews(resident, town, FRIDAY)
    town.clock.move(minutes=40)
    await resident.presses("Send", "Send")

    assert "Sent to Dr. Ana Reyes. Likely to be seen Monday from 07:00." in resident.screen
    assert (has_lines(resident.shown), len(town.rows(threads))) == (True, 1)


async def test_while_the_coach_is_here_all_the_same_it_is_the_same_preview(
    resident: Person, town: Town
) -> None:
    await previews(resident, town, MONDAY)
    town.clock.move(minutes=40)
    await resident.presses("Send")

    assert "Likely to be seen today before 19:00." in resident.screen
    assert not has_lines(resident.shown)


async def test_in_place_of_an_earlier_one_it_is_not_sent_either_once_the_coach_has_left(
    resident: Person, town: Town
) -> None:
    town.clock.at = MONDAY
    await sends_alert(resident)
    await previews(resident, town, FRIDAY)
    await resident.presses("Send")
    town.clock.move(minutes=40)
    await resident.presses("Take it back, send this")

    assert (resident.shown.notice, len(town.rows(threads))) == (CHANGED, 1)
    assert "send this one, likely seen Monday from 07:00?" in resident.screen


async def test_what_was_said_at_send_is_not_said_otherwise_later(resident: Person, town: Town) -> None:
    await previews(resident, town, FRIDAY)
    await resident.presses("Send")
    told = resident.shown.paragraphs
    town.clock.move(minutes=40)
    await resident.says("weeks")
    await resident.presses("Open", "What I sent")

    assert resident.shown.paragraphs == told
    assert not has_lines(resident.shown)


async def test_an_older_preview_sends_nothing_once_the_likely_hour_has_moved(
    resident: Person, town: Town
) -> None:
    await previews(resident, town, FRIDAY)
    old = resident.shown
    await resident.presses("Later")
    await town.walks_to(SATURDAY)
    await presses_in(old, "Send", resident)

    assert (resident.shown.notice, town.rows(threads)) == (CHANGED, [])


async def test_a_coach_who_has_left_the_directory_is_still_named_and_gets_nothing(
    resident: Person, town: Town
) -> None:
    await previews(resident, town, MONDAY)
    gone = coaches.delete().where(coaches.c.person_id == town.ids["coach"])
    town.store.write(lambda conn: conn.execute(gone))
    await resident.presses("Send")

    assert "Dr. Ana Reyes is not your coach any more, so nothing was sent." in resident.screen
    assert town.rows(threads) == []
