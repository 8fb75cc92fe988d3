"""A Shelf in memory, which can fail like one whose database is away."""

import threading


class ShelfAway(Exception):
    """The database behind the Shelf is away."""


class MemoryShelf:
    """Exactly the Shelf protocol; `fails` names the methods that raise."""

    def __init__(self) -> None:
        self.items: dict[tuple[str, str, str], bytes] = {}
        self.fails: set[str] = set()
        self._lock = threading.Lock()

    def get(self, tenant: str, kind: str, item: str) -> bytes | None:
        self._check("get")
        return self.items.get((tenant, kind, item))

    def put(self, tenant: str, kind: str, item: str, value: bytes) -> None:
        self._check("put")
        self.items[tenant, kind, item] = value

    def delete(self, tenant: str, kind: str, item: str) -> None:
        self._check("delete")
        self.items.pop((tenant, kind, item), None)

    def compare_and_set(self, tenant: str, kind: str, item: str, old: bytes | None, new: bytes) -> bool:
        self._check("compare_and_set")
        with self._lock:
            if self.items.get((tenant, kind, item)) != old:
                return False
            self.items[tenant, kind, item] = new
            return True

    def list(self, tenant: str, kind: str) -> tuple[str, ...]:
        self._check("list")
        return tuple(item for t, k, item in self.items if (t, k) == (tenant, kind))

    def _check(self, method: str) -> None:
        if method in self.fails:
            raise ShelfAway
