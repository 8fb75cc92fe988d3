"""Delete everything: asked once, the key first, and whoever comes back is somebody new."""

import pytest

from bot.errors import KeyForgotten
from bot.store.tables import metadata, outbox, persons, talks
from tests.town import Person, Town
from tests.turns.stories import asks_for_a_call, begins_check_in, deletes, sends_alert


async def lives(resident: Person) -> None:
    """A check-in with a line, an alert, and a talk that is open."""
    await begins_check_in(resident)
    await resident.presses("Steady")
    await resident.fills("a kind word")
    await sends_alert(resident)
    await resident.closes()
    await begins_check_in(resident)
    await resident.presses("Stretched")


async def test_it_asks_once_and_no_keeps_everything(resident: Person, town: Town) -> None:
    await lives(resident)
    await resident.says("delete")
    await resident.presses("Keep it")

    assert town.keys.has(f"person:{town.ids['resident']}")


async def test_the_key_is_gone_and_so_is_every_row(resident: Person, town: Town) -> None:
    await lives(resident)
    old = town.ids["resident"]
    await deletes(resident)
    left = {
        table.name
        for table in metadata.sorted_tables
        for column in table.columns
        if column.name in {"person_id", "actor"} and town.rows(table, **{column.name: old})
    }

    assert left <= {"participants"}
    assert not town.keys.has(f"person:{old}")
    assert [row.name for row in town.rows(persons, id=old)] == [""]


async def test_nothing_can_be_sealed_for_them_again(resident: Person, town: Town) -> None:
    await deletes(resident)

    with pytest.raises(KeyForgotten):
        town.keys.ensure(f"person:{town.ids['resident']}")


async def test_the_words_of_open_talks_go_as_well(resident: Person, town: Town) -> None:
    await asks_for_a_call(resident)
    talk = town.rows(talks, state="open")[0].id
    await deletes(resident)

    assert not town.keys.has(f"talk:{talk}")
    assert town.rows(talks, id=talk) == []


async def test_the_last_word_says_what_stays(resident: Person) -> None:
    await deletes(resident)
    said = "".join(line for card in resident.chat[-3:] for line in card.paragraphs)

    assert "deleted" in said.lower()


async def test_nothing_is_sent_afterwards(resident: Person, town: Town) -> None:
    from datetime import timedelta

    await lives(resident)
    await deletes(resident)
    before = len(resident.chat)
    await town.walks_to(town.clock.now() + timedelta(days=10))

    assert len(resident.chat) == before
    assert not [row for row in town.rows(outbox) if row.state == "waiting"]


async def test_the_account_may_begin_anew_as_somebody_else(resident: Person, town: Town) -> None:
    await lives(resident)
    await deletes(resident)
    await resident.says("hello")
    assert "I’m software" in resident.last
    for label in ("Start", "Sunday 18:00", "Now"):
        await resident.presses(label)

    assert "Where were you most of this week?" in resident.screen
    await resident.says("my weeks")
    await resident.presses("Open")
    assert resident.form is not None
    assert resident.form.strip == ()


async def test_a_repeated_yes_changes_nothing_more(resident: Person, town: Town) -> None:
    await deletes(resident)
    number = len(town.rows(persons))
    await resident.again()

    assert len(town.rows(persons)) == number


async def test_somebody_with_no_role_left_can_still_delete(resident: Person, town: Town) -> None:
    from bot.store.tables import memberships

    ended = memberships.update().where(memberships.c.person_id == town.ids["resident"])
    town.store.write(lambda conn: conn.execute(ended.values(ends=town.clock.now().date())))
    await deletes(resident)

    assert not town.keys.has(f"person:{town.ids['resident']}")
