"""What others keep in the companion's PostgreSQL database: it is not copied, and a restore lets it be."""

import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import LiteralString

import psycopg
import pytest

from bot.errors import OperatorError
from bot.store import backup_postgres
from bot.store.backup_entries import TABLES, VIEWS, entry, ours_of
from bot.store.schema import migrate, revision_of, revisions
from tests.servers import PostgresServer, postgres_bin

pytestmark = pytest.mark.postgres

EXTENSION: LiteralString = "CREATE EXTENSION pg_stat_statements"
OTHERS: tuple[LiteralString, ...] = (
    "CREATE SCHEMA other CREATE TABLE audited (id integer)",
    "CREATE FUNCTION other.audit() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    "CREATE TRIGGER audit AFTER INSERT ON other.audited FOR EACH ROW EXECUTE FUNCTION other.audit()",
    "CREATE TRIGGER audit AFTER INSERT ON outbox FOR EACH ROW EXECUTE FUNCTION other.audit()",
)
HANGING: tuple[LiteralString, ...] = (
    "CREATE VIEW other.waiting AS SELECT id FROM outbox",
    "CREATE TABLE other.seen (person_id text CONSTRAINT who REFERENCES persons)",
)
Dump = Callable[[str, Path], None]


def nobody(done: int, of: int) -> None:
    """Hears how far it is."""


def dump(url: str, folder: Path) -> None:
    backup_postgres.copy_out(url, "database", folder / "companion.sql.gz", nobody)


def dump_whole(url: str, folder: Path) -> None:
    """As earlier versions made it, which dumped all but the keys."""
    words = ("--clean", "--if-exists", "--no-owner", "--no-privileges", "--compress=6")
    program(url, *words, "--exclude-schema=keys", f"--file={folder}/companion.sql.gz")


def bring_back(url: str, folder: Path) -> None:
    backup_postgres.refuse_hanging(url)
    backup_postgres.bring_back(url, "database", folder / "companion.sql.gz", nobody)


def program(url: str, *words: str) -> str:
    """What pg_dump says."""
    folder = postgres_bin()
    assert folder is not None
    given = [str(folder / "pg_dump"), *words, url.replace("+psycopg", "")]
    return subprocess.run(given, capture_output=True, text=True, check=True).stdout


def looks(url: str) -> list[str]:
    """All that the database is made of, without what is new in each dump."""
    lines = program(url, "--schema-only", "--no-owner").splitlines()
    return [line for line in lines if not line.startswith(("\\", "--"))]


def told(url: str, *lines: LiteralString) -> list[tuple[object, ...]]:
    """What PostgreSQL answers to the last of these."""
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        *_, last = [connection.execute(line) for line in lines]
        return last.fetchall() if last.description else []


def of_role(server: PostgresServer) -> str:
    """A new database whose owner may do nothing else on the server."""
    url = server.create_database()
    with suppress(psycopg.errors.DuplicateObject):
        told(server.url, "CREATE ROLE comp LOGIN")
    told(url, "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I OWNER TO comp', current_database()); END $$")
    return url.replace("postgres@", "comp@")


@pytest.fixture
def url(postgres_server: PostgresServer) -> Iterator[str]:
    """A migrated database of such a role."""
    made = of_role(postgres_server)
    migrate(made)
    yield made
    postgres_server.drop_database(made)


def as_superuser(url: str) -> str:
    return url.replace("comp@", "postgres@")


def test_beside_an_extension_and_a_schema_of_others_its_owner_backs_up_and_restores(
    url: str, postgres_server: PostgresServer, tmp_path: Path
) -> None:
    told(as_superuser(url), EXTENSION, *OTHERS)
    dump(url, tmp_path)
    told(as_superuser(url), "INSERT INTO other.audited VALUES (1)")
    bring_back(url, tmp_path)
    assert told(as_superuser(url), "SELECT id FROM other.audited") == [(1,)]
    empty = of_role(postgres_server)
    bring_back(empty, tmp_path)
    assert revision_of(empty) == revision_of(url)
    assert told(empty, "SELECT 1 FROM pg_extension WHERE extname <> 'plpgsql'") == []


@pytest.mark.parametrize("who", ["owner", "superuser"])
def test_a_backup_of_an_earlier_version_brings_back_ours_alone(url: str, who: str, tmp_path: Path) -> None:
    told(as_superuser(url), EXTENSION, *OTHERS, "INSERT INTO other.audited VALUES (1)")
    told(url, "INSERT INTO meta VALUES ('a', '-- Name: b; Type: EXTENSION; Schema: -; Owner: -')")
    dump_whole(as_superuser(url), tmp_path)
    told(as_superuser(url), "INSERT INTO other.audited VALUES (2)", "DELETE FROM meta")
    bring_back(url if who == "owner" else as_superuser(url), tmp_path)
    assert told(as_superuser(url), "SELECT id FROM other.audited ORDER BY id") == [(1,), (2,)]
    assert told(as_superuser(url), "SELECT name FROM meta") == [("a",)]


def test_what_of_others_would_go_is_named_and_nothing_is_changed(url: str, tmp_path: Path) -> None:
    dump(url, tmp_path)
    told(as_superuser(url), OTHERS[0], *HANGING)
    with pytest.raises(OperatorError) as refused:
        bring_back(url, tmp_path)
    assert "is not the companion's: foreign key who of other.seen, view other.waiting." in refused.value.line
    assert told(as_superuser(url), "TABLE other.waiting") == []
    told(as_superuser(url), "DROP VIEW other.waiting", "ALTER TABLE other.seen DROP CONSTRAINT who")
    bring_back(url, tmp_path)


def test_what_hangs_on_our_tables_in_another_way_stays_too(url: str, tmp_path: Path) -> None:
    dump(url, tmp_path)
    told(as_superuser(url), OTHERS[0], "CREATE TABLE other.heir () INHERITS (meta)")
    with pytest.raises(OperatorError, match=r"hangs on its tables, and nothing was changed\."):
        bring_back(url, tmp_path)
    assert told(as_superuser(url), "TABLE other.heir") == []


def test_functions_of_others_on_our_tables_stay(url: str, tmp_path: Path) -> None:
    dump(url, tmp_path)
    told(as_superuser(url), *OTHERS)
    bring_back(url, tmp_path)
    query: LiteralString = "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'audit'"
    assert told(url, query) == [("other.audited",)]


@pytest.mark.parametrize("made", [dump, dump_whole])
def test_of_an_earlier_revision_all_that_is_ours_comes_back(
    postgres_server: PostgresServer, made: Dump, tmp_path: Path
) -> None:
    older, other = postgres_server.create_database(), postgres_server.create_database()
    for revision in ("0003", "0004", "0008", revisions()[-1]):  # functions, views and triggers differ
        migrate(older, revision)
        made(older, tmp_path)
        bring_back(other, tmp_path)
        assert (revision, looks(other)) == (revision, looks(older))


def test_every_table_and_view_that_any_revision_makes_is_known(postgres_server: PostgresServer) -> None:
    url, found = postgres_server.create_database(), set[object]()
    for revision in revisions():
        migrate(url, revision)
        query: LiteralString = "SELECT relname FROM pg_class WHERE relkind IN ('r', 'v', 'm', 'p')"
        found |= {name for (name,) in told(url, f"{query} AND relnamespace = 'public'::regnamespace")}
    assert found == {*TABLES, *VIEWS}


def test_a_database_that_is_brought_forward_meanwhile_is_copied_anew(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = iter([entry("look_at_meta()", "FUNCTION", "public", "SELECT 1"), ""])
    monkeypatch.setattr(backup_postgres, "_functions", lambda *_: next(found))
    with pytest.raises(OperatorError, match=r"brought forward meanwhile\.$"):
        dump(url, tmp_path)


def test_of_a_dump_nothing_is_told_that_is_no_entry_of_ours() -> None:
    lines = (
        "SET row_security = off;\nDROP TABLE IF EXISTS other.audited;\n"
        f"{entry('audited', 'TABLE', 'other', 'CREATE TABLE other.audited (id integer)')}"
        f"{entry('meta', 'TABLE', 'other', 'CREATE TABLE other.meta (id integer)')}"
        f"{entry('outbox audit', 'TRIGGER', 'public', 'CREATE TRIGGER audit')}"
        f"{entry('meta', 'TABLE', 'public', 'CREATE TABLE public.meta (name text)')}"
        "\\unrestrict a\n"
    )
    given = lines.encode().splitlines(keepends=True)
    told = b"".join(line for line in ours_of(given, "public") if line.strip(b"-\n")).decode().splitlines()
    assert [line for line in told if not line.startswith("--")] == [
        *("SET row_security = off;", "CREATE TABLE public.meta (name text);", "\\unrestrict a")
    ]
