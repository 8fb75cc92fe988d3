"""CPU of one durable turn beside a raw sqlite3 transaction with the same writes, alone and sixteen at once.

    .venv/bin/python -m tests.bench.turn_floor [rounds]

Both keep a claim, the person's version, a talk, an outbox row and an inbox row, with synchronous=FULL. The
two take turns, round by round; what counts is the median of the rounds' ratios.
"""

import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path

from sqlalchemy import Connection, bindparam, select

from bot.store.draft import Claim, Draft, Guard, Insert, Update
from bot.store.schema import migrate
from bot.store.store import Store, open_store
from bot.store.tables import accounts, inbox, outbox, persons, talks
from tests.store import people

PEOPLE = 16
TURNS = 400
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
    names = [f"p{number}" for number in range(PEOPLE)]
    people.settle(store, *names)
    for number, name in enumerate(names, 1):
        account = {"id": number, "platform": "web", "tenant": "demo", "user": name, "person_id": name}
        talk = {"id": name, "person_id": name, "flow": "check-in", "version": 1, "state": "open", "rank": 1}
        times = {"account_id": number, "opened_at": people.NOW, "touched_at": people.NOW}
        people.put(store, Insert(accounts, account), Insert(talks, {**talk, **times}))
    store.close()
    return url


def spent(work: Callable[[], None]) -> float:
    """CPU milliseconds a turn."""
    start = time.process_time()
    work()
    return (time.process_time() - start) * 1000 / TURNS


def measure(at_once: int) -> tuple[float, float]:
    """Milliseconds of the store and of the raw transaction, in a database of their own each."""
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        store = open_store(fresh(Path(one)), single=False)
        connection = sqlite3.connect(
            Path(fresh(Path(other)).removeprefix("sqlite:///")), isolation_level=None
        )
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "secure_delete = ON"):
            connection.execute(f"PRAGMA {pragma}")

        def ours() -> None:
            for start in range(0, TURNS, at_once):
                turns = range(start, start + at_once)
                for future in [through_the_store(store, f"p{n % PEOPLE}", n) for n in turns]:
                    future.result()

        def floor() -> None:
            for number in range(TURNS):
                raw(connection, f"p{number % PEOPLE}", number)

        figures = spent(ours), spent(floor)
        connection.close()
        store.close()
        return figures


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    for at_once in (1, PEOPLE):
        pairs = [measure(at_once) for _ in range(rounds)]
        ratios = sorted(ours / floor for ours, floor in pairs)
        sys.stdout.write(
            f"{at_once:2} at once: store {statistics.median(p[0] for p in pairs):.3f} ms,"
            f" raw {statistics.median(p[1] for p in pairs):.3f} ms,"
            f" ratio {statistics.median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})\n"
        )


if __name__ == "__main__":
    main()
