"""PostgreSQL: a turn is optimistic. Its job reads, then one statement writes everything or nothing."""

import secrets
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import ClassVar, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from bot.errors import StoreBusy, StoreUnavailable
from bot.failpoints import hit
from bot.store.draft import Draft
from bot.store.driven import said
from bot.store.engines import postgres_engine
from bot.store.faults import is_race, reaching
from bot.store.joined import joined
from bot.store.phrases import Phrases
from bot.store.plan import Plan, fits_one_statement, plan
from bot.store.prepared import asking_once
from bot.store.store import Store

T = TypeVar("T")

TRIES = 20
"""How often a turn that lost a race runs again."""
WORKERS = 8
_PAUSE_MS = 5
_VIEW = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


class PostgresStore(Store):
    """A server that any number of processes may share."""

    dialect: ClassVar[str] = "postgresql"

    def __init__(self, url: str) -> None:
        self._turns = postgres_engine(url, size=WORKERS, autocommit=True, ping=False, bounded=True)
        self._others = postgres_engine(url, size=WORKERS, autocommit=False, bounded=True)
        self._views = self._others.execution_options(**_VIEW)
        self._phrases = Phrases(self._turns.dialect)
        self._workers = ThreadPoolExecutor(WORKERS, thread_name_prefix="store")
        self._handed_in = deque[None]()  # as long as there are jobs that are not done

    def play(self, job: Callable[[Connection], Draft[T]]) -> Future[T]:
        return self._hand_in(lambda: self._turn(job))

    def submit(self, job: Callable[[Connection], T]) -> Future[T]:
        return self._hand_in(lambda: self._again(lambda: self._transaction(job)))

    def read(self, job: Callable[[Connection], T]) -> T:
        with reaching(), self._views.connect() as connection:
            return job(connection)

    def waiting(self) -> int:
        return max(0, len(self._handed_in) - WORKERS)

    def close(self) -> None:
        self._workers.shutdown()
        self._turns.dispose()
        self._others.dispose()

    def _hand_in(self, work: Callable[[], T]) -> Future[T]:
        def run() -> T:
            with reaching():
                return work()

        try:
            future = self._workers.submit(run)
        except RuntimeError as error:
            raise StoreUnavailable from error
        self._handed_in.append(None)
        future.add_done_callback(lambda _: self._handed_in.pop())
        return future

    def _transaction(self, job: Callable[[Connection], T]) -> T:
        with self._others.begin() as connection:
            return job(connection)

    def _again(self, work: Callable[[], T]) -> T:
        """Run what the server chose to give way once more. What may have been committed is not repeated."""
        for attempt in range(TRIES):
            try:
                return work()
            except DBAPIError as error:
                if not is_race(error):
                    raise
            _pause(attempt)
        raise StoreBusy

    def _turn(self, job: Callable[[Connection], Draft[T]]) -> T:
        for attempt in range(TRIES):
            try:
                draft, done = self._once(job)
            except DBAPIError as error:
                if not is_race(error):
                    raise
            else:
                if done:
                    return draft.result
            _pause(attempt)
        raise StoreBusy

    def _once(self, job: Callable[[Connection], Draft[T]]) -> tuple[Draft[T], bool]:
        with self._turns.connect() as connection:
            try:
                draft = _drafted(connection, job)
            except DBAPIError as error:
                if not error.connection_invalidated:
                    raise
            else:
                return draft, self._apply(connection, plan(draft))
        # The server went away and came back since the last turn: nothing is written yet, so ask anew. What
        # else the pool holds is from before, too.
        self._turns.dispose()
        with self._turns.connect() as connection:
            draft = _drafted(connection, job)
            return draft, self._apply(connection, plan(draft))

    def _apply(self, connection: Connection, planned: Plan) -> bool:
        if planned.empty:
            return True
        hit("turn.before-commit")
        if fits_one_statement(planned):
            phrase = joined(planned, self._phrases)
            done = bool(said(connection, phrase.text, phrase.params).fetchone()[0])
        else:
            done = self._step_by_step(planned)
        hit("turn.after-commit")
        return done

    def _step_by_step(self, planned: Plan) -> bool:
        """The same as one transaction, for a draft that touches a row twice."""
        with self._others.connect() as connection, connection.begin() as transaction:
            for condition in (planned.guard, planned.claim):
                if condition is not None:
                    phrase = self._phrases.of(condition)
                    if said(connection, phrase.text, phrase.params).rowcount != 1:
                        transaction.rollback()
                        return False
            for write in planned.writes:
                phrase = self._phrases.of(write)
                said(connection, phrase.text, phrase.params)
        return True


def _drafted(connection: Connection, job: Callable[[Connection], Draft[T]]) -> Draft[T]:
    with asking_once(connection):
        return job(connection)


def _pause(attempt: int) -> None:
    time.sleep(secrets.randbelow(1 + min(attempt, 10) * _PAUSE_MS) / 1000)
