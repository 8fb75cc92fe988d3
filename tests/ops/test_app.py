"""The whole companion in one process, as `serve` runs it."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from bot.app import App
from bot.people.alerts import OVER_NOW
from bot.settings import Settings
from bot.store.tables import inbox, persons
from tests.soon import until


@pytest.fixture
async def app(tmp_path: Path) -> AsyncIterator[App]:
    found = App.from_settings(Settings(data_folder=tmp_path / "data", port=0, internal_port=0))
    await found.start()
    yield found
    await found.stop()


def waiting(app: App) -> int:
    return len(app.store.read(lambda conn: conn.execute(select(inbox)).all()))


async def test_what_a_job_leaves_for_somebody_is_played_without_any_turn(app: App) -> None:
    await until(lambda: not app.lock.locked())
    person = app.store.read(lambda conn: conn.execute(select(persons.c.id)).scalar())
    row = {"id": "m1", "person_id": person, "kind": OVER_NOW, "created_at": app.clock.now()}
    app.store.write(lambda conn: conn.execute(insert(inbox).values(row)))
    await app.ticker.tick(app.jobs[0])
    await until(lambda: waiting(app) == 0)


async def test_all_of_it_is_ready(app: App) -> None:
    assert set((await app.readiness.parts()).values()) == {True}


async def test_a_loop_that_ended_is_not_ready(app: App) -> None:
    app.loops[0].cancel()
    await asyncio.wait(app.loops[:1])

    assert (await app.readiness.parts())["loops"] is False
