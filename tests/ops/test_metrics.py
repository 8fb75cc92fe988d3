"""The page of metrics: what a scrape gets, and what became of rows by class."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert

from adapters.port import Lane
from bot.app import App
from bot.backlog import backlog
from bot.counting import BacklogCount, CountedJob
from bot.delivery.outcome import Again, Dead, Deferred, Gone, Outcome, Released, Sent, Skipped, Unsettled
from bot.nudges.sweep import Sweep
from bot.program.load import load_program
from bot.program.seed import seed
from bot.settings import DEMO_PROGRAM, Settings
from bot.store.store import Store
from bot.store.tables import inbox, outbox, throttles
from bot.web.metrics import DELIVERIES, REASONS, Metrics, _named
from tests.conftest import MONDAY, HandClock
from tests.rules.source import ROOT

LATER = datetime(2026, 11, 3, tzinfo=UTC)


def page(metrics: Metrics) -> str:
    return metrics.text().decode()


@pytest.mark.parametrize(
    ("outcome", "named"),
    [
        (Sent(), ("sent", "")),
        (Sent(reason="unknown"), ("unknown", "")),
        (Unsettled(at=LATER), ("unknown", "")),
        (Again(at=LATER, reason="later"), ("again", "")),
        (Deferred(until=LATER, reason="pause"), ("deferred", "unwanted")),
        (Skipped(reason="leave"), ("skipped", "unwanted")),
        (Skipped(reason="hold"), ("skipped", "held")),
        (Skipped(reason="forgotten"), ("skipped", "gone")),
        (Gone(newest=1), ("skipped", "gone")),
        (Dead(reason="defect KeyError"), ("dead", "defect")),
        (Dead(reason="a day of waiting"), ("dead", "given-up")),
        (Released(), ("", "")),
    ],
)
def test_an_outcome_is_told_by_class(outcome: Outcome, named: tuple[str, str]) -> None:
    assert _named(outcome) == named
    assert (named[0] in {*DELIVERIES, ""}, named[1] in REASONS) == (True, True)


def put(store: Store, lane: Lane, state: str, reason: str = "", **more: object) -> None:
    row = {"platform": "web", "tenant": "demo", "user": "resident", "lane": int(lane), "state": state}
    row |= {"operation": "post", "reason": reason, "due_at": MONDAY, "created_at": MONDAY, **more}
    store.write(lambda conn: conn.execute(insert(outbox).values(row)))


def test_what_waits_is_counted_by_class(store: Store, clock: HandClock) -> None:
    metrics = Metrics()
    for lane in (Lane.SAFETY, Lane.REPLY, Lane.ALERT, Lane.NUDGE):
        put(store, lane, "waiting")
    put(store, Lane.SAFETY, "dead", "rejected")
    clock.move(minutes=3)
    BacklogCount(store, clock, metrics).run(clock.now())

    shown = page(metrics)
    assert 'companion_outbox{lane="reply",state="waiting"} 3.0' in shown
    assert 'companion_outbox{lane="reply",state="dead"} 1.0' in shown
    assert "companion_outbox_oldest_seconds 180.0" in shown


def test_what_no_longer_waits_is_counted_as_none(store: Store, clock: HandClock) -> None:
    metrics = Metrics()
    put(store, Lane.REPLY, "waiting")
    BacklogCount(store, clock, metrics).run(clock.now())
    store.write(lambda conn: conn.execute(outbox.delete()))
    BacklogCount(store, clock, metrics).run(clock.now())
    assert 'companion_outbox{lane="reply",state="waiting"} 0.0' in page(metrics)


def test_pauses_and_moves_that_fail_are_seen(store: Store, clock: HandClock) -> None:
    until = clock.real() + timedelta(minutes=5)
    person = seed(store, load_program(DEMO_PROGRAM), clock)["resident"]
    move = {"id": "m1", "person_id": person, "kind": "news", "created_at": MONDAY, "attempts": 2}
    store.write(lambda conn: conn.execute(insert(inbox).values(move)))
    pause = {"platform": "web", "tenant": "demo", "until": until}
    store.write(lambda conn: conn.execute(insert(throttles).values(pause)))

    found = store.read(lambda conn: backlog(conn, now=clock.now(), real=clock.real()))
    assert (found.moves, found.failing, found.pauses, found.paused_until) == (1, 1, 1, until)


def test_what_waits_for_its_next_try_is_not_late(store: Store, clock: HandClock) -> None:
    put(store, Lane.REPLY, "waiting", retry_at=MONDAY + timedelta(hours=2))
    clock.move(hours=1)
    assert store.read(lambda conn: backlog(conn, now=clock.now(), real=clock.real())).late == timedelta()


def test_a_job_that_fails_is_counted_and_dated_by_its_last_good_run(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    metrics = Metrics()
    sweep = CountedJob(Sweep(store, zone="UTC"), metrics)
    monkeypatch.setattr(Sweep, "run", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        sweep.run(MONDAY)

    shown = page(metrics)
    assert 'companion_job_runs_total{job="sweep",result="failed"} 1.0' in shown
    assert "companion_job_done_timestamp_seconds{" not in shown


async def test_the_alerts_of_the_runbook_are_of_series_that_there_are(tmp_path: Path) -> None:
    app = App.from_settings(Settings(data_folder=tmp_path / "data", port=0, internal_port=0))
    await app.readiness.parts()
    shown = page(app.metrics)
    await app.stop()
    named = set(re.findall(r"companion_[a-z_]+", (ROOT / "docs/runbook.md").read_text(encoding="utf-8")))
    assert {name for name in named if f"# HELP {name} " not in shown} == set()


async def test_a_server_shows_every_series_from_its_start(tmp_path: Path) -> None:
    app = App.from_settings(Settings(data_folder=tmp_path / "data", port=0, internal_port=0))
    shown = page(app.metrics)
    await app.stop()
    for name in (
        "turns",
        "deliveries",
        "job_runs",
        "screen_failures",
        "store_waiting",
        "keys_cached",
        "build",
    ):
        assert f"\ncompanion_{name}" in shown
    assert "_created" not in shown
