"""The file of a closing down's statement: taken before anything is destroyed, and never lost."""

import os
from datetime import datetime
from pathlib import Path

import pytest

from bot.commands import closing as command
from bot.errors import OperatorError, StoreUnavailable
from bot.settings import Settings
from bot.store import closing
from bot.store.closing_statement import verified
from bot.store.keys import Keys
from bot.store.store import Store
from tests.ops.pilot import DESTROYED, SUBJECTS, Pilot


def test_a_file_that_is_there_is_not_overwritten(pilot: Pilot) -> None:
    pilot.out.write_text("kept")
    with pytest.raises(OperatorError, match="is there already"):
        pilot.close()
    assert (pilot.out.read_text(), pilot.kept()[0]) == ("kept", len(SUBJECTS))


def test_where_the_statement_cannot_be_written_nothing_is_destroyed(pilot: Pilot, tmp_path: Path) -> None:
    before = pilot.rows()
    for name in ("n" * 256, "none/s.json", "data", "\udcff.json"):
        pilot.out = tmp_path / name
        with pytest.raises(OperatorError) as refused:
            pilot.close()
        assert refused.value.line.endswith("Name another file with --out.")
    assert (pilot.rows(), pilot.kept()) == (before, (len(SUBJECTS), set()))


def test_where_its_name_would_not_survive_a_power_cut_nothing_is_destroyed(
    pilot: Pilot, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Path] = []

    def lost(folder: Path) -> None:
        asked.append(folder)
        raise OSError

    monkeypatch.setattr("bot.commands.closing_file.on_disk", lost)
    with pytest.raises(OperatorError, match="cannot be written"):
        pilot.close()
    assert (asked, pilot.out.exists()) == ([pilot.out.parent], False)
    assert pilot.kept() == (len(SUBJECTS), set())


def test_the_longest_name_that_a_disk_takes_is_taken(pilot: Pilot) -> None:
    pilot.out = pilot.out.with_name("n" * 255)
    pilot.close()
    assert pilot.statement()["keys_destroyed"] == DESTROYED


def test_no_file_that_sqlite_makes_and_deletes_is_taken_for_the_statement(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pilot = Pilot(Settings(data_folder=tmp_path / "data"), tmp_path)
    monkeypatch.setattr(command, "started", lambda: pilot.settings)
    for name in ("keys.db-wal", "companion.db-journal", "companion.db-shm"):
        pilot.out = tmp_path / "data" / name
        with pytest.raises(OperatorError, match="database's own files"):
            pilot.close()
    assert pilot.kept() == (len(SUBJECTS), set())


@pytest.mark.parametrize("step", ["begin", "wipe", "finish"])
def test_where_a_database_is_away_it_says_that_what_is_destroyed_stays_so(
    pilot: Pilot, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object, **__: object) -> None:
        raise StoreUnavailable

    with monkeypatch.context() as until:
        until.setattr(command, step, away)
        with pytest.raises(StoreUnavailable) as refused:
            pilot.close()
    assert ("nothing was changed" in refused.value.line, refused.value.exit_code) == (False, 69)
    pilot.out = pilot.out.with_name("second.json")
    pilot.close()
    assert pilot.statement()["keys_destroyed"] == DESTROYED


def test_where_the_disk_is_full_no_half_statement_is_left_and_it_goes_on(
    pilot: Pilot, monkeypatch: pytest.MonkeyPatch
) -> None:
    half = os.write
    with monkeypatch.context() as until:
        until.setattr("os.write", lambda handle, body: half(handle, body[:99]))
        with pytest.raises(OperatorError, match="cannot be written"):
            pilot.close()
    assert not pilot.out.exists()
    pilot.close()
    assert pilot.statement()["keys_destroyed"] == DESTROYED


def test_a_statement_that_is_taken_away_before_the_end_is_printed(
    pilot: Pilot, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def finished(store: Store, keys: Keys, url: str, *, now: datetime) -> None:
        closing.finish(store, keys, url, now=now)
        pilot.out.unlink()

    monkeypatch.setattr(command, "finish", finished)
    with pytest.raises(OperatorError, match="is not there any more"):
        pilot.close()
    printed = capsys.readouterr().out
    assert verified(printed[printed.index("{") :], pilot.public)["keys_destroyed"] == DESTROYED
