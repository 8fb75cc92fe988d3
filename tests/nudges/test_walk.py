"""The walking clock lives through a month as the month itself would be lived."""

import asyncio
import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection

from bot.delivery import pump
from bot.delivery.claim import Taken, Wish, claim
from bot.nudges.jobs import earliest_due
from bot.nudges.walk import load_offset, save_offset
from bot.store.keys import Keys
from bot.store.store import Store
from tests.conftest import MONDAY, HandClock
from tests.nudges.clockwork import Clockwork
from tests.nudges.ward import SUNDAY, Ward
from tests.soon import until

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
CHECK_IN, REMINDER = "nudge.check-in", "nudge.check-in-reminder"
# Nobody answers: bo works nights in the second week, cy asked for ten in the evening, far to the east.
MONTH = [
    ("bo", CHECK_IN, "05 Nov 00:00"),
    ("bo", REMINDER, "06 Nov 01:00"),
    ("ana", CHECK_IN, "08 Nov 18:00"),
    ("cy", CHECK_IN, "08 Nov 20:00"),
    ("ana", REMINDER, "09 Nov 20:00"),
    ("cy", REMINDER, "10 Nov 02:00"),
    ("bo", CHECK_IN, "13 Nov 00:00"),
    ("bo", REMINDER, "14 Nov 01:00"),
    ("ana", CHECK_IN, "15 Nov 18:00"),
    ("cy", CHECK_IN, "15 Nov 20:00"),
    ("ana", REMINDER, "16 Nov 20:00"),
    ("cy", REMINDER, "17 Nov 02:00"),
    ("bo", CHECK_IN, "26 Nov 00:00"),
    ("bo", REMINDER, "27 Nov 01:00"),
    ("ana", CHECK_IN, "29 Nov 18:00"),
    ("cy", CHECK_IN, "29 Nov 20:00"),
    ("ana", REMINDER, "30 Nov 20:00"),
    ("cy", REMINDER, "01 Dec 02:00"),
]


def people(ward: Ward) -> None:
    ward.enrol("ana", MONDAY)
    ward.enrol("bo", MONDAY, zone="America/New_York", weekday="2", time="19:00")
    ward.enrol("cy", MONDAY, zone="Australia/Lord_Howe", time="22:00")
    ward.silence("bo", "nights", SUNDAY, SUNDAY + 4 * DAY)


async def test_walking_to_sunday_brings_the_check_in_at_six(ward: Ward, keys: Keys, clock: HandClock) -> None:
    ward.enrol("ana", MONDAY)
    work = Clockwork(ward.store, keys, clock)
    await work.walk(SUNDAY)
    assert work.chat.arrived == [("ana", CHECK_IN, "08 Nov 18:00")]
    assert clock.now() == SUNDAY


async def test_walking_48_hours_on_brings_the_one_reminder(ward: Ward, keys: Keys, clock: HandClock) -> None:
    ward.enrol("ana", MONDAY)
    work = Clockwork(ward.store, keys, clock)
    await work.walk(SUNDAY)
    await work.walk(SUNDAY + 2 * DAY)
    assert work.chat.arrived[1:] == [("ana", REMINDER, "09 Nov 20:00")]


async def test_a_month_is_walked_as_it_would_be_lived(ward: Ward, keys: Keys, clock: HandClock) -> None:
    people(ward)
    walked = Clockwork(ward.store, keys, clock)
    await walked.walk(MONDAY + 31 * DAY)
    assert walked.chat.arrived == MONTH


async def test_a_fortnight_lived_hour_by_hour_sends_the_same(
    ward: Ward, keys: Keys, clock: HandClock
) -> None:
    people(ward)
    lived = Clockwork(ward.store, keys, clock)
    for _ in range(14 * 24):
        clock.move(hours=1)
        await lived.tick()
    assert lived.chat.arrived == MONTH[:10]


async def test_walking_back_moves_nothing(ward: Ward, keys: Keys, clock: HandClock) -> None:
    work = Clockwork(ward.store, keys, clock)
    await work.walk(SUNDAY)
    assert await work.walk(MONDAY) == 0
    assert clock.now() == SUNDAY


async def test_a_walk_that_is_halted_ends_after_the_step_under_way(
    ward: Ward, keys: Keys, clock: HandClock
) -> None:
    ward.enrol("ana", MONDAY)
    work = Clockwork(ward.store, keys, clock)
    await work.walk(SUNDAY + 31 * DAY, halted=lambda: bool(work.chat.arrived))
    assert (clock.now(), len(work.chat.arrived)) == (SUNDAY, 1)


async def test_what_the_dispatcher_is_taking_by_itself_is_sent_before_the_walk_goes_on(
    ward: Ward, keys: Keys, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken, go = threading.Event(), threading.Event()

    def slow(conn: Connection, wish: Wish) -> list[Taken]:
        rows = claim(conn, wish)
        if rows:
            taken.set()
            go.wait(60)
        return rows

    ward.enrol("ana", MONDAY)
    work = Clockwork(ward.store, keys, clock)
    await work.walk(SUNDAY - HOUR)
    clock.walk(SUNDAY)
    ward.sweep(SUNDAY)
    monkeypatch.setattr(pump, "claim", slow)
    async with asyncio.TaskGroup() as group:
        group.create_task(work.dispatcher.run())
        await until(taken.is_set)
        walk = group.create_task(work.walk(SUNDAY + DAY))
        await asyncio.wait({walk}, timeout=0.3)
        go.set()
        await walk
        await work.dispatcher.stop()
    assert work.chat.arrived[:1] == [("ana", CHECK_IN, "08 Nov 18:00")]


async def test_the_offset_outlives_a_restart(ward: Ward, keys: Keys, clock: HandClock) -> None:
    await Clockwork(ward.store, keys, clock).walk(SUNDAY)
    assert load_offset(ward.store) == SUNDAY - MONDAY
    clock.walk(SUNDAY + DAY)
    save_offset(ward.store, clock)
    assert load_offset(ward.store) == SUNDAY + DAY - MONDAY


def test_a_fresh_store_was_never_walked(store: Store) -> None:
    assert load_offset(store) == timedelta(0)


async def test_a_month_over_the_autumn_change_keeps_six_in_the_evening(
    ward: Ward, keys: Keys, clock: HandClock
) -> None:
    october = datetime(2026, 10, 5, tzinfo=UTC)
    clock.at = october
    ward.enrol("ana", october, zone="America/New_York")
    work = Clockwork(ward.store, keys, clock)
    await work.walk(datetime(2026, 11, 9, tzinfo=UTC))
    sent = [when for _, text, when in work.chat.arrived if text == CHECK_IN]
    assert sent == ["11 Oct 22:00", "18 Oct 22:00", "01 Nov 23:00"]


def test_the_earliest_of_all_jobs_leads_the_walk() -> None:
    class At:
        every = 60

        def __init__(self, name: str, due: datetime | None) -> None:
            self.name, self._due = name, due

        def next_due(self) -> datetime | None:
            return self._due

        def run(self, now: datetime) -> int:
            return 0

    jobs = [At("past", MONDAY), At("none", None), At("later", SUNDAY), At("soon", MONDAY + HOUR)]
    assert earliest_due(jobs, after=MONDAY) == MONDAY + HOUR
    assert earliest_due(jobs, after=SUNDAY) is None
