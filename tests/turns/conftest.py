"""Stories are told in the town, on both databases."""

from collections.abc import Iterator

import pytest

from bot.store.keys import Keys
from bot.store.store import Store
from bot.turns import door
from tests.conftest import PATIENCE, HandClock
from tests.town import Person, Town
from tests.turns.lived import Lived
from tests.turns.stories import is_welcomed


@pytest.fixture
def town(store: Store, keys: Keys, clock: HandClock) -> Iterator[Town]:
    """The demo program, nobody enrolled. No deadline passes while a busy machine takes its time."""
    with pytest.MonkeyPatch.context() as patient:
        patient.setattr(door, "DANGER_WITHIN", PATIENCE)
        yield Town(store, keys, clock)


@pytest.fixture(scope="session")
def welcomed() -> dict[str, Lived]:
    """The welcome as it was lived by the first resident of the run, on each database."""
    return {}


@pytest.fixture
async def resident(town: Town, welcomed: dict[str, Lived]) -> Person:
    """A resident who has pressed Start and is through the welcome."""
    found = town.person("resident")
    if town.store.dialect in welcomed:
        welcomed[town.store.dialect].again(town, found)
    else:
        await is_welcomed(found)
        welcomed[town.store.dialect] = Lived.of(town, found)
    return found


@pytest.fixture
def coach(town: Town) -> Person:
    """The first coach of the demo."""
    return town.person("coach")
