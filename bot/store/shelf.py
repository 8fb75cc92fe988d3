"""The shelf of one platform: an adapter's own small things, each sealed under the key of whom it is about."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from sqlalchemy import ColumnElement, Connection, and_, bindparam, select

from bot.errors import KeyForgotten
from bot.store.apply import apply
from bot.store.draft import Delete, Insert, Update, Upsert
from bot.store.keys import Keys
from bot.store.prepared import Prepared
from bot.store.store import Store
from bot.store.tables import shelf

SubjectOf = Callable[[Connection, str, str, str], str]
"""Whose key seals an item, by tenant, kind and id: that of the account's person, else of the tenant."""


_ITEM = Prepared(
    select(shelf.c.subject, shelf.c.body, shelf.c.written).where(
        *(shelf.c[name] == bindparam(name) for name in ("platform", "tenant", "kind", "item"))
    )
)


def place_of(*names: str) -> str:
    """Where an item is sealed to, by platform, tenant, kind and item."""
    return "/".join(("shelf", *(quote(name, safe="") for name in names), "body"))


@dataclass(frozen=True)
class _Row:
    subject: str
    body: bytes
    written: int


class StoreShelf:
    """Synchronous: call it in a thread. Raises StoreUnavailable.

    An item whose key was destroyed reads as none. `written` is another number after every change, by which a
    comparison and the change that follows it are one. `now` is domain time.
    """

    def __init__(
        self, store: Store, keys: Keys, platform: str, subject_of: SubjectOf, now: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._keys = keys
        self._platform = platform
        self._subject_of = subject_of
        self._now = now

    def get(self, tenant: str, kind: str, item: str) -> bytes | None:
        found = self._store.read(lambda conn: self._look(conn, tenant, kind, item))
        return self._opened(found, tenant, kind, item)

    def put(self, tenant: str, kind: str, item: str, value: bytes) -> None:
        keys = ("platform", "tenant", "kind", "item")
        self._store.write(
            lambda conn: apply(conn, Upsert(shelf, self._sealed(conn, tenant, kind, item, value), keys))
        )

    def delete(self, tenant: str, kind: str, item: str) -> None:
        here = {"platform": self._platform, "tenant": tenant, "kind": kind, "item": item}
        self._store.write(lambda connection: apply(connection, Delete(shelf, here)))

    def compare_and_set(self, tenant: str, kind: str, item: str, old: bytes | None, new: bytes) -> bool:
        """Whether the item still was `old` (None: not there) and is `new` now: one transaction for both."""

        def change(conn: Connection) -> bool:
            found = self._look(conn, tenant, kind, item)
            if self._opened(found, tenant, kind, item) != old:
                return False
            row = self._sealed(conn, tenant, kind, item, new)
            if found is None:
                return apply(conn, Insert(shelf, row, ignore=True)) == 1
            same = {"platform": self._platform, "tenant": tenant, "kind": kind, "item": item}
            return apply(conn, Update(shelf, same | {"written": found.written}, row)) == 1

        return self._store.write(change)

    def list(self, tenant: str, kind: str) -> tuple[str, ...]:
        here = self._here(tenant, kind)
        query = select(shelf.c.item).where(here).order_by(shelf.c.item)
        return self._store.read(lambda connection: tuple(connection.scalars(query)))

    def _look(self, conn: Connection, tenant: str, kind: str, item: str) -> _Row | None:
        row = _ITEM.first(conn, platform=self._platform, tenant=tenant, kind=kind, item=item)
        return None if row is None else _Row(row.subject, row.body, row.written)

    def _opened(self, row: _Row | None, tenant: str, kind: str, item: str) -> bytes | None:
        if row is None:
            return None
        try:
            return self._keys.open(row.subject, self._place(tenant, kind, item), row.body)
        except KeyForgotten:
            return None

    def _sealed(self, conn: Connection, tenant: str, kind: str, item: str, value: bytes) -> dict[str, object]:
        subject = self._subject_of(conn, tenant, kind, item)
        self._keys.ensure(subject)
        return {
            "platform": self._platform,
            "tenant": tenant,
            "kind": kind,
            "item": item,
            "subject": subject,
            "body": self._keys.seal(subject, self._place(tenant, kind, item), value),
            "written": secrets.randbits(31),
            "at": self._now(),
        }

    def _place(self, *names: str) -> str:
        return place_of(self._platform, *names)

    def _here(self, tenant: str, kind: str) -> ColumnElement[bool]:
        return and_(shelf.c.platform == self._platform, shelf.c.tenant == tenant, shelf.c.kind == kind)
