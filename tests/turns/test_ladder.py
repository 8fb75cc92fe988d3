"""The ladder is a request's only clock: every one that is live comes to an end, and both hear of it."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.store.tables import alerts, memberships, threads
from tests.town import Person, Town
from tests.turns.stories import (
    NEXT,
    asks_for,
    deletes,
    evaluates,
    has_lines,
    is_acknowledged,
    is_passed_on,
    is_proposed,
    passes_on,
    proposes,
    reads_news,
    sends_alert,
)

MIDNIGHT = datetime(2026, 11, 5, 5, 0, tzinfo=UTC)
"""When Thursday begins in New York."""


def stops_coaching(town: Town, key: str) -> None:
    """That day is the coach's last."""
    one = (memberships.c.person_id == town.ids[key], memberships.c.role == "coach")
    ends = memberships.update().where(*one).values(ends=MIDNIGHT.date())
    town.store.write(lambda conn: conn.execute(ends))


async def asks_the_other_coach(resident: Person) -> None:
    """Ask the coach of the directory to whom nobody is assigned."""
    await asks_for(resident, "Dr. Jonas Okafor")
    await resident.presses("A call", "Skip", "Skip", "Nobody", "Send")
    await resident.closes()


async def test_both_hear_at_once_from_which_day_they_work_together_no_longer(
    resident: Person, coach: Person, town: Town
) -> None:
    preview = await sends_alert(resident)
    evaluates(town, "coach", MIDNIGHT)
    await town.settle()
    for person in (resident, coach):
        assert "From Thursday 5 November a coach and a trainee here no longer work" in person.all_said
    await coach.presses("Open")

    assert coach.shown.paragraphs[0] == preview


async def test_when_the_day_comes_its_words_are_destroyed_and_both_hear_of_it(
    resident: Person, coach: Person, town: Town
) -> None:
    await sends_alert(resident)
    evaluates(town, "coach", MIDNIGHT)
    await town.walks_to(MIDNIGHT + timedelta(days=1))
    row = town.rows(threads)[0]

    assert (row.state, row.body, row.moved_at) == ("closed", None, MIDNIGHT)
    assert not town.keys.has(f"thread:{row.id}")
    assert "who had it is not your coach any more. Its text is gone." in resident.last
    assert has_lines(resident.chat[-1])
    assert coach.last == "A request here is not open to you any more."


async def test_a_coach_without_an_assignment_loses_it_too(resident: Person, town: Town) -> None:
    await asks_the_other_coach(resident)
    evaluates(town, "coach-2")
    await town.walks_to(town.clock.now())

    assert [row.body for row in town.rows(threads)] == [None]
    assert "who had it is not your coach any more" in resident.last
    assert town.person("coach-2").last == "A request here is not open to you any more."


async def test_a_coach_who_stops_coaching_loses_it_at_midnight(resident: Person, town: Town) -> None:
    await sends_alert(resident)
    stops_coaching(town, "coach")
    await town.walks_to(MIDNIGHT - timedelta(seconds=1))
    assert town.rows(threads)[0].body is not None
    await town.walks_to(MIDNIGHT)

    assert (town.rows(threads)[0].state, town.rows(threads)[0].body) == ("closed", None)


async def test_a_coach_who_deletes_everything_leaves_nobody_waiting(
    resident: Person, coach: Person, town: Town
) -> None:
    await sends_alert(resident)
    await deletes(coach)
    await town.walks_to(town.clock.now())

    assert [row.state for row in town.rows(threads)] == ["closed"]
    assert "who had it is not your coach any more" in resident.last


async def test_what_is_cut_goes_to_nobody_by_itself(resident: Person, town: Town) -> None:
    await sends_alert(resident, backup=NEXT)
    evaluates(town, "coach")
    await town.walks_to(town.clock.now() + timedelta(days=1))

    assert town.person("coach-2").chat == []
    assert [row.state for row in town.rows(threads)] == ["closed"]


async def test_a_coach_in_the_middle_of_it_is_told_that_it_is_theirs_no_more(
    resident: Person, coach: Person, town: Town
) -> None:
    await is_acknowledged(resident, coach)
    await coach.closes()
    stops_coaching(town, "coach")
    await town.walks_to(MIDNIGHT)

    assert coach.last == "A request here is not open to you any more."
    assert town.state("coach") == []


async def test_what_a_coach_took_up_closes_two_weeks_after_the_last_move(
    resident: Person, coach: Person, town: Town
) -> None:
    await is_acknowledged(resident, coach)
    taken = town.clock.now()
    await town.walks_to(taken + timedelta(days=20))
    row = town.rows(threads)[0]

    assert (row.state, row.body, row.moved_at) == ("closed", None, taken + timedelta(days=14))
    assert "Your request is closed." in resident.all_said
    assert coach.last == "A request here is not open to you any more."


async def test_until_then_it_can_be_taken_back_and_after_that_a_new_one_is_sent(
    resident: Person, coach: Person, town: Town
) -> None:
    await is_acknowledged(resident, coach)
    await town.walks_to(town.clock.now() + timedelta(days=13))
    await resident.says("weeks")
    await resident.presses("Open", "What I sent")
    assert "Take it back" in resident.buttons
    await town.walks_to(town.clock.now() + timedelta(days=2))
    await resident.closes()
    await sends_alert(resident)

    assert sorted(row.state for row in town.rows(threads)) == ["closed", "sent"]


async def test_what_was_agreed_stays_open_for_two_weeks_after_that_time(
    resident: Person, coach: Person, town: Town
) -> None:
    await is_proposed(resident, coach, "2026-11-20 17:30")
    await reads_news(resident)
    await resident.presses("That works")

    assert town.rows(alerts)[0].due_at == datetime(2026, 12, 4, 22, 30, tzinfo=UTC)


@pytest.mark.parametrize("wish", ["Call me instead", "Another time"])
async def test_what_the_trainee_wishes_instead_is_the_coachs_to_answer_in_time(
    resident: Person, coach: Person, town: Town, wish: str
) -> None:
    await sends_alert(resident)
    await town.walks_to(town.clock.now() + timedelta(days=3))
    await coach.presses("Open")
    await proposes(coach, "tomorrow 17:30")
    await reads_news(resident)
    await resident.presses(wish)
    if wish == "Another time":
        await resident.presses("Skip")
    await town.walks_to(town.clock.now() + timedelta(days=1))

    assert [row.state for row in town.rows(threads)] != ["expired"]
    assert [row.step for row in town.rows(alerts)] == [1]


async def test_passed_on_late_the_next_one_has_the_whole_time(
    resident: Person, coach: Person, town: Town
) -> None:
    await sends_alert(resident, backup=NEXT)
    await town.walks_to(town.clock.now() + timedelta(days=4))
    await passes_on(coach)
    await town.walks_to(town.clock.now() + timedelta(days=2))
    await reads_news(resident)

    assert [row.state for row in town.rows(threads)] == ["sent"]
    assert "Not answered yet" in resident.screen


async def test_passed_on_outside_the_next_ones_hours_lines_stand_there(
    resident: Person, coach: Person, town: Town
) -> None:
    await is_passed_on(resident, coach)
    await reads_news(resident)

    assert "Dr. Jonas Okafor has it next. Likely to be seen today from 09:00." in resident.screen
    assert "Until then, people answer on the lines below." in resident.screen
    assert "988" in resident.screen


async def test_the_earlier_one_is_taken_back_for_the_new_one(
    resident: Person, coach: Person, town: Town
) -> None:
    await is_proposed(resident, coach)
    await reads_news(resident)
    await resident.closes()
    await town.walks_to(town.clock.now() + timedelta(days=2))  # the question about the time is set aside
    await sends_alert(resident)
    await resident.presses("Take it back, send this")

    assert "Sent to Dr. Ana Reyes." in resident.screen
    assert sorted((row.state, row.body is None) for row in town.rows(threads)) == [
        ("sent", False),
        ("withdrawn", True),
    ]


async def test_taken_back_for_a_new_one_nothing_waits_for_news_of_the_old(
    resident: Person, town: Town
) -> None:
    await sends_alert(resident)
    await resident.closes()
    await sends_alert(resident)
    await resident.presses("Take it back, send this")

    assert [flow for flow, _, _ in town.state("resident")] == ["human"]


async def test_back_from_there_does_not_say_that_it_was_sent(resident: Person) -> None:
    await sends_alert(resident)
    await resident.closes()
    await sends_alert(resident)
    await resident.says("back")

    assert resident.last.startswith("Back stops here: that part is over")


async def test_a_message_is_not_late_before_the_next_working_day_is_over(
    resident: Person, town: Town
) -> None:
    await asks_for(resident)
    await resident.presses("A message", "Skip", "Skip", "Nobody", "Send")
    await resident.closes()
    (sent,) = town.rows(alerts)
    await town.walks_to(sent.due_at - timedelta(minutes=1))
    before = "There is news for you here." in resident.said
    await town.walks_to(sent.due_at + timedelta(minutes=1))

    assert (before, "There is news for you here." in resident.said) == (False, True)
    assert sent.due_at - sent.expires_at == -timedelta(days=4)
