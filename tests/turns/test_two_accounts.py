"""One person on two accounts, at the desk and on the phone."""

import asyncio
from dataclasses import replace

import pytest

from adapters.port import EventKind, Incoming
from bot.store.tables import accounts, measures
from tests.conftest import PATIENCE
from tests.town import Person, Town
from tests.turns.stories import asks_for_a_call, begins_check_in, checks_in, sends_alert


@pytest.fixture
def phone(resident: Person, town: Town) -> Person:
    """The resident's second account."""
    row = {"platform": "web", "tenant": "demo", "user": "phone", "person_id": town.ids["resident"]}
    town.store.write(lambda conn: conn.execute(accounts.insert().values(row)))
    return town.person("phone")


async def test_a_talk_goes_on_wherever_it_is_answered(resident: Person, phone: Person, town: Town) -> None:
    await begins_check_in(resident)
    await phone.says("stretched")

    assert phone.last in {"Ready when you are.", "It goes on here.", "The next step is here."}
    assert town.state("resident") == [("check-in", "open", "moved")]


async def test_of_two_answers_at_once_the_first_counts(resident: Person, phone: Person, town: Town) -> None:
    await begins_check_in(resident)
    one, other = (choice.press for choice in resident.shown.choices[:2])
    desk = Incoming("desk", resident.account, EventKind.PRESS, press=one, answer_within=PATIENCE)
    replies = await asyncio.gather(
        town.door.receive(desk), town.door.receive(replace(desk, id="ph", account=phone.account, press=other))
    )

    assert sorted(bool(reply.form and reply.form.notice) for reply in replies) == [False, True]
    assert len(town.rows(measures)) == 1


async def test_news_comes_where_its_talk_was_last_held(
    resident: Person, phone: Person, coach: Person, town: Town
) -> None:
    await sends_alert(resident)
    before = len(phone.chat)
    await coach.presses("Open")

    assert resident.last == "There is news for you here."
    assert len(phone.chat) == before


async def test_news_of_a_request_comes_where_it_was_sent_whatever_was_held_since(
    resident: Person, phone: Person, coach: Person, town: Town
) -> None:
    await sends_alert(resident)
    town.clock.move(minutes=5)
    await checks_in(phone)
    before = len(phone.chat)
    await coach.presses("Open")

    assert resident.last == "There is news for you here."
    assert len(phone.chat) == before


async def test_a_request_begun_at_the_desk_and_sent_from_the_phone_has_its_news_there(
    resident: Person, phone: Person, coach: Person
) -> None:
    await asks_for_a_call(resident)
    phone.form = resident.form
    await phone.presses("Send")
    await coach.presses("Open")

    assert phone.last == "There is news for you here."


async def test_who_left_is_reached_again_when_they_write(resident: Person, town: Town) -> None:
    await resident.sends(Incoming("gone", resident.account, EventKind.GONE))
    assert [row.reachable for row in town.rows(accounts, user="resident")] == [False]
    await resident.says("help")

    assert [row.reachable for row in town.rows(accounts, user="resident")] == [True]
    assert "Here is what you can do" in resident.last


async def test_news_goes_to_an_account_that_can_be_reached(
    resident: Person, phone: Person, coach: Person, town: Town
) -> None:
    await sends_alert(resident)
    await resident.sends(Incoming("gone", resident.account, EventKind.GONE))
    await coach.presses("Open")

    assert phone.last == "There is news for you here."
