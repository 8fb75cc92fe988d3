"""The alert ladder, an alert's only clock: a late answer is told to the trainee, an old alert expires."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection, Row, insert, select, update

from bot.people.alerts import OVER, OVER_NOW
from bot.store.store import Store
from bot.store.tables import alerts, inbox, persons, threads

BATCH = 200


class Ladder:
    """The job: a late alert is told to the trainee, and once more to the coach; then it runs out.

    `forget` destroys the keys of these subjects ("thread:<id>").
    """

    name = "ladder"
    every = 20

    def __init__(self, store: Store, forget: Callable[..., None]) -> None:
        self._store, self._forget = store, forget

    def next_due(self) -> datetime | None:
        """The earliest promised answer or expiry."""
        first = select(alerts.c.due_at).where(alerts.c.due_at.is_not(None)).order_by(alerts.c.due_at).limit(1)
        found: datetime | None = self._store.read(lambda conn: conn.execute(first).scalar())
        return found

    def run(self, now: datetime) -> int:
        """Move every alert whose time has come. Returns how many moved."""
        done = 0
        while moved := self._store.write(lambda conn: self._batch(conn, now)):
            done += len(moved)
            expired = [f"thread:{thread}" for thread, over in moved if over]
            if expired:
                self._forget(*expired)
        return done

    def _batch(self, conn: Connection, now: datetime) -> list[tuple[str, bool]]:
        due = (
            select(alerts, threads.c.state)
            .join(threads, threads.c.id == alerts.c.thread_id)
            .where(alerts.c.due_at <= now)
            .order_by(alerts.c.due_at)
            .limit(BATCH)
            .with_for_update(skip_locked=True, of=alerts)
        )
        rows = conn.execute(due).all()
        return [(row.thread_id, self._step(conn, row, now)) for row in rows]

    def _step(self, conn: Connection, row: "Row[tuple[object, ...]]", now: datetime) -> bool:
        """Move one alert; gives whether its words are gone with that."""
        if row.state in OVER:
            self._set(conn, row.thread_id, due_at=None)
        elif row.step == 0:
            self._set(conn, row.thread_id, due_at=row.expires_at, step=1)
            self._tell(conn, row.trainee_id, "alert.late", row.thread_id, now)
            self._tell(conn, row.coach_id, "alert.reminder", row.thread_id, now)
        else:
            self._set(conn, row.thread_id, due_at=None)
            gone = {"state": "expired", "moved_at": now, "body": None}
            conn.execute(update(threads).where(threads.c.id == row.thread_id).values(gone))
            self._tell(conn, row.trainee_id, "alert.expired", row.thread_id, now)
            self._tell(conn, row.coach_id, OVER_NOW, row.thread_id, now)
            return True
        return False

    def _set(self, conn: Connection, thread: str, **values: object) -> None:
        conn.execute(update(alerts).where(alerts.c.thread_id == thread).values(values))

    def _tell(self, conn: Connection, person: str, kind: str, thread: str, now: datetime) -> None:
        row = {
            "id": f"{thread}:{kind}:{now.timestamp():.0f}",
            "person_id": person,
            "kind": kind,
            "thread_id": thread,
            "created_at": now,
        }
        conn.execute(insert(inbox).values(row))
        raised = update(persons).where(persons.c.id == person).values(version=persons.c.version + 1)
        conn.execute(raised)
