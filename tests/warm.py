"""PostgreSQL connections that outlive a test: a new one reads the catalogue anew, dearer than a story."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from bot.store import engines, key_tables, postgres


class Warm:
    """Engines that were let go of, to be taken up again by whoever asks for the same."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._make: Callable[..., Engine] = engines.postgres_engine
        self._free: dict[object, list[Engine]] = defaultdict(list)

    def engine(self, url: Any, **asked: Any) -> Engine:  # noqa: ANN401 - whatever the real one takes
        """As `postgres_engine`; for the shared database one whose connections were in use before."""
        if str(url) != self._url:
            return self._make(url, **asked)
        free = self._free[frozenset(asked.items())]
        while free:
            engine = free.pop()
            if _lives(engine):
                return engine
            Engine.dispose(engine)
        engine = self._make(url, **asked)
        vars(engine)["dispose"] = lambda: free.append(engine)
        return engine

    def close(self) -> None:
        for free in self._free.values():
            for engine in free:
                Engine.dispose(engine)


def _lives(engine: Engine) -> bool:
    """Whether every connection in its pool still answers."""
    pool: Any = engine.pool
    taken = []
    try:
        for _ in range(pool.checkedin()):
            taken.append(engine.connect())
            taken[-1].exec_driver_sql("SELECT 1")
    except DBAPIError:
        return False
    finally:
        for one in taken:
            one.close()
    return True


@contextmanager
def warm(url: str) -> Iterator[None]:
    """While this lasts, stores and keys at this address are opened on warm connections."""
    kept = Warm(url)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(postgres, "postgres_engine", kept.engine)
        patched.setattr(key_tables, "postgres_engine", kept.engine)
        yield
    kept.close()
