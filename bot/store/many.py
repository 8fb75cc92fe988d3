"""Many values as one parameter, and many rows as one statement: what a set costs must not be its parsing.

SQLAlchemy binds each value of an IN, and each of a row, by itself: several times what the database needs.
"""
# ruff: noqa: S608 - names come from the tables alone, and are quoted; values are always parameters

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from types import NoneType
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Date,
    Dialect,
    Integer,
    Table,
    Text,
    bindparam,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.operators import OperatorType
from sqlalchemy.types import TypeDecorator, TypeEngine

from bot.store.columns import Instant

Binder = Callable[[Any], Any]

_AT_ONCE = 10_000
"""Rows in one statement: a second's work at most, far below what ends a statement (`engines`)."""


class _Many(TypeDecorator[Iterable[Any]]):
    """Texts or whole numbers: an array on PostgreSQL, a JSON text on SQLite."""

    impl = Text
    cache_ok = True

    def __init__(self, item: TypeEngine[Any]) -> None:
        super().__init__()
        self.item = item

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(ARRAY(self.item) if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: Iterable[Any] | None, dialect: Dialect) -> Any:  # noqa: ANN401 - per dialect
        values = list(value or ())
        return values if dialect.name == "postgresql" else json.dumps(values)


class _Among(FunctionElement[bool]):
    name = "among"
    type = Boolean()
    inherit_cache = True

    def self_group(self, against: OperatorType | None = None) -> "_Among":
        """Bare: where a database has no truth values SQLAlchemy would add `= 1`, which no index serves."""
        return self


@compiles(_Among, "postgresql")
def _any(element: _Among, compiler: SQLCompiler, **more: Any) -> str:  # noqa: ANN401 - a compiler's own
    column, values = element.clauses
    return f"{compiler.process(column, **more)} = ANY ({compiler.process(values, **more)})"


@compiles(_Among, "sqlite")
def _each(element: _Among, compiler: SQLCompiler, **more: Any) -> str:  # noqa: ANN401 - a compiler's own
    column, values = element.clauses
    each = f"SELECT value FROM json_each({compiler.process(values, **more)})"
    return f"{compiler.process(column, **more)} IN ({each})"


def among(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """Whether a column of texts or whole numbers has one of the values of the parameter `name`."""
    item = BigInteger() if isinstance(column.type, Integer) else Text()
    return _Among(column, bindparam(name, type_=_Many(item)))


def add_rows(
    conn: Connection, table: Table, rows: Sequence[Mapping[str, Any]], *, ignore: bool = False
) -> None:
    """Insert rows of the same columns, in their order. `ignore`: one that is there stays as it is.

    Raises IntegrityError.
    """
    for first in range(0, len(rows), _AT_ONCE):
        some = rows[first : first + _AT_ONCE]
        template = _template(conn.dialect, table, tuple(rows[0]), ignore)
        if conn.dialect.name == "postgresql":
            conn.exec_driver_sql(template.text, tuple(map(_array, template.columns_of(some))))
        else:
            conn.exec_driver_sql(template.text, list(zip(*template.columns_of(some), strict=True)))


def by_index(conn: Connection) -> None:
    """Until this transaction ends rows are found by their keys, in tables of any size.

    PostgreSQL reads a whole table, for two hundred keys of it, where it has not counted its rows lately.
    """
    if conn.dialect.name == "postgresql":
        conn.exec_driver_sql(_BY_INDEX)


_BY_INDEX = "SELECT " + ", ".join(
    f"set_config('enable_{way}', 'off', true)" for way in ("seqscan", "hashjoin", "mergejoin")
)


@dataclass(frozen=True)
class _Template:
    text: str
    binders: tuple[tuple[str, Binder | None], ...]

    def columns_of(self, rows: Sequence[Mapping[str, Any]]) -> Iterable[list[Any]]:
        for name, bind in self.binders:
            values = [row[name] for row in rows]
            yield values if bind is None else [bind(value) for value in values]


def _array(values: list[Any]) -> str | list[Any]:
    """A column as PostgreSQL writes an array (its manual, 8.15.6): the driver looks at each value five times.

    What is none of these types is left to the driver.
    """
    try:
        return f"{{{','.join([_ITEMS[type(value)](value) for value in values])}}}"
    except KeyError:
        return values


def _quoted(value: str) -> str:
    escaped = value.replace("\\", r"\\").replace('"', r"\"")
    return f'"{escaped}"'


_ITEMS: dict[type, Callable[[Any], str]] = {
    NoneType: lambda _: "NULL",
    str: _quoted,
    int: str,
    bool: str,
    bytes: lambda value: _quoted(f"\\x{value.hex()}"),
    date: date.isoformat,
    datetime: datetime.isoformat,
}


@lru_cache(maxsize=64)
def _template(dialect: Dialect, table: Table, names: tuple[str, ...], ignore: bool) -> _Template:  # noqa: FBT001
    quote = dialect.identifier_preparer.quote
    columns = [table.c[name] for name in names]
    if dialect.name == "postgresql":
        arrays = ", ".join(f"%s::{column.type.compile(dialect)}[]" for column in columns)
        source = f"SELECT * FROM unnest({arrays})"
    else:
        source = f"VALUES ({', '.join('?' for _ in columns)})"
    into = f"INSERT INTO {quote(table.name)} ({', '.join(map(quote, names))})"
    binders = tuple((column.name, _binder(dialect, column)) for column in columns)
    return _Template(f"{into} {source}{' ON CONFLICT DO NOTHING' if ignore else ''}", binders)


def _binder(dialect: Dialect, column: Column[Any]) -> Binder | None:
    """How a value of this column is handed over. Days and instants are few, and the same in many rows."""
    bind: Binder | None = column.type.dialect_impl(dialect).bind_processor(dialect)
    is_time = isinstance(column.type, Date | Instant)
    return lru_cache(maxsize=1024)(bind) if bind is not None and is_time else bind
