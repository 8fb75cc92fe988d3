"""A database that an earlier version left: people, claimed events, messages that wait, sealed words."""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from sqlalchemy import Connection, insert, text

from adapters.port import Lane
from bot.store import wrapping
from bot.store.key_tables import data_keys, default_key_store, key_engines
from bot.store.keys import Keys
from bot.store.masters import KEY_BYTES, Masters
from bot.store.schema import migrate
from bot.store.seals import new_version
from bot.store.store import open_store
from bot.turns.playing import claimed_as
from tests.stub_platform.adapter import NAME, TENANT

REVISION = "0003"
"""The first that had an outbox."""
SUBJECTS = tuple(f"person:sealed-{number}" for number in range(1100))
"""Whose keys make three batches of a rotation."""
_PEOPLE = 12
_PLACE = "notes/{}/body"

_PROGRAM = "INSERT INTO programs (program_id, name, opened_at) VALUES ('demo', 'Kill test', 0)"
_PERSON = (
    "INSERT INTO persons (id, program_id, state, name, zone) VALUES (:user, 'demo', 'active', :user, 'UTC')"
)
_EVENT = (
    "INSERT INTO events (platform, tenant, event_id, at, reply)"
    " VALUES (:platform, :tenant, :event, :at, 'nothing')"
)
_MARK = "INSERT INTO meta (name, value) VALUES ('key-store', :mark)"
_MESSAGE = (
    'INSERT INTO outbox (platform, tenant, "user", person_id, program_id, lane, operation, text_id,'
    " due_at, created_at)"
    " VALUES (:platform, :tenant, :user, :user, 'demo', :lane, 'post', 'opener.news', :at, :at)"
)


@dataclass(frozen=True)
class Earlier:
    """Whose message waits and which events were claimed; what was sealed, by subject."""

    users: tuple[str, ...]
    events: tuple[str, ...]
    sealed: dict[str, bytes]

    def unopened(self, keys: Keys) -> tuple[str, ...]:
        """Subjects whose words do not open as they were sealed."""
        return tuple(
            subject
            for subject, sealed in self.sealed.items()
            if keys.open(subject, _PLACE.format(subject), sealed) != subject.encode()
        )


def leave(url: str, keys: Keys, masters: Masters) -> Earlier:
    """Make the database at its old revision."""
    migrate(url, REVISION)
    users = tuple(f"earlier-{number}" for number in range(_PEOPLE))
    known: dict[str, object] = {"platform": NAME, "tenant": TENANT, "lane": int(Lane.REPLY)}
    known["at"] = int(datetime.now(UTC).timestamp() * 1000)
    rows = [known | {"user": user, "event": claimed_as(keys, user)} for user in users]
    store = open_store(url, single=False)
    try:
        store.write(partial(_execute, statement=_PROGRAM, rows=[{}]))
        mark = keys.mark(wrapping.KEY_STORE)
        store.write(partial(_execute, statement=_MARK, rows=[{"mark": mark}]))
        for statement in (_PERSON, _EVENT, _MESSAGE):
            store.write(partial(_execute, statement=statement, rows=rows))
    finally:
        store.close()
    _make_keys(url, masters)
    sealed = {one: keys.seal(one, _PLACE.format(one), one.encode()) for one in SUBJECTS[::20]}
    return Earlier(users, users, sealed)


def _execute(conn: Connection, statement: str, rows: list[dict[str, object]]) -> None:
    conn.execute(text(statement), rows)


def _make_keys(url: str, masters: Masters) -> None:
    """In one go: a thousand times a turn's way would take seconds."""
    rows = []
    for subject in SUBJECTS:
        version, key = new_version(), secrets.token_bytes(KEY_BYTES)
        name = wrapping.name_of(subject, version)
        wrapped = wrapping.wrap(masters, masters.newest, name, key)
        row = {"subject": subject, "version": version, "master": masters.newest, "wrapped": wrapped}
        rows.append(row | {"made_at": int(datetime.now(UTC).timestamp() * 1000), "used": True})
    writer, reader = key_engines(default_key_store(url))
    try:
        with writer.begin() as connection:
            connection.execute(insert(data_keys), rows)
    finally:
        writer.dispose()
        reader.dispose()
