"""A companion that is closed down."""

from datetime import date
from functools import partial
from pathlib import Path

from sqlalchemy import Connection, func, insert, select

from bot.commands import closing as command
from bot.opening import open_all
from bot.program.load import load_program
from bot.program.seed import seed
from bot.settings import DEMO_PROGRAM, Settings
from bot.store.closing_statement import public_key, verified
from bot.store.key_tables import data_keys, forgotten, key_engines
from bot.store.store import open_store
from bot.store.tables import metadata, notes
from tests.conftest import MONDAY

NAME = "Dr. Helen Brandt"
SUBJECTS = ("person:ana", "person:ben", "person:cy", "thread:th1", "talk:t1", "talk:t2", "tenant:web:demo")
DESTROYED = {"persons": 3, "threads": 1, "talks": 2, "tenants": 1}


class Pilot:
    """A companion that has served, has stopped, and is to be closed."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        self.settings, self.out = settings, folder / "statement.json"
        served = open_all(settings, single=True)
        person = seed(served.store, load_program(DEMO_PROGRAM), served.clock)["resident"]
        for one in SUBJECTS:
            served.keys.ensure(one)
        note = {"talk_id": "t1", "key": "k", "person_id": person, "at": MONDAY, "expires_at": MONDAY}
        body = served.keys.seal("person:ana", "notes/t1/k", b"said")
        served.store.write(lambda conn: conn.execute(insert(notes).values(**note, body=body)).rowcount)
        self.public, self.sealed = public_key(served.keys), body
        served.close()

    def close(self, yes: str = "demo", until: date | None = None) -> None:
        command.close(by=NAME, out=self.out, yes=yes, backups_until=until)

    def statement(self) -> dict[str, object]:
        return verified(self.out.read_text(), self.public)

    def rows(self) -> dict[str, int]:
        """How many rows each table has, of those that have any."""
        store = open_store(self.settings.database_url)
        count = func.count()
        numbers = {
            table.name: store.read(partial(Connection.scalar, statement=select(count).select_from(table)))
            for table in metadata.sorted_tables
        }
        store.close()
        return {name: number for name, number in numbers.items() if number}

    def kept(self) -> tuple[int, set[str]]:
        """How many keys there are, and whose are in the ledger."""
        writer, reader = key_engines(self.settings.key_store_url)
        with reader.connect() as connection:
            number = connection.scalar(select(func.count()).select_from(data_keys))
            ledger = set(connection.scalars(select(forgotten.c.subject)))
        writer.dispose()
        reader.dispose()
        return number or 0, ledger
