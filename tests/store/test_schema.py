"""The tables are what the migrations make, and a database only ever moves forward."""

import os
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError, MultipleResultsFound

from bot.errors import NotPrivate, StoreTooNew, StoreUnavailable
from bot.store import schema
from bot.store.schema import migrate, revision_of, revisions
from bot.store.store import Store, open_store
from bot.store.tables import alerts, assignments, barred, metadata


def stamp(url: str, revision: str) -> None:
    store = open_store(url)
    store.write(lambda c: c.execute(text("UPDATE alembic_version SET version_num = :r"), {"r": revision}))
    store.close()


def test_the_migrations_make_exactly_these_tables(database_url: str) -> None:
    with schema._connected(database_url) as connection:
        # On SQLite, Alembic takes a default of "" for none.
        options = {"compare_server_default": connection.dialect.name == "postgresql"}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, metadata) == []


@pytest.mark.parametrize("revision", revisions())
def test_every_revision_leads_forward(empty_url: str, revision: str) -> None:
    migrate(empty_url, revision)
    assert revision_of(empty_url) == revision
    migrate(empty_url)
    assert revision_of(empty_url) == revisions()[-1]


COACH_AND_EVALUATOR = """
INSERT INTO programs (program_id, name, opened_at) VALUES ('demo', 'Demo', 0);
INSERT INTO persons (id, program_id, state, name, zone)
VALUES ('ana', 'demo', 'active', '', ''), ('cleo', 'demo', 'active', '', '');
INSERT INTO assignments (program_id, coach_id, trainee_id, starts)
VALUES ('demo', 'cleo', 'ana', '2026-01-01');
INSERT INTO memberships (program_id, person_id, role, starts)
VALUES ('demo', 'cleo', 'coach', '2026-01-01'), ('demo', 'cleo', 'evaluator', '2026-03-01');
INSERT INTO threads (id, program_id, kind, visibility, state, created_at, moved_at)
VALUES ('t', 'demo', 'alert', 'pair', 'acknowledged', 0, 1000);
INSERT INTO alerts (thread_id, program_id, trainee_id, coach_id, expires_at)
VALUES ('t', 'demo', 'ana', 'cleo', 0)
"""


def test_coaches_who_evaluated_by_their_role_are_parted_and_old_requests_get_an_end(empty_url: str) -> None:
    migrate(empty_url, "0004")
    store = open_store(empty_url)
    store.write(lambda c: [c.execute(text(one)).rowcount for one in COACH_AND_EVALUATOR.split(";")])
    store.close()
    migrate(empty_url)
    store = open_store(empty_url)
    ended = store.read(lambda c: c.scalar(select(assignments.c.ends)))
    ladder = store.read(lambda c: c.execute(select(alerts.c.due_at, alerts.c.step)).one())
    store.close()
    assert ended == date(2026, 3, 1)
    assert ladder == (datetime(1970, 1, 15, 0, 0, 1, tzinfo=UTC), 2)


def test_with_the_views_made_anew_who_evaluates_is_refused_as_before(empty_url: str) -> None:
    migrate(empty_url, "0008")
    store = open_store(empty_url)
    store.write(lambda c: [c.execute(text(one)).rowcount for one in COACH_AND_EVALUATOR.split(";")])
    store.close()
    migrate(empty_url)
    store = open_store(empty_url)
    later = {"program_id": "demo", "coach_id": "cleo", "trainee_id": "ana", "starts": date(2026, 4, 1)}
    with pytest.raises(IntegrityError, match="coach evaluates this trainee"):
        store.write(lambda c: c.execute(assignments.insert(), later).rowcount)
    found = store.read(lambda c: c.execute(select(barred.c.person_id, barred.c.trainee_id)).all())
    ended = store.read(lambda c: c.scalar(select(assignments.c.ends)))
    store.close()
    assert (found, ended) == ([("cleo", "")], date(2026, 3, 1))


def test_the_files_are_numbered_as_they_are_walked() -> None:
    walked = [one.revision for one in ScriptDirectory(str(schema._FOLDER)).walk_revisions()]
    assert revisions() == tuple(reversed(walked))


def test_a_database_with_two_revisions_is_not_served(empty_url: str) -> None:
    migrate(empty_url)
    store = open_store(empty_url)
    store.write(lambda c: c.execute(text("INSERT INTO alembic_version VALUES ('0001')")).rowcount)
    store.close()
    with pytest.raises(MultipleResultsFound):
        migrate(empty_url)


def test_migrating_again_changes_nothing(database_url: str) -> None:
    migrate(database_url)
    assert revision_of(database_url) == revisions()[-1]


def test_a_newer_database_is_refused_and_left_as_it_is(empty_url: str) -> None:
    migrate(empty_url)
    stamp(empty_url, "9999")
    with pytest.raises(StoreTooNew):
        migrate(empty_url)
    assert revision_of(empty_url) == "9999"


def test_an_empty_database_has_no_revision(empty_url: str) -> None:
    assert revision_of(empty_url) is None


def test_a_new_database_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "data" / "companion.db"
    migrate(f"sqlite:///{path}")
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("name", ["companion.db", "companion.db-wal", "companion.db-shm"])
@pytest.mark.parametrize("mode", [0o644, 0o640, 0o606])
def test_a_database_that_others_can_open_is_refused_with_what_mends_it(
    mode: int, name: str, tmp_path: Path
) -> None:
    migrate(f"sqlite:///{tmp_path}/companion.db")
    path = tmp_path / name
    path.touch()
    path.chmod(mode)
    with pytest.raises(NotPrivate, match="Others can open") as refused:
        migrate(f"sqlite:///{tmp_path}/companion.db")
    assert refused.value.what_to_do == f"Run: chmod 600 {path}"
    assert path.stat().st_mode & 0o777 == mode


def test_a_database_of_another_user_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    migrate(f"sqlite:///{tmp_path}/companion.db")
    monkeypatch.setattr(os, "geteuid", lambda: 12345)
    with pytest.raises(NotPrivate, match="belongs to another user"):
        migrate(f"sqlite:///{tmp_path}/companion.db")


@pytest.mark.parametrize(
    ("closed", "told"), [("", "write into {}"), ("companion.db", "write {}/companion.db")]
)
def test_a_database_that_cannot_be_written_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, closed: str, told: str
) -> None:
    migrate(f"sqlite:///{tmp_path}/companion.db")
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != tmp_path / closed)
    with pytest.raises(NotPrivate, match=f"^This user cannot {told.format(tmp_path)}"):
        migrate(f"sqlite:///{tmp_path}/companion.db")


def test_a_place_where_no_database_can_be_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreUnavailable):
        migrate(f"sqlite:///{tmp_path}/file/companion.db")


def test_sqlite_needs_a_file() -> None:
    with pytest.raises(ValueError, match="file"):
        open_store("sqlite:///:memory:")


def test_program_owned_tables_begin_their_key_with_the_program(store: Store) -> None:
    named = ("programs", "memberships", "evaluations", "assignments", "coaches", "counts", "holds")
    firsts = {name: next(iter(metadata.tables[name].primary_key.columns)).name for name in named}
    assert set(firsts.values()) == {"program_id"}
