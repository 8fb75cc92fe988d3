"""Residents talk while the database restarts, the disk is full or read-only, or the clock jumps an hour."""

import asyncio
import json
import os
import random
import subprocess
import sys
import urllib.error
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from adapters.port import Lane
from tests import servers
from tests.kill.machine import BrokenMachine, Machine
from tests.kill.nights import SETUPS, Setup, night
from tests.kill.story import Night, plan_nudges
from tests.ops.console import FREE, companion, environment
from tests.soon import until
from tests.stub_platform.adapter import EVENTS
from tests.stub_platform.process import ask

RESIDENTS = 6
ON_SQLITE, ON_POSTGRES, ON_THREE = SETUPS
DANGER = {"id": "danger", "user": "resident-0", "kind": "message", "text": "I want to kill myself"}

pytestmark = pytest.mark.kill


async def talked(lived: Night, more: int) -> None:
    """So many more events were acknowledged."""
    goal = len(lived.crowd.accepted) + more
    await until(lambda: len(lived.crowd.accepted) >= goal)


# ------------------------------------------------------------------------------- the database


async def restarts(database: servers.PostgresServer, lived: Night) -> None:
    """At random times, by stops and crashes; once for so long that the server says so."""
    dice, (server,) = random.Random(5), lived.crowd.servers  # noqa: S311 - the same times each run
    for number in range(6):
        await asyncio.sleep(dice.uniform(0.2, 1.0))
        await asyncio.to_thread(database.stop, at_once=number % 2 == 0)
        if number == 3:
            await until(lambda: not server.is_ready())
        await asyncio.sleep(dice.uniform(0, 0.5))
        await asyncio.to_thread(database.start)
    await until(server.is_ready)
    await talked(lived, 2 * RESIDENTS)


@pytest.mark.postgres
def test_a_postgresql_that_restarts_at_random_times_loses_nothing(tmp_path: Path) -> None:
    servers.require("postgres")
    with (
        servers.postgres(fsync=True) as database,
        night(
            ON_POSTGRES,
            tmp_path / "night",
            postgres_url=database.create_database(),
            newcomers=RESIDENTS,
        ) as lived,
    ):
        left = lived.live_beside(partial(restarts, database, lived), RESIDENTS)
    assert left.amiss == {}
    assert sum(one.refused for one in lived.crowd.here) > 0


# ------------------------------------------------------------------------------- the disk


def hand_in(lived: Night, event: dict[str, str]) -> tuple[int, Any]:
    """The status and the answer."""
    try:
        return 200, ask(f"{lived.crowd.servers[0].url}{EVENTS}", event)
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, json.load(refused)


async def no_writing(lived: Night, begin: str, end: str, answers: list[tuple[int, Any]]) -> None:
    """Until each of them was refused; somebody in danger writes, and writes again when there is room."""
    machine = Machine(lived.deployment.folder / "server-0")
    await talked(lived, 5 * RESIDENTS)
    refused = {one.user: one.refused for one in lived.crowd.awake}
    getattr(machine, begin)()
    await until(lambda: all(one.refused > refused[one.user] for one in lived.crowd.awake))
    answers.append(await asyncio.to_thread(hand_in, lived, DANGER))
    getattr(machine, end)()
    answers.append(await asyncio.to_thread(hand_in, lived, DANGER))
    await talked(lived, 2 * RESIDENTS)


@pytest.mark.parametrize(
    ("begin", "end"), [("fill_the_disk", "make_room"), ("refuse_writing", "allow_writing")]
)
def test_where_nothing_can_be_written_turns_are_refused_danger_is_answered_and_nothing_is_mended_by_hand(
    tmp_path: Path, begin: str, end: str
) -> None:
    answers: list[tuple[int, Any]] = []
    with night(ON_SQLITE, tmp_path / "night", newcomers=RESIDENTS, platform=BrokenMachine) as lived:
        left = lived.live_beside(partial(no_writing, lived, begin, end, answers), RESIDENTS)
    (refused, said), (accepted, _) = answers
    assert (refused, said["card"]["safety"], accepted) == (503, True, 200)
    assert left.amiss == {}


def without_rights(*words: str) -> list[str]:
    """Root writes whatever the mode says, but without its capabilities it does not."""
    as_root = ["setpriv", "--inh-caps=-all", "--bounding-set=-all"] if os.geteuid() == 0 else []
    return [*as_root, sys.executable, "-m", "bot", *words]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose database and keys are there."""
    folder = tmp_path_factory.mktemp("made")
    assert companion("migrate", folder=folder).returncode == 0
    assert companion("keys", "status", folder=folder).returncode == 0
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    """What the data folder keeps, but for the empty file of the lock."""
    return {path.name: path.read_bytes() for path in (folder / "data").iterdir() if path.stat().st_size}


@pytest.mark.parametrize(("name", "mode"), [("companion.db", 0o400), ("keys.db", 0o400), ("", 0o500)])
def test_what_cannot_be_written_is_refused_in_one_line_and_left_as_it_is(
    made: Path, name: str, mode: int
) -> None:
    path, before = made / "data" / name, contents(made)
    path.chmod(mode)
    given = environment(made, FREE)
    done = subprocess.run(without_rights("serve"), env=given, capture_output=True, text=True, check=False)
    path.chmod(0o600 if name else 0o700)
    assert (done.returncode, done.stderr.count("\n")) == (78, 1)
    assert contents(made) == before


# ------------------------------------------------------------------------------- the clock


def nudges(lived: Night) -> int:
    return sum(post["lane"] == Lane.NUDGE for post in lived.crowd.stub.posts)


async def due_in(lived: Night, ahead: timedelta, rounds: int) -> None:
    """For half a second each: whoever has a check-in planned, also since the last one, has it due then."""
    for _ in range(rounds):
        await asyncio.to_thread(lived.with_store, partial(plan_nudges, ahead=ahead))
        await asyncio.sleep(0.5)


async def jumps(lived: Night, early: list[int]) -> None:
    """One server's host is an hour ahead while nudges are due in half an hour, then an hour behind."""
    machine = Machine(lived.deployment.folder / "server-0")
    await talked(lived, 3 * RESIDENTS)
    for hours in (1, -1):
        machine.set_the_clock(hours=hours)
        await due_in(lived, timedelta(minutes=30), rounds=5)
        early.append(await asyncio.to_thread(nudges, lived))
        await talked(lived, RESIDENTS)
    machine.set_the_clock(hours=0)
    while not await asyncio.to_thread(nudges, lived):
        await due_in(lived, timedelta(), rounds=1)


@pytest.mark.parametrize(
    "setup",
    [
        pytest.param(ON_SQLITE, id="sqlite"),
        pytest.param(ON_THREE, id="three on postgresql", marks=pytest.mark.postgres),
    ],
)
def test_a_hosts_clock_that_jumps_an_hour_either_way_doubles_and_hurries_nothing(
    request: pytest.FixtureRequest, tmp_path: Path, setup: Setup
) -> None:
    early: list[int] = []
    url = request.getfixturevalue("postgres_server").create_database() if setup is ON_THREE else ""
    with night(
        setup, tmp_path / "night", postgres_url=url, newcomers=RESIDENTS, platform=BrokenMachine
    ) as lived:
        left = lived.live_beside(partial(jumps, lived, early), RESIDENTS)
    assert left.amiss == {}
    assert left.nudges > 0
    # On SQLite there is no clock but the host's; on PostgreSQL all go by the database's.
    assert bool(sum(early)) is (setup is ON_SQLITE)
