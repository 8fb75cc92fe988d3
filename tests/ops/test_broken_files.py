"""A file of SQLite that is broken is told as that, by name, with what brings it back."""

import shutil
from pathlib import Path

import pytest

from tests.ops.console import FREE, companion

FILES = [("companion.db", "database"), ("keys.db", "key store")]


@pytest.fixture
def kept(served: Path, tmp_path: Path) -> Path:
    """A copy of what a first start made."""
    shutil.copytree(served / "data", tmp_path / "data")
    return tmp_path


def broken(folder: Path, name: str) -> Path:
    """Overwritten, as by a disk that fails."""
    path = folder / "data" / name
    path.write_bytes(b"garbage" * 2000)
    return path


def told(command: str, folder: Path) -> tuple[int, dict[str, str]]:
    """How it ends, and each line by what it is about."""
    done = companion(command, folder=folder, **FREE)
    return done.returncode, {line[7:].partition(":")[0]: line for line in done.stdout.splitlines()}


@pytest.mark.parametrize("command", ["check", "doctor"])
@pytest.mark.parametrize(("name", "what"), FILES)
def test_it_is_named_once_and_no_trying_again_is_advised(
    name: str, what: str, command: str, kept: Path
) -> None:
    path = broken(kept, name)
    code, lines = told(command, kept)
    assert (code, [line for line in lines.values() if "AMISS" in line]) == (78, [lines[what]])
    assert lines[what].startswith(f"AMISS  {what + ':':13} {path} is broken. Stop the server")
    skipped = {line.rpartition(": ")[2] for line in lines.values() if line.startswith("skip")}
    assert skipped <= {f"see {what}"}
    assert command == "check" or lines["integrity"].startswith("skip")


@pytest.mark.parametrize(("name", "what"), FILES)
def test_a_page_that_is_broken_deep_in_a_file_is_found_by_doctor(name: str, what: str, kept: Path) -> None:
    path = kept / "data" / name
    whole = path.read_bytes()
    path.write_bytes(whole[:-4096] + b"\xff" * 4096)
    code, lines = told("doctor", kept)
    amiss = [line for line in lines.values() if "AMISS" in line]
    assert (code, len(amiss), f"{path} is broken." in amiss[0]) == (78, 1, True), what


def test_beside_a_database_that_is_gone_a_broken_key_store_has_its_own_line(kept: Path) -> None:
    path = broken(kept, "keys.db")
    (kept / "data/companion.db").unlink()
    code, lines = told("check", kept)
    assert (code, f"{path} is broken." in lines["key store"]) == (78, True)
    assert "broken" not in lines["database"]


@pytest.fixture
def backed_up(kept: Path) -> Path:
    """The same with a backup of both parts."""
    done = companion("backup", f"{kept}/backup", "--keys", f"{kept}/backup-keys", folder=kept)
    assert done.returncode == 0
    return kept


def restored(folder: Path, *words: str) -> tuple[int, str]:
    done = companion("restore", f"{folder}/backup", "--yes", *words, folder=folder, **FREE)
    return done.returncode, done.stderr


def test_what_is_advised_for_a_database_brings_it_back(backed_up: Path) -> None:
    broken(backed_up, "companion.db")
    assert restored(backed_up)[0] == 0
    assert told("check", backed_up)[0] == 0


@pytest.mark.parametrize("with_keys", [False, True])
def test_what_is_advised_for_a_key_store_brings_it_back(with_keys: bool, backed_up: Path) -> None:
    path, keys = broken(backed_up, "keys.db"), ("--keys", f"{backed_up}/backup-keys")
    code, said = restored(backed_up, *keys) if with_keys else restored(backed_up)
    assert (code, f"{path} is broken. Stop the server, move it aside, then restore with --keys" in said) == (
        78,
        True,
    )
    path.rename(backed_up / "keys.broken")
    assert restored(backed_up, *keys)[0] == 0
    assert told("check", backed_up)[0] == 0
