"""The whole companion in one process, as `serve` runs it."""

import asyncio
import threading
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from bot.app import App
from bot.demo import WebDemo
from bot.nudges.jobs import Job
from bot.nudges.sweep import Sweep
from bot.opening import Opened
from bot.people.alerts import OVER_NOW
from bot.settings import Settings
from bot.store.epoch import keep_seen, own_epoch
from bot.store.tables import inbox, persons
from bot.turns.inbox import Inbox
from bot.web import readiness
from conversations.catalogue import FLOWS, texts_of
from tests.conftest import PATIENCE
from tests.soon import until


@pytest.fixture
async def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[App]:
    monkeypatch.setattr(readiness, "CHECK_SECONDS", PATIENCE)
    found = App.from_settings(Settings(data_folder=tmp_path / "data", port=0, internal_port=0))
    await found.start()
    yield found
    await found.stop()


def job(app: App, name: str) -> Job:
    return next(one for one in app.jobs if one.name == name)


def waiting(app: App) -> int:
    return len(app.store.read(lambda conn: conn.execute(select(inbox)).all()))


async def test_what_a_job_leaves_for_somebody_is_played_without_any_turn(app: App) -> None:
    await until(lambda: not app.lock.locked())
    person = app.store.read(lambda conn: conn.execute(select(persons.c.id)).scalar())
    row = {"id": "m1", "person_id": person, "kind": OVER_NOW, "created_at": app.clock.now()}
    app.store.write(lambda conn: conn.execute(insert(inbox).values(row)))
    await app.ticker.tick(job(app, "timers"))
    await until(lambda: waiting(app) == 0)


async def test_all_of_it_is_ready(app: App) -> None:
    assert set((await app.readiness.parts()).values()) == {True}


@pytest.mark.parametrize("fails", [False, True])
async def test_a_sweep_that_fails_is_not_ready_however_the_other_jobs_fare(
    app: App, monkeypatch: pytest.MonkeyPatch, fails: bool
) -> None:
    async with app.lock:  # so that no sweep that began before this ends after it
        if fails:
            monkeypatch.setattr(Sweep, "run", lambda *_: 1 / 0)
        monkeypatch.setattr(app.ticks, "_at", float("-inf"))
    for one in app.jobs:
        await app.ticker.tick(one)

    assert (await app.readiness.parts())["sweep"] is not fails


async def test_a_sweep_is_late_only_after_its_own_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = [1000.0]
    monkeypatch.setattr(readiness, "monotonic", lambda: at[0])
    rare = Settings(data_folder=tmp_path / "data", sweep_seconds=300)
    app = App.from_settings(rare)
    app.ticks.ticked()
    alive = []
    for at[0] in (1000.0 + 121, 1000.0 + 419, 1000.0 + 421):
        alive.append(app.ticks.alive())
    await app.stop()
    assert alive == [True, True, False]


async def test_a_loop_that_ended_is_not_ready(app: App) -> None:
    app.loops[0].cancel()
    await asyncio.wait(app.loops[:1])

    assert (await app.readiness.parts())["loops"] is False


async def test_keys_that_were_moved_away_are_not_ready(app: App) -> None:
    path = app.settings.data_folder / "keys.db"
    path.rename(path.with_name("aside.db"))

    parts = await app.readiness.parts()
    assert (parts["database"], parts["keys"]) == (True, False)


async def test_a_stop_ends_a_walk_between_two_steps(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    target = app.clock.now() + timedelta(days=400)
    monkeypatch.setattr(app, "jobs", (Hourly(app),))
    walk = asyncio.create_task(WebDemo(app).jump("+9000h"))
    await until(lambda: app.clock.ahead > timedelta(0))
    await app.stop()
    with pytest.raises(InterruptedError):
        await walk
    assert app.clock.now() < target


async def test_a_restore_that_did_not_know_of_a_server_is_seen_before_it_serves(tmp_path: Path) -> None:
    app = App.from_settings(Settings(data_folder=tmp_path / "data", port=0, internal_port=0))
    person = app.store.read(lambda conn: conn.execute(select(persons.c.id)).scalar())
    app.keys.forget(f"person:{person}")
    keep_seen(app.keys, app.store.read(own_epoch) + 2)
    await app.start()
    states = app.store.read(lambda conn: dict(conn.execute(select(persons.c.id, persons.c.state)).all()))
    await app.stop()
    assert states[person] == "forgotten"


async def test_the_texts_of_all_flows_are_in_memory_some_time_after_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.app._TEXTS_AFTER", 0)
    texts_of.cache_clear()
    app = App.from_settings(Settings(data_folder=tmp_path / "data", port=0, internal_port=0))
    await app.start()
    await until(lambda: texts_of.cache_info().currsize == len(FLOWS))
    await app.stop()


class Hourly:
    """A job that has something to do every hour."""

    name, every = "hourly", 3600

    def __init__(self, app: App) -> None:
        self._clock = app.clock

    def next_due(self) -> datetime:
        return self._clock.now() + timedelta(hours=1)

    def run(self, now: datetime) -> int:
        return 0


async def test_a_stop_waits_for_the_moves_that_are_being_played(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    order, go, close = list[str](), threading.Event(), Opened.close

    def read(*_: object) -> list[object]:
        order.append("begun")
        go.wait(60)
        order.append("played")
        return []

    def closes(opened: Opened) -> None:
        order.append("closed")
        close(opened)

    async def sends_the_rest() -> None:
        monkeypatch.setattr(Inbox, "_after", read)
        app.inbox.wake()
        await until(lambda: bool(order))

    monkeypatch.setattr(app.dispatcher, "stop", sends_the_rest)
    monkeypatch.setattr(Opened, "close", closes)
    stopping = asyncio.create_task(app.stop())
    await until(lambda: bool(order))
    await asyncio.wait({stopping}, timeout=0.3)
    go.set()
    await stopping
    assert order == ["begun", "played", "closed"]
