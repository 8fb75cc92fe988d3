"""A rotation of master keys that was killed: what `companion keys status` says, held against the keys."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from sqlalchemy import select

from bot.errors import WrongMasterKey
from bot.store import wrapping
from bot.store.key_tables import data_keys, key_engines
from bot.store.key_tables import secrets as secrets_table
from bot.store.masters import Masters

_LINE = re.compile(r"Version (\d+) wraps (\d+) keys?(, and new ones)?\.")
_FINISH = "companion keys rotate"

Said = tuple[Mapping[int, int], tuple[int, ...]]
"""How many keys each version wraps, and which versions wrap new ones."""


def falsehoods(status: str, key_store: str, masters: Masters) -> Iterator[str]:
    """Sentences about what a status says and is not so."""
    says, told = _said(status), _is_so(key_store, masters)
    if says != told:
        yield f"keys status says {says}, and it is {told}"
    is_finished = set(told[0]) == {masters.newest}
    if (_FINISH in status) is is_finished:
        yield f"keys status {'asks for' if is_finished else 'forgets'} a rotation: {told}"


def _said(status: str) -> Said:
    found = _LINE.findall(status)
    counts = {int(version): int(number) for version, number, _ in found if int(number)}
    return counts, tuple(int(version) for version, _, new in found if new)


def _is_so(key_store: str, masters: Masters) -> Said:
    """As the keys themselves tell: which version opens each of them, and which opens the secrets."""
    writer, reader = key_engines(key_store)
    try:
        with reader.connect() as connection:
            rows = connection.execute(select(data_keys)).all()
            kept = connection.execute(select(secrets_table)).all()
    finally:
        writer.dispose()
        reader.dispose()
    counts = Counter(
        _opened_by(masters, wrapping.name_of(row.subject, row.version), row.wrapped) for row in rows
    )
    return dict(counts), tuple({_opened_by(masters, row.name, row.wrapped) for row in kept})


def _opened_by(masters: Masters, name: str, wrapped: bytes) -> int:
    """The version that opens it; 0 where none does."""
    for version in masters.keys:
        try:
            wrapping.unwrap(masters, version, name, wrapped)
        except WrongMasterKey:
            continue
        return version
    return 0
