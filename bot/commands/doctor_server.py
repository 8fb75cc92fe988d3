"""What `companion doctor` hears from the server on this machine, and reads of its master keys."""

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import Connection, func, inspect, select

from bot.commands.checking import FIRST, Look, Warned, since
from bot.commands.doctor_here import Here, State
from bot.commands.terminal import counted
from bot.errors import StoreUnavailable
from bot.opening import masters_there
from bot.settings import Settings
from bot.store.engines import sqlite_path
from bot.store.glance import glance, is_there
from bot.store.key_tables import SCHEMA, data_keys
from bot.store.key_tables import secrets as secrets_table
from bot.store.wrapping import CANARY
from bot.web.addresses import address

OLD = timedelta(days=730)
"""NIST SP 800-57 part 1, 5.3.6: a key that wraps keys is used for at most two years."""
_PARTS = {
    "database": "look at the database and its disk",
    "keys": "look at the key store (keys.db, or COMPANION_KEY_STORE_URL)",
    "outbox": "look at the platform and the way to it",
    "sweep": "the log says why (nudges.job-failed)",
    "loops": "restart it; the log says what ended (loop.ended)",
    "resources": "correct resources.toml",
}
_ON_DATABASE = frozenset({"database", "keys", "outbox", "sweep"})


def looks(here: Here, *, is_away: bool) -> Mapping[str, Look]:
    """`is_away`: the database is, so that parts of the server that stand on it cannot be ready."""

    def server(settings: Settings) -> str | Warned:
        """Raises StoreUnavailable where it does not answer, or answers that a part of it is not ready."""
        match here.state:
            case State.UNKNOWN:
                return "COMPANION_INTERNAL_PORT is 0, so nobody knows where to ask"
            case State.NONE if sqlite_path(settings.database_url) is None:
                return Warned("no server answers on this machine", "Start it, if one is to run here.")
            case State.NONE:
                return "none runs on this machine"
            case State.SILENT:
                raise StoreUnavailable("A server is here but does not answer.", hint=_RESTART)
            case State.HIDDEN:
                where = address(settings.internal_host, settings.internal_port)
                raise StoreUnavailable(f"A server is here, and nobody answers at {where}.", hint=_HIDDEN)
        return _ready(here.parts, is_away=is_away)

    return {"server": server, "wrapping": _wrapping, "key age": _age}


_RESTART = "See its log, then restart it: systemctl restart companion (kill -9 where it does not end)."
_HIDDEN = (
    "It is starting or stopping, or listens elsewhere (COMPANION_INTERNAL_PORT): look again in a moment."
    " If it stays so, see its log and restart it: systemctl restart companion."
)


def _ready(parts: Mapping[str, object], *, is_away: bool) -> str:
    """Raises StoreUnavailable where a part is not ready, but for those that wait for the database."""
    bad = [name for name, good in parts.items() if name != "ready" and not good]
    if is_away:
        bad = [name for name in bad if name not in _ON_DATABASE]
    if bad:
        do = "; ".join(f"{name}: {_PARTS.get(name, 'see its log')}" for name in bad)
        raise StoreUnavailable(
            f"The server here is not ready: {', '.join(bad)}.", hint=f"{do[0].upper()}{do[1:]}."
        )
    if not parts.get("ready"):
        return "the server here waits for the database"
    return f"the server here is ready in all of its {counted(len(parts) - 1, 'part')}"


def _wrapping(settings: Settings) -> str | Warned:
    masters = masters_there(settings)
    if masters is None or not is_there(settings.key_store_url):
        return FIRST
    with glance(settings.key_store_url) as store:
        found = store.read(_kept)
    if found is None:
        return FIRST
    wraps, counts = found
    keys = ", ".join(f"version {version}: {counted(counts[version], 'key')}" for version in sorted(counts))
    note = f"version {wraps} wraps new keys; {keys or 'no keys yet'}"
    if masters.newest > wraps or any(version < wraps for version in counts):
        return Warned(note, "Once every server has the newest version, run: companion keys rotate")
    return note


def _kept(connection: Connection) -> tuple[int, dict[int, int]] | None:
    """Which version wraps new keys, and how many keys each wraps; None before the first start."""
    schema = None if connection.dialect.name == "sqlite" else SCHEMA
    if not inspect(connection).has_table(data_keys.name, schema=schema):
        return None
    plain = connection.execution_options(schema_translate_map={SCHEMA: schema})
    wraps = plain.scalar(select(secrets_table.c.master).where(secrets_table.c.name == CANARY))
    counts = plain.execute(select(data_keys.c.master, func.count()).group_by(data_keys.c.master))
    return (wraps, {row[0]: row[1] for row in counts}) if wraps is not None else None


def _age(settings: Settings) -> str | Warned:
    file = settings.master_key_file
    if file is None or not file.exists():
        return "not kept in a file"
    age = since(file)
    note = f"the file last changed {counted(age.days, 'day')} ago"
    return (
        Warned(note, "Add a version: companion keys make --add, and see docs/running.md.")
        if age > OLD
        else note
    )
