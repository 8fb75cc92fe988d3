"""Closing down: every key and row goes, nothing serves afterwards, and a signed statement says so."""

import io
import json
import shutil
from contextlib import nullcontext
from datetime import date, timedelta
from pathlib import Path
from typing import Literal

import pytest
from sqlalchemy import delete

from bot.commands import closing as command
from bot.commands.checking import findings
from bot.errors import Closed, InputError, OperatorError, StoreInUse
from bot.opening import open_all
from bot.settings import Settings
from bot.store import closing
from bot.store.backup_sqlite import swap_in
from bot.store.closing_statement import digest, public_key, verified
from bot.store.key_tables import secrets
from bot.store.presence import Presence
from tests.conftest import MONDAY
from tests.ops.console import companion
from tests.ops.kept import Kept
from tests.ops.pilot import DESTROYED, NAME, SUBJECTS, Pilot


def killed(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def test_every_key_and_every_row_goes_and_the_statement_counts_them(pilot: Pilot) -> None:
    pilot.close(until=date(2126, 12, 7))
    told = pilot.statement()
    assert (told["closed_by"], told["keys_destroyed"]) == (NAME, DESTROYED)
    assert told["ledger_sha256"] == digest(SUBJECTS)
    assert "after 2126-12-07" in str(told["in_words"])
    assert not any(one.partition(":")[2] in json.dumps(told["keys_destroyed"]) for one in SUBJECTS[:3])
    assert (pilot.rows(), pilot.kept()) == ({"meta": 2}, (0, set(SUBJECTS)))
    assert pilot.out.stat().st_mode & 0o777 == 0o600


def test_what_restores_put_aside_is_named_to_be_deleted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = Settings(data_folder=tmp_path / "data", port=0, internal_port=0)
    monkeypatch.setattr(command, "started", lambda: settings)
    pilot, path = Pilot(settings, tmp_path), tmp_path / "data" / "companion.db"
    kept = swap_in(Path(shutil.copy(path, f"{path}.fresh")), path, MONDAY)
    pilot.close()
    assert f"put aside, which holds names still: {kept}\n" in capsys.readouterr().out


def test_afterwards_nothing_is_served_or_closed_again(pilot: Pilot) -> None:
    pilot.close()
    pilot.out.unlink()
    for single in (True, False):
        with pytest.raises(Closed, match=r"was closed on 20\d\d-\d\d-\d\d by Dr. Helen Brandt"):
            open_all(pilot.settings, single=single)
    with pytest.raises(Closed, match="its keys are destroyed"):
        pilot.close()


@pytest.mark.parametrize("where", ["keys", "rows", "statement"])
def test_killed_half_way_it_goes_on_and_counts_each_key_once(
    pilot: Pilot, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(closing, "_BATCH", 2)
    step = {"keys": "Progress", "rows": "wipe", "statement": "finish"}[where]
    with monkeypatch.context() as until:
        until.setattr(command, step, (lambda *_, **__: killed) if where == "keys" else killed)
        with pytest.raises(KeyboardInterrupt):
            pilot.close()
    with pytest.raises(Closed) as refused:
        open_all(pilot.settings, single=True)
    assert refused.value.line.endswith("is not finished. Run: companion close")
    pilot.out = pilot.out.with_name("second.json")
    pilot.close()
    assert pilot.statement()["keys_destroyed"] == DESTROYED
    assert (pilot.rows(), pilot.kept()) == ({"meta": 2}, (0, set(SUBJECTS)))


def test_a_last_day_of_backups_that_has_gone_by_is_refused_before_anything_is_destroyed(pilot: Pilot) -> None:
    kept = pilot.kept()
    with pytest.raises(InputError, match="2020-01-31 is in the past, and nothing was changed") as refused:
        pilot.close(until=date(2020, 1, 31))
    assert "today or later" in refused.value.line
    assert (pilot.kept(), pilot.out.exists()) == (kept, False)


def test_begun_again_with_the_same_line_after_midnight_it_goes_on(
    pilot: Pilot, monkeypatch: pytest.MonkeyPatch
) -> None:
    today, past = MONDAY.date(), "2026-11-02 is in the past, and the closing down is not finished"
    with monkeypatch.context() as until:
        until.setattr(command, "_now", lambda: MONDAY)
        until.setattr(command, "wipe", killed)
        with pytest.raises(KeyboardInterrupt):
            pilot.close(until=today)
    monkeypatch.setattr(command, "_now", lambda: MONDAY + timedelta(days=2))
    with pytest.raises(InputError, match=past):
        pilot.close(until=today)
    monkeypatch.setattr(command, "_now", lambda: MONDAY + timedelta(days=1))
    pilot.close(until=today)
    assert "after 2026-11-02" in str(pilot.statement()["in_words"])


def test_killed_after_the_statement_it_writes_the_same_one_again(
    pilot: Pilot, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as until:
        until.setattr(command, "finish", killed)
        with pytest.raises(KeyboardInterrupt):
            pilot.close(until=date(2126, 12, 7))
    first, pilot.out = pilot.out.read_text(), pilot.out.with_name("second.json")
    monkeypatch.setattr(command, "_now", lambda: MONDAY)
    pilot.close(until=date(2020, 1, 31))  # what the first one says goes
    assert pilot.out.read_text() == first


def test_from_its_beginning_no_key_is_made_any_more(pilot: Pilot) -> None:
    late = open_all(pilot.settings, single=True)
    closing.begin(late.store, late.keys, by=NAME, now=MONDAY)
    with pytest.raises(Closed):
        late.keys.ensure("person:new")
    late.close()
    assert pilot.kept()[0] == len(SUBJECTS)


@pytest.mark.parametrize("yes", ["another", ""])
def test_without_the_programs_id_nothing_is_destroyed(pilot: Pilot, yes: str) -> None:
    before = pilot.rows()
    with pytest.raises(OperatorError):
        pilot.close(yes=yes)
    assert (pilot.rows(), pilot.kept(), pilot.out.exists()) == (before, (len(SUBJECTS), set()), False)


def test_while_a_server_runs_it_refuses(pilot: Pilot) -> None:
    running = open_all(pilot.settings, single=True)
    Presence(running.store, running.keys.masters.held, running.clock).beat()
    with pytest.raises(StoreInUse) as refused:
        pilot.close()
    assert (refused.value.exit_code, pilot.kept()[0]) == (75, len(SUBJECTS))
    running.close()


class Terminal(io.StringIO):
    """Somebody who types."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("typed", "closes"), [("demo\n", True), ("demo-2\n", False), ("\n", False)])
def test_at_a_terminal_the_programs_id_is_asked_for(
    pilot: Pilot,
    typed: str,
    closes: bool,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("sys.stdin", Terminal(typed))
    with nullcontext() if closes else pytest.raises(OperatorError, match="is not the program"):
        pilot.close(yes="")
    assert "This destroys 7 keys and every row of demo, for good." in capsys.readouterr().out
    assert pilot.out.exists() is closes


def test_the_statement_tells_when_it_was_changed(
    pilot: Pilot, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pilot.close()
    command.verify(pilot.out, pilot.public)
    assert f"by {NAME!r}." in capsys.readouterr().out
    text = pilot.out.read_text()
    changed = text.replace('"persons": 3', '"persons": 2')
    twice = text.replace('"persons": 3', '"persons": 2, "persons": 3')
    beside = text.replace('"statement"', '"more": 1, "statement"', 1)
    for given in (changed, twice, beside, "{}", "[]", "no json"):
        with pytest.raises(InputError):
            verified(given, pilot.public)
    for other in ("", "short", "A" * 43 + "="):
        with pytest.raises(InputError):
            verified(text, other)


def test_a_statement_is_written_and_read_out_whatever_its_closer_was_called(
    pilot: Pilot, capsys: pytest.CaptureFixture[str]
) -> None:
    called = "Ann\udcff.\nKeys of persons destroyed: 900.\u202e"
    earlier = open_all(pilot.settings, single=True)
    closing.begin(earlier.store, earlier.keys, by=called, now=MONDAY)
    earlier.close()
    pilot.close()
    capsys.readouterr()
    command.verify(pilot.out, pilot.public)
    lines = capsys.readouterr().out.splitlines()
    assert pilot.statement()["closed_by"] == called
    assert lines[0].endswith(r"by 'Ann\udcff.\nKeys of persons destroyed: 900.\u202e'.")
    assert lines[1] == "Keys of persons destroyed: 3."


def test_of_what_was_sealed_and_of_names_no_byte_is_left_in_the_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pilot = Pilot(Settings(data_folder=tmp_path / "data"), tmp_path)
    monkeypatch.setattr(command, "started", lambda: pilot.settings)

    def left() -> bytes:
        return b"".join(one.read_bytes() for one in pilot.settings.data_folder.glob("*.db*"))

    assert (pilot.sealed in left(), b"Riverside" in left()) == (True, True)
    pilot.close()
    assert (pilot.sealed in left(), b"Riverside" in left()) == (False, False)


def test_a_key_store_from_before_gets_its_signing_key_at_the_next_start(pilot: Pilot) -> None:
    first = open_all(pilot.settings, single=True)
    with first.keys.writing() as connection:
        connection.execute(delete(secrets).where(secrets.c.name == "signing"))
    first.close()
    second = open_all(pilot.settings, single=True)
    assert public_key(second.keys) not in ("", pilot.public)
    second.close()


@pytest.mark.parametrize("which", ["keys", "public"])
def test_either_of_both_remembers_where_the_other_comes_back_from_a_backup(
    pilot: Pilot, which: Literal["keys", "public"], tmp_path: Path
) -> None:
    url = pilot.settings.key_store_url if which == "keys" else pilot.settings.database_url
    kept = Kept(url, tmp_path / "kept", which)
    kept.back_up()
    pilot.close()
    kept.bring_back()
    with pytest.raises(Closed, match="was closed on"):
        open_all(pilot.settings, single=True)
    assert {type(one.error) for one in findings(pilot.settings) if one.error} == {Closed}


@pytest.mark.parametrize("by", ["Ann\udcff", "Ann\nKeys of persons destroyed: 900."])
def test_a_closer_whose_name_does_not_print_destroys_nothing(by: str, tmp_path: Path) -> None:
    pilot = Pilot(Settings(data_folder=tmp_path / "data"), tmp_path)
    done = companion("close", "--by", by, "--out", str(pilot.out), "--yes", "demo", folder=tmp_path)
    assert (done.returncode, "give a name" in done.stderr) == (2, True)
    assert (pilot.kept(), pilot.out.exists()) == ((len(SUBJECTS), set()), False)


def test_the_command_says_in_a_line_what_is_missing(tmp_path: Path) -> None:
    done = companion("close", "--by", NAME, "--out", str(tmp_path / "s.json"), folder=tmp_path)
    assert (done.returncode, done.stderr.count("\n"), "nothing to close" in done.stderr) == (66, 1, True)
    assert companion("close", "--by", NAME, folder=tmp_path).returncode == 2
