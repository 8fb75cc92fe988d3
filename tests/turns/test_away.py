"""The database is away: refused visibly, the card for danger all the same, and then it works again."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from sqlalchemy import Connection

from adapters.port import Account, Control, EventKind, Incoming, NotCommitted, Press
from bot.errors import StoreUnavailable
from bot.store.draft import Draft
from bot.store.keys import open_keys
from bot.store.schema import migrate
from bot.store.store import Store, open_store
from bot.store.tables import events, inbox
from bot.turns import door
from bot.turns.door import DANGER_WITHIN
from bot.turns.playing import claimed_as
from tests import servers
from tests.conftest import MASTERS, PATIENCE, HandClock
from tests.town import Person, Town
from tests.turns.stories import begins_check_in, has_lines, press, sends_alert


@pytest.fixture
def away(town: Town, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Takes the database away; gives back what brings it here again."""

    def play(job: object) -> Future[Any]:
        gone: Future[Any] = Future()
        gone.set_exception(StoreUnavailable())
        return gone

    monkeypatch.setattr(town.store, "play", play)
    return monkeypatch.undo


async def refused(resident: Person, event: Incoming) -> NotCommitted:
    """Hand in an event that cannot be committed."""
    with pytest.raises(NotCommitted) as found:
        await resident.town.door.receive(event)
    return found.value


def typed(resident: Person, text: str) -> Incoming:
    event = Incoming(f"typed-{text[:9]}", resident.account, EventKind.MESSAGE, text=text)
    return replace(event, answer_within=PATIENCE)


async def test_an_ordinary_text_is_refused_without_a_card(resident: Person, away: Callable[[], None]) -> None:
    error = await refused(resident, typed(resident, "a long day"))

    assert error.card is None


async def test_what_was_refused_has_one_effect_when_it_comes_again(
    resident: Person, town: Town, away: Callable[[], None]
) -> None:
    event = typed(resident, "check in")
    await refused(resident, event)
    away()
    await resident.sends(event)
    await resident.sends(event)

    assert town.state("resident") == [("check-in", "open", "week")]
    assert len(town.rows(events, event_id=claimed_as(town.keys, event.id))) == 1


@pytest.mark.parametrize("text", ["I want to kill myself", "crisis", "human", "Crisis!"])
async def test_danger_gets_the_fixed_card_from_memory(
    resident: Person, away: Callable[[], None], text: str
) -> None:
    error = await refused(resident, typed(resident, text))

    assert error.card is not None
    assert error.card.safety
    assert has_lines(error.card)


async def test_a_button_carries_its_signal(resident: Person, away: Callable[[], None]) -> None:
    error = await refused(resident, press(resident, "safety", "t", "safe", "no", "not_safe"))

    assert error.card is not None
    assert "line" in error.card.paragraphs[0]


@pytest.mark.parametrize("button", [("", Control.WORD, "crisis"), ("human", Control.START, "")])
async def test_buttons_for_people_count_too(
    resident: Person, away: Callable[[], None], button: tuple[str, str, str]
) -> None:
    flow, key, option = button

    assert (await refused(resident, press(resident, flow, "", key, option))).card is not None


@pytest.mark.parametrize("text", ["I want to kill myself", "crisis", "human"])
async def test_danger_in_a_form_gets_the_card_too(
    resident: Person, away: Callable[[], None], text: str
) -> None:
    submit = Press("check-in", 1, "t", "helped")
    form = replace(
        typed(resident, text), kind=EventKind.FORM, press=submit, text="", fields={"helped": (text,)}
    )

    assert (await refused(resident, form)).card is not None


async def test_a_reading_that_failed_gets_the_quiet_card(
    resident: Person, away: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.care.screen.read", lambda *_: 1 / 0)
    error = await refused(resident, typed(resident, "whatever"))

    assert error.card is not None
    assert "could not read that" in error.card.paragraphs[0]


async def test_a_defect_in_a_turn_still_shows_the_card(
    resident: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.turns.turn.play", lambda _: 1 / 0)
    error = await refused(resident, typed(resident, "I want to kill myself"))

    assert error.card is not None


@contextmanager
def lives_on(server: servers.PostgresServer, clock: HandClock) -> Iterator[Person]:
    """A resident of a town whose store and keys are in a database of this server; no deadline passes."""
    url = server.create_database()
    migrate(url)
    with (
        pytest.MonkeyPatch.context() as patient,
        closing(open_store(url)) as store,
        closing(open_keys(url, MASTERS, real=clock.real)) as keys,
    ):
        patient.setattr(door, "DANGER_WITHIN", PATIENCE)
        yield Town(store, keys, clock).person("resident")


@pytest.mark.postgres
async def test_a_server_that_stops_and_comes_back_is_used_again(clock: HandClock) -> None:
    servers.require("postgres")
    with servers.postgres(fsync=True) as server, lives_on(server, clock) as resident:
        await resident.opens()
        await resident.presses("Start")
        server.stop(at_once=True)
        refusal = await refused(resident, typed(resident, "I want to kill myself"))
        server.start()
        await resident.says("settings")

    assert refusal.card is not None
    assert "What would you like to change?" in resident.last


async def test_the_form_is_there_again_after_a_refusal(
    resident: Person, town: Town, away: Callable[[], None]
) -> None:
    away()
    await begins_check_in(resident)
    await resident.presses("Stretched")

    assert town.state("resident") == [("check-in", "open", "moved")]


@pytest.mark.postgres
async def test_a_server_that_freezes_is_refused_with_the_card_and_used_again(clock: HandClock) -> None:
    servers.require("postgres")
    with servers.postgres() as server, lives_on(server, clock) as resident:
        await resident.opens()
        await resident.presses("Start")
        with server.frozen():
            refusal = await refused(resident, at_once(resident, "I want to kill myself"))
        await resident.says("yes")
        state = resident.town.state("resident")

    assert refusal.card is not None
    assert "safety" in [flow for flow, _, _ in state]


@dataclass
class Stuck:
    """A database that answers nobody until it is released."""

    store: Store
    waiting: list[tuple[Future[Any], Callable[[Connection], Draft[Any]]]] = field(default_factory=list)

    def play(self, job: Callable[[Connection], Draft[Any]]) -> Future[Any]:
        self.waiting.append((Future(), job))
        return self.waiting[-1][0]

    def release(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Play what waited and was not given up, and from now on everything at once."""
        monkeypatch.undo()
        for future, job in self.waiting:
            if future.set_running_or_notify_cancel():
                future.set_result(self.store.play(job).result())


@pytest.fixture
def stuck(town: Town, monkeypatch: pytest.MonkeyPatch) -> Stuck:
    """The database hangs."""
    made = Stuck(town.store)
    monkeypatch.setattr(town.store, "play", made.play)
    return made


def at_once(resident: Person, text: str) -> Incoming:
    """An event that must be answered now."""
    return replace(typed(resident, text), answer_within=0.001)


async def test_a_database_that_hangs_is_refused_in_time(resident: Person, stuck: Stuck) -> None:
    error = await refused(resident, at_once(resident, "a long day"))

    assert error.card is None
    assert [future.cancelled() for future, _ in stuck.waiting] == [True]


async def test_danger_gets_its_card_while_the_database_hangs(
    resident: Person, stuck: Stuck, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert DANGER_WITHIN <= 2
    monkeypatch.setattr(door, "DANGER_WITHIN", 0.001)
    patient = replace(at_once(resident, "I want to kill myself"), answer_within=3600)
    error = await refused(resident, patient)

    assert error.card is not None
    assert error.card.safety


async def test_behind_a_message_that_hangs_danger_is_read_too(resident: Person, stuck: Stuck) -> None:
    first = await refused(resident, at_once(resident, "I want to kill myself"))
    behind = await refused(resident, at_once(resident, "crisis"))

    assert len(stuck.waiting) == 1
    assert first.card is not None
    assert behind.card is not None


async def test_a_turn_that_commits_too_late_has_one_effect(
    resident: Person, town: Town, stuck: Stuck, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = at_once(resident, "I want to kill myself")
    await refused(resident, event)
    stuck.release(monkeypatch)
    await resident.sends(replace(event, answer_within=3600))
    await town.settle()

    assert [flow for flow, _, _ in town.state("resident")] == ["safety"]
    assert len(town.rows(events, event_id=claimed_as(town.keys, event.id))) == 1


async def test_what_was_given_up_is_not_played_when_the_database_is_back(
    resident: Person, town: Town, stuck: Stuck, monkeypatch: pytest.MonkeyPatch
) -> None:
    await refused(resident, at_once(resident, "check in"))
    stuck.release(monkeypatch)
    await resident.says("help")

    assert town.state("resident") == []
    assert "Here is what you can do" in resident.last


async def test_a_notice_that_fails_undoes_nothing(resident: Person, coach: Person, town: Town) -> None:
    async def broken(account: Account, kind: str) -> None:
        raise OSError(kind, account)

    await coach.says("hello")
    town.notices = broken
    await sends_alert(resident)

    assert coach.last == "There is something for you here."
    assert town.rows(inbox) == []
