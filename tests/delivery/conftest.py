import pytest

from bot.store.store import Store
from tests.conftest import HandClock
from tests.delivery.stage import Outbox, Stage


@pytest.fixture
def outbox(store: Store, clock: HandClock) -> Outbox:
    """An outbox for ana and ben."""
    made = Outbox(store, clock)
    made.people("ana", "ben")
    return made


@pytest.fixture
def stage() -> Stage:
    return Stage()
