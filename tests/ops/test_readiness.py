"""Ready means: the database takes writes, the outbox moves, the sweep ticks."""

import threading
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert

from adapters.port import Lane
from bot.app import App
from bot.clock import Clock
from bot.errors import StoreUnavailable
from bot.settings import Settings
from bot.store.store import Store
from bot.store.tables import outbox
from bot.web import readiness
from bot.web.readiness import KEPT_SECONDS, OLDEST_DUE, Readiness, Ticks, database_writable, outbox_moves
from tests.conftest import PATIENCE, HandClock
from tests.soon import until


def wait(store: Store, clock: Clock, *, minutes: float, retry_minutes: float | None = None) -> None:
    """An outbox row that is due for so long, and is tried again in so many minutes."""
    now = clock.now()
    row = {
        "platform": "web",
        "tenant": "demo",
        "user": "resident",
        "lane": int(Lane.REPLY),
        "operation": "post",
        "due_at": now - timedelta(minutes=minutes),
        "created_at": now,
        "retry_at": None if retry_minutes is None else now + timedelta(minutes=retry_minutes),
    }
    store.write(lambda conn: conn.execute(insert(outbox).values(row)).rowcount)


def test_a_database_that_takes_writes_is_ready_again_and_again(store: Store, clock: Clock) -> None:
    check = database_writable(store, clock)
    assert [check(), check()] == [True, True]


@pytest.mark.parametrize(
    ("minutes", "retry_minutes", "good"),
    [(14, None, True), (16, None, False), (16, -1, False), (16, 1, True), (-60, None, True)],
)
def test_the_outbox_moves_where_nothing_sendable_waits_long(
    store: Store, clock: Clock, minutes: float, retry_minutes: float | None, good: bool
) -> None:
    wait(store, clock, minutes=minutes, retry_minutes=retry_minutes)
    assert outbox_moves(store, clock)() is good


def test_an_empty_outbox_moves(store: Store, clock: HandClock) -> None:
    clock.move(days=OLDEST_DUE.days + 1)
    assert outbox_moves(store, clock)()


def test_a_sweep_that_stops_is_not_alive(monkeypatch: pytest.MonkeyPatch) -> None:
    at = [100.0]
    monkeypatch.setattr(readiness, "monotonic", lambda: at[0])
    ticks = Ticks(most_seconds=60, _at=0.0)
    assert not ticks.alive()
    ticks.ticked()
    assert ticks.alive()


async def test_a_crowd_of_probes_asks_once(monkeypatch: pytest.MonkeyPatch) -> None:
    at, asked = [100.0], list[int]()
    monkeypatch.setattr(readiness, "monotonic", lambda: at[0])

    def check() -> bool:
        asked.append(1)
        return True

    ready = Readiness({"database": check})
    assert [await ready.parts() for _ in range(5)] == [{"database": True}] * 5
    assert len(asked) == 1
    at[0] += KEPT_SECONDS + 0.1
    await ready.parts()
    assert len(asked) == 2


async def test_a_part_that_cannot_be_asked_is_not_ready() -> None:
    def away() -> bool:
        raise StoreUnavailable

    assert await Readiness({"database": away, "resources": lambda: True}).parts() == {
        "database": False,
        "resources": True,
    }


async def test_what_answered_before_a_part_that_hangs_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "CHECK_SECONDS", 0.05)
    go = threading.Event()
    ready = Readiness({"loops": lambda: True, "database": lambda: go.wait(60), "outbox": lambda: True})
    told = await ready.parts()
    go.set()
    assert told == {"loops": True, "database": False, "outbox": False}


async def test_a_server_without_any_platform_is_ready_and_stops(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readiness, "CHECK_SECONDS", PATIENCE)
    bare = Settings(data_folder=tmp_path / "data", port=0, internal_port=0, web_chat=False)
    app = App.from_settings(bare)
    await app.start()
    await until(lambda: not app.lock.locked())
    parts = await app.readiness.parts()
    await app.stop()
    assert parts["loops"]
