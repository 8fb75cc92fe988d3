"""`companion doctor`: what it finds off, and what it says to do."""

import json
import shutil
import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from sqlalchemy import Table, insert

from adapters.port import Lane
from bot.commands import doctor_machine, doctor_platforms, doctor_server, doctor_store
from bot.commands.checking import Finding
from bot.commands.doctor import doctor, examined, examined_with, written
from bot.errors import OperatorError, SettingsError, StoreUnavailable
from bot.nudges.walk import save_offset
from bot.opening import open_all
from bot.program.load import load_program
from bot.program.seed import seed
from bot.settings import DEMO_PROGRAM, Settings
from bot.store.masters import Masters
from bot.store.store import open_store
from bot.store.tables import inbox, meta, outbox, throttles
from tests.ops.authority import issue
from tests.rules.source import ROOT

NOW = datetime.now(UTC)
GIB = 1024**3


class Free(NamedTuple):
    free: int


@pytest.fixture
def settings(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Of a companion whose first start was on this database."""
    for name in ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Free(50 * GIB))
    found = Settings(data_folder=tmp_path / "data", database_url=database_url, port=0, internal_port=0)
    opened = open_all(found, single=True)
    seed(opened.store, load_program(DEMO_PROGRAM), opened.clock)
    opened.close()
    return found


@pytest.fixture
def alone(tmp_path: Path) -> Settings:
    """Before a first start."""
    return Settings(data_folder=tmp_path / "data", port=0, internal_port=0)


def put(settings: Settings, table: Table, **row: object) -> None:
    store = open_store(settings.database_url)
    store.write(lambda conn: conn.execute(insert(table).values(row)))
    store.close()


def in_store(settings: Settings, what: str) -> Finding:
    return next(one for one in doctor_store.in_database(settings) if one.what == what)


def seen(look: Callable[[Settings], object], settings: Settings) -> str:
    """What a look says, or is refused with."""
    try:
        found = look(settings)
    except OperatorError as error:
        return f"AMISS {error.line}"
    return found if isinstance(found, str) else f"warn {found}"


def ms(at: datetime) -> str:
    return f"{int(at.timestamp() * 1000):015d}"


# ------------------------------------------------------------------------------- all of it


def test_after_a_first_start_nothing_is_off(settings: Settings) -> None:
    found = list(examined_with(settings))
    dated = {"checks due", "resources"}  # the demo's national lines were checked on a day that passes
    assert [one.line for one in found if one.state != "ok" and one.what not in dated] == []
    assert len({one.what for one in found}) == len(found) == 32


def test_it_says_no_name_and_no_id(settings: Settings) -> None:
    opened = open_all(settings, single=False)
    program = load_program(DEMO_PROGRAM)
    ids = seed(opened.store, program, opened.clock)
    opened.close()
    put(settings, inbox, id="m1", person_id=ids["resident"], kind="news", created_at=NOW, attempts=1)
    put(settings, throttles, platform="web", tenant="hospital-9", until=NOW + timedelta(hours=1))

    said = written(examined_with(settings))
    telling = {*ids.values(), *(one.name for one in program.people), "hospital-9", "m1"}
    assert [word for word in telling if word in said] == []


def test_before_a_first_start_it_makes_nothing(alone: Settings, tmp_path: Path) -> None:
    states = {one.what: one.state for one in examined_with(alone)}
    assert "AMISS" not in states.values()
    assert list(tmp_path.iterdir()) == []


def test_without_the_database_the_rest_is_looked_at_all_the_same(alone: Settings) -> None:
    away = alone.model_copy(update={"database_url": "postgresql://127.0.0.1:1/none"})
    found = {one.what: one for one in examined_with(away)}
    assert (found["database"].state, found["disk"].state, "outbox" in found) == ("AMISS", "ok", False)
    assert found["server"].note


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


# ---------------------------------------------------------------------------- the database


def test_a_dead_letter_is_told_by_class(settings: Settings) -> None:
    row = {"platform": "web", "tenant": "demo", "user": "resident", "lane": int(Lane.SAFETY)}
    more = {"operation": "post", "due_at": NOW, "created_at": NOW, "state": "dead"}
    put(settings, outbox, **row, **more, reason="defect KeyError")
    found = in_store(settings, "dead letters")
    assert (found.state, found.note) == ("warn", "1 defect")


def test_what_has_waited_too_long_is_amiss(settings: Settings) -> None:
    row = {"platform": "web", "tenant": "demo", "user": "resident", "lane": int(Lane.REPLY)}
    put(settings, outbox, **row, operation="post", due_at=NOW - timedelta(hours=3), created_at=NOW)
    found = in_store(settings, "outbox")
    assert (found.state, "1 message to be sent" in found.note, "3 hours" in found.note) == (
        "AMISS",
        True,
        True,
    )


def test_a_server_that_was_killed_is_missed(settings: Settings) -> None:
    put(settings, meta, name="server/1", value=f"{ms(NOW)} 1")
    put(settings, meta, name="server/2", value=f"{ms(NOW - timedelta(minutes=9))} 1")
    found = in_store(settings, "servers")
    assert found.note == "1 server heard of in the last two minutes, and 1 ended without a word"


@pytest.mark.parametrize(("lives", "state"), [(True, "AMISS"), (False, "warn")])
def test_a_sweep_that_stands_still_is_amiss_where_a_server_lives(
    lives: bool, state: str, settings: Settings
) -> None:
    put(settings, meta, name="swept", value=ms(datetime.now(UTC) - timedelta(minutes=9)))
    beat = datetime.now(UTC) - timedelta(minutes=0 if lives else 9)
    put(settings, meta, name="server/1", value=f"{ms(beat)} 1")
    assert in_store(settings, "last sweep").state == state


@pytest.mark.parametrize(("seconds", "state"), [(1, "ok"), (20, "warn"), (300, "AMISS")])
def test_a_clock_that_is_off_is_told(
    seconds: int, state: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    ahead = datetime.now(UTC) + timedelta(seconds=seconds)
    monkeypatch.setattr(doctor_store, "_clock_of", lambda _: ahead)
    put(settings, meta, name="swept", value=ms(ahead))
    assert in_store(settings, "clock").state == state


def test_a_pause_is_told_with_its_end(settings: Settings) -> None:
    put(settings, throttles, platform="web", tenant="demo", until=datetime.now(UTC) + timedelta(minutes=10))
    found = in_store(settings, "pauses")
    assert (found.state, "for another 9 minutes" in found.note) == ("warn", True)


def test_a_demo_whose_clock_was_walked_is_looked_at_by_its_own_time(settings: Settings) -> None:
    opened = open_all(settings, single=True)
    opened.clock.walk(opened.clock.now() + timedelta(days=9))
    save_offset(opened.store, opened.clock)
    opened.close()
    row = {"platform": "web", "tenant": "demo", "user": "resident", "lane": int(Lane.REPLY)}
    put(settings, outbox, **row, operation="post", due_at=NOW, created_at=NOW)
    assert "9 days" in in_store(settings, "outbox").note


def test_a_broken_file_is_amiss(alone: Settings) -> None:
    open_all(alone, single=True).close()
    path = alone.data_folder / "keys.db"
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * 4096)
    assert in_store(alone, "integrity").state == "AMISS"


# ------------------------------------------------------------------- the server and its keys


def test_a_server_that_is_not_ready_says_which_part(alone: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    parts = {"ready": False, "database": True, "sweep": False}
    monkeypatch.setattr(doctor_server, "asked", lambda *_: parts)
    own = alone.model_copy(update={"internal_port": 8081})
    told = seen(doctor_server.LOOKS["server"], own)
    assert told.startswith("AMISS The server here is not ready: sweep. Sweep: the log says why")


def test_a_rotation_that_is_still_to_come_is_told(settings: Settings) -> None:
    file = settings.master_key_file
    assert file is not None
    file.write_text(f"{file.read_text()}2:{'B' * 43}=\n")
    told = seen(doctor_server.LOOKS["wrapping"], settings)
    assert ("version 1 wraps new keys" in told, "companion keys rotate" in told) == (True, True)


def test_an_old_master_key_is_told(alone: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    assert alone.master_key_file is not None
    Masters.make(alone.master_key_file)
    monkeypatch.setattr(doctor_server, "since", lambda _: timedelta(days=800))
    assert "warn" in seen(doctor_server.LOOKS["key age"], alone)
