"""A ward on each database."""

import pytest

from bot.store.store import Store
from tests.nudges.ward import Ward


@pytest.fixture
def ward(store: Store) -> Ward:
    return Ward(store).open()
