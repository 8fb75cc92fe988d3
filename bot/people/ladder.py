"""The alert ladder, an alert's only clock: late, expired, closed, or cut where its holder is barred."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, Select, bindparam, func, insert, select, update

from bot.clock import Clock
from bot.people.alerts import IS_COACHED, IS_LATE, ONLY_TOLD, OVER, OVER_NOW, TAKEN_UP, WAITS
from bot.store.columns import Instant
from bot.store.store import Store
from bot.store.tables import alerts, audit, inbox, persons, threads

BATCH = 200
_LIVE = (
    select(alerts, threads.c.state)
    .join(threads, threads.c.id == alerts.c.thread_id)
    .where(alerts.c.due_at.is_not(None))
    .order_by(alerts.c.due_at)
    .limit(BATCH)
    .with_for_update(skip_locked=True, of=alerts)
)
_CUT = _LIVE.where(threads.c.state.not_in(OVER), ~IS_COACHED)
_DUE = _LIVE.where(alerts.c.due_at <= bindparam("now", type_=Instant))


class Ladder:
    """The job: a late alert is told to the trainee, and once more to the coach; in the end each one is over.

    Roles change at midnight in the program's `zone`: whoever is barred then, or no longer a coach, loses what
    they hold. `forget` destroys the keys of these subjects ("thread:<id>").
    """

    name = "ladder"
    every = 20

    def __init__(self, store: Store, forget: Callable[..., None], clock: Clock, zone: str) -> None:
        self._store, self._forget, self._clock, self._zone = store, forget, clock, ZoneInfo(zone)

    def next_due(self) -> datetime | None:
        """The earliest step of any alert, or the next midnight while one is live."""
        first: datetime | None = self._store.read(
            lambda conn: conn.execute(select(func.min(alerts.c.due_at))).scalar()
        )
        return min(first, self._midnight()) if first else None

    def _midnight(self) -> datetime:
        tomorrow = self._clock.now().astimezone(self._zone).date() + timedelta(days=1)
        return datetime.combine(tomorrow, time.min, self._zone).astimezone(UTC)

    def run(self, now: datetime) -> int:
        """Cut what must not be read any more, then move every alert whose time has come. Returns how many."""
        return self._moved(_CUT, _cut, now) + self._moved(_DUE, _step, now)

    def _moved(self, found: "Select[tuple[object, ...]]", step: "_Step", now: datetime) -> int:
        today, done = now.astimezone(self._zone).date(), 0
        while moved := self._store.write(lambda conn: _batch(conn, found, step, today, now)):
            done += len(moved)
            over = [f"thread:{thread}" for thread, is_over in moved if is_over]
            if over:
                self._forget(*over)
        return done


_Step = Callable[[Connection, "Row[tuple[object, ...]]", datetime], bool]


def _batch(
    conn: Connection, found: "Select[tuple[object, ...]]", step: _Step, today: date, now: datetime
) -> list[tuple[str, bool]]:
    rows = conn.execute(found, {"today": today, "now": now}).all()
    return [(row.thread_id, step(conn, row, now)) for row in rows]


def _cut(conn: Connection, row: "Row[tuple[object, ...]]", now: datetime) -> bool:
    """Whoever has it may read it no more. By itself it goes to nobody else: so the preview said."""
    _end(conn, row, "closed", "cut", now)
    return True


def _step(conn: Connection, row: "Row[tuple[object, ...]]", now: datetime) -> bool:
    """Move one alert; gives whether its words are gone with that."""
    if row.state in OVER:
        _set(conn, row.thread_id, due_at=None)
        return False
    if row.step == WAITS:
        _set(conn, row.thread_id, due_at=row.expires_at, step=IS_LATE)
        _tell(conn, row.trainee_id, "alert.late", row.thread_id, now)
        _tell(conn, row.coach_id, "alert.reminder", row.thread_id, now)
        return False
    state, heard = _ENDS[row.step]
    _end(conn, row, state, heard, now)
    return True


_ENDS = {IS_LATE: ("expired", "expired"), TAKEN_UP: ("closed", "closed"), ONLY_TOLD: ("closed", "lapsed")}
"""By step, the state in which a request ends and what the trainee hears of it."""


def _end(conn: Connection, row: "Row[tuple[object, ...]]", state: str, heard: str, now: datetime) -> None:
    """It is over: the words go, the trainee hears how, the coach only that it is theirs no more."""
    _set(conn, row.thread_id, due_at=None)
    gone = {"state": state, "moved_at": now, "body": None}
    conn.execute(update(threads).where(threads.c.id == row.thread_id).values(gone))
    _tell(conn, row.trainee_id, f"alert.{heard}", row.thread_id, now)
    _tell(conn, row.coach_id, OVER_NOW, row.thread_id, now)
    _tell(conn, row.coach_id, "alert.away", row.thread_id, now)
    line = {"at": now, "actor": "ladder", "person_id": row.trainee_id, "act": f"alert-{heard}"}
    conn.execute(insert(audit).values(line | {"detail": {"thread": row.thread_id}}))


def _set(conn: Connection, thread: str, **values: object) -> None:
    conn.execute(update(alerts).where(alerts.c.thread_id == thread).values(values))


def _tell(conn: Connection, person: str, kind: str, thread: str, now: datetime) -> None:
    row = {
        "id": f"{thread}:{kind}:{now.timestamp():.0f}",
        "person_id": person,
        "kind": kind,
        "thread_id": thread,
        "created_at": now,
    }
    conn.execute(insert(inbox).values(row))
    conn.execute(update(persons).where(persons.c.id == person).values(version=persons.c.version + 1))
