import asyncio

import pytest

from bot.store.store import open_store
from tests.conftest import HandClock
from tests.delivery.stage import Outbox, Stage


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_three_servers_on_one_database_send_each_message_once(
    outbox: Outbox, clock: HandClock, database_url: str
) -> None:
    for number in range(200):
        outbox.put(str(number), to=f"p{number % 40}", person_id="")
    stages = [Stage() for _ in range(3)]
    stores = [open_store(database_url) for _ in range(3)]
    servers = [Outbox(store, clock).dispatcher(stage) for store, stage in zip(stores, stages, strict=True)]
    while outbox.states():
        await asyncio.gather(*(server.drain() for server in servers))
    for store in stores:
        store.close()
    said = sorted(int(text) for stage in stages for text in stage.said)
    assert (said, sum(stage.tries for stage in stages)) == (list(range(200)), 200)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_three_servers_together_keep_each_persons_order(
    outbox: Outbox, clock: HandClock, database_url: str
) -> None:
    one = Stage()
    for number in range(20):
        outbox.put(f"ana {number}")
        outbox.put(f"ben {number}", to="ben")
    stores = [open_store(database_url) for _ in range(3)]
    servers = [Outbox(store, clock).dispatcher(one) for store in stores]
    while "waiting" in outbox.states():
        await asyncio.gather(*(server.drain() for server in servers))
    for store in stores:
        store.close()
    assert [text for text in one.said if text.startswith("ana")] == [f"ana {n}" for n in range(20)]
