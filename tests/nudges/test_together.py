"""Several sweepers at once, and sweepers that are killed: each invitation is made once."""

import os
import signal
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from bot.nudges.sweep import Sweep
from bot.store.store import Store, open_store
from bot.store.tables import occurrences
from tests import servers
from tests.nudges.crowd import crowd
from tests.nudges.ward import SUNDAY, Ward

PEOPLE = 1000


def start(url: str, failpoint: str = "") -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.nudges.sweeping", url, str(SUNDAY.timestamp())]
    return subprocess.Popen(command, env=os.environ | {"COMPANION_FAILPOINT": failpoint})


def invitations(ward: Ward) -> Counter[str]:
    return Counter(name for name, _ in ward.sent())


def once(ward: Ward) -> bool:
    """Everybody has one invitation, one reminder and one next date."""
    slots = Counter((row["slot"], row["state"]) for row in ward.rows(occurrences))
    everybody = {(0, "invited"): PEOPLE, (1, "planned"): PEOPLE, (0, "planned"): PEOPLE}
    return slots == everybody and set(invitations(ward).values()) == {1} and len(invitations(ward)) == PEOPLE


def test_three_threads_make_each_invitation_once(ward: Ward) -> None:
    crowd(ward.store, PEOPLE)
    with ThreadPoolExecutor(3) as threads:
        done = sum(threads.map(Sweep(ward.store, zone="UTC").run, [SUNDAY] * 3))
    assert done == PEOPLE
    assert once(ward)


@pytest.mark.postgres
def test_three_processes_make_each_invitation_once(
    postgres_server: servers.PostgresServer, postgres_template: str
) -> None:
    url = postgres_server.create_database(postgres_template)
    store = open_store(url)
    crowd(Ward(store).open().store, PEOPLE)
    sweepers = [start(url) for _ in range(3)]
    assert [one.wait(60) for one in sweepers] == [0, 0, 0]
    assert once(Ward(store))
    store.close()


@pytest.mark.parametrize(
    "failpoint", ["sweep.before-commit", "sweep.before-commit:3", "sweep.after-commit:2"]
)
def test_a_kill_loses_none_and_doubles_none(store: Store, database_url: str, failpoint: str) -> None:
    crowd(Ward(store).open().store, PEOPLE)
    store.close()
    assert start(database_url, failpoint).wait(60) == -signal.SIGKILL
    again = open_store(database_url)
    Sweep(again, zone="UTC").run(SUNDAY)
    assert once(Ward(again))
    again.close()


@pytest.mark.postgres
def test_a_person_whose_turn_is_being_written_is_left_for_the_next_tick(
    postgres_server: servers.PostgresServer, postgres_template: str
) -> None:
    url = postgres_server.create_database(postgres_template)
    store = open_store(url)
    crowd(Ward(store).open().store, 3)
    with psycopg.connect(url.replace("+psycopg", "")) as turn:
        turn.execute("SELECT 1 FROM persons WHERE id = 'p1' FOR UPDATE")
        assert Sweep(store, zone="UTC").run(SUNDAY) == 2
    assert Sweep(store, zone="UTC").run(SUNDAY) == 1
    store.close()
