"""Rotation: every key is wrapped anew under the newest master, in short batches beside running servers.

It may be killed anywhere and run again: what is done stays done, and both masters open their share meanwhile.
"""

import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, select, update

from bot.errors import WrongMasterKey
from bot.failpoints import hit
from bot.store import wrapping
from bot.store.apply import apply
from bot.store.draft import Upsert
from bot.store.key_tables import data_keys
from bot.store.key_tables import secrets as secrets_table
from bot.store.keys import Keys
from bot.store.masters import Masters
from bot.store.store import Store
from bot.store.tables import meta

BATCH = 250
"""Keys a transaction: others are kept from an SQLite file for some 10 ms, a hundredth of what they wait."""

_TURN = (
    update(data_keys)
    .where(data_keys.c.subject == bindparam("of"), data_keys.c.version == bindparam("its"))
    .values(master=bindparam("newest"), wrapped=bindparam("anew"))
)


@dataclass(frozen=True, kw_only=True)
class Version:
    """A version of the master key that is held here, and what it alone opens."""

    number: int
    keys: int
    has_secrets: bool
    wraps_new: bool

    @property
    def is_needed(self) -> bool:
        """Whether something in the key store opens with this version alone."""
        return bool(self.keys) or self.has_secrets


@dataclass(frozen=True)
class _Looked:
    """The last key that a batch looked at (None: there are no more), and how many it turned or could not."""

    last: str | None
    turned: int
    unopened: int


def versions_of(keys: Keys) -> tuple[Version, ...]:
    """Every version that is held here, oldest first."""
    counted = select(data_keys.c.master, func.count()).group_by(data_keys.c.master)
    secrets = select(secrets_table.c.name, secrets_table.c.master)
    with keys.reading() as connection:
        counts = {row[0]: row[1] for row in connection.execute(counted)}
        under = {row[0]: row[1] for row in connection.execute(secrets)}
    return tuple(
        Version(
            number=number,
            keys=counts.get(number, 0),
            has_secrets=number in under.values(),
            wraps_new=under[wrapping.CANARY] == number,
        )
        for number in sorted(keys.versions)
    )


def hand_over(keys: Keys) -> None:
    """From now on the newest master wraps new keys, and the key store's own secrets.

    Raises WrongMasterKey where they were handed to a version that is not held here.
    """
    with keys.writing() as connection:
        wrapping.rotate_secrets(connection, keys.masters)
    hit("rotate.secrets-turned")


def wrap_anew(keys: Keys, told: Callable[[int], None] = lambda _: None) -> int:
    """After the hand-over: wrap every key anew; returns how many. `told` hears how many are done so far.

    After a batch it stands back for as long as that took: whoever waits for an SQLite file looks only now and
    then whether it is free. Raises WrongMasterKey where keys are left that no version given opens.
    """
    turned, began = 0, time.monotonic()
    for number in batches(keys):
        turned += number
        told(turned)
        time.sleep(time.monotonic() - began)
        began = time.monotonic()
    return turned


def batches(keys: Keys) -> Generator[int]:
    """Wrap the next keys anew and say how many, until none is left.

    What somebody else holds is passed over first, so that nobody is waited for with locks of one's own, and
    taken one by one in the end. No key comes to be under an older master meanwhile: whoever makes one looks
    in that transaction which master wraps it. Raises WrongMasterKey in the end, where keys are left.
    """
    left = 0
    for size, waits in ((BATCH, False), (1, True)):
        last: str | None = ""
        while last is not None:
            with keys.writing() as connection:
                looked = _turn_some(connection, keys.masters, last, size=size, waits=waits)
                hit("rotate.before-commit")
            hit("rotate.after-commit")
            last, left = looked.last, left + looked.unopened * waits
            if looked.turned:
                yield looked.turned
    if left:
        raise WrongMasterKey(f"Keys that no version of the master key opens: {left}. All others are turned.")


def _turn_some(connection: Connection, masters: Masters, after: str, *, size: int, waits: bool) -> _Looked:
    old = data_keys.c.master != masters.newest, data_keys.c.subject > after
    query = select(data_keys).where(*old).order_by(data_keys.c.subject).limit(size)
    found = connection.execute(query.with_for_update(skip_locked=not waits)).all()
    turned = [row for row in (_anew(masters, row) for row in found) if row]
    if turned:
        connection.execute(_TURN, turned)
    last = found[-1].subject if len(found) == size else None
    return _Looked(last, len(turned), len(found) - len(turned))


def _anew(masters: Masters, row: Row[Any]) -> dict[str, object]:
    """What the row becomes; nothing where it does not open, for it stays as it is then."""
    name = wrapping.name_of(row.subject, row.version)
    try:
        raw = wrapping.unwrap(masters, row.master, name, row.wrapped)
    except WrongMasterKey:
        return {}
    wrapped = wrapping.wrap(masters, masters.newest, name, raw)
    return {"of": row.subject, "its": row.version, "newest": masters.newest, "anew": wrapped}


def note_finished(store: Store, version: int, now: datetime) -> None:
    """Keep when the last key came to be under this version. `now`: real time."""
    row = {"name": _finished(version), "value": now.isoformat(timespec="minutes")}
    store.write(lambda conn: apply(conn, Upsert(meta, row, ("name",))))


def finished_at(store: Store, version: int) -> datetime | None:
    """When the last key came to be under this version; None where the database does not know."""
    query = select(meta.c.value).where(meta.c.name == _finished(version))
    found = store.read(lambda conn: conn.scalar(query))
    return None if found is None else datetime.fromisoformat(found)


def _finished(version: int) -> str:
    return f"rotated/{version}"
