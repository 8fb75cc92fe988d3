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
def welcomed() -> dict[object, Lived]:
    """The welcome as it was lived by the first resident of the run, on each database and with other lines."""
    return {}


@pytest.fixture
async def resident(town: Town, welcomed: dict[object, Lived]) -> Person:
    """A resident who has pressed Start and is through the welcome."""
    found = town.person("resident")
    place = (town.store.dialect, town.house.resources)
    if place in welcomed:
        welcomed[place].again(town, found)
    else:
        await is_welcomed(found)
        welcomed[place] = Lived.of(town, found)
    return found


@pytest.fixture
def coach(town: Town) -> Person:
    """The first coach of the demo."""
    return town.person("coach")
