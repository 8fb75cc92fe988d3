"""What a trainee deleted does not come back with a backup: its keys are gone, and the ledger says so."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection

from bot.errors import KeyForgotten
from bot.store.ledger import replay_ledger
from bot.store.tables import metadata, threads
from tests.town import Person, Town
from tests.turns.stories import deletes, press, sends_alert

SENT = "a hard week on the unit"


def backed_up(town: Town) -> Callable[[], None]:
    """Take a copy of every row; what comes back puts the database where it was."""
    tables = metadata.sorted_tables
    saved = {table.name: [dict(row._mapping) for row in town.rows(table)] for table in tables}

    def put_back(conn: Connection) -> None:
        for table in reversed(tables):
            conn.execute(table.delete())
        for table in tables:
            for row in saved[table.name]:
                conn.execute(table.insert().values(row))

    return lambda: town.store.write(put_back)


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


def shown(person: Person) -> str:
    found: tuple[Any, ...] = (person.form, person.reply, person.chat, person.screen)
    return repr(found)
