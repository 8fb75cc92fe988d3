"""The key store: a file of its own on SQLite, a schema of its own on PostgreSQL, outside ordinary backups."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Engine,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    text,
)
from sqlalchemy.engine import make_url

from bot.store.engines import make_private, postgres_engine, refuse_moved, sqlite_engine, sqlite_path

SCHEMA = "keys"

metadata = MetaData(schema=SCHEMA)

data_keys = Table(
    "data_keys",
    metadata,
    Column("subject", Text, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("master", Integer, nullable=False),  # version of the master key that wraps it
    Column("wrapped", LargeBinary, nullable=False),
    Column("made_at", BigInteger, nullable=False),  # real time, ms
    Column("used", Boolean, nullable=False),  # a row that needs it was seen
)

forgotten = Table(  # the ledger: replayed before a restored database may serve
    "forgotten",
    metadata,
    Column("subject", Text, primary_key=True),
    Column("at", BigInteger, nullable=False),  # real time, ms
)

secrets = Table(  # the canary, and the key of blind indexes
    "secrets",
    metadata,
    Column("name", Text, primary_key=True),
    Column("master", Integer, nullable=False),
    Column("wrapped", LargeBinary, nullable=False),
)

epochs = Table(  # which life of the database was seen last: what lags behind it was restored
    "epochs",
    metadata,
    Column("name", Text, primary_key=True),
    Column("number", BigInteger, nullable=False),
)


def default_key_store(database_url: str) -> str:
    """Where keys live when no setting says otherwise: keys.db beside the file, or the same server."""
    path = sqlite_path(database_url)
    if path is None:
        return database_url
    return (
        make_url(database_url)
        .set(database=str(path.with_name("keys.db")))
        .render_as_string(hide_password=False)
    )


def key_engines(url: str) -> tuple[Engine, Engine]:
    """Connections that write, and connections that read; of a file, the one alone that stands there now."""
    path = sqlite_path(url)
    if path is None:
        write = postgres_engine(url, size=2, autocommit=False, bounded=True)
        return write, postgres_engine(url, size=4, autocommit=True, bounded=True)
    make_private(path)
    write, read = sqlite_engine(url, "write"), sqlite_engine(url, "read")
    refuse_moved(path, write, read)
    plain = {SCHEMA: None}
    return (
        write.execution_options(schema_translate_map=plain),
        read.execution_options(schema_translate_map=plain),
    )


def make_tables(connection: Connection) -> None:
    """Once for all servers that start together."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('companion keys'))"))
        connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}"))
    metadata.create_all(connection)
