"""Serving processes are killed in the middle of their work, again and again, and nothing is lost.

A post may be repeated only where its outcome was unknown, and each repeat is counted in the outbox.
`python -m tests.kill.matrix` does the same two hundred times.
"""

from pathlib import Path

import pytest

from tests import servers
from tests.kill.ledger import Ledger
from tests.kill.nights import LATEST, OF_A_NIGHT, SETUPS, Setup, newcomers_of, night, places

pytestmark = pytest.mark.kill

ON_SQLITE, ON_POSTGRES, ON_THREE = SETUPS
KILLS = {ON_SQLITE: places(0), ON_POSTGRES: places(1)[::2], ON_THREE: places(1)[1::2]}


def test_every_place_is_visited_on_both_databases_and_more_than_twenty_kills_are_done() -> None:
    for kills in (KILLS[ON_SQLITE], KILLS[ON_POSTGRES] + KILLS[ON_THREE]):
        assert {one.partition(":")[0] for one in kills} == set(OF_A_NIGHT) == LATEST.keys()
    assert sum(map(len, KILLS.values())) > 20


PARAMS = [
    pytest.param(one, id=str(one), marks=pytest.mark.postgres if one.database == "PostgreSQL" else ())
    for one in SETUPS
]


@pytest.fixture(params=PARAMS)
def left(request: pytest.FixtureRequest, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Ledger:
    """What is left after a kill at every place and one undisturbed end."""
    setup: Setup = request.param
    url = ""
    if setup.database == "PostgreSQL":
        server: servers.PostgresServer = request.getfixturevalue("postgres_server")
        url = server.create_database()
    kills = KILLS[setup]
    with night(setup, tmp_path / "night", postgres_url=url, newcomers=newcomers_of(kills), seed=1) as lived:
        found = lived.live(kills)
    with capsys.disabled():
        print(f"\n{setup}: {found}")  # noqa: T201 - the figures are the point
    return found


def test_kills_lose_no_event_and_no_post(left: Ledger) -> None:
    assert left.amiss == {}
    assert left.kills.total() >= len(OF_A_NIGHT) // 2
