"""Whatever is put off, begun, answered, silenced or changed, nobody is invited twice in a day unasked."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot.nudges.forecast import coming
from bot.nudges.sweep import Sweep
from bot.nudges.verdicts import ONE_IN
from bot.store.draft import Delete, Insert
from bot.store.tables import accounts, occurrences, outbox, talks
from tests.conftest import MONDAY
from tests.nudges.ward import LONDON, SUNDAY, Ward

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
FORTNIGHT = 14 * DAY


@pytest.mark.parametrize("ahead", [-17 * HOUR, -16 * HOUR, -10 * HOUR, -7 * HOUR])
def test_what_was_put_off_to_the_day_before_the_next_one_stands_for_it(ward: Ward, ahead: timedelta) -> None:
    ward.enrol("ana", MONDAY, check_in_every="2")
    ward.sweep(SUNDAY)
    ward.snooze("ana", SUNDAY + FORTNIGHT + ahead, SUNDAY + HOUR)
    back = next(row["due_at"] for row in ward.rows(occurrences, slot=2))
    for at in (back, SUNDAY + FORTNIGHT):
        ward.sweep(at)
    assert len(ward.sent()) == 2
    assert ward.days("ana", slot=0)[1:] == [
        ("22 18:00", 0, "skipped", "cap"),
        ("06 18:00", 0, "planned", ""),
    ]


def test_put_off_for_months_it_still_stands_for_its_day(ward: Ward) -> None:
    ward.enrol("ana", MONDAY)
    ward.sweep(SUNDAY)
    ward.change("ana", SUNDAY, check_in_every="0")
    ward.snooze("ana", SUNDAY + 63 * DAY - 10 * HOUR, SUNDAY + HOUR)
    ward.change("ana", SUNDAY + 60 * DAY, check_in_every="1")
    for at in (SUNDAY + 63 * DAY - 10 * HOUR, SUNDAY + 63 * DAY):
        ward.sweep(at)
    assert len(ward.sent()) == 2


def test_the_next_one_to_expect_is_not_of_the_day_that_had_one(ward: Ward) -> None:
    ward.enrol("ana", MONDAY, check_in_every="2")
    ward.sweep(SUNDAY)
    morning = SUNDAY + FORTNIGHT - 10 * HOUR
    ward.snooze("ana", morning, SUNDAY + HOUR)
    ward.sweep(morning)
    expected = ward.store.read(lambda conn: coming(conn, "ana", LONDON, morning))
    assert expected == SUNDAY + 2 * FORTNIGHT


def test_an_older_one_put_off_after_a_newer_came_comes_when_it_was_asked_for(ward: Ward) -> None:
    ward.enrol("ana", MONDAY)
    ward.sweep(SUNDAY)
    old = ward.talk("ana")
    ward.press("ana", old, SUNDAY + HOUR)
    ward.sweep(SUNDAY + 7 * DAY)
    ward.snooze("ana", SUNDAY + 7 * DAY + 2 * HOUR, SUNDAY + 7 * DAY + HOUR, old)
    ward.sweep(SUNDAY + 7 * DAY + 2 * HOUR)
    assert ward.sent() == [("ana", "nudge.check-in")] * 3
    assert ward.rows(occurrences, slot=1, state="planned") == []


def test_an_answer_ends_the_reminder_of_another_invitation(ward: Ward) -> None:
    ward.enrol("ana", MONDAY)
    ward.sweep(SUNDAY)
    old = ward.talk("ana")
    ward.press("ana", old, SUNDAY + HOUR)
    ward.sweep(SUNDAY + 7 * DAY)
    ward.answer("ana", old, SUNDAY + 7 * DAY + HOUR)
    ward.sweep(SUNDAY + 8 * DAY + 2 * HOUR)
    assert ward.sent() == [("ana", "nudge.check-in")] * 2


def test_an_old_invitation_that_is_opened_on_the_day_of_the_next_one_stands_for_it(ward: Ward) -> None:
    ward.enrol("ana", MONDAY)
    ward.sweep(SUNDAY)
    ward.press("ana", ward.talk("ana"), SUNDAY + 7 * DAY - HOUR)
    assert ward.days("ana", state="planned") == [("22 18:00", 0, "planned", "")]


@dataclass
class Life:
    """Weeks of one resident: what they do, and when something was asked for, begun or answered."""

    ward: Ward
    name: str
    now: datetime = MONDAY
    asked: list[datetime] = field(default_factory=list)
    held: list[datetime] = field(default_factory=list)

    def live(self, hours: int) -> None:
        """Sweep at each instant at which something is due."""
        sweep, to = Sweep(self.ward.store, zone="UTC"), self.now + hours * HOUR
        while (due := sweep.next_due()) is not None and due <= to:
            self.now = max(due, self.now)
            sweep.run(self.now)
        self.now = to

    def standing(self) -> str:
        rows = self.ward.rows(occurrences, person_id=self.name, state="invited")
        return max(((row["due_at"], row["talk_id"]) for row in rows), default=(None, ""))[1]

    def put_off(self, hours: int) -> None:
        self.ward.snooze(self.name, self.now + hours * HOUR, self.now)
        self.asked.append(self.now)

    def be_silent(self, hours: int, reason: str) -> None:
        self.ward.silence(self.name, reason, self.now, self.now + hours * HOUR)

    def open(self, hours: int) -> None:
        """Take up what stands, as the words do, or begin one."""
        talk = self.standing() or self.begin()
        self.ward.press(self.name, talk, self.now)
        self.held.append(self.now)

    def answer(self, hours: int) -> None:
        talk = self.standing() or self.begin()
        self.ward.press(self.name, talk, self.now)
        self.ward.answer(self.name, talk, self.now)
        self.held.append(self.now)

    def begin(self) -> str:
        mine = select(accounts.c.id).where(accounts.c.person_id == self.name)
        account = self.ward.store.read(lambda conn: conn.execute(mine).scalar_one())
        row = {"person_id": self.name, "flow": "check-in", "version": 1, "state": "open", "rank": 1}
        times = {"opened_at": self.now, "touched_at": self.now}
        talk = uuid4().hex
        self.ward.put(Insert(talks, row | times | {"id": talk, "account_id": account}))
        return talk

    def change(self, hours: int) -> None:
        change = {"weekday": str(hours % 7), "time": f"{hours % 24}:00", "check_in_every": str(hours % 3)}
        self.ward.change(self.name, self.now, **change)

    def sent(self) -> list[datetime]:
        """When invitations came, reminders left out."""
        rows = (row for row in self.ward.rows(outbox, user=self.name) if not row["key"].endswith(":1"))
        return sorted(row["created_at"] for row in rows)

    def was_asked_between(self, first: datetime, second: datetime) -> bool:
        return any(first <= at <= second for at in self.asked)


def is_near(one: datetime, other: datetime) -> bool:
    return other - one < ONE_IN or one.date() == other.date()  # in winter London lives by UTC


Act = Callable[[Life, int], None]
ACTS: list[Act] = [
    Life.put_off,
    Life.put_off,
    lambda life, hours: life.be_silent(hours, "leave"),
    lambda life, hours: life.be_silent(hours, "nights"),
    Life.open,
    Life.answer,
    Life.change,
]
TO_NEXT_MORNING = 6 * 24 + 13  # from an hour after an invitation to the day of the next one, 08:00
DAYS = st.sampled_from((0, 0, 1, 2, 7, 14))
HOURS = st.builds(lambda days, hours: max(1, 24 * days + hours), DAYS, st.integers(-11, 11))
WAITS = st.sampled_from((0, 1, 16)) | HOURS
STEPS = st.lists(st.tuples(WAITS, st.sampled_from(ACTS), HOURS), min_size=1, max_size=8)


def lives(ward: Ward, every: str, steps: list[tuple[int, Act, int]]) -> Life:
    """Somebody new, the only one to be swept, from the first invitation on up to the last step."""
    ward.put(Delete(occurrences, {"state": "planned"}))
    life = Life(ward, uuid4().hex)
    ward.enrol(life.name, MONDAY, check_in_every=every)
    life.live((SUNDAY - MONDAY) // HOUR + 1)
    for wait, act, hours in steps:
        act(life, hours)
        life.live(wait)
    return life


MANY = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])


@MANY
@given(st.sampled_from("12"), STEPS)
@example("2", [(0, Life.put_off, TO_NEXT_MORNING + 7 * 24)])
@example("1", [(15, Life.put_off, 23), (0, Life.answer, 1)])
def test_nobody_is_invited_twice_in_a_day_but_for_what_they_asked(
    ward: Ward, every: str, steps: list[tuple[int, Act, int]]
) -> None:
    life = lives(ward, every, steps)
    life.live(40 * 24)
    sent = life.sent()
    near = [pair for pair in pairwise(sent) if is_near(*pair)]
    near += [
        (one, other) for one in life.held for other in sent if one < other and one.date() == other.date()
    ]
    assert [pair for pair in near if not life.was_asked_between(*pair)] == []


@MANY
@given(st.sampled_from("12"), STEPS)
@example("1", [(TO_NEXT_MORNING, Life.put_off, TO_NEXT_MORNING)])
def test_the_next_one_to_expect_is_the_next_that_comes(
    ward: Ward, every: str, steps: list[tuple[int, Act, int]]
) -> None:
    life = lives(ward, every, steps)
    expected = ward.store.read(lambda conn: coming(conn, life.name, LONDON, life.now))
    before = len(life.sent())
    life.live(60 * 24)
    assert next(iter(life.sent()[before:]), None) == expected
