"""`companion check`: what it finds amiss, and with which code it ends."""

import shutil
import socket
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.ops.console import FREE, companion
from tests.ops.programs import ASSIGNED, COACHES_NOW, EVALUATES, own_program


def test_check_tells_presence_and_age_only(served: Path) -> None:
    done = companion("check", folder=served, **FREE)
    assert (done.returncode, "0 days old" in done.stdout, "AMISS" in done.stdout) == (0, True, False)


def test_check_fails_where_something_is_amiss(served: Path, tmp_path: Path) -> None:
    done = companion("check", folder=served, program_folder=str(tmp_path))
    assert (done.returncode, "AMISS" in done.stdout) == (78, True)


def test_check_with_the_database_away_ends_with_the_code_for_that(served: Path) -> None:
    away = {"database_url": "postgresql://127.0.0.1:1/none"}
    done = companion("check", folder=served, **FREE, **away)
    assert (done.returncode, done.stdout.count("AMISS")) == (69, 1)
    assert "skip   roster:       not looked at: the database is away" in done.stdout


def test_what_is_amiss_is_told_in_whole_sentences(served: Path, tmp_path: Path) -> None:
    done = companion("check", folder=served, program_folder=str(tmp_path))
    assert "resources.toml: no such file. Correct" in done.stdout


def found_amiss(folder: Path, code: int = 78, settings: dict[str, str] = FREE) -> str:
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
        own = FREE | {"port": str(taken.getsockname()[1])}
        assert "is taken. Stop what uses it" in found_amiss(kept, 75, own)


def test_check_refuses_a_coach_whose_role_bars(kept: Path) -> None:
    folder = own_program(kept, (EVALUATES, ""), ASSIGNED)
    told = found_amiss(kept, settings=FREE | {"program_folder": str(folder)})
    assert "director is evaluator and so cannot be the coach of resident: name another in" in told


def test_check_refuses_a_coach_whom_the_database_knows_as_evaluator(kept: Path) -> None:
    assert companion("roster", "import", folder=kept).returncode == 0
    folder = own_program(kept, (EVALUATES, ""), ASSIGNED, COACHES_NOW)
    [line] = found_amiss(kept, settings=FREE | {"program_folder": str(folder)}).splitlines()
    assert "roster:" in line
    assert "program.toml: the database has director as evaluator or coordinator of resident" in line


def test_check_brings_nobody_in(kept: Path) -> None:
    before = {path: path.read_bytes() for path in (kept / "data").iterdir()}
    done = companion("check", folder=kept, program_folder=str(own_program(kept)), **FREE)
    assert (done.returncode, "fits what the database keeps" in done.stdout) == (0, True)
    assert {path: path.read_bytes() for path in (kept / "data").iterdir()} == before


def test_check_waits_with_the_roster_for_a_newer_revision(kept: Path) -> None:
    with closing(sqlite3.connect(kept / "data/companion.db")) as database, database:
        database.execute("update alembic_version set version_num = '0008'")
    assert "roster:       not tried before the database" in companion("check", folder=kept, **FREE).stdout


@pytest.mark.parametrize("folder", ["/proc/nothing", "/proc/nothing/below"])
def test_check_says_where_the_data_folder_cannot_be_made(kept: Path, folder: str) -> None:
    told = found_amiss(kept, settings=FREE | {"data_folder": folder})
    assert f"data folder:  This user cannot make the folder {folder}." in told


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [("database_url", "sqlite:////proc/no/db", 69), ("master_key_file", "/proc/no/key", 78)],
)
def test_check_says_where_another_place_cannot_be_made(
    tmp_path: Path, name: str, value: str, code: int
) -> None:
    (tmp_path / "data").mkdir(mode=0o700)
    assert found_amiss(tmp_path, code, FREE | {name: value})


def test_check_before_the_first_start_makes_nothing(tmp_path: Path) -> None:
    done = companion("check", folder=tmp_path, **FREE)
    assert (done.returncode, done.stdout.count("not there yet"), list(tmp_path.iterdir())) == (0, 4, [])
