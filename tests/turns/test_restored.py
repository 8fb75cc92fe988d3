"""What a trainee deleted does not come back with a backup: its keys are gone, and the ledger says so."""

from typing import Any

import pytest

from bot.errors import KeyForgotten
from bot.store.ledger import replay_ledger
from bot.store.tables import threads
from tests.town import Person, Town
from tests.turns.brought_back import backed_up
from tests.turns.stories import deletes, press, sends_alert

SENT = "a hard week on the unit"


async def test_with_the_trainee_the_key_of_what_they_sent_goes_and_the_ledger_names_it(
    resident: Person, coach: Person, town: Town
) -> None:
    await sends_alert(resident)
    (thread,) = town.rows(threads)
    subject = f"thread:{thread.id}"
    assert town.keys.has(subject)
    await deletes(resident)

    assert not town.keys.has(subject)
    assert {subject, f"person:{town.ids['resident']}"} <= set(town.keys.ledger())


async def test_a_backup_from_before_tells_the_coach_nothing_of_it(
    resident: Person, coach: Person, town: Town
) -> None:
    await sends_alert(resident)
    (opens,) = [one.press for card in coach.chat for one in card.choices if one.label == "Open"]
    restore = backed_up(town)
    await deletes(resident)
    restore()
    (thread,) = town.rows(threads)
    assert thread.body is not None
    with pytest.raises(KeyForgotten):
        town.keys.open(f"thread:{thread.id}", f"threads/{thread.id}/body", thread.body)

    assert replay_ledger(town.store, town.keys) == 1
    await coach.sends(press(coach, opens.flow, opens.talk, opens.key, opens.option))
    assert SENT not in shown(coach)
    assert [(row.state, row.body) for row in town.rows(threads)] == [("withdrawn", None)]


async def test_what_was_taken_back_after_a_backup_is_over_when_it_comes_back(
    resident: Person, coach: Person, town: Town
) -> None:
    await sends_alert(resident)
    restore = backed_up(town)
    await resident.presses("Take it back")
    restore()
    told = len(coach.chat)

    replay_ledger(town.store, town.keys)
    await town.settle()
    assert [(row.state, row.body) for row in town.rows(threads)] == [("closed", None)]
    assert (town.state("resident"), len(coach.chat)) == ([], told)


def shown(person: Person) -> str:
    found: tuple[Any, ...] = (person.form, person.reply, person.chat, person.screen)
    return repr(found)
