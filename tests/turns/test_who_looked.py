"""Who looked at what concerns somebody: looks alone, each once a day, and by the name of whoever it was."""

from datetime import timedelta

from sqlalchemy import insert

from bot.delivery.outbox import outbox_list
from bot.store.tables import audit
from tests.town import Person, Town
from tests.turns.stories import is_opened, is_passed_on, sends_alert


async def _looked(resident: Person) -> str:
    """The line of the privacy page, or nothing."""
    await resident.closes()
    await resident.says("privacy")
    await resident.presses("Open")
    return "".join(line for line in resident.shown.paragraphs if line.startswith("Who looked"))


async def test_a_coach_who_opened_a_request_is_named(resident: Person, coach: Person) -> None:
    await is_opened(resident, coach)

    assert await _looked(resident) == ("Who looked at what concerns you: Dr. Ana Reyes on Monday 2 November.")


async def test_passing_it_on_is_no_second_look(resident: Person, coach: Person) -> None:
    await is_passed_on(resident, coach)

    assert (await _looked(resident)).count("Dr. Ana Reyes") == 1


async def test_a_request_that_ran_out_was_looked_at_by_nobody(resident: Person, town: Town) -> None:
    await sends_alert(resident)
    await town.walks_to(town.clock.now() + timedelta(days=8))

    assert await _looked(resident) == ""


async def test_an_operator_who_listed_messages_twice_is_shown_once(resident: Person, town: Town) -> None:
    await resident.says("check in")
    for _ in range(2):
        outbox_list(town.store, now=town.clock.now(), states=("sent",))

    assert await _looked(resident) == (
        "Who looked at what concerns you: an operator of the server on Monday 2 November."
    )


async def test_where_there_are_more_it_says_how_many(resident: Person, town: Town) -> None:
    line = {"actor": "operator", "person_id": town.ids["resident"], "act": "outbox.list", "detail": {}}
    rows = [line | {"at": town.clock.now() - timedelta(days=days)} for days in range(7, 0, -1)]
    town.store.write(lambda conn: conn.execute(insert(audit), rows))

    assert (await _looked(resident)).endswith("on Wednesday 28 October, and 2 more before that.")
