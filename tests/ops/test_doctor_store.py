"""What `companion doctor` finds in databases of both kinds and in their keys."""

import errno
import os
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from sqlalchemy import Table, insert

from adapters.port import Lane
from bot.commands import doctor, doctor_server, doctor_store
from bot.commands.checking import Finding, Looking, Warned
from bot.commands.doctor import examined_with, written
from bot.commands.doctor_here import Here, State
from bot.nudges.walk import save_offset
from bot.opening import open_all
from bot.program.load import load_program
from bot.program.seed import seed
from bot.settings import DEMO_PROGRAM, Settings
from bot.store.schema import migrate
from bot.store.store import open_store
from bot.store.tables import inbox, meta, outbox, throttles

NOW = datetime.now(UTC)


class Free(NamedTuple):
    free: int


@pytest.fixture
def settings(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Of a companion whose first start was on this database."""
    for name in ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Free(50 * 1024**3))
    found = Settings(data_folder=tmp_path / "data", database_url=database_url, port=0, internal_port=0)
    opened = open_all(found, single=True)
    seed(opened.store, load_program(DEMO_PROGRAM), opened.clock)
    opened.close()
    return found


def put(settings: Settings, table: Table, **row: object) -> None:
    store = open_store(settings.database_url)
    store.write(lambda conn: conn.execute(insert(table).values(row)))
    store.close()


def in_store(settings: Settings, what: str, state: State = State.UNKNOWN) -> Finding:
    found = doctor_store.in_database(Looking(settings), Here(state))
    return next(one for one in found if one.what == what)


def ms(at: datetime) -> str:
    return f"{int(at.timestamp() * 1000):015d}"


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
    now = datetime.now(UTC)
    put(settings, meta, name="server/1", value=f"{ms(now)} 1")
    put(settings, meta, name="server/2", value=f"{ms(now - timedelta(minutes=9))} 1")
    found = in_store(settings, "servers")
    assert found.note == "1 server heard of in the last two minutes, and 1 ended without a word"


def test_where_none_runs_and_one_ended_without_a_word_it_is_amiss(settings: Settings) -> None:
    put(settings, meta, name="server/1", value=f"{ms(datetime.now(UTC) - timedelta(minutes=9))} 1")
    found = in_store(settings, "servers", State.NONE)
    assert (found.state, found.note) == ("AMISS", "No server runs, and 1 ended without a word.")
    assert (found.error.exit_code if found.error else 0, "start it" in found.do) == (69, True)


def test_of_a_file_that_nobody_holds_no_server_lives_however_lately_it_was_heard_of(
    settings: Settings,
) -> None:
    put(settings, meta, name="server/1", value=f"{ms(datetime.now(UTC))} 1")
    states = {
        State.NONE: "AMISS" if settings.database_url.startswith("sqlite") else "ok",
        State.ANSWERS: "ok",
    }
    assert {one: in_store(settings, "servers", one).state for one in states} == states


def test_a_server_of_another_database_is_not_taken_for_this_ones(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "server_here", lambda _: Here(State.ANSWERS, {"ready": True, "loops": True}))
    put(settings, meta, name="swept", value=ms(datetime.now(UTC) - timedelta(days=30)))
    found = {one.what: one for one in examined_with(settings)}
    assert (found["servers"].state, "COMPANION_INTERNAL_PORT" in found["servers"].do) == ("AMISS", True)
    assert found["server"].line == "skip   server:       not looked at: see servers"


@pytest.mark.parametrize(
    ("revision", "stands"), [("", "this database is empty"), ("0006", "this database is at revision 0006")]
)
def test_a_server_that_answers_does_not_serve_a_database_that_is_empty_or_older(
    revision: str, stands: str, empty_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if revision:
        migrate(empty_url, revision)
    monkeypatch.setattr(doctor, "server_here", lambda _: Here(State.ANSWERS, {"ready": True, "loops": True}))
    alone = Settings(data_folder=tmp_path / "data", database_url=empty_url, port=0, internal_port=0)
    found = {one.what: one for one in examined_with(alone)}
    if empty_url.startswith("sqlite"):  # whoever holds the file is about to bring it forward
        assert ("servers" in found, found["server"].state) == (False, "ok")
    else:
        servers = found["servers"]
        assert (servers.error and servers.error.exit_code, stands in servers.note) == (69, True)
        assert found["server"].line == "skip   server:       not looked at: see servers"


def test_a_server_that_was_stopped_in_order_is_a_warning(settings: Settings) -> None:
    put(settings, meta, name="swept", value=ms(datetime.now(UTC) - timedelta(hours=1)))
    found = in_store(settings, "servers", State.NONE)
    assert (found.state, found.note) == ("warn", "no server runs, and none ended without a word")


def test_of_a_server_that_hangs_nothing_is_said_as_if_it_lived(settings: Settings) -> None:
    put(settings, meta, name="server/1", value=f"{ms(datetime.now(UTC))} 1")
    put(settings, meta, name="swept", value=ms(datetime.now(UTC)))
    said = {in_store(settings, what, State.SILENT).note for what in ("servers", "last sweep")}
    if settings.database_url.startswith("sqlite"):
        assert said == {"not looked at: see server"}
    else:
        assert "1 server heard of in the last two minutes; the one here does not answer" in said


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


@pytest.mark.parametrize(
    ("number", "do"), [(errno.ENOSPC, "Make room before writes fail"), (errno.EROFS, "Look at the disk")]
)
def test_a_disk_that_takes_nothing_is_amiss_though_a_row_would_fit(
    number: int, do: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: int) -> None:
        raise OSError(number, "no")

    monkeypatch.setattr(os, "fsync", refuse)
    found = in_store(settings, "writing")
    if settings.database_url.startswith("sqlite"):
        assert (found.state, "KiB" in found.note, do in found.do) == ("AMISS", True, True)
    else:
        assert found.note == "takes writes; its disk is not seen from here"


def test_what_is_tried_on_the_disk_leaves_nothing(settings: Settings, tmp_path: Path) -> None:
    before = {path.name: path.stat().st_size for path in tmp_path.rglob("*")}
    assert in_store(settings, "writing").state == "ok"
    assert {path.name: path.stat().st_size for path in tmp_path.rglob("*")} == before


def test_a_broken_file_is_amiss(tmp_path: Path) -> None:
    alone = Settings(data_folder=tmp_path / "data", port=0, internal_port=0)
    open_all(alone, single=True).close()
    path = alone.data_folder / "keys.db"
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * 4096)
    found = in_store(alone, "integrity")
    assert (found.error and found.error.exit_code, found.note) == (78, f"{path} is broken.")


def test_a_key_store_that_is_none_is_told_as_what_it_is(tmp_path: Path) -> None:
    alone = Settings(data_folder=tmp_path / "data", port=0, internal_port=0)
    open_all(alone, single=True).close()
    path = alone.data_folder / "keys.db"
    path.write_bytes(b"garbage" * 2000)
    found = {one.what: one for one in examined_with(alone)}
    assert (found["key store"].state, found["key store"].note) == ("AMISS", f"{path} is broken.")
    assert {found[what].note for what in ("integrity", "wrapping")} == {"not looked at: see key store"}


def test_a_rotation_that_is_still_to_come_is_told(settings: Settings) -> None:
    file = settings.master_key_file
    assert file is not None
    file.write_text(f"{file.read_text()}2:{'B' * 43}=\n")
    told = doctor_server.looks(Here(State.UNKNOWN), is_away=False)["wrapping"](settings)
    assert isinstance(told, Warned)
    assert ("version 1 wraps new keys" in told.note, "companion keys rotate" in told.do) == (True, True)
