"""A database and the key store that it was kept with: one alone begins nothing, and is left as it is."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot import opening
from bot.commands import backups, closing, restoring, serving
from bot.commands.checking import findings
from bot.errors import Closed, DatabaseGone, OtherKeyStore, SettingsError, StoreBroken
from bot.opening import masters_of, masters_there, open_all
from bot.settings import Settings
from bot.store.glance import has_rows
from bot.store.key_tables import secrets
from bot.store.keys import open_keys
from bot.store.masters import Masters
from bot.store.schema import migrate
from tests.ops.kept import Kept
from tests.ops.pilot import Pilot


@pytest.fixture
def settings(empty_url: str, tmp_path: Path) -> Settings:
    """Of a companion that has made a person's key and has stopped."""
    found = Settings(data_folder=tmp_path / "data", database_url=empty_url, port=0, internal_port=0)
    starts(found, "person:ana")
    return found


@pytest.fixture
def closes(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Closes it down."""
    monkeypatch.setattr(closing, "started", lambda: settings)
    out = settings.data_folder.parent / "statement.json"
    return lambda: closing.close(by="Dr. Helen Brandt", out=out, yes="demo", backups_until=None)


def starts(settings: Settings, *subjects: str) -> None:
    opened = open_all(settings, single=True)
    for one in subjects:
        opened.keys.ensure(one)
    opened.close()


def backup_of(settings: Settings) -> Kept:
    return Kept(settings.database_url, settings.data_folder.parent / "kept", "public")


def kept_keys(settings: Settings) -> Kept:
    return Kept(settings.key_store_url, settings.data_folder.parent / "kept-keys", "keys")


def files(settings: Settings) -> list[Path]:
    return sorted(settings.data_folder.parent.rglob("*"))


def test_without_its_key_store_a_database_starts_nothing_and_none_is_made(settings: Settings) -> None:
    kept_keys(settings).lose()
    before = files(settings)
    for single in (True, False):
        with pytest.raises(OtherKeyStore):
            open_all(settings, single=single)
    assert (files(settings), has_rows(settings.key_store_url, secrets)) == (before, False)


def test_keys_whose_database_is_gone_begin_no_new_one(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "started", lambda: settings)
    backup_of(settings).lose()
    before = files(settings)
    with pytest.raises(DatabaseGone):
        starts(settings)
    with pytest.raises(DatabaseGone):
        serving.migrate()
    assert files(settings) == before


def test_closing_down_makes_nothing_in_the_place_of_either(
    settings: Settings, closes: Callable[[], None]
) -> None:
    database, keys = backup_of(settings), kept_keys(settings)
    keys.back_up()
    keys.lose()
    before = files(settings)
    with pytest.raises(OtherKeyStore):
        closes()
    assert (files(settings), has_rows(settings.key_store_url, secrets)) == (before, False)
    keys.bring_back()
    database.lose()
    before = files(settings)
    for act in (closes, lambda: starts(settings)):
        with pytest.raises(DatabaseGone):
            act()
    assert files(settings) == before


def test_tables_that_were_made_since_are_not_the_database_that_is_gone(settings: Settings) -> None:
    backup_of(settings).lose()
    migrate(settings.database_url)
    with pytest.raises(DatabaseGone):
        starts(settings)
    amiss = [one.error for one in findings(settings) if one.error is not None]
    assert [type(one) for one in amiss] == [DatabaseGone]


def test_check_misses_a_database_that_is_gone(settings: Settings) -> None:
    backup_of(settings).lose()
    amiss = {one.what: one.error for one in findings(settings) if one.error is not None}
    assert {what: type(error) for what, error in amiss.items()} == {"database": DatabaseGone}


def test_with_its_database_back_a_key_store_serves(settings: Settings) -> None:
    kept = backup_of(settings)
    kept.back_up()
    kept.lose()
    kept.bring_back()
    starts(settings)


def test_a_backup_from_before_the_first_start_serves_when_it_comes_back(
    empty_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = Settings(data_folder=tmp_path / "data", database_url=empty_url, port=0, internal_port=0)
    for commands in (backups, restoring):
        monkeypatch.setattr(commands, "started", lambda: found)
    migrate(empty_url)
    backups.backup(tmp_path / "backup", None)
    starts(found, "person:ana")
    restoring.restore(tmp_path / "backup", None, yes=True)
    starts(found)


@pytest.mark.parametrize("empty_url", ["sqlite"], indirect=True)
def test_an_empty_file_is_no_database(settings: Settings) -> None:
    path = settings.data_folder.parent / "fresh/companion.db"
    path.write_bytes(b"")
    with pytest.raises(DatabaseGone):
        starts(settings)
    assert path.read_bytes() == b""


def test_a_first_start_that_was_killed_before_anybody_had_a_key_begins_anew(
    empty_url: str, tmp_path: Path
) -> None:
    found = Settings(data_folder=tmp_path / "data", database_url=empty_url)
    masters = masters_of(found)
    open_keys(found.key_store_url, masters).close()
    starts(found, "person:ana")
    starts(found)


def test_a_server_goes_on_where_another_made_everything_while_it_looked(
    empty_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = Settings(data_folder=tmp_path / "data", database_url=empty_url)

    def slow(settings: Settings) -> Masters | None:
        seen = masters_there(settings)
        monkeypatch.undo()
        starts(found, "person:ana")
        return seen

    monkeypatch.setattr(opening, "masters_there", slow)
    starts(found)


def test_a_lost_master_key_is_missed_before_another_is_made(settings: Settings) -> None:
    assert settings.master_key_file is not None
    settings.master_key_file.unlink()
    with pytest.raises(SettingsError, match="only that key opens what is kept"):
        starts(settings)
    assert not settings.master_key_file.exists()


def test_what_is_closed_down_is_brought_forward_no_more(
    pilot: Pilot, monkeypatch: pytest.MonkeyPatch
) -> None:
    pilot.close()
    monkeypatch.setattr(serving, "started", lambda: pilot.settings)
    with pytest.raises(Closed, match="was closed on"):
        serving.migrate()


def test_a_file_that_is_broken_is_told_as_that_and_never_as_away(tmp_path: Path) -> None:
    settings = Settings(data_folder=tmp_path / "data", port=0, internal_port=0)
    starts(settings)
    for name in ("companion.db", "keys.db"):
        path = tmp_path / "data" / name
        kept = path.read_bytes()
        path.write_bytes(kept[:1024] + b"\xa5" * (len(kept) - 1024))
        with pytest.raises(StoreBroken) as refused:
            open_all(settings, single=True)
        assert (refused.value.exit_code, "restore the newest backup" in refused.value.line) == (78, True)
        path.write_bytes(kept)
