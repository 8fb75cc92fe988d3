"""Closing down goes on with whatever is left of database and key store, and is done once."""

from datetime import date
from pathlib import Path
from typing import Literal

import psycopg
import pytest
from sqlalchemy import insert

from bot.commands import closing as command
from bot.errors import Closed, NotFound, OperatorError
from bot.opening import belong_together, masters_of, open_all
from bot.private import make_private_folder
from bot.settings import Settings
from bot.store import closing
from bot.store.closing_statement import digest
from bot.store.keys import open_keys
from bot.store.schema import migrate, revision_of, revisions
from bot.store.store import open_store
from bot.store.tables import programs
from tests.conftest import MONDAY
from tests.ops.kept import Kept
from tests.ops.pilot import DESTROYED, NAME, SUBJECTS, Pilot

STEPS = {"keys": "Progress", "rows": "wipe", "emptied": "stated", "statement": "finish"}


@pytest.fixture
def lone(empty_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pilot:
    """One whose database no other test has."""
    found = Settings(data_folder=tmp_path / "data", database_url=empty_url, port=0, internal_port=0)
    monkeypatch.setattr(command, "started", lambda: found)
    return Pilot(found, tmp_path)


def kept(pilot: Pilot, part: Literal["public", "keys"]) -> Kept:
    url = pilot.settings.database_url if part == "public" else pilot.settings.key_store_url
    return Kept(url, pilot.out.with_name(f"kept-{part}"), part)


def killed(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def killed_before(pilot: Pilot, step: str) -> None:
    """Amid the keys, before the rows go, after them, or before the end."""
    with pytest.MonkeyPatch.context() as until:
        until.setattr(closing, "_BATCH", 2)
        until.setattr(command, STEPS[step], (lambda *_, **__: killed) if step == "keys" else killed)
        with pytest.raises(KeyboardInterrupt):
            pilot.close()
    pilot.out = pilot.out.with_name("second.json")


def served_at(revision: str, settings: Settings) -> None:
    """A database of an earlier version, with its program."""
    migrate(settings.database_url, revision)
    make_private_folder(settings.data_folder)
    store = open_store(settings.database_url)
    keys = open_keys(settings.key_store_url, masters_of(settings))
    belong_together(store, keys)
    demo = {"program_id": "demo", "name": "Demo", "opened_at": MONDAY}
    store.write(lambda conn: conn.execute(insert(programs).values(**demo)).rowcount)
    keys.close()
    store.close()


@pytest.mark.parametrize("step", STEPS)
def test_begun_it_is_finished_though_the_database_is_lost(
    lone: Pilot, step: str, capsys: pytest.CaptureFixture[str]
) -> None:
    killed_before(lone, step)
    kept(lone, "public").lose()
    with pytest.raises(OperatorError, match="demo-2 is not the program"):
        lone.close(yes="demo-2")
    lone.close()
    told = lone.statement()
    assert "The database is lost: an empty one takes its place." in capsys.readouterr().out
    assert (told["keys_destroyed"], told["ledger_sha256"]) == (DESTROYED, digest(SUBJECTS))
    assert ("was lost meanwhile" in str(told["in_words"])) is (step != "statement")
    with pytest.raises(Closed, match="was closed on"):
        open_all(lone.settings, single=True)


@pytest.mark.postgres
@pytest.mark.parametrize("empty_url", ["postgresql"], indirect=True)
def test_begun_it_is_finished_though_the_schema_of_the_database_is_dropped(lone: Pilot) -> None:
    killed_before(lone, "keys")
    with psycopg.connect(lone.settings.database_url.replace("+psycopg", "")) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
    lone.close()
    assert (lone.statement()["keys_destroyed"], lone.rows()) == (DESTROYED, {"meta": 1})


@pytest.mark.parametrize("step", ["rows", "emptied"])
def test_begun_it_is_finished_though_an_older_key_store_came_back(pilot: Pilot, step: str) -> None:
    older = kept(pilot, "keys")
    older.back_up()
    killed_before(pilot, step)
    older.bring_back()
    with pytest.raises(Closed, match="is not finished") as refused:
        open_all(pilot.settings, single=True)
    assert refused.value.line.endswith("Run: companion close")
    pilot.close()
    told = pilot.statement()
    assert (str(told["programs"]).count("'id': 'demo'"), told["keys_destroyed"]) == (1, DESTROYED)
    assert (pilot.rows(), pilot.kept()) == ({"meta": 2}, (0, set(SUBJECTS)))


@pytest.mark.parametrize("yes", ["demo", " "])
def test_finished_it_is_not_done_again_where_an_older_key_store_came_back(pilot: Pilot, yes: str) -> None:
    older = kept(pilot, "keys")
    older.back_up()
    pilot.close()
    older.bring_back()
    first, pilot.out = pilot.out, pilot.out.with_name("second.json")
    with pytest.raises(Closed, match=r"was closed on 20\d\d") as refused:
        pilot.close(yes=yes)
    assert refused.value.line.endswith(
        "Delete the older key store that came back (keys.db; on PostgreSQL the schema keys)."
    )
    assert (first.exists(), pilot.out.exists()) == (True, False)


def test_finished_it_is_not_done_again_where_the_database_is_lost(lone: Pilot) -> None:
    lone.close()
    lone.out.unlink()
    kept(lone, "public").lose()
    with pytest.raises(Closed, match="was closed on"):
        lone.close()


def test_a_database_that_keeps_no_program_is_not_closed(
    empty_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = Settings(data_folder=tmp_path / "data", database_url=empty_url)
    monkeypatch.setattr(command, "started", lambda: found)
    open_all(found, single=True).close()
    for yes in ("demo", " "):
        with pytest.raises(NotFound, match="the database keeps no program"):
            command.close(by=NAME, out=tmp_path / "s.json", yes=yes, backups_until=None)
    assert not (tmp_path / "s.json").exists()


@pytest.mark.parametrize(("yes", "until"), [("demo", date(2020, 1, 31)), ("demo-2", None)])
def test_what_is_refused_migrates_nothing(
    empty_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, yes: str, until: date | None
) -> None:
    found = Settings(data_folder=tmp_path / "data", database_url=empty_url)
    monkeypatch.setattr(command, "started", lambda: found)
    served_at("0006", found)
    with pytest.raises(OperatorError):
        command.close(by=NAME, out=tmp_path / "s.json", yes=yes, backups_until=until)
    assert revision_of(empty_url) == "0006"
    command.close(by=NAME, out=tmp_path / "s.json", yes="demo", backups_until=None)
    assert revision_of(empty_url) == revisions()[-1]
