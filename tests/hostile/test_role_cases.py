"""Who asks for what is not theirs gets nothing, and whoever it concerns can read that they tried."""

import json

import pytest

from adapters.port import Control
from bot.delivery.outbox import outbox_list
from bot.store.tables import audit, memberships, threads
from tests.town import Person, Town
from tests.turns.stories import deletes, evaluates, is_opened, is_passed_on, press, sends_alert
from tests.turns.test_roles import another_program, becomes

WORDS = "a hard week on the unit"


def refused(town: Town) -> list[str]:
    """Who was refused what concerns the resident, as kept."""
    mine = town.rows(audit, person_id=town.ids["resident"], act="refused")
    names = {person: key for key, person in town.ids.items()}
    return [names.get(row.actor, row.actor) for row in mine]


async def opens_request(town: Town, user: str) -> Person:
    """Press the button of the one request that was sent, as anybody who knows its id."""
    person = town.person(user)
    thread = town.rows(threads)[0].id
    await person.says("hello")
    for _ in range(2):
        await person.sends(press(person, "coach-alert", f"alert:{thread}", Control.OPEN, thread))
    return person


@pytest.mark.parametrize("user", ["coach-2", "director", "coordinator", "a-stranger"])
async def test_case_48_who_is_no_coach_of_it_reads_nothing_and_is_named(
    resident: Person, town: Town, user: str
) -> None:
    await sends_alert(resident)
    other = await opens_request(town, user)

    assert WORDS not in other.all_said + other.screen + other.reply.notice
    assert refused(town) == [user if user in town.ids else "somebody who is not known here"]


@pytest.mark.parametrize("user", ["coach-2", "a-stranger"])
async def test_case_48_of_somebody_forgotten_no_row_is_kept_about_who_tried(
    resident: Person, town: Town, user: str
) -> None:
    await sends_alert(resident)
    await deletes(resident)
    await opens_request(town, user)

    assert town.rows(audit, act="refused") == []


async def test_case_48_a_coach_of_another_program_reads_nothing(resident: Person, town: Town) -> None:
    await sends_alert(resident)
    becomes(town, "coach", "former")
    row = {"program_id": another_program(town), "person_id": town.ids["coach"], "role": "coach"}
    town.store.write(
        lambda conn: conn.execute(memberships.insert().values(row | {"starts": town.clock.now().date()}))
    )
    coach = await opens_request(town, "coach")

    assert WORDS not in coach.all_said + coach.screen
    assert refused(town) == ["coach"]


async def test_case_48_old_buttons_of_a_coach_who_is_one_no_more_open_nothing(
    resident: Person, coach: Person, town: Town
) -> None:
    await is_opened(resident, coach)
    evaluates(town, "coach")
    await town.walks_to(town.clock.now())
    again = await opens_request(town, "coach")

    assert again.screen == "That request is not open to you any more."
    assert refused(town) == ["coach"]


async def test_case_48_nor_do_those_of_a_coach_who_passed_it_on(
    resident: Person, coach: Person, town: Town
) -> None:
    await is_passed_on(resident, coach)
    await opens_request(town, "coach")

    assert refused(town) == ["coach"]


async def test_case_48_whose_coach_opens_it_is_not_refused(
    resident: Person, coach: Person, town: Town
) -> None:
    await is_opened(resident, coach)
    await opens_request(town, "coach")

    assert refused(town) == []


async def test_case_48_an_operators_look_without_a_yes_shows_no_words_and_is_seen_by_the_resident(
    resident: Person, town: Town
) -> None:
    await sends_alert(resident)
    looked = outbox_list(town.store, now=town.clock.now(), states=("sent",))
    await resident.closes()
    await resident.says("export")
    await resident.presses("Open")
    done = json.loads(resident.shown.download)["who_did_what"]

    assert WORDS not in repr(looked)
    assert ("outbox.list", "operator") in {(line["act"], line["by"]) for line in done}
