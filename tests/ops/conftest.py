"""What commands are tried on."""

from pathlib import Path

import pytest

from tests.ops.console import companion


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose database and keys are there."""
    folder = tmp_path_factory.mktemp("served")
    assert companion("migrate", folder=folder).returncode == 0
    assert companion("keys", "status", folder=folder).returncode == 0
    return folder
