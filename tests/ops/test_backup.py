"""Backups are made beside a server and brought back without one; a restored copy says nothing again."""

import json
import shutil
import threading
from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import Connection, insert, select

from bot.commands import backups, restoring
from bot.errors import OperatorError, StoreInUse
from bot.store.backup import MANIFEST
from bot.store.engines import sqlite_path
from bot.store.epoch import EpochJob, own_epoch, seen_epoch
from bot.store.presence import Presence
from bot.store.tables import meta, outbox, persons
from tests.conftest import HandClock
from tests.ops.deployment import Deployment
from tests.ops.kept import Kept
from tests.town import Town
from tests.turns.brought_back import hands_in
from tests.turns.stories import begins_check_in, deletes, is_welcomed


@pytest.fixture
def here(tmp_path: Path, database_url: str, clock: HandClock, monkeypatch: pytest.MonkeyPatch) -> Deployment:
    return Deployment(tmp_path, database_url, clock, monkeypatch)


@pytest.fixture
def kept(here: Deployment) -> Deployment:
    """One that has served once, with a backup of both parts."""
    with here.server():
        here.back_up(keys="keys-apart")
    return here


def changed(folder: Path, **fields: object) -> None:
    """Write other fields into a manifest."""
    path = folder / MANIFEST
    path.write_text(json.dumps(json.loads(path.read_text()) | fields))


def nudges(town: Town) -> int:
    return sum(
        "Your check-in is ready." in (one.card.paragraphs if one.card else ()) for one in town.chat.sent
    )


async def test_restored_a_week_later_nothing_is_said_again_and_everything_goes_on(here: Deployment) -> None:
    with here.server() as town:
        resident = town.person("resident")
        await is_welcomed(resident)
        await begins_check_in(resident)
        here.back_up()  # while the form is open
        form = resident.form
        await resident.presses("Steady", "Skip")
        await town.walks_to(here.clock.now() + timedelta(days=7))
        sent, weeks = len(town.chat.sent), nudges(town)
    here.restore()
    with here.server() as town:
        resident.town, resident.form = town, form
        await town.settle()
        assert len(town.chat.sent) == sent
        await resident.presses("Stretched")
        assert "What moved it most?" in resident.shown.question
        await resident.closes()
        await town.walks_to(here.clock.now() + timedelta(days=7))
    assert (weeks, nudges(town)) == (1, 2)
    assert len({one.id for one in town.chat.sent}) == len(town.chat.sent)


@pytest.mark.parametrize("end", ["stopped", "killed"])
async def test_a_copy_made_by_hand_is_known_as_restored_too(here: Deployment, end: str) -> None:
    copy = Kept(here.settings.database_url, here.folder / "by-hand", "public")
    with here.server() as town:
        resident = town.person("resident")
        await is_welcomed(resident)
        await hands_in(resident, "check in")
    copy.back_up()
    with here.server() if end == "stopped" else here.killed_server() as town:
        before = len(here.chat.sent)
        await town.settle()
        after = len(here.chat.sent)
    copy.bring_back()
    with here.server() as town:
        await town.settle()
        assert town.rows(outbox, reason="restored")
    assert (after > before, len(here.chat.sent)) == (True, after)


async def test_who_was_forgotten_after_the_backup_is_not_there_when_it_comes_back(here: Deployment) -> None:
    with here.server() as town:
        resident = town.person("resident")
        await is_welcomed(resident)
        here.back_up(keys="keys-apart")
        await deletes(resident)
        gone = town.ids["resident"]
    here.restore()
    with here.server() as town:
        known = select(persons.c.state).where(persons.c.id == gone)
        assert town.store.read(lambda conn: conn.scalar(known)) == "forgotten"
    assert here.refused(keys="keys-apart")[0] == 78  # an older key store would bring them back


async def test_with_a_lost_key_store_its_copy_comes_first_and_whom_it_cannot_know_is_said(
    here: Deployment, capsys: pytest.CaptureFixture[str]
) -> None:
    with here.server() as town:
        await is_welcomed(town.person("resident"))
        here.back_up(keys="keys-apart")
    here.lose_keys()
    assert here.refused() == (77, here.refused()[1])
    here.restore(keys="keys-apart")
    assert "Whoever asked to be forgotten after 20" in capsys.readouterr().out
    with here.server() as town:
        await town.person("resident").says("check in")
        assert town.chat.sent[-1].card


def test_a_manifest_says_what_it_is_and_no_secret(kept: Deployment) -> None:
    found = json.loads((kept.folder / "backup" / MANIFEST).read_text())
    assert set(found) == {
        *("program", "format", "part", "engine", "version", "revision"),
        *("made_at", "epoch", "key_store", "bytes", "sha256"),
    }


def test_a_backup_is_its_owners_alone(kept: Deployment) -> None:
    folders = [kept.folder / "backup", kept.folder / "keys-apart"]
    modes = {one.stat().st_mode & 0o777 for folder in folders for one in folder.iterdir()}
    assert ({folder.stat().st_mode & 0o777 for folder in folders}, modes) == ({0o700}, {0o600})


def test_a_backup_overwrites_nothing(kept: Deployment) -> None:
    with pytest.raises(OperatorError, match="is there already"):
        kept.back_up()
    with pytest.raises(OperatorError, match="kept apart"):
        kept.back_up("another", keys="another/keys")
    assert not (kept.folder / "another").exists()


def test_where_a_backup_cannot_be_put_is_said_before_anything_is_copied(kept: Deployment) -> None:
    with pytest.raises(OperatorError, match=rf"^There is no folder {kept.folder}/nowhere for the backup\.$"):
        kept.back_up("another", keys="nowhere/keys")
    with pytest.raises(OperatorError, match=r"^This user cannot write into /proc/self\.$"):
        backups.backup(Path("/proc/self/backup"), None)
    assert not (kept.folder / "another").exists()


def test_a_changed_copy_is_refused(kept: Deployment) -> None:
    (copy,) = [one for one in (kept.folder / "backup").iterdir() if one.name != MANIFEST]
    whole = copy.read_bytes()
    copy.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    assert kept.refused() == (65, f"{copy} has changed since it was made.")
    copy.write_bytes(whole[:-1])
    assert kept.refused()[0] == 65
    copy.unlink()
    assert kept.refused() == (65, f"{kept.folder}/backup lacks {copy.name}.")


Spoil = Callable[[Path], object]
OTHERS: dict[str, tuple[Spoil, int, str]] = {
    "another program": (lambda at: changed(at, program="other"), 65, "a backup of another program"),
    "another engine": (lambda at: changed(at, engine="oracle"), 65, "a backup of another program"),
    "no backup": (lambda at: (at / MANIFEST).unlink(), 65, "is no backup"),
    "no manifest": (lambda at: (at / MANIFEST).write_text("{}"), 65, "is no backup"),
    "the other part": (lambda at: changed(at, part="keys"), 65, "is a copy of the key store"),
    "a newer form": (lambda at: changed(at, format=2), 65, "was made by a newer companion"),
    "a newer schema": (lambda at: changed(at, revision="9999"), 78, "by a newer version"),
    "another key store": (lambda at: changed(at, key_store="0" * 32), 77, "The key store is not the one"),
    "open to others": (lambda at: at.chmod(0o770), 78, "Others can open"),
}


def test_what_does_not_fit_is_refused_in_a_line(kept: Deployment) -> None:
    said = {}
    for what, (spoil, _, line) in OTHERS.items():
        folder = Path(shutil.copytree(kept.folder / "backup", kept.folder / what))
        spoil(folder)
        code, told = kept.refused(what)
        said[what] = (code, line if line in told else told)
    assert said == {what: (code, line) for what, (_, code, line) in OTHERS.items()}


def test_what_was_refused_has_changed_nothing(kept: Deployment) -> None:
    path = sqlite_path(kept.settings.database_url)
    files = sorted(path.parent.iterdir()) if path else []
    (copy,) = [one for one in (kept.folder / "backup").iterdir() if one.name != MANIFEST]
    copy.write_bytes(b"x" * copy.stat().st_size)
    assert kept.refused()[0] == 65
    assert (sorted(path.parent.iterdir()) if path else []) == files
    with kept.server() as town:
        assert {row.version for row in town.rows(persons)} == {0}


def test_another_master_key_is_refused(kept: Deployment) -> None:
    kept.settings = kept.settings.model_copy(update={"master_key": SecretStr(f"1:{'B' * 43}=")})
    assert kept.refused()[0] == 77


def test_while_a_server_runs_nothing_is_restored(kept: Deployment) -> None:
    kept.clock.at = datetime.now(UTC)
    with kept.server() as town:
        presence = Presence(town.store, {"1"}, kept.clock)
        presence.beat()
        code, line = kept.refused()
        assert (code, "serve" in line) == (75, True)
        presence.leave()


@pytest.mark.postgres
def test_a_server_that_starts_beside_a_fence_is_seen_by_it(
    tmp_path: Path, postgres_database: str, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared = Deployment(tmp_path, postgres_database, clock, monkeypatch)
    monkeypatch.setattr(restoring, "_alone", nullcontext)  # it had looked before
    clock.at = datetime.now(UTC)
    with shared.server() as town:
        Presence(town.store, {"1"}, clock).beat()
        with pytest.raises(StoreInUse, match="served by 1 server"):
            restoring.fence()


async def test_a_snapshot_of_the_whole_machine_is_fenced_by_a_command(here: Deployment) -> None:
    with here.server() as town:
        resident = town.person("resident")
        await is_welcomed(resident)
        await hands_in(resident, "check in")
    restoring.fence()
    with here.server() as town:
        assert town.rows(outbox, reason="restored")


def test_a_copy_is_whole_however_much_is_written_meanwhile(here: Deployment) -> None:
    with here.server() as town:
        going = threading.Event()

        def write(conn: Connection, number: int) -> int:
            pair = [{"name": f"{half}/{number:05}", "value": "x" * 500} for half in ("one", "other")]
            return conn.execute(insert(meta), pair).rowcount

        def writes() -> None:
            for number in range(10_000):
                town.store.write(partial(write, number=number))
                going.set()
                if (here.folder / "backup").exists():
                    return

        writer = threading.Thread(target=writes)
        writer.start()
        going.wait()
        here.back_up()
        writer.join()
    here.restore()
    with here.server() as town:
        names = sorted(row.name for row in town.rows(meta) if "/" in row.name)
    assert names == [f"{half}/{number:05}" for half in ("one", "other") for number in range(len(names) // 2)]
    assert names


def test_on_a_new_machine_both_parts_come_back(kept: Deployment, tmp_path: Path) -> None:
    if sqlite_path(kept.settings.database_url) is None:
        kept.lose_keys()
    else:
        shutil.rmtree(kept.settings.data_folder, ignore_errors=True)
        for name in ("companion.db", "keys.db"):
            for end in ("", "-wal", "-shm"):
                (tmp_path / f"{name}{end}").unlink(missing_ok=True)
    kept.restore(keys="keys-apart")
    with kept.server() as town:
        assert len(town.rows(persons)) == 5


def test_an_epoch_begins_at_each_start_and_each_stop(here: Deployment) -> None:
    with here.server() as town:
        first = town.store.read(own_epoch)
    with here.server() as town:
        assert (town.store.read(own_epoch), seen_epoch(town.keys)) == (first + 2, first + 2)


def test_while_a_server_runs_one_begins_each_half_hour(clock: HandClock) -> None:
    at, begun = [0.0], list[float]()

    def begin() -> int:
        begun.append(at[0])
        return len(begun)

    job = EpochJob(begin, lambda: at[0])
    for at[0] in (1.0, 600.0, 1800.0, 1801.0, 3600.0):  # a walk calls it more often than the ticker
        job.run(clock.now())
    assert (begun, job.every) == ([1800.0, 3600.0], 1800)
