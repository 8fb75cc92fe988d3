"""What a manifest may hold: whatever else stands in one is refused before anything changes."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.errors import InputError, OperatorError
from bot.store.backup import MANIFEST, Manifest, read_manifest, refuse_taken, write_manifest

ODD: tuple[tuple[str, object], ...] = (
    *(("epoch", one) for one in ("x", None, [1], True, -1, 1.5, 10**30)),
    ("bytes", "1"),
    ("part", ["database"]),
    ("made_at", "0001-01-01T00:00:00+12:00"),
    ("made_at", "9999-12-31T23:59:59-12:00"),
    ("version", "a\nb"),
)
TOO_LONG = "n" * 300


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    tmp_path.chmod(0o700)
    (tmp_path / "companion.db").write_bytes(b"a copy")
    return tmp_path


def written(folder: Path) -> Manifest:
    what = {"part": "database", "engine": "sqlite", "version": "1.0.0", "revision": "0001"}
    return write_manifest(folder, **what, made_at=datetime.now(UTC), epoch=7, key_store="0" * 32)


def test_what_was_written_is_read_again(backup: Path) -> None:
    made = written(backup)
    found = read_manifest(backup, "database")
    assert (found.epoch, found.sha256, found.file) == (7, made.sha256, "companion.db")


@pytest.mark.parametrize(("name", "value"), ODD)
def test_what_no_backup_writes_is_refused(backup: Path, name: str, value: object) -> None:
    written(backup)
    path = backup / MANIFEST
    path.write_text(json.dumps(json.loads(path.read_text()) | {name: value}))
    with pytest.raises(InputError, match=r"is no backup of the companion: its manifest\.json is not one\.$"):
        read_manifest(backup, "database")


def test_lists_within_lists_are_refused(backup: Path) -> None:
    written(backup)
    (backup / MANIFEST).write_text("[" * 100_000)
    with pytest.raises(InputError, match="is not one"):
        read_manifest(backup, "database")


def test_a_name_that_no_disk_takes_is_said_in_a_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=f"^{tmp_path}/{TOO_LONG} cannot be read: File name too long"):
        read_manifest(tmp_path / TOO_LONG, "database")
    with pytest.raises(OperatorError, match=r"^The backup cannot be written: File name too long"):
        refuse_taken(tmp_path / TOO_LONG)
