"""A beginning lived once is laid down again for the next story: same rows, same chat, same person."""

from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, MetaData, func, select, text

from bot.store import key_tables, tables
from tests.town import Person, Town

Rows = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True)
class Lived:
    """What a town and one of its people were at some moment."""

    rows: Rows
    keys: Rows
    marking: bytes
    town: dict[str, Any]
    person: dict[str, Any]

    @classmethod
    def of(cls, town: Town, person: Person) -> "Lived":
        """Keep what is there now."""
        with town.keys._reader.connect() as connection:
            keys = _rows(key_tables.metadata, connection)
        rows = town.store.read(lambda conn: _rows(tables.metadata, conn))
        return cls(rows, keys, town.keys._marking, *deepcopy((_of_town(town), _of_person(person))))

    def again(self, town: Town, person: Person) -> None:
        """Lay it down in a town where nothing has happened."""
        town.store.write(lambda conn: _lay(tables.metadata, self.rows, conn))
        with town.keys.writing() as connection:
            _lay(key_tables.metadata, self.keys, connection)
        town.keys._marking = self.marking
        found, told = deepcopy((self.town, self.person))
        town.ids = found.pop("ids")
        vars(town.chat).update(found)
        vars(person).update(told)


def _of_town(town: Town) -> dict[str, Any]:
    return {"ids": town.ids} | vars(town.chat)


def _of_person(person: Person) -> dict[str, Any]:
    return {name: value for name, value in vars(person).items() if name != "town"}


def _rows(metadata: MetaData, connection: Connection) -> Rows:
    return {
        table.fullname: [dict(row) for row in connection.execute(select(table)).mappings()]
        for table in metadata.sorted_tables
    }


def _lay(metadata: MetaData, rows: Rows, connection: Connection) -> None:
    for table in reversed(metadata.sorted_tables):
        connection.execute(table.delete())
    for table in metadata.sorted_tables:
        if rows[table.fullname]:
            connection.execute(table.insert(), rows[table.fullname])
        numbered = table.autoincrement_column
        if numbered is not None and connection.dialect.name == "postgresql":
            last = select(func.coalesce(func.max(numbered), 0) + 1).scalar_subquery()
            sequence = func.pg_get_serial_sequence(table.name, numbered.name)
            connection.execute(select(func.setval(sequence, last, text("false"))))
