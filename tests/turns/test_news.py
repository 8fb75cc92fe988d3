"""News of a request: one card stands, and behind it all that nobody has looked at yet, once and in order."""

from datetime import timedelta

from bot.store.tables import inbox
from tests.town import Person, Town
from tests.turns.stories import (
    begins_check_in,
    is_acknowledged,
    is_opened,
    is_proposed,
    proposes,
    reads_news,
    sends_alert,
)

NEWS = "There is news for you here."


def standing(person: Person) -> list[str]:
    """What in somebody's chat says that there is news, and still opens."""
    return [card.paragraphs[0] for card in person.chat if card.paragraphs[0] == NEWS and card.choices]


async def hears_twice_at_once(resident: Person, coach: Person, town: Town) -> None:
    """Two things happen to a request while the resident is in another talk."""
    await sends_alert(resident)
    await resident.closes()
    await resident.says("settings")
    await coach.presses("Open")
    town.clock.move(seconds=1)
    await coach.presses("I have it")
    await resident.presses("Done")


async def test_one_card_of_news_stands_however_much_there_is(resident: Person, coach: Person) -> None:
    await is_acknowledged(resident, coach)

    assert standing(resident) == [NEWS]


async def test_told_in_one_go_there_is_one_card_and_the_older_was_never_sent(
    resident: Person, coach: Person, town: Town
) -> None:
    await hears_twice_at_once(resident, coach, town)

    assert resident.said.count(NEWS) == 1


async def test_behind_it_each_thing_is_said_once_in_order(
    resident: Person, coach: Person, town: Town
) -> None:
    await hears_twice_at_once(resident, coach, town)
    await resident.presses("Open")
    seen = resident.screen.index("Dr. Ana Reyes has opened it.")
    taken = resident.screen.index("Dr. Ana Reyes has it and will be in touch.")

    assert seen < taken < resident.screen.index("From: Dr. Sam Rivera")
    assert resident.screen.count("From: Dr. Sam Rivera") == 1


async def test_looked_at_once_it_is_not_told_again_with_what_follows(resident: Person, coach: Person) -> None:
    await is_opened(resident, coach)
    await reads_news(resident)
    assert "has opened it" in resident.screen
    await coach.presses("I have it")
    await reads_news(resident)

    assert "will be in touch" in resident.screen
    assert "has opened it" not in resident.screen


async def test_a_form_that_was_lost_shows_the_same_news_again(
    resident: Person, coach: Person, town: Town
) -> None:
    await hears_twice_at_once(resident, coach, town)
    await resident.presses("Open")
    first = resident.screen
    await reads_news(resident)

    assert resident.screen == first


async def test_a_question_comes_after_the_news_before_it(resident: Person, coach: Person) -> None:
    await is_proposed(resident, coach)
    await reads_news(resident)

    assert "has opened it" in resident.screen
    assert "Dr. Ana Reyes proposes Tuesday 3 November, 17:30." in resident.screen
    assert {"That works", "Another time", "Call me instead", "Take it back"} <= set(resident.buttons)


async def test_news_waits_until_the_open_talk_has_ended(resident: Person, coach: Person, town: Town) -> None:
    await sends_alert(resident)
    await resident.closes()
    await resident.says("settings")
    await coach.presses("Open")
    assert len(town.rows(inbox)) == 1
    await resident.presses("Done")

    assert resident.last == "There is news for you here."
    assert town.rows(inbox) == []


async def test_news_comes_beside_a_talk_that_was_left_an_hour_ago(
    resident: Person, coach: Person, town: Town
) -> None:
    await leaves_a_check_in_open(resident)
    await coach.presses("Open")
    assert len(town.rows(inbox)) == 1
    await town.walks_to(town.clock.now() + timedelta(minutes=61))
    await resident.presses("Open")

    assert "has opened it" in resident.screen
    assert ("check-in", "open", "week") in town.state("resident")


async def test_a_time_proposed_meanwhile_is_asked_and_then_the_talk_goes_on(
    resident: Person, coach: Person, town: Town
) -> None:
    await leaves_a_check_in_open(resident)
    await town.walks_to(town.clock.now() + timedelta(minutes=61))
    await coach.presses("Open")
    await proposes(coach, "tomorrow 17:30")
    await resident.presses("Open")
    assert "17:30" in resident.screen
    await resident.presses("That works")

    assert [flow for flow, state, _ in town.state("resident") if state == "open"] == ["check-in"]


async def test_news_never_interrupts_an_open_safety_question(
    resident: Person, coach: Person, town: Town
) -> None:
    await sends_alert(resident)
    await resident.closes()
    await resident.says("I want to kill myself")
    await coach.presses("Open")
    await town.walks_to(town.clock.now() + timedelta(hours=2))
    assert len(town.rows(inbox)) == 1
    await resident.says("skip")

    assert town.rows(inbox) == []


async def leaves_a_check_in_open(resident: Person) -> None:
    """Send an alert, begin a check-in, and close its form."""
    await sends_alert(resident)
    await resident.closes()
    await begins_check_in(resident)
    await resident.closes()
