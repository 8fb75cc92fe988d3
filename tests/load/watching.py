"""The server from outside, every second: CPU, memory, open files, sizes on disk, what waits to be sent."""

import os
import resource
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import func, select, text

from bot.backlog import waited
from bot.delivery.order import OPEN
from bot.store.store import Store, open_store
from bot.store.tables import outbox
from tests.bench.spent import server_seconds

_PAGE = os.sysconf("SC_PAGE_SIZE")
_POSTGRES_SIZES = "SELECT pg_database_size(current_database()), (SELECT sum(size) FROM pg_ls_waldir())"


@dataclass(frozen=True, kw_only=True)
class Sample:
    """`at`: seconds since the start. CPU in seconds since then, sizes in bytes, `late` in seconds."""

    at: float
    server_cpu: float
    database_cpu: float
    driver_cpu: float
    memory: int
    files: int
    database: int
    log: int
    waiting: int
    late: float


@dataclass(frozen=True, kw_only=True)
class Watched:
    """Process ids, 0 where PostgreSQL is not used; the database's address."""

    server: int
    database_server: int
    database_url: str
    began: float

    def sample(self, store: Store) -> Sample:
        now = datetime.now(UTC)
        waiting = select(func.count()).select_from(outbox).where(outbox.c.state.in_(OPEN))
        size, log = self._sizes(store)
        used = resource.getrusage(resource.RUSAGE_SELF)
        return Sample(
            at=time.monotonic() - self.began,
            server_cpu=server_seconds(self.server),
            database_cpu=server_seconds(self.database_server),
            driver_cpu=used.ru_utime + used.ru_stime,
            memory=int(Path(f"/proc/{self.server}/statm").read_text().split()[1]) * _PAGE,
            files=len(list(Path(f"/proc/{self.server}/fd").iterdir())),
            database=size,
            log=log,
            waiting=store.read(lambda conn: conn.scalar(waiting) or 0),
            late=store.read(lambda conn: waited(conn, now=now, real=now)).total_seconds(),
        )

    def _sizes(self, store: Store) -> tuple[int, int]:
        if self.database_server:
            found = store.read(lambda conn: conn.execute(text(_POSTGRES_SIZES)).one())
            return int(found[0]), int(found[1])
        file = Path(self.database_url.removeprefix("sqlite:///"))
        return file.stat().st_size, _size(file.with_name(f"{file.name}-wal"))


@contextmanager
def watching(watched: Watched, note: Callable[[Sample], None]) -> Iterator[None]:
    """A sample every second, in a thread, while this lasts; one more at its end."""
    over = threading.Event()

    def watch() -> None:
        with closing(open_store(watched.database_url, single=False)) as store:
            while True:
                note(watched.sample(store))
                if over.wait(1.0):
                    note(watched.sample(store))
                    return

    thread = threading.Thread(target=watch, name="watching")
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except FileNotFoundError:
        return 0
