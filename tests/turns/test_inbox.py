"""The inbox as a server runs it: no move is lost behind a job, none goes round, and nothing ends it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import insert

from bot.errors import StoreUnavailable
from bot.store.tables import inbox, threads
from bot.turns import inbox as module
from bot.turns.door import Door
from bot.turns.inbox import Timers
from bot.turns.work import Move
from tests.soon import until
from tests.town import Person, Town
from tests.turns.stories import begins_check_in, sends_alert


@asynccontextmanager
async def serving(town: Town, quiet: asyncio.Lock) -> AsyncIterator[None]:
    """The inbox runs, and still does at the end."""
    task = asyncio.create_task(town.inbox.run(quiet))
    try:
        yield
        assert not task.done()
    finally:
        async with quiet:  # as a server stops: between two batches
            task.cancel()
        await asyncio.wait({task})


async def is_told(town: Town, resident: Person) -> Move:
    """News of their request waits for the resident, unplayed."""
    await sends_alert(resident)
    (thread,) = town.rows(threads)
    move = Move("m1", town.ids["resident"], "alert.seen", thread.id)
    row = {"id": move.id, "person_id": move.person_id, "kind": move.kind, "thread_id": move.thread}
    town.store.write(lambda conn: conn.execute(insert(inbox).values(row | {"created_at": town.clock.now()})))
    return move


def is_told_again(town: Town, number: int) -> None:
    """More news, that nobody waits for."""
    row = {"id": f"more-{number}", "person_id": town.ids["resident"], "kind": "alert.seen"}
    town.store.write(lambda conn: conn.execute(insert(inbox).values(row | {"created_at": town.clock.now()})))


async def test_what_comes_while_a_job_runs_is_played_after_it(town: Town, resident: Person) -> None:
    await is_told(town, resident)
    quiet = asyncio.Lock()
    async with serving(town, quiet):
        async with quiet:
            town.inbox.wake()
            await asyncio.sleep(0)
            assert town.rows(inbox, id="m1")
        await until(lambda: not town.rows(inbox, id="m1"))


async def test_a_job_comes_between_batches_however_much_waits(
    town: Town, resident: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BATCH", 1)
    await is_told(town, resident)
    for number in range(20):
        is_told_again(town, number)
    quiet = asyncio.Lock()
    async with serving(town, quiet):
        town.inbox.wake()
        await until(quiet.locked)
        async with quiet:
            assert town.rows(inbox)


async def test_it_is_woken_from_the_thread_of_a_job_too(town: Town, resident: Person) -> None:
    await is_told(town, resident)
    async with serving(town, asyncio.Lock()):
        await asyncio.sleep(0)
        await asyncio.to_thread(Timers(town.store, town.inbox.wake).run, town.clock.now())
        await until(lambda: not town.rows(inbox, id="m1"))


async def test_what_waits_for_an_open_talk_wakes_nobody(town: Town, resident: Person) -> None:
    move = await is_told(town, resident)
    woken: list[str] = []
    door = Door(town.store, town.house, lambda: woken.append("woken"), town.notify)
    await resident.says("settings")

    assert (await door.play(move), woken) == (False, [])


async def test_one_more_answer_wakes_nobody_and_the_last_one_does(town: Town, resident: Person) -> None:
    woken: list[str] = []
    await begins_check_in(resident)
    town.door = Door(town.store, town.house, lambda: woken.append("woken"), town.notify)
    await resident.presses("Stretched")
    await resident.fills("Sleep")
    assert not woken

    await resident.presses("Yes", "Skip")
    assert woken


async def test_a_database_that_is_away_ends_nothing(
    town: Town, resident: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    await is_told(town, resident)
    asked: list[object] = []

    def away(job: object) -> None:
        asked.append(job)
        raise StoreUnavailable

    async with serving(town, asyncio.Lock()):
        with monkeypatch.context() as broken:
            broken.setattr(town.store, "read", away)
            town.inbox.wake()
            await until(lambda: bool(asked))
        town.inbox.wake()
        await until(lambda: not town.rows(inbox, id="m1"))
