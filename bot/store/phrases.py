"""Writes as SQL text and parameters. Text is made once for each shape of write; then values are bound.

Names come from the tables alone, and are quoted; values are always parameters.
"""
# ruff: noqa: S608

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Dialect, Table
from sqlalchemy.sql import ClauseElement

from bot.store.draft import Delete, Insert, Update, Upsert, Write
from bot.store.tables import persons

Binder = Callable[[Any], Any]


@dataclass(frozen=True)
class Phrase:
    """One statement: its text, and its parameters in order."""

    text: str
    params: tuple[Any, ...]


@dataclass(frozen=True)
class _Template:
    text: str
    binders: tuple[tuple[str, Binder | None], ...]
    found: tuple[tuple[str, Binder | None], ...] = ()


def _bound(
    values: Mapping[str, Any], binders: tuple[tuple[str, Binder | None], ...], params: list[Any]
) -> None:
    for name, binder in binders:
        value = values[name]
        params.append(value if binder is None else binder(value))


class Phrases:
    """The SQL of one dialect. `go` is a condition that every phrase takes on, or "" for none.

    Parameters carry their type on PostgreSQL, where a bare one in a SELECT has none.
    """

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._typed = dialect.name == "postgresql"
        self._quote = dialect.identifier_preparer.quote
        self._templates: dict[tuple[object, ...], _Template] = {}
        self._binders: dict[Column[Any], Binder | None] = {}

    def of(self, write: Write, go: str = "") -> Phrase:
        """The write as a statement of its own, or as a part of a larger one where `go` is given."""
        match write:
            case Insert():
                if write.while_active:
                    return self._row_while_active(write, go)
                return self._row(write, ("insert", write.ignore), go)
            case Upsert():
                return self._row(write, ("upsert", write.keys, write.add), go)
            case Update():
                return self._update(write, go)
            case Delete():
                return self._delete(write, go)

    def _row(self, write: Insert | Upsert, kind: tuple[object, ...], go: str) -> Phrase:
        shape = (*kind, write.table, tuple(write.row), go)
        template = self._templates.get(shape)
        if template is None:
            template = self._templates[shape] = self._new_row(write, go)
        params: list[Any] = []
        _bound(write.row, template.binders, params)
        return Phrase(template.text, tuple(params))

    def _row_while_active(self, write: Insert, go: str) -> Phrase:
        """Their row is held until the new one is there: whoever forgets them waits, and finds it."""
        hold = " FOR SHARE" if self._typed else ""
        mark = self._mark(persons.c.id)
        active = f"EXISTS (SELECT 1 FROM persons WHERE id = {mark} AND state = 'active'{hold})"
        made = self._row(write, ("insert", write.ignore), f"{go} AND {active}" if go else active)
        return Phrase(made.text, (*made.params, write.while_active))

    def _new_row(self, write: Insert | Upsert, go: str) -> _Template:
        table, names = write.table, tuple(write.row)
        marks = ", ".join(self._mark(table.c[name]) for name in names)
        source = f"SELECT {marks} WHERE {go}" if go else f"VALUES ({marks})"
        columns = ", ".join(map(self._quote, names))
        text = f"INSERT INTO {self._quote(table.name)} ({columns}) {source}{self._conflict(write)}"
        return _Template(text, self._binders_of(table, names))

    def _conflict(self, write: Insert | Upsert) -> str:
        if isinstance(write, Insert):
            return " ON CONFLICT DO NOTHING" if write.ignore else ""
        target = ", ".join(map(self._quote, write.keys))
        sets = ", ".join(self._replaced(write, name) for name in write.row if name not in write.keys)
        return (
            f" ON CONFLICT ({target}) DO UPDATE SET {sets}" if sets else f" ON CONFLICT ({target}) DO NOTHING"
        )

    def _replaced(self, write: Upsert, name: str) -> str:
        column = self._quote(name)
        if name in write.add:
            return f"{column} = {self._quote(write.table.name)}.{column} + excluded.{column}"
        return f"{column} = excluded.{column}"

    def _update(self, write: Update, go: str) -> Phrase:
        computed = {name: value for name, value in write.values.items() if isinstance(value, ClauseElement)}
        if computed:
            return self._computed_update(write, go)
        shape = ("update", write.table, tuple(write.values), self._where_shape(write.where), go)
        template = self._templates.get(shape)
        if template is None:
            sets = ", ".join(f"{self._quote(n)} = {self._mark(write.table.c[n])}" for n in write.values)
            text = f"UPDATE {self._quote(write.table.name)} SET {sets}{self._where(write, go)}"
            template = self._template(text, write, tuple(write.values))
            self._templates[shape] = template
        params: list[Any] = []
        _bound(write.values, template.binders, params)
        _bound(write.where, template.found, params)
        return Phrase(template.text, tuple(params))

    def _computed_update(self, write: Update, go: str) -> Phrase:
        sets: list[str] = []
        params: list[Any] = []
        for name, value in write.values.items():
            column = write.table.c[name]
            if isinstance(value, ClauseElement):
                text, more = self._expression(value)
            else:
                binder = self._binder(column)
                text, more = self._mark(column), [value if binder is None else binder(value)]
            sets.append(f"{self._quote(name)} = {text}")
            params.extend(more)
        text = f"UPDATE {self._quote(write.table.name)} SET {', '.join(sets)}{self._where(write, go)}"
        _bound(write.where, self._template(text, write, ()).found, params)
        return Phrase(text, tuple(params))

    def _expression(self, value: ClauseElement) -> tuple[str, list[Any]]:
        style = "format" if self._typed else "qmark"
        made: Callable[..., Dialect] = type(self._dialect)  # each takes a style, which its base does not say
        compiled = value.compile(dialect=made(paramstyle=style))
        bound = compiled.construct_params() or {}
        processors = getattr(compiled, "_bind_processors", {})
        names = getattr(compiled, "positiontup", None) or []
        return str(compiled), [processors.get(name, lambda x: x)(bound[name]) for name in names]

    def _delete(self, write: Delete, go: str) -> Phrase:
        shape = ("delete", write.table, self._where_shape(write.where), go)
        template = self._templates.get(shape)
        if template is None:
            text = f"DELETE FROM {self._quote(write.table.name)}{self._where(write, go)}"
            template = self._templates[shape] = self._template(text, write, ())
        params: list[Any] = []
        _bound(write.where, template.found, params)
        return Phrase(template.text, tuple(params))

    def _where_shape(self, where: Mapping[str, Any]) -> tuple[tuple[str, bool], ...]:
        return tuple((name, value is None) for name, value in where.items())

    def _where(self, write: Update | Delete, go: str) -> str:
        parts = [go] if go else []
        for name, value in write.where.items():
            mark = self._mark(write.table.c[name])
            parts.append(f"{self._quote(name)} IS NULL" if value is None else f"{self._quote(name)} = {mark}")
        return f" WHERE {' AND '.join(parts)}" if parts else ""

    def _template(self, text: str, write: Update | Delete, names: tuple[str, ...]) -> _Template:
        found = tuple(name for name, value in write.where.items() if value is not None)
        return _Template(text, self._binders_of(write.table, names), self._binders_of(write.table, found))

    def _binders_of(self, table: Table, names: tuple[str, ...]) -> tuple[tuple[str, Binder | None], ...]:
        return tuple((name, self._binder(table.c[name])) for name in names)

    def _binder(self, column: Column[Any]) -> Binder | None:
        if column not in self._binders:
            kind = column.type.dialect_impl(self._dialect)
            self._binders[column] = kind.bind_processor(self._dialect)
        return self._binders[column]

    def _mark(self, column: Column[Any]) -> str:
        if not self._typed:
            return "?"
        return f"%s::{column.type.compile(self._dialect)}"
