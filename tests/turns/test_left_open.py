"""A request that was sent outlives every way of leaving its talk: it can be answered and taken back."""

from datetime import timedelta

import pytest

from bot.store.tables import talks, threads
from tests.town import Person, Town
from tests.turns.stories import has_lines, is_proposed, proposes, reads_news

ANSWERS = ("That works", "Another time", "Call me instead", "Take it back")
OFFERED = "Dr. Ana Reyes proposes Friday 6 November, 18:00. What suits you?"


async def at_another_time(resident: Person, coach: Person) -> None:
    """A time is proposed, and the resident is at the question for another one."""
    await is_proposed(resident, coach, "Friday 18:00")
    await reads_news(resident)
    await resident.presses("Another time")


async def is_left(resident: Person, town: Town, how: str) -> None:
    """Leave the talk in one of the ways in which talks are left."""
    if how == "idle":
        await resident.closes()
        await town.walks_to(town.clock.now() + timedelta(hours=14))
    elif how == "pressed":
        await resident.presses("Stop")
    else:
        await resident.says(how)


@pytest.mark.parametrize("how", ["idle", "stop", "later"])
async def test_a_proposed_time_still_stands_there_to_be_answered(
    resident: Person, coach: Person, town: Town, how: str
) -> None:
    await is_proposed(resident, coach, "Friday 18:00")
    await resident.closes()
    await is_left(resident, town, how)
    await resident.presses("Open")

    assert OFFERED in resident.screen
    assert set(ANSWERS) <= set(resident.buttons)


@pytest.mark.parametrize("how", ["idle", "stop", "later", "pressed"])
async def test_left_at_its_question_it_goes_back_to_what_can_be_answered(
    resident: Person, coach: Person, town: Town, how: str
) -> None:
    await at_another_time(resident, coach)
    await is_left(resident, town, how)
    await resident.says("weeks")
    await resident.presses("Open", "What I sent")
    assert OFFERED in resident.screen
    await resident.presses("That works")

    assert "You agreed on Friday 6 November, 18:00." in resident.screen


@pytest.mark.parametrize("how", ["idle", "stop", "later", "pressed"])
async def test_left_at_its_question_it_can_be_taken_back(
    resident: Person, coach: Person, town: Town, how: str
) -> None:
    await at_another_time(resident, coach)
    await is_left(resident, town, how)
    await resident.says("weeks")
    await resident.presses("Open", "What I sent", "Take it back")

    assert [(row.state, row.body) for row in town.rows(threads)] == [("withdrawn", None)]


@pytest.mark.parametrize("how", ["idle", "stop"])
async def test_left_there_what_the_coach_does_next_is_news(
    resident: Person, coach: Person, town: Town, how: str
) -> None:
    await at_another_time(resident, coach)
    await is_left(resident, town, how)
    await proposes(coach, "Saturday 09:00")
    assert resident.last == "There is news for you here."
    await resident.presses("Open")

    assert "Dr. Ana Reyes proposes Saturday 7 November, 09:00. What suits you?" in resident.screen


async def test_left_there_its_end_by_the_ladder_is_told_and_it_is_over(
    resident: Person, coach: Person, town: Town
) -> None:
    await at_another_time(resident, coach)
    await is_left(resident, town, "idle")
    await town.walks_to(town.clock.now() + timedelta(days=15))

    assert "Your request is closed." in resident.all_said
    assert town.state("resident") == []


@pytest.mark.parametrize(("word", "before"), [("later", ""), ("stop", "I start nothing more today. ")])
async def test_with_nothing_open_it_is_said_that_what_was_sent_stays(
    resident: Person, coach: Person, word: str, before: str
) -> None:
    await is_proposed(resident, coach, "Friday 18:00")
    await resident.closes()
    await resident.says(word)

    assert resident.last == f"{before}What you sent stays with them. Type weeks to see it or take it back."


async def test_where_it_is_still_theirs_to_answer_the_card_does_not_say_wait(
    resident: Person, coach: Person, town: Town
) -> None:
    await is_proposed(resident, coach, "Friday 18:00")
    await town.walks_to(town.clock.now() + timedelta(days=5))
    await resident.says("weeks")
    await resident.presses("Open", "What I sent", "That works")

    assert "What would suit you instead?" in resident.screen
    assert resident.last != "It is with them. News comes here."


async def test_words_that_were_typed_in_it_are_gone_after_an_hour(
    resident: Person, coach: Person, town: Town
) -> None:
    await at_another_time(resident, coach)
    of_theirs = town.rows(talks, person_id=town.ids["resident"])
    (talk,) = (row.id for row in of_theirs if row.state != "closed")
    assert town.keys.has(f"talk:{talk}")
    await is_left(resident, town, "idle")

    assert not town.keys.has(f"talk:{talk}")
    assert [row.words for row in town.rows(talks) if row.id == talk] == [None]


async def test_a_talk_that_stood_at_a_question_of_an_older_release_waits_again(
    resident: Person, coach: Person, town: Town
) -> None:
    await is_proposed(resident, coach, "Friday 18:00")
    mine = talks.c.person_id == town.ids["resident"]
    stood = talks.update().where(mine, talks.c.state == "waiting").values(state="open", asks="", event="")
    town.store.write(lambda conn: conn.execute(stood))
    await reads_news(resident)

    assert OFFERED in resident.screen
    assert has_lines(resident.shown) is False
