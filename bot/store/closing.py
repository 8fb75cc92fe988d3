"""Closing a program down: every key is destroyed, and then every row. Killed half-way, it goes on.

How far it came is kept in the key store, sealed under the master key like its other secrets.
"""

import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection, Table, delete, func, select

from bot.errors import Closed, StoreInUse, StoreUnavailable
from bot.store import wrapping
from bot.store.apply import apply
from bot.store.draft import Upsert
from bot.store.engines import log_emptied, sqlite_engine, sqlite_path
from bot.store.faults import reaching
from bot.store.glance import glance, has_rows
from bot.store.key_tables import SCHEMA, data_keys, forgotten
from bot.store.key_tables import secrets as secrets_table
from bot.store.keys import Keys
from bot.store.masters import Masters
from bot.store.presence import hold_up, masters_of_living
from bot.store.store import Store
from bot.store.tables import meta, metadata, programs
from bot.store.upsert import insert_into

MARK = "closing"
"""Name in `meta` and among the secrets."""
_BATCH = 500
_STOP = "Stop each and run this again. One that was killed is forgotten after two minutes."
_KEPT = (MARK, wrapping.KEY_STORE)
_KINDS = {"person": "persons", "thread": "threads", "talk": "talks", "tenant": "tenants"}

Told = Callable[[int], None]


@dataclass(frozen=True, kw_only=True)
class Closing:
    """What is known of it: who began it and when (real time, ISO), of which programs, and how far it came.

    `destroyed`: keys by class. `statement` is the signed text, from its signing to the end. `finished` is
    empty until then.
    """

    began: str
    by: str
    programs: Mapping[str, str]
    destroyed: Mapping[str, int] = field(default_factory=lambda: dict.fromkeys(_KINDS.values(), 0))
    statement: str = ""
    finished: str = ""


def programs_of(store: Store) -> dict[str, str]:
    """Id and name of every program in the database; where closing down has emptied it, its id alone."""
    query = select(programs.c.program_id, programs.c.name).order_by(programs.c.program_id)
    found = {row[0]: row[1] for row in store.read(lambda conn: conn.execute(query).all())}
    return found or dict.fromkeys(_told(store).get("programs", ()), "")


def begun(keys: Keys) -> Closing | None:
    """How far it came; None where it has not begun."""
    with keys.writing() as connection:
        return _kept(connection, keys)


def looked_up(url: str, masters: Masters) -> Closing | None:
    """The same by a glance at a key store, which need not be there. Raises WrongMasterKey, NotPrivate."""
    if not has_rows(url, secrets_table):
        return None
    plain = {SCHEMA: SCHEMA if sqlite_path(url) is None else None}
    with glance(url) as store:
        return store.read(
            lambda connection: _read(connection.execution_options(schema_translate_map=plain), masters)
        )


def refuse_closed(store: Store, *, closing: bool = False) -> None:
    """Raises Closed where this database was closed down, whatever its key store says.

    With `closing` only where the closing down is finished.
    """
    found = _told(store)
    if found:
        wrapping.refuse_closed(found, closing=closing)


def make_room(store: Store) -> None:
    """Where PostgreSQL has no schema to make tables in, as after DROP SCHEMA public, make that one."""
    if store.dialect == "postgresql" and store.read(lambda conn: conn.scalar(func.current_schema())) is None:
        store.write(lambda conn: conn.exec_driver_sql("CREATE SCHEMA IF NOT EXISTS public"))


def begin(store: Store, keys: Keys, *, by: str, now: datetime) -> Closing:
    """From now on nothing serves and no key is made. Raises StoreInUse. `now`: real time.

    An SQLite file is this process's alone; on PostgreSQL no server comes to be known meanwhile.
    """
    fresh = Closing(began=now.isoformat(timespec="seconds"), by=by, programs=programs_of(store))

    def job(conn: Connection) -> Closing:
        hold_up(conn)
        running = len(masters_of_living(conn, now)) if conn.dialect.name == "postgresql" else 0
        if running:
            raise StoreInUse(f"Servers that serve from this database: {running}.", hint=_STOP)
        with keys.writing() as connection:
            found = _kept(connection, keys) or fresh
            _keep(connection, keys, found)
        _tell(conn, found)
        return found

    return store.write(job)


def destroy_keys(keys: Keys, told: Told = lambda _: None) -> None:
    """Destroy every key, and enter every subject in the ledger. `told` hears how many are gone so far."""
    while True:
        with keys.writing() as connection:
            found = connection.scalars(select(data_keys.c.subject).limit(_BATCH)).all()
            if not found:
                return
            closing = _known(connection, keys)
            now = int(datetime.fromisoformat(closing.began).timestamp() * 1000)
            rows = [{"subject": one, "at": now} for one in found]
            connection.execute(insert_into(connection, forgotten).on_conflict_do_nothing(), rows)
            connection.execute(delete(data_keys).where(data_keys.c.subject.in_(found)))
            kinds = Counter(_KINDS.get(one.partition(":")[0], "others") for one in found)
            gone = dict(Counter(closing.destroyed) + kinds)
            closing = replace(closing, destroyed={**closing.destroyed, **gone})
            _keep(connection, keys, closing)
        told(sum(closing.destroyed.values()))


def wipe(store: Store, url: str, told: Told = lambda _: None) -> None:
    """Take every row of every table away but two marks, and what SQLite keeps of them in its file.

    `told` hears how many tables are empty. Raises StoreUnavailable, also while somebody else reads the file.
    """
    if store.dialect == "postgresql":
        names = ", ".join(f'"{table.name}"' for table in metadata.sorted_tables if table is not meta)
        store.write(lambda conn: conn.exec_driver_sql(f"TRUNCATE {names}"))
    else:
        for number, table in enumerate(reversed(metadata.sorted_tables), 1):
            if table is not meta:
                store.write(partial(_empty, table=table))
                told(number)
    store.write(lambda conn: conn.execute(delete(meta).where(meta.c.name.not_in(_KEPT))).rowcount)
    empty_file(url)


def _empty(conn: Connection, table: Table) -> None:
    conn.execute(delete(table))


def keep_statement(keys: Keys, text: str) -> str:
    """Keep what was signed until it is finished; returns the one that was kept first: there is no second."""
    with keys.writing() as connection:
        closing = _known(connection, keys)
        closing = replace(closing, statement=closing.statement or text)
        _keep(connection, keys, closing)
    return closing.statement


def finish(store: Store, keys: Keys, url: str, *, now: datetime) -> None:
    """Destroy the key store's own secrets too, and keep in both that it is closed. `now`: real time.

    `url`: of the key store. Raises StoreUnavailable.
    """
    with keys.writing() as connection:
        closing = _known(connection, keys)
        closing = replace(closing, statement="", finished=now.isoformat(timespec="seconds"))
        _keep(connection, keys, closing)
        gone = secrets_table.c.name.in_((wrapping.MARKS, wrapping.SIGNING))
        connection.execute(delete(secrets_table).where(gone))
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(f"TRUNCATE {data_keys.fullname}")
    store.write(lambda conn: _tell(conn, closing))
    empty_file(url)


def _tell(conn: Connection, closing: Closing) -> None:
    """The database says so too, and of which programs: an older key store would not know."""
    told = {
        "began": closing.began,
        "by": closing.by,
        "programs": list(closing.programs),
        "finished": closing.finished,
    }
    apply(conn, Upsert(meta, {"name": MARK, "value": json.dumps(told)}, ("name",)))


def _told(store: Store) -> dict[str, Any]:
    """What the database says of it; empty where it has not begun."""
    query = select(meta.c.value).where(meta.c.name == MARK)
    found = store.read(lambda conn: conn.scalar(query))
    return {} if found is None else dict(json.loads(found))


def empty_file(url: str) -> None:
    """Write an SQLite file anew without what was deleted, and empty its log. Raises StoreUnavailable."""
    if sqlite_path(url) is None:
        return
    engine = sqlite_engine(url, "write")
    try:
        with reaching(), engine.connect() as connection:
            raw: Any = connection.connection.dbapi_connection
            raw.execute("VACUUM")
        if not log_emptied(engine):
            raise StoreUnavailable("Somebody else reads the file, so what was deleted is still in its log.")
    finally:
        engine.dispose()


def _kept(connection: Connection, keys: Keys) -> Closing | None:
    """Read within the transaction that changes it; the canary's lock lets one go first."""
    own = secrets_table.c.name
    connection.execute(select(own).where(own.in_((MARK, wrapping.CANARY))).with_for_update()).all()
    return _read(connection, keys.masters)


def _read(connection: Connection, masters: Masters) -> Closing | None:
    name = secrets_table.c.name
    if connection.scalar(select(name).where(name == MARK)) is None:
        return None
    return Closing(**json.loads(wrapping.secret_of(connection, masters, MARK)))


def _known(connection: Connection, keys: Keys) -> Closing:
    found = _kept(connection, keys)
    if found is None:
        raise Closed("Closing down has not begun.")
    return found


def _keep(connection: Connection, keys: Keys, closing: Closing) -> None:
    body = json.dumps(asdict(closing)).encode()
    newest = keys.masters.newest
    row = {"name": MARK, "master": newest, "wrapped": wrapping.wrap(keys.masters, newest, MARK, body)}
    connection.execute(delete(secrets_table).where(secrets_table.c.name == MARK))
    connection.execute(insert_into(connection, secrets_table).values(row))
