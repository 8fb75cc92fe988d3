"""One APScheduler job a trainee in its SQLAlchemy store: what its own documentation leads to.

The job does nothing: no outbox row, no quiet hours. Both databases are as durable as on our side.
"""

import asyncio
import pickle
import random
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger
from sqlalchemy import Engine, bindparam, create_engine, event, text

from tests.bench.frame import Found, Room
from tests.bench.spent import server_of, spent

JOBS = 1000
ZONES = ("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles", "Europe/London")
_DONE: list[asyncio.Semaphore] = []
"""The last counts the jobs that have run; a job in a store can only name what is at hand in a module."""


async def nudge(number: int) -> None:
    """What the job of a trainee does."""
    _DONE[-1].release()


def due(room: Room) -> Found:
    """All jobs due at once: CPU of each, until every coroutine has run."""
    return asyncio.run(_due(room))


async def _due(room: Room) -> Found:
    number, engine = room.times(JOBS), _engine(room)
    store = SQLAlchemyJobStore(engine=engine)
    settings = {"misfire_grace_time": None, "coalesce": True}
    scheduler = AsyncIOScheduler(jobstores={"default": store}, job_defaults=settings, timezone=UTC)
    scheduler.start(paused=True)
    for one in range(number):
        scheduler.add_job(nudge, _weekly(one), args=(one,), id=f"n{one}")
    _make_due(engine, store, datetime.now(UTC) - timedelta(minutes=1))
    _DONE.append(asyncio.Semaphore(0))
    with spent(_server(engine)) as found:
        scheduler.resume()
        for _ in range(number):
            await _DONE[-1].acquire()
    scheduler.shutdown(wait=False)
    await asyncio.sleep(0)
    engine.dispose()
    return found.each(number)


def _weekly(number: int) -> Any:  # noqa: ANN401 - APScheduler ships no types
    chance = random.Random(number)  # noqa: S311 - the same people in each run
    hour, minute = chance.choice((17, 18, 19, 20)), chance.choice((0, 15, 30, 45))
    return CronTrigger(day_of_week="sun", hour=hour, minute=minute, timezone=ZoneInfo(chance.choice(ZONES)))


def _make_due(engine: Engine, store: Any, at: datetime) -> None:  # noqa: ANN401 - the same
    """Move every job's next run into the past, in its pickled state too."""
    rows = f"SELECT id, job_state FROM {store.jobs_t.name}"  # noqa: S608 - a table of its own
    move = text(f"UPDATE {store.jobs_t.name} SET next_run_time = :at, job_state = :state WHERE id = :id")  # noqa: S608
    with engine.begin() as connection:
        moved = []
        for name, state in connection.execute(text(rows)):
            job = pickle.loads(bytes(state))  # noqa: S301 - written above
            job["next_run_time"] = at
            moved.append({"id": name, "at": at.timestamp(), "state": pickle.dumps(job, 5)})
        connection.execute(move.bindparams(bindparam("state")), moved)


def _engine(room: Room) -> Engine:
    engine = create_engine(room.postgres or f"sqlite:///{room.folder}/jobs.db")
    if not room.postgres:
        event.listen(engine, "connect", _as_durable)
    return engine


def _as_durable(connection: Any, _entry: object) -> None:  # noqa: ANN401 - a driver's own
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")


def _server(engine: Engine) -> int:
    if engine.dialect.name == "sqlite":
        return 0
    with engine.connect() as connection:
        return server_of(str(connection.execute(text("SHOW data_directory")).scalar_one()))
