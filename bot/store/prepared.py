"""Statements asked again and again: made into text once for each dialect, their rows read by hand."""

from collections import namedtuple
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import CompoundSelect, Connection, Dialect, Select, Update

from bot.errors import Defect
from bot.store.driven import said

Change = Callable[[Any], Any]


@dataclass(frozen=True)
class _Made:
    """One dialect's text, the parameters in its order with what binds each, and how a row is read."""

    text: str
    binders: tuple[tuple[str, Change | None], ...]
    fixed: dict[str, Any]
    row: Callable[..., Any]
    readers: tuple[tuple[int, Change], ...]

    def params(self, given: dict[str, Any]) -> tuple[Any, ...]:
        values = self.fixed | given
        return tuple(
            values[name] if binder is None else binder(values[name]) for name, binder in self.binders
        )


_KNOWN = "known answers"
_Known = dict[tuple[str, str], list[Any]]


@contextmanager
def asking_once(connection: Connection) -> Iterator[None]:
    """Within, no question is asked twice: of a job that only reads, and whose reads see nothing of others."""
    info = connection.info  # that of the driver's connection, which may be lost meanwhile
    info[_KNOWN] = {}
    try:
        yield
    finally:
        info.pop(_KNOWN, None)


class Prepared:
    """A SELECT or UPDATE with named parameters; columns that are read have names of their own."""

    def __init__(self, statement: Select[Any] | CompoundSelect[Any] | Update) -> None:
        self._statement = statement
        self._made: dict[str, _Made] = {}

    def all(self, connection: Connection, **given: Any) -> list[Any]:  # noqa: ANN401 - columns of any type
        """Every row, as a tuple with names. Raises what the database raises."""
        made = self._for(connection)
        params = made.params(given)
        known: _Known | None = connection.info.get(_KNOWN)
        if known is None:
            return _rows(connection, made, params)
        place = (made.text, str(params))
        found = known.get(place)
        if found is None:
            found = known[place] = _rows(connection, made, params)
        return found

    def first(self, connection: Connection, **given: Any) -> Any:  # noqa: ANN401 - the same
        """The first row, or None."""
        found = self.all(connection, **given)
        return found[0] if found else None

    def run(self, connection: Connection, **given: Any) -> int:  # noqa: ANN401 - the same
        """Carry it out; how many rows were changed. Raises what the database raises."""
        made = self._for(connection)
        return int(said(connection, made.text, made.params(given)).rowcount)

    def _for(self, connection: Connection) -> _Made:
        dialect = connection.dialect
        return self._made.get(dialect.name) or self._make(dialect)

    def _make(self, dialect: Dialect) -> _Made:
        style: Callable[..., Dialect] = type(dialect)  # each takes a style, which its base does not say
        plain = style(paramstyle="qmark" if dialect.name == "sqlite" else "format")
        compiled = self._statement.compile(dialect=plain)
        if "POSTCOMPILE" in str(compiled):
            raise Defect("A list of values has no fixed text: name them one by one, or take `many.among`.")
        processors = getattr(compiled, "_bind_processors", {})
        names, binds = getattr(compiled, "positiontup", None) or [], getattr(compiled, "binds", {})
        columns = (
            {} if isinstance(self._statement, Update) else dict(self._statement.selected_columns.items())
        )
        kinds = [one.type.dialect_impl(dialect).result_processor(dialect, None) for one in columns.values()]
        self._made[dialect.name] = made = _Made(
            text=str(compiled),
            binders=tuple((name, processors.get(name)) for name in names),
            fixed={name: one.effective_value for name, one in binds.items() if not one.required},
            row=_named(list(columns)),
            readers=tuple((place, kind) for place, kind in enumerate(kinds) if kind is not None),
        )
        return made


def _rows(connection: Connection, made: _Made, params: tuple[Any, ...]) -> list[Any]:
    return [made.row(_read(row, made.readers)) for row in said(connection, made.text, params).fetchall()]


def _named(columns: list[str]) -> Callable[..., Any]:
    """A tuple type with these names."""
    make: Callable[..., Any] = namedtuple  # noqa: PYI024 - the names come with the statement
    return cast("Callable[..., Any]", make("Found", columns)._make)


def _read(row: Any, readers: tuple[tuple[int, Change], ...]) -> Any:  # noqa: ANN401 - of any type
    read = list(row)
    for place, reader in readers:
        if read[place] is not None:
            read[place] = reader(read[place])
    return read
