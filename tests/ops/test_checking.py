"""`companion check`: what it finds amiss, and with which code it ends."""

import shutil
import socket
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.ops.console import companion


def test_check_tells_presence_and_age_only(served: Path) -> None:
    done = companion("check", folder=served, port="0", internal_port="0")
    assert (done.returncode, "0 days old" in done.stdout, "AMISS" in done.stdout) == (0, True, False)


def test_check_fails_where_something_is_amiss(served: Path, tmp_path: Path) -> None:
    done = companion("check", folder=served, program_folder=str(tmp_path))
    assert (done.returncode, "AMISS" in done.stdout) == (78, True)


def test_check_with_the_database_away_ends_with_the_code_for_that(served: Path) -> None:
    away = {"database_url": "postgresql://127.0.0.1:1/none", "port": "0", "internal_port": "0"}
    done = companion("check", folder=served, **away)
    assert (done.returncode, done.stdout.count("AMISS")) == (69, 2)


def test_what_is_amiss_is_told_in_whole_sentences(served: Path, tmp_path: Path) -> None:
    done = companion("check", folder=served, program_folder=str(tmp_path))
    assert "resources.toml: no such file. Correct" in done.stdout


def found_amiss(folder: Path, code: int = 78, **settings: str) -> str:
    """What `check` finds amiss, and it changes no byte; `serve` refuses too."""
    before = {path: path.read_bytes() for path in (folder / "data").iterdir()}
    done = companion("check", folder=folder, **settings)
    assert {path: path.read_bytes() for path in (folder / "data").iterdir()} == before
    assert (done.returncode, companion("serve", folder=folder, **settings).returncode) == (code, code)
    return "".join(line for line in done.stdout.splitlines(keepends=True) if "AMISS" in line)


@pytest.fixture
def kept(served: Path, tmp_path: Path) -> Path:
    """A copy of what a first start made."""
    shutil.copytree(served / "data", tmp_path / "data")
    return tmp_path


def test_check_tries_the_master_key_on_what_is_kept(kept: Path) -> None:
    (kept / "data/master.key").unlink()
    companion("keys", "make", str(kept / "data/master.key"), folder=kept)
    [line] = found_amiss(kept, 77).splitlines()
    assert "key store" in line
    assert "The master key does not open what this database keeps." in line


def test_check_misses_a_key_store_that_is_gone(kept: Path) -> None:
    with closing(sqlite3.connect(kept / "data/companion.db")) as database, database:
        database.execute("insert or replace into meta values ('key-store', 'another')")
    assert "The key store is not the one" in found_amiss(kept, 77)


def test_check_sees_a_newer_database_and_open_files(kept: Path) -> None:
    with closing(sqlite3.connect(kept / "data/companion.db")) as database, database:
        database.execute("update alembic_version set version_num = '9999'")
    (kept / "data/keys.db").chmod(0o644)
    told = found_amiss(kept)
    assert ("newer version" in told, f"chmod 600 {kept}/data/keys.db" in told) == (True, True)


def test_check_sees_an_address_that_is_taken(kept: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert "is taken. Stop what uses it" in found_amiss(kept, port=str(taken.getsockname()[1]))


def test_check_before_the_first_start_makes_nothing(tmp_path: Path) -> None:
    done = companion("check", folder=tmp_path, port="0", internal_port="0")
    assert (done.returncode, done.stdout.count("not there yet"), list(tmp_path.iterdir())) == (0, 4, [])
