"""What commands are tried on."""

from pathlib import Path

import pytest

from bot.commands import closing
from bot.settings import Settings
from tests.ops.console import companion
from tests.ops.pilot import Pilot


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose database and keys are there."""
    folder = tmp_path_factory.mktemp("served")
    assert companion("migrate", folder=folder).returncode == 0
    assert companion("keys", "status", folder=folder).returncode == 0
    return folder


@pytest.fixture
def pilot(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pilot:
    """One that is to be closed down; its settings are those that the command finds."""
    found = Settings(data_folder=tmp_path / "data", database_url=database_url, port=0, internal_port=0)
    monkeypatch.setattr(closing, "started", lambda: found)
    return Pilot(found, tmp_path)
