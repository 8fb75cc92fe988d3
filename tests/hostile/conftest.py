"""A companion that runs, on each database; and the town of the stories of turns."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from adapters.web import events
from bot.turns import door
from tests.conftest import PATIENCE
from tests.hostile.home import Home, at_home
from tests.turns.conftest import coach, resident, town, welcomed

__all__ = ["coach", "resident", "town", "welcomed"]


@pytest.fixture
async def home(database_url: str, tmp_path: Path) -> AsyncIterator[Home]:
    """The companion on a clean database, on each engine in turn. No deadline passes on a busy machine."""
    with pytest.MonkeyPatch.context() as patient:
        patient.setattr(events, "ANSWER_WITHIN", PATIENCE)
        patient.setattr(door, "DANGER_WITHIN", PATIENCE)
        async with at_home(tmp_path, database_url) as found:
            yield found


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def door_of_home(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Home]:
    """One companion for all that is refused at its door."""
    async with at_home(tmp_path_factory.mktemp("home")) as found:
        yield found
