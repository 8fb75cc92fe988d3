"""One durable turn of the store alone, beside a raw sqlite3 transaction with the same writes.

Both keep a claim, the person's version, a talk, an outbox row and an inbox row in the companion's own tables,
with synchronous=FULL.
"""

import sqlite3
from concurrent.futures import Future
from pathlib import Path

from sqlalchemy import Connection, bindparam, select

from bot.store.draft import Claim, Draft, Guard, Insert, Update
from bot.store.schema import migrate
from bot.store.store import Store, open_store
from bot.store.tables import accounts, inbox, outbox, persons, talks
from tests.bench.frame import Figure, Found, Measure, Part, Room
from tests.bench.rivals.check_in import AT_ONCE
from tests.bench.spent import spent
from tests.store import people

TURNS = 800
BODY = b"x" * 300
_FIND = select(persons.c.version).where(persons.c.id == bindparam("who"))
_MS = int(people.NOW.timestamp() * 1000)


def outbox_row(who: str, number: int) -> dict[str, object]:
    return {
        "platform": "web",
        "tenant": "demo",
        "user": who,
        "person_id": who,
        "lane": 1,
        "operation": "post",
        "body": BODY,
        "subject": f"person:{who}",
        "talk_id": who,
        "key": f"q{number}",
        "due_at": people.NOW,
        "created_at": people.NOW,
    }


def inbox_row(who: str, number: int) -> dict[str, object]:
    return {"id": f"{who}-{number}", "person_id": who, "kind": "timer", "created_at": people.NOW}


def through_the_store(store: Store, who: str, number: int) -> Future[str]:
    def job(connection: Connection) -> Draft[str]:
        version = connection.execute(_FIND, {"who": who}).scalar_one()
        writes = (
            Update(talks, {"id": who}, {"journal": BODY, "asks": f"q{number}", "touched_at": people.NOW}),
            Insert(outbox, outbox_row(who, number)),
            Insert(inbox, inbox_row(who, number), ignore=True),
        )
        claim = Claim("web", "demo", f"{who}-{number}", {"at": people.NOW, "reply": "nothing"})
        return Draft("said", writes, claim, Guard(who, version))

    return store.play(job)


def raw(connection: sqlite3.Connection, who: str, number: int) -> None:
    connection.execute("BEGIN IMMEDIATE")
    (version,) = connection.execute("SELECT version FROM persons WHERE id = ?", (who,)).fetchone()
    connection.execute(
        "INSERT INTO events (platform, tenant, event_id, at, reply) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT DO NOTHING",
        ("web", "demo", f"{who}-{number}", _MS, "nothing"),
    )
    connection.execute(
        "UPDATE persons SET version = ? WHERE id = ? AND version = ?", (version + 1, who, version)
    )
    connection.execute(
        "UPDATE talks SET journal = ?, asks = ?, touched_at = ? WHERE id = ?", (BODY, f"q{number}", _MS, who)
    )
    values = ("web", "demo", who, who, 1, "post", BODY, f"person:{who}", who, f"q{number}", _MS, _MS)
    connection.execute(
        'INSERT INTO outbox (platform, tenant, "user", person_id, lane, operation, body, subject, talk_id,'
        ' "key", due_at, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
        values,
    )
    connection.execute(
        "INSERT INTO inbox (id, person_id, kind, created_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (f"{who}-{number}", who, "timer", _MS),
    )
    connection.execute("COMMIT")


def fresh(folder: Path) -> str:
    """A migrated database with its people, each with an open talk."""
    url = f"sqlite:///{folder}/bench.db"
    migrate(url)
    store = open_store(url, single=False)
    names = [f"p{number}" for number in range(AT_ONCE)]
    people.settle(store, *names)
    for number, name in enumerate(names, 1):
        account = {"id": number, "platform": "web", "tenant": "demo", "user": name, "person_id": name}
        talk = {"id": name, "person_id": name, "flow": "check-in", "version": 1, "state": "open", "rank": 1}
        times = {"account_id": number, "opened_at": people.NOW, "touched_at": people.NOW}
        people.put(store, Insert(accounts, account), Insert(talks, {**talk, **times}))
    store.close()
    return url


def alone(room: Room) -> Found:
    return _through(room, 1)


def at_once(room: Room) -> Found:
    return _through(room, AT_ONCE)


def _through(room: Room, at_once: int) -> Found:
    store, turns = open_store(fresh(room.folder), single=False), room.times(TURNS)
    _play(store, range(-AT_ONCE, 0), at_once)
    with spent() as found:
        _play(store, range(turns), at_once)
    store.close()
    return found.each(turns)


def _play(store: Store, turns: range, at_once: int) -> None:
    for first in turns[::at_once]:
        some = range(first, min(first + at_once, turns.stop))
        for future in [through_the_store(store, f"p{n % AT_ONCE}", n) for n in some]:
            future.result()


def floor(room: Room) -> Found:
    connection = sqlite3.connect(fresh(room.folder).removeprefix("sqlite:///"), isolation_level=None)
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "secure_delete = ON"):
        connection.execute(f"PRAGMA {pragma}")
    turns = room.times(TURNS)
    with spent() as found:
        for number in range(turns):
            raw(connection, f"p{number % AT_ONCE}", number)
    connection.close()
    return found.each(turns)


PART = Part(
    name="store",
    measures=(
        Measure("store", "tests.bench.store_alone:alone"),
        Measure("raw", "tests.bench.store_alone:floor"),
        Measure("store, at once", "tests.bench.store_alone:at_once"),
    ),
    figures=(
        Figure(
            "Store",
            "A durable turn of the store alone, beside a raw transaction with the same five writes",
            "store",
            "cpu_ms",
            peer="raw",
            unit="x",
        ),
        Figure("Store at 16", "The same, 16 at once", "store, at once", "cpu_ms", peer="raw", unit="x"),
    ),
)
