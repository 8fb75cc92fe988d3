"""What a setting must be, in one line for whoever is at the console."""

from collections.abc import Iterable
from enum import Enum
from pathlib import Path
from types import UnionType
from typing import Any, get_args

from pydantic.fields import FieldInfo

_MOST_SHOWN = 40


def must_be(field: FieldInfo) -> str:
    """Such as "a whole number from 0 to 65535"."""
    kind: Any = field.annotation
    if isinstance(kind, type) and issubclass(kind, Enum):
        return _one_of([str(one.value) for one in kind])
    if kind is bool:
        return "true or false"
    if kind in {int, float}:
        return f"a {'whole ' if kind is int else ''}number{_limits(field.metadata)}"
    if kind is Path or (isinstance(kind, UnionType) and Path in get_args(kind)):
        return "a path"
    return "a text"


def held(field: FieldInfo, value: object) -> str:
    """What stands there instead; nothing of a secret."""
    if not field.repr:
        return ""
    shown = ascii(value)
    return f" (it is {shown if len(shown) <= _MOST_SHOWN else shown[:_MOST_SHOWN] + '…'})"


def _limits(metadata: Iterable[Any]) -> str:
    found = {name: getattr(one, name) for one in metadata for name in ("ge", "le") if hasattr(one, name)}
    return f" from {found['ge']} to {found['le']}"


def _one_of(names: list[str]) -> str:
    return f"{', '.join(names[:-1])} or {names[-1]}"
