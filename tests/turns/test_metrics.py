"""What /metrics tells of the people who use the companion: how much there was, never who or what."""

import re
from functools import partial

import pytest

from bot.backlog import LANES, STATES
from bot.care.screen import Evidence
from bot.counting import BacklogCount, CountedJob, counted_receive
from bot.delivery.dispatcher import Dispatcher
from bot.nudges.idle import Idle
from bot.nudges.sweep import Sweep
from bot.nudges.wanted import wanted
from bot.people.ladder import Ladder
from bot.presentation.render import Renderer
from bot.program.holds import place_hold
from bot.turns import door, pages
from bot.turns.inbox import Timers
from bot.web.metrics import DELIVERIES, REASONS, TURNS, Metrics
from tests.conftest import HandClock
from tests.town import Person, Town
from tests.turns.stories import begins_check_in, is_opened, is_welcomed

_SERIES = re.compile(r"^(companion_\w+)(?:{(.*)})? (\S+)$", re.MULTILINE)
_LABEL = re.compile(r'(\w+)="([^"]*)"')
Series = dict[str, float]


def series(metrics: Metrics) -> Series:
    """Every series by name and labels. Of times that something took, only how often."""
    found = _SERIES.findall(metrics.text().decode())
    return {
        f"{name}{{{labels}}}": float(value)
        for name, labels, value in found
        if not name.endswith(("_bucket", "_sum", "_timestamp_seconds"))
    }


def moved(before: Series, after: Series) -> set[str]:
    return {name for name, value in after.items() if value != before.get(name, 0.0)}


@pytest.fixture
def metrics(town: Town, monkeypatch: pytest.MonkeyPatch) -> Metrics:
    """The town counts as a server does."""
    counts = Metrics()
    monkeypatch.setattr(town.door, "receive", counted_receive(town.door.receive, counts))
    monkeypatch.setattr(town.door, "_unread", counts.unread)
    renderer = Renderer(town.store, town.house, partial(pages.home_of, town.house))
    is_wanted = partial(wanted, zone=town.house.zone)
    town.dispatcher = Dispatcher(
        town.store, town.clock, {"web": town.chat}, renderer, wanted=is_wanted, told=counts.delivery
    )
    backlog = BacklogCount(town.store, town.clock, counts)
    town.jobs = tuple(CountedJob(one, counts) for one in (*town.jobs, backlog))
    counts.known(platforms=("web",), jobs=tuple(job.name for job in town.jobs))
    counts.watch("keys_cached", "Data keys in memory.", town.keys.cached)
    return counts


WEEKS = {
    "Steady": ("Skip",),
    "Stretched": ("Skip", "Skip"),
    "Struggling": ("Skip", "Skip"),
    "Not OK": ("Yes",),
}


async def counted_week(one: Person, week: str, metrics: Metrics) -> set[str]:
    """The series that a check-in on this week moves, from its opener to its last tap."""
    await is_welcomed(one)
    before = series(metrics)
    await begins_check_in(one)
    await one.presses(week, *WEEKS[week])
    await one.town.walks_to(one.town.clock.now())
    return moved(before, series(metrics))


async def test_a_low_week_moves_the_series_that_a_steady_one_moves(town: Town, metrics: Metrics) -> None:
    people = town.moves_in("ana", "ben", "cleo", "dan")
    steady, *others = [
        await counted_week(one, week, metrics) for one, week in zip(people, WEEKS, strict=True)
    ]

    assert any("companion_deliveries" in name for name in steady)
    assert others == [steady] * 3


async def test_danger_moves_no_series_that_a_steady_week_does_not(town: Town, metrics: Metrics) -> None:
    ana, ben = town.moves_in("ana", "ben")
    steady = await counted_week(ana, "Steady", metrics)
    await is_welcomed(ben)
    before = series(metrics)
    await ben.says("I want to die")

    assert set() < moved(before, series(metrics)) <= steady


async def test_a_text_that_could_not_be_read_is_counted(
    resident: Person, metrics: Metrics, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "screen", lambda *_: Evidence(reason="the reading failed", failed=True))
    await resident.says("hello")
    assert series(metrics)["companion_screen_failures_total{}"] == 1


async def busy(town: Town, resident: Person, coach: Person, clock: HandClock) -> None:
    """Check-in, danger, a request, news, a hold, a week of nudges, and somebody who cannot be reached."""
    await is_welcomed(resident)
    await begins_check_in(resident)
    await resident.presses("Steady", "Skip")
    await resident.says("I want to kill myself")
    await resident.presses("Yes")
    await is_opened(resident, coach)
    await town.walks_to(clock.now().replace(day=16))
    place_hold(town.store, program_id="demo", stage="", by="Dr. Brandt", now=clock.now())
    await town.walks_to(clock.now().replace(day=25))


LABELS = {
    "platform": {"web"},
    "outcome": {*TURNS, *DELIVERIES},
    "reason": set(REASONS),
    "lane": set(LANES),
    "state": {*STATES, "failing"},
    "job": {Sweep.name, Idle.name, Ladder.name, Timers.name, BacklogCount.name},
    "result": {"done", "failed"},
}


async def test_no_label_says_more_than_a_class(
    town: Town, metrics: Metrics, coach: Person, clock: HandClock
) -> None:
    await busy(town, town.person("resident"), coach, clock)
    found = [
        pair for _, labels, _ in _SERIES.findall(metrics.text().decode()) for pair in _LABEL.findall(labels)
    ]
    other = {(name, value) for name, value in found if value not in LABELS.get(name, ())}

    assert {name for name, _ in other} == {"le", "version", "revision"}
    assert len(series(metrics)) < 150
