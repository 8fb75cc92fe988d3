"""The contract, asked of every platform."""

from pathlib import Path

import adapters
from tests.adapters import carried, contract
from tests.adapters.registry import PLATFORMS


class TestEvents(contract.Events):
    """From the platform to the turn."""


class TestReplies(contract.Replies):
    """In-band, from the turn to the person."""


class TestOperations(contract.Operations):
    """Out, from the dispatcher to the person."""


class TestCards(carried.Cards):
    """What stands in the chat."""


class TestForms(carried.Forms):
    """What stands on the private surface."""


class TestClaims(carried.Claims):
    """What the platform says of the person, and of itself."""


class TestDiscretion(contract.Discretion):
    """What is left behind."""


def test_every_folder_of_adapters_is_asked() -> None:
    folders = {path.parent.name for path in Path(adapters.__path__[0]).glob("*/__init__.py")}
    assert folders == set(PLATFORMS)
