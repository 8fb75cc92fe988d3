"""Questions that every turn asks: a SELECT made into text once for each dialect, and its rows read by hand.

SQLAlchemy's way from a compiled statement to its rows costs three times the statement's own CPU on SQLite
(`make bench`), so it is taken where it is taken seldom.
"""

from collections import namedtuple
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import CompoundSelect, Connection, Dialect, Select

from bot.store.engines import driver_of

Reader = Callable[[Any], Any] | None


@dataclass(frozen=True)
class _Made:
    """One dialect's text, the parameters in its order with what binds each, and how a row is read."""

    text: str
    binders: tuple[tuple[str, Reader], ...]
    fixed: dict[str, Any]
    row: Callable[..., Any]
    readers: tuple[tuple[int, Callable[[Any], Any]], ...]


class Asked:
    """A SELECT with named parameters, whose columns have names of their own."""

    def __init__(self, statement: Select[Any] | CompoundSelect[Any]) -> None:
        self._statement = statement
        self._made: dict[str, _Made] = {}

    def all(self, connection: Connection, **given: Any) -> list[Any]:  # noqa: ANN401 - columns of any type
        """Every row, as a tuple with names. Raises what the database raises."""
        dialect = connection.dialect
        made = self._made.get(dialect.name) or self._make(dialect)
        values = made.fixed | given
        params = tuple(
            values[name] if binder is None else binder(values[name]) for name, binder in made.binders
        )
        if dialect.name == "sqlite":
            if not connection.in_transaction():
                connection.begin()  # as SQLAlchemy does: all that one job reads is one view
            found = driver_of(connection).execute(made.text, params).fetchall()
        else:
            found = list(connection.exec_driver_sql(made.text, params))
        return [made.row(_read(row, made.readers)) for row in found]

    def first(self, connection: Connection, **given: Any) -> Any:  # noqa: ANN401 - the same
        """The first row, or None."""
        found = self.all(connection, **given)
        return found[0] if found else None

    def _make(self, dialect: Dialect) -> _Made:
        style: Callable[..., Dialect] = type(dialect)  # each takes a style, which its base does not say
        plain = style(paramstyle="qmark" if dialect.name == "sqlite" else "format")
        compiled = self._statement.compile(dialect=plain)
        processors = getattr(compiled, "_bind_processors", {})
        names, binds = getattr(compiled, "positiontup", None) or [], getattr(compiled, "binds", {})
        columns = self._statement.selected_columns
        kinds = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns]
        self._made[dialect.name] = made = _Made(
            text=str(compiled),
            binders=tuple((name, processors.get(name)) for name in names),
            fixed={name: one.effective_value for name, one in binds.items() if not one.required},
            row=_named(list(columns.keys())),
            readers=tuple((place, kind) for place, kind in enumerate(kinds) if kind is not None),
        )
        return made


def _named(columns: list[str]) -> Callable[..., Any]:
    """A tuple type with these names."""
    make: Callable[..., Any] = namedtuple  # noqa: PYI024 - the names come with the statement
    return cast("Callable[..., Any]", make("Found", columns)._make)


def _read(row: Any, readers: tuple[tuple[int, Callable[[Any], Any]], ...]) -> Any:  # noqa: ANN401 - of any type
    read = list(row)
    for place, reader in readers:
        if read[place] is not None:
            read[place] = reader(read[place])
    return read
