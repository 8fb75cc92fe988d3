"""The serving process is killed in the middle of its work, again and again, and nothing is lost.

A post may be repeated only where its outcome was unknown, and each repeat is counted in the outbox.
"""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import servers
from tests.kill.ledger import Ledger
from tests.kill.resident import Resident
from tests.kill.server import Server, midday_zones, write_program
from tests.kill.story import Night
from tests.stub_platform.process import running_stub

# Ten kills on each database; the number is the visit at which it dies.
KILLS = (
    "turn.before-commit:9",
    "turn.after-commit:7",
    "keys.after-commit:2",
    "dispatch.claimed:5",
    "dispatch.before-send:4",
    "sweep.before-commit",
    "dispatch.after-send:10",
    "dispatch.finished:8",
    "sweep.after-commit",
    "dispatch.after-send:13",
)
NEWCOMERS = 3

pytestmark = pytest.mark.kill


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def night(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Night]:
    """A server that has not started yet, on an empty database."""
    users = [f"resident-{number}" for number in range(NEWCOMERS * len(KILLS))]
    zone, devices = midday_zones()
    residents = [Resident(one, random.Random(one), devices) for one in users]  # noqa: S311 - the same night each time
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    url = f"sqlite:///{data}/companion.db"
    if request.param == "postgresql":
        server: servers.PostgresServer = request.getfixturevalue("postgres_server")
        url = server.create_database()
    with running_stub() as stub:
        serving = Server(data, write_program(tmp_path / "program", users, zone), url, stub.url)
        yield Night(serving, stub, url, residents)
        serving.kill()


@pytest.fixture
def left(night: Night, capsys: pytest.CaptureFixture[str]) -> Ledger:
    """What is left after all the kills and one undisturbed end."""
    for failpoint in KILLS:
        night.kill_at(failpoint, NEWCOMERS)
    night.settle()
    found = night.ledger()
    with capsys.disabled():
        print(f"\n{night.kills} kills: {found}")  # noqa: T201 - the figures are the point
    return found


def test_twenty_kills_lose_no_event_and_no_post(left: Ledger) -> None:
    assert (left.lost_events, left.lost_posts, left.unfinished) == ((), (), ())
    assert (left.uncounted_repeats, left.doubled_nudges) == ((), ())
