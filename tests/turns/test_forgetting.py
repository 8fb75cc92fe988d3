"""Delete everything: asked once, the key first, and whoever comes back is somebody new."""

from collections.abc import Callable
from concurrent.futures import Future
from datetime import timedelta

import pytest
from sqlalchemy import Connection

from adapters.port import NotCommitted
from bot.errors import KeyForgotten, StoreUnavailable
from bot.store.shelf import StoreShelf
from bot.store.subjects import subject_of
from bot.store.tables import metadata, outbox, persons, talks
from tests.town import Person, Town
from tests.turns.stories import asks_for_a_call, begins_check_in, deletes, leaves_program, sends_alert


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


def on_the_shelf(town: Town) -> StoreShelf:
    """What the web chat keeps: for one, what its page showed somebody."""
    return StoreShelf(town.store, town.keys, "web", subject_of(town.store, "web"), town.clock.now)


def names(town: Town, person_id: str) -> dict[str, int]:
    """How many rows of each table name this person, in whichever column."""
    rows = {table.name: town.rows(table) for table in metadata.sorted_tables}
    found = {
        name: sum(person_id in str(value) for row in held for value in row) for name, held in rows.items()
    }
    return {name: number for name, number in found.items() if number}


async def test_their_own_surface_is_emptied(resident: Person, town: Town) -> None:
    await lives(resident)
    await deletes(resident)
    home = town.chat.homes["resident"]

    assert (home.strip, home.choices) == ((), ())
    assert home.paragraphs == ("Nothing here yet. Write anything to begin.",)


async def test_opening_the_page_after_that_brings_nothing(resident: Person, town: Town) -> None:
    await lives(resident)
    await town.walks_to(town.clock.now() + timedelta(days=9))
    await deletes(resident)
    await resident.opens()

    assert resident.last == "Deleted. Nothing here reaches you again unless you write here."


async def test_the_key_is_gone_and_so_is_every_row(resident: Person, town: Town) -> None:
    await lives(resident)
    on_the_shelf(town).put("demo", "transcript", "resident", b"what the page showed")
    old = town.ids["resident"]
    assert names(town, old)["shelf"] == 1
    await deletes(resident)

    assert names(town, old).keys() <= {"participants", "persons", "alerts"}
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
    await resident.presses("Start", "Sunday 18:00", "Now")

    assert "Where were you most of this week?" in resident.screen
    await resident.says("my weeks")
    await resident.presses("Open")
    assert resident.shown.strip == ()


async def test_a_repeated_yes_changes_nothing_more(resident: Person, town: Town) -> None:
    await deletes(resident)
    number = len(town.rows(persons))
    await resident.again()

    assert len(town.rows(persons)) == number


async def test_somebody_with_no_role_left_can_still_delete(resident: Person, town: Town) -> None:
    leaves_program(town, "resident")
    await deletes(resident)

    assert not town.keys.has(f"person:{town.ids['resident']}")


def _loses_commits(town: Town) -> Callable[[Callable[[Connection], object]], Future[object]]:
    """A store that works a turn out and loses its commit."""

    def play(job: Callable[[Connection], object]) -> Future[object]:
        lost: Future[object] = Future()
        town.store.read(job)
        lost.set_exception(StoreUnavailable())
        return lost

    return play


@pytest.mark.parametrize(
    ("typed", "answer"), [("I want to kill myself", "988"), ("crisis", "988"), ("hello", "Deleted.")]
)
async def test_after_a_delete_whose_commit_was_lost_everything_is_answered(
    resident: Person, town: Town, monkeypatch: pytest.MonkeyPatch, typed: str, answer: str
) -> None:
    await resident.says("delete")
    with monkeypatch.context() as patched:
        patched.setattr(town.store, "play", _loses_commits(town))
        with pytest.raises(NotCommitted):
            await resident.presses("Delete everything")
    await resident.says(typed)

    shown = resident.chat[-1]
    assert answer in " ".join((*shown.paragraphs, *(link.label for link in shown.links)))
    assert town.rows(talks, person_id=town.ids["resident"]) == []
