"""Delete everything: asked once, the key first, and whoever comes back is somebody new."""

from collections.abc import Callable
from concurrent.futures import Future
from datetime import timedelta

import pytest
from sqlalchemy import Connection

from adapters.port import NotCommitted
from bot.errors import KeyForgotten, StoreUnavailable
from bot.nudges.retention import Retention
from bot.store.shelf import StoreShelf
from bot.store.subjects import subject_of
from bot.store.tables import events, inbox, metadata, outbox, participants, persons, talks
from tests.town import Person, Town
from tests.turns.stories import (
    NEXT,
    asks_for_a_call,
    begins_check_in,
    deletes,
    evaluates,
    leaves_program,
    sends_alert,
)

GONE = "Deleted. Nothing reaches you again unless you come back here."
EVERYBODY = ("resident", "coach", "coach-2")
OF_AN_ACCOUNT = ("user", "item")
"""Columns that hold what a platform calls somebody; all others hold the person's id."""
CAN_NAME = {"person_id", "trainee_id", "coach_id", "evaluator_id", "recipient_id", "actor", *OF_AN_ACCOUNT}
STAY = {
    "accounts.user": "on the roster, as somebody new",
    "persons.id": "the id alone, which says nothing of anybody",
    "participants.person_id": "whoever got a request finds that it is closed",
    "alerts.trainee_id": "the same",
    "alerts.coach_id": "a request is its trainee's, whoever had it",
    "alerts.backup_id": "the same",
    "audit.actor": "who opened a request is its trainee's to know",
    "audit.detail": "to whom it was sent, the same",
    "consents.recipient_id": "a yes is the trainee's who said it",
}
"""Columns that still hold them, and why."""


async def lives(resident: Person) -> None:
    """A check-in with a line, an alert, and a talk that is open."""
    await begins_check_in(resident)
    await resident.presses("Steady")
    await resident.fills("a kind word")
    await sends_alert(resident)
    await resident.closes()
    await begins_check_in(resident)
    await resident.presses("Stretched")


def holding(town: Town, person_id: str, user: str) -> set[str]:
    """Every column, with its table, in which a row holds this person or this account."""
    return {
        f"{table.name}.{name}"
        for table in metadata.sorted_tables
        for row in town.rows(table)
        for name, value in row._mapping.items()
        if person_id in str(value) or (name in OF_AN_ACCOUNT and value == user)
    }


async def all_live(resident: Person, coach: Person, town: Town) -> None:
    """Between them they leave something in every table that can name somebody."""
    await begins_check_in(resident)
    await resident.presses("Steady")
    await resident.fills("a kind word")
    await sends_alert(resident, backup=NEXT)
    await coach.presses("Open")
    await resident.says("pause 1w")
    evaluates(town, "coach-2")
    shelf = StoreShelf(town.store, town.keys, "web", subject_of("web"), town.clock.now)
    shelf.put("demo", "transcript", "resident", b"what the page showed")
    for user in EVERYBODY:
        has_a_move_that_failed(town, user)


def has_a_move_that_failed(town: Town, user: str) -> None:
    """Somebody's move waits in the inbox to be tried again."""
    move = {"id": f"again-{user}", "person_id": town.ids[user], "kind": "alert.seen"}
    times = {"created_at": town.clock.now(), "retry_at": town.clock.real() + timedelta(hours=1)}
    town.store.write(lambda conn: conn.execute(inbox.insert().values(**move, **times)))


async def test_it_asks_once_and_no_keeps_everything(resident: Person, town: Town) -> None:
    await lives(resident)
    await resident.says("delete")
    await resident.presses("Keep it")

    assert town.keys.has(f"person:{town.ids['resident']}")


async def test_their_own_surface_is_emptied(resident: Person, town: Town) -> None:
    await lives(resident)
    await deletes(resident)
    home = town.chat.homes["resident"]

    assert (home.strip, home.choices) == ((), ())
    assert home.title == "Your own page"
    assert home.paragraphs == ("Nothing here yet. Write anything to begin.",)


def forgets_claims(town: Town) -> None:
    """The job runs that takes away claims of two days ago, the one of an old greeting among them."""
    Retention(town.store, lambda: 0).run(town.clock.now())


async def test_opening_the_page_after_that_brings_nothing(resident: Person, town: Town) -> None:
    await lives(resident)
    await town.walks_to(town.clock.now() + timedelta(days=9))
    forgets_claims(town)
    assert town.rows(events) == []
    await deletes(resident)
    await resident.opens()

    assert resident.last == GONE


async def test_nor_does_it_once_the_first_greeting_is_two_days_old(resident: Person, town: Town) -> None:
    town.clock.move(hours=40)
    await deletes(resident)
    town.clock.move(hours=40)
    forgets_claims(town)
    await resident.opens()

    assert resident.last == GONE


async def test_these_lives_fill_every_table_that_can_name_somebody(
    resident: Person, coach: Person, town: Town
) -> None:
    await all_live(resident, coach, town)
    can_name = {table.name for table in metadata.sorted_tables if CAN_NAME & set(table.c.keys())}
    held = set().union(*(holding(town, town.ids[user], user) for user in EVERYBODY))

    assert can_name - {column.partition(".")[0] for column in held} == set()


@pytest.mark.parametrize("user", EVERYBODY)
async def test_the_key_is_gone_and_so_is_every_row(
    resident: Person, coach: Person, town: Town, user: str
) -> None:
    await all_live(resident, coach, town)
    old = town.ids[user]
    people = {"resident": resident, "coach": coach, "coach-2": town.person("coach-2")}
    await deletes(people[user])

    assert holding(town, old, user) - STAY.keys() == set()
    assert not town.keys.has(f"person:{old}")


async def test_of_the_person_an_id_stays_and_nothing_that_they_chose(resident: Person, town: Town) -> None:
    await lives(resident)
    chosen = {"zone": "Asia/Tokyo", "language": "es", "quiet_from": 1, "quiet_until": 2, "risk": b"sealed"}
    mine = persons.c.id == town.ids["resident"]
    town.store.write(lambda conn: conn.execute(persons.update().where(mine).values(check_ins=3, **chosen)))
    await deletes(resident)
    kept = dict(town.rows(persons, id=town.ids["resident"])[0]._mapping)
    anew = dict(town.rows(persons, name="Dr. Sam Rivera")[0]._mapping)

    assert {name for name in kept if kept[name] != anew[name]} == {"id", "state", "name", "version"}
    assert (kept["state"], kept["name"], anew["state"]) == ("forgotten", "", "roster")


async def test_from_what_they_sent_they_have_gone(resident: Person, town: Town) -> None:
    await lives(resident)
    await deletes(resident)
    of_them = town.rows(participants, person_id=town.ids["resident"])

    assert [row.left_at is not None for row in of_them] == [True]


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
