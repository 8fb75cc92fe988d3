"""`companion doctor`: what it finds off, and what it says to do."""

import json
import os
import shutil
import socket
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest

from bot import cli
from bot.commands import checking, doctor_machine, doctor_platforms, doctor_server, doctor_store
from bot.commands.doctor import doctor, examined, examined_with
from bot.commands.doctor_here import Here, State, server_here
from bot.errors import CompanionError, SettingsError, StoreUnavailable
from bot.settings import DEMO_PROGRAM, Settings
from bot.settings_file import variable
from bot.store.engines import lock_instance
from bot.store.masters import Masters
from bot.web import addresses
from tests.ops.authority import issue
from tests.rules.source import ROOT

NOW = datetime.now(UTC)
GIB = 1024**3
NOBODY = Here(State.NONE)


class Free(NamedTuple):
    free: int


@pytest.fixture
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Before a first start, on a machine without a proxy."""
    for name in ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    return Settings(data_folder=tmp_path / "data", port=0, internal_port=0)


def seen(look: Callable[[Settings], object], settings: Settings) -> str:
    """What a look says, or is refused with."""
    try:
        found = look(settings)
    except CompanionError as error:
        return f"AMISS {error.line}"
    return found if isinstance(found, str) else f"warn {found}"


# ------------------------------------------------------------------------------- all of it


def test_before_a_first_start_it_makes_nothing(alone: Settings, tmp_path: Path) -> None:
    states = {one.what: one.state for one in examined_with(alone)}
    assert "AMISS" not in states.values()
    assert list(tmp_path.iterdir()) == []


def test_without_the_database_the_rest_is_looked_at_all_the_same(alone: Settings) -> None:
    away = alone.model_copy(update={"database_url": "postgresql://127.0.0.1:1/none"})
    away = away.model_copy(update={"key_store_url": away.database_url})
    found = {one.what: one for one in examined_with(away)}
    assert [one.what for one in found.values() if one.state == "AMISS"] == ["database"]
    skipped = {one.what for one in found.values() if one.state == "skip"}
    assert skipped == {"master key", "key store", "roster", "wrapping", *doctor_store.LINES}
    assert found["outbox"].line == "skip   outbox:       not looked at: the database is away"


def test_each_setting_that_is_wrong_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMPANION_PORT", "x")
    monkeypatch.setenv("COMPANION_PROT", "1")
    lines = [one.line for one in examined()]
    assert ["COMPANION_PROT: there is no" in lines[0], "COMPANION_PORT: it must be" in lines[1]] == [True] * 2


def test_for_machines_it_is_one_line_of_json(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COMPANION_PORT", "x")
    with pytest.raises(SettingsError):
        doctor(as_json=True)
    [found] = json.loads(capsys.readouterr().out)
    assert (found["what"], found["state"], found.keys() >= {"note", "do"}) == ("settings", "AMISS", True)


def test_as_a_command_it_ends_with_the_code_of_what_is_amiss(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    given = {"data_folder": tmp_path / "data", "database_url": "postgresql://127.0.0.1:1/none"}
    given |= {"port": "0", "internal_port": "0"}
    for name, value in given.items():
        monkeypatch.setenv(variable(name), str(value))
    monkeypatch.setattr(os, "umask", lambda _: 0)
    monkeypatch.setattr(sys, "argv", ["companion", "doctor", "--json"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    states = {one["what"]: one["state"] for one in json.loads(capsys.readouterr().out)}
    assert (ended.value.code, states["database"], states["program"]) == (69, "AMISS", "ok")


def test_a_look_that_is_broken_is_amiss_and_the_others_go_on(
    alone: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: 1 / 0)
    found = {one.what: one for one in examined_with(alone)}
    assert (found["disk"].note, found["disk"].state) == (
        "A defect of the companion: ZeroDivisionError.",
        "AMISS",
    )
    assert found["addresses"].state == "ok"


def test_a_companion_that_nobody_can_reach_says_so(alone: Settings) -> None:
    told = seen(doctor_platforms.LOOKS["web chat"], alone.model_copy(update={"web_chat": False}))
    assert ("warn" in told, "Nobody can reach the companion" in told) == (True, True)


def test_the_runbook_names_every_line() -> None:
    server = doctor_server.looks(NOBODY, is_away=False)
    looks = (doctor_machine.LOOKS, doctor_platforms.LOOKS, server, checking.LOOKS)
    names = {name for one in looks for name in one} | set(doctor_store.LINES)
    table = (ROOT / "docs/runbook.md").read_text(encoding="utf-8").partition("## When something is off")[2]
    assert [name for name in sorted(names) if f"`{name}`" not in table] == []


def test_every_platform_has_a_look() -> None:
    folders = {path.parent.name for path in (ROOT / "adapters").glob("*/__init__.py")}
    assert {name.partition(" ")[0] for name in doctor_platforms.LOOKS} == folders


# ---------------------------------------------------------------------------- this machine


@pytest.mark.parametrize(("free", "begins"), [(GIB // 2, "warn"), (GIB // 20, "AMISS"), (2 * GIB, "2.0 GiB")])
def test_a_disk_that_fills_is_told_before_it_is_full(
    free: int, begins: str, alone: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Free(free))
    found = next(one for one in examined_with(alone) if one.what == "disk")
    assert found.line.startswith(begins) or found.note.startswith(begins)


def test_a_file_that_others_can_open_is_named_with_its_command(alone: Settings) -> None:
    alone.data_folder.mkdir(mode=0o700)
    notices = alone.data_folder / "notices.log"
    notices.touch(mode=0o600)
    notices.chmod(0o644)
    assert seen(doctor_machine.LOOKS["files"], alone).endswith(f"Run: chmod 600 {notices}")


def test_a_proxy_is_asked_for_a_connection_and_its_password_not_told(alone: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as proxy:
        port = proxy.getsockname()[1]
        own = alone.model_copy(update={"https_proxy": f"http://me:hunter2@127.0.0.1:{port}"})
        assert seen(doctor_machine.LOOKS["proxy"], own) == f"127.0.0.1:{port} takes connections"
    with pytest.raises(StoreUnavailable) as refused:
        doctor_machine.LOOKS["proxy"](own)
    assert ("takes no connection" in refused.value.line, "hunter2" in refused.value.line) == (True, False)


def test_the_proxy_of_the_system_is_asked_too(alone: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:1")
    with pytest.raises(StoreUnavailable):
        doctor_machine.LOOKS["proxy"](alone)


@pytest.mark.parametrize("where", ["h:99999", "h..x:80", f"{'n' * 300}:80", "[::1", "h:0", "", "h:port"])
def test_a_proxy_whose_address_is_none_is_told_without_its_password(
    where: str, alone: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("https_proxy", f"http://me:hunter2@{where}")
    found = seen(doctor_machine.LOOKS["proxy"], alone)
    assert (found.startswith("AMISS The proxy has no address"), "hunter2" in found) == (True, False)


def test_an_authority_that_ends_soon_is_told(alone: Settings, tmp_path: Path) -> None:
    file, _ = issue(tmp_path)
    own = alone.model_copy(update={"extra_ca_file": file})
    assert seen(doctor_machine.LOOKS["authorities"], own).startswith("warn")


def program_with(folder: Path, file: str, old: str, new: str) -> Path:
    made = Path(shutil.copytree(DEMO_PROGRAM, folder / "program"))
    text = (made / file).read_text()
    assert old in text
    (made / file).write_text(text.replace(old, new, 1))
    return made


@pytest.mark.parametrize(("days", "what"), [(70, "checks due"), (100, "resources")])
def test_a_line_whose_check_runs_out_is_told_by_its_kind(
    days: int, what: str, alone: Settings, tmp_path: Path
) -> None:
    day = (NOW - timedelta(days=days)).date().isoformat()
    folder = program_with(tmp_path, "resources.toml", "verified_on = 2099-01-01", f"verified_on = {day}")
    own = alone.model_copy(update={"program_folder": folder})
    found = next(one for one in examined_with(own) if one.what == what)
    assert (found.state, "1 entry" in found.note, "verified_on" in found.do) == ("warn", True, True)


@pytest.mark.parametrize(("days", "said"), [(25, "holds until"), (40, "nobody is offered a new coach")])
def test_an_old_list_of_evaluators_is_told(days: int, said: str, alone: Settings, tmp_path: Path) -> None:
    day = (NOW - timedelta(days=days)).date().isoformat()
    folder = program_with(
        tmp_path, "program.toml", "evaluators_checked = 2099-01-01", f"evaluators_checked = {day}"
    )
    own = alone.model_copy(update={"program_folder": folder})
    told = seen(doctor_machine.LOOKS["evaluators"], own)
    assert (told.startswith("warn"), said in told) == (True, True)


# ---------------------------------------------------------------- the server and its keys


def told_of(here: Here, settings: Settings, *, is_away: bool = False) -> str:
    return seen(doctor_server.looks(here, is_away=is_away)["server"], settings)


def test_a_server_that_is_not_ready_says_which_part(alone: Settings) -> None:
    here = Here(State.ANSWERS, {"ready": False, "database": True, "sweep": False})
    told = told_of(here, alone)
    assert told.startswith("AMISS The server here is not ready: sweep. Sweep: the log says why")


def test_of_a_database_that_is_away_the_server_is_not_accused(alone: Settings) -> None:
    here = Here(State.ANSWERS, {"ready": False, "database": False, "sweep": False, "loops": True})
    assert told_of(here, alone, is_away=True) == "the server here waits for the database"


@pytest.fixture
def held(alone: Settings) -> Iterator[Settings]:
    """As while something serves from the file."""
    alone.data_folder.mkdir(mode=0o700)
    lock = lock_instance(alone.data_folder / "companion.db")
    yield alone
    os.close(lock)


def test_a_server_that_hangs_is_amiss_in_one_line(held: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(addresses, "_ASK_SECONDS", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as frozen:
        own = held.model_copy(update={"internal_port": frozen.getsockname()[1]})
        found = {one.what: one for one in examined_with(own)}
    error = found["server"].error
    assert (str(error), error.exit_code if error else 0) == ("A server is here but does not answer.", 69)
    assert "restart it" in found["server"].do
    assert [one.what for one in found.values() if one.state in {"AMISS", "skip"}] == ["addresses", "server"]


def test_a_held_file_for_which_nobody_answers_is_amiss(held: Settings) -> None:
    own = held.model_copy(update={"internal_port": 1})
    told = told_of(server_here(own), own)
    assert told.startswith(
        "AMISS A server is here, and nobody answers at 127.0.0.1:1. It is starting or stop"
    )


def test_another_companion_on_the_port_is_none_of_this_database(alone: Settings) -> None:
    own = alone.model_copy(update={"internal_port": 1})
    assert told_of(server_here(own), own) == "none runs on this machine"


def test_an_old_master_key_is_told(alone: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    assert alone.master_key_file is not None
    Masters.make(alone.master_key_file)
    monkeypatch.setattr(doctor_server, "since", lambda _: timedelta(days=800))
    assert "warn" in seen(doctor_server.looks(NOBODY, is_away=False)["key age"], alone)
