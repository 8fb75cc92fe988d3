"""A restore that does not come to its end says how far it came, and what to do next."""

from pathlib import Path

import pytest

from bot.commands import restoring
from bot.errors import StoreUnavailable
from bot.store import backup_postgres
from bot.store.tables import persons
from tests.conftest import HandClock
from tests.ops.deployment import Deployment
from tests.servers import PostgresServer


@pytest.fixture
def kept(tmp_path: Path, database_url: str, clock: HandClock, monkeypatch: pytest.MonkeyPatch) -> Deployment:
    """One that has served once, with a backup of both parts."""
    here = Deployment(tmp_path, database_url, clock, monkeypatch)
    with here.server():
        here.back_up(keys="keys-apart")
    return here


def away(*_: object) -> None:
    """A step that finds the database away."""
    raise StoreUnavailable


def test_failed_in_its_last_step_it_says_that_the_database_is_back(
    kept: Deployment, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    kept.lose_keys()
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(restoring, "belong_together", away)
        code, line = kept.refused(keys="keys-apart")
    said = "The database is back, and the restore is not finished."
    assert (code, line[: len(said)], "nothing was changed" in line) == (69, said, False)
    assert "Whoever asked to be forgotten after 20" in capsys.readouterr().out
    kept.restore()  # the keys that it brought are there
    with kept.server() as town:
        assert len(town.rows(persons)) == 5


@pytest.mark.postgres
def test_failed_before_the_database_is_back_it_takes_the_keys_away_again(
    tmp_path: Path, postgres_server: PostgresServer, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = Deployment(tmp_path, postgres_server.create_database(), clock, monkeypatch)
    with here.server():
        here.back_up(keys="keys-apart")
    here.lose_keys()
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(backup_postgres, "_unless_served", lambda _: "SELECT no_such();")
        assert "nothing was changed" in here.refused(keys="keys-apart")[1]
    here.restore(keys="keys-apart")  # would be refused beside a key store
