"""Duplicates, reorderings, late timers and moves, two devices, crashes: the turn on the real store."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from bot.store.key_tables import default_key_store
from bot.store.keys import open_keys
from bot.store.store import open_store
from bot.turns import door
from tests.conftest import MASTERS, PATIENCE, HandClock, empty
from tests.hostile.turn_machine import People, TurnMachine, with_phone
from tests.town import Town
from tests.turns.lived import Lived
from tests.turns.stories import is_welcomed

EXAMPLES = {"sqlite": settings(max_examples=20, stateful_step_count=30)}
EXAMPLES["postgresql"] = settings(max_examples=4, stateful_step_count=20)


class Towns:
    """A new town for each example, with a resident who is through the welcome, lived once."""

    def __init__(self, url: str, clean: Callable[[], None]) -> None:
        self._url, self._clean = url, clean
        self._lived: Lived | None = None
        self._open = ExitStack()

    async def begin(self) -> People:
        self._open.close()
        self._clean()
        clock = HandClock()
        store = open_store(self._url)
        self._open.callback(store.close)
        keys = open_keys(default_key_store(self._url), MASTERS, real=clock.real)
        self._open.callback(keys.close)
        town = Town(store, keys, clock)
        desk = town.person("resident")
        if self._lived is None:
            await is_welcomed(desk)
            self._lived = Lived.of(town, desk)
        else:
            self._lived.again(town, desk)
        return town, desk, with_phone(town), town.person("coach")

    def end(self, _: Town) -> None:
        self._open.close()


@pytest.fixture
def towns(
    request: pytest.FixtureRequest, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Towns]:
    """Towns on one database, emptied for each."""
    monkeypatch.setattr(door, "DANGER_WITHIN", PATIENCE)

    def copied() -> None:
        for old in tmp_path.glob("*.db*"):
            old.unlink()
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "companion.db")
        (tmp_path / "companion.db").chmod(0o600)

    found = Towns(database_url, copied if database_url.startswith("sqlite") else lambda: empty(database_url))
    yield found
    found._open.close()


def test_case_10_whatever_comes_in_whatever_order(towns: Towns) -> None:
    dialect = towns._url.partition(":")[0].partition("+")[0]

    class Here(TurnMachine):
        def __init__(self) -> None:
            super().__init__(towns.begin, towns.end)

    run_state_machine_as_test(Here, settings=EXAMPLES[dialect])
