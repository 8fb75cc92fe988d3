"""Three servers share what is due at one instant, without a leader."""

from collections.abc import Iterator

import pytest

from adapters.port import Lane
from bot.delivery.dispatcher import PARALLEL
from tests.replicas.evening import Evening, evening
from tests.servers import PostgresServer

pytestmark = [pytest.mark.postgres, pytest.mark.kill]

DUE = 300


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory, postgres_server: PostgresServer) -> Iterator[Evening]:
    """Three hundred due at once, a server killed, all asked to wait, a fourth server."""
    url = postgres_server.create_database()
    folder = tmp_path_factory.mktemp("evening") / "servers"
    yield evening(folder, url, due=DUE, wait=4.0, slow=0.1)
    postgres_server.drop_database(url)


def test_nobody_is_invited_twice(lived: Evening) -> None:
    assert lived.doubled == []


def test_everybody_is_invited_but_whom_the_killed_server_may_have_invited(lived: Evening) -> None:
    assert (len(lived.missing) <= lived.in_doubt, lived.in_doubt <= PARALLEL, lived.left_open) == (
        True,
        True,
        0,
    )


def test_no_one_of_them_does_it_alone(lived: Evening) -> None:
    """Each takes as many as two hundred at once, so that of so few one may come away with none."""
    assert sum(number > 0 for number in lived.by_server) > 1, lived.by_server


def test_a_wish_to_wait_told_to_one_holds_for_all(lived: Evening) -> None:
    assert [one for one in lived.in_pause if one["lane"] >= Lane.NUDGE] == []


def test_a_safety_card_does_not_wait(lived: Evening) -> None:
    assert [one["to"] for one in lived.in_pause if one["lane"] == Lane.SAFETY] == ["passer-by"]
