"""A backup or a restore that is killed half-way leaves what stood, or what was to stand; nothing between."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.errors import StoreUnavailable
from bot.opening import open_all
from bot.settings import Settings
from bot.store import backup_sqlite
from bot.store.backup import MANIFEST
from bot.store.epoch import own_epoch, seen_epoch
from bot.store.store import open_store
from bot.store.tables import meta
from tests.ops.console import companion

Run = Callable[..., int]
SINCE = {"name": "since", "value": "the backup"}


@pytest.fixture
def run(database_url: str, tmp_path: Path) -> Run:
    """A command on this database, killed at a failpoint where one is named; gives its exit code."""

    def run(*words: str, failpoint: str = "") -> int:
        given = {"database_url": database_url} | ({"failpoint": failpoint} if failpoint else {})
        return companion(*words, folder=tmp_path, **given).returncode

    return run


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Of a deployment that has served once."""
    found = Settings(data_folder=tmp_path / "data", database_url=database_url)
    open_all(found, single=True).close()
    return found


@pytest.fixture
def sqlite_settings(tmp_path: Path) -> Settings:
    """The same on files."""
    found = Settings(data_folder=tmp_path / "data")
    open_all(found, single=True).close()
    return found


def lags(settings: Settings) -> bool:
    """Whether the next server knows the database as restored."""
    opened = open_all(settings, single=False)
    found = opened.store.read(own_epoch) < seen_epoch(opened.keys)
    opened.close()
    return found


def says_since(settings: Settings) -> bool:
    """Whether what was written after the backup is there."""
    store = open_store(settings.database_url, single=False)
    found = store.read(lambda conn: conn.execute(meta.select().where(meta.c.name == SINCE["name"])).all())
    store.close()
    return bool(found)


def write_since(settings: Settings) -> None:
    store = open_store(settings.database_url, single=False)
    store.write(lambda conn: conn.execute(meta.insert().values(SINCE)).rowcount)
    store.close()


def test_a_killed_backup_leaves_nothing_that_looks_whole(
    settings: Settings, run: Run, tmp_path: Path
) -> None:
    folder = tmp_path / "backup"
    assert run("backup", str(folder), failpoint="backup.before-rename") == -9
    assert not folder.exists()
    assert run("backup", str(folder)) == 0
    assert (folder / MANIFEST).exists()


def test_of_a_restore_killed_before_its_end_the_old_state_stands(
    settings: Settings, run: Run, tmp_path: Path
) -> None:
    folder, last = (
        str(tmp_path / "backup"),
        "swap" if settings.database_url.startswith("sqlite") else "commit",
    )
    assert run("backup", folder) == 0
    write_since(settings)
    assert run("restore", folder, "--yes", failpoint=f"restore.before-{last}") == -9
    assert (says_since(settings), lags(settings)) == (True, False)
    assert run("restore", folder, "--yes") == 0
    assert (says_since(settings), lags(settings)) == (False, True)


def test_of_a_restore_killed_after_its_swap_the_backup_stands_and_is_known_as_one(
    sqlite_settings: Settings, tmp_path: Path
) -> None:
    folder = str(tmp_path / "backup")
    assert companion("backup", folder, folder=tmp_path).returncode == 0
    write_since(sqlite_settings)
    words = ("restore", folder, "--yes")
    assert companion(*words, folder=tmp_path, failpoint="restore.after-swap").returncode == -9
    assert (says_since(sqlite_settings), lags(sqlite_settings)) == (False, True)


def test_while_somebody_reads_the_old_file_its_log_stays_with_it(
    sqlite_settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, folder = tmp_path / "data" / "companion.db", tmp_path / "backup"
    assert companion("backup", str(folder), folder=tmp_path).returncode == 0
    with closing(sqlite3.connect(path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM meta").fetchone()
        write_since(sqlite_settings)
        monkeypatch.setattr(backup_sqlite, "_BUSY_SECONDS", 0.0)
        with pytest.raises(StoreUnavailable, match=f"^Somebody reads {path}"):
            backup_sqlite.swap_in(folder / "companion.db", path, datetime.now(UTC))
    assert says_since(sqlite_settings)
    assert not [one for one in path.parent.iterdir() if "before" in one.name]
