"""What a process stands on is opened whole, or not at all."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from bot import opening
from bot.errors import NotPrivate, OtherKeyStore, StoreInUse, StoreUnavailable, WrongMasterKey
from bot.opening import Opened, open_all, opened
from bot.program.load import load_program
from bot.program.seed import seed
from bot.settings import DEMO_PROGRAM, Settings
from bot.store.epoch import keep_seen, own_epoch, seen_epoch
from bot.store.tables import persons
from tests.ops.kept import Kept


def served(folder: Path, database_url: str = "") -> Opened:
    """A server on the database; without one, on a file in its data folder."""
    data = folder / "data"
    url = database_url or f"sqlite:///{data}/companion.db"
    return open_all(Settings(data_folder=data, database_url=url), single=True)


def test_the_first_start_makes_everything(tmp_path: Path) -> None:
    served(tmp_path).close()
    assert {path.name for path in (tmp_path / "data").iterdir()} >= {"companion.db", "keys.db", "master.key"}


@pytest.mark.parametrize(("name", "mode"), [("", 0o755), ("companion.db", 0o644), ("keys.db", 0o640)])
def test_what_others_can_open_is_refused(name: str, mode: int, tmp_path: Path) -> None:
    served(tmp_path).close()
    (tmp_path / "data" / name).chmod(mode)
    with pytest.raises(NotPrivate, match=f"Others can open {tmp_path / 'data' / name}"):
        served(tmp_path)


def test_a_second_server_on_a_file_is_refused(tmp_path: Path) -> None:
    first = served(tmp_path)
    with pytest.raises(StoreInUse):
        served(tmp_path)
    first.close()


def test_a_command_opens_beside_a_server(tmp_path: Path, database_url: str) -> None:
    first = served(tmp_path, database_url)
    with opened(first.settings) as beside:
        assert beside.keys.mark("a name") == first.keys.mark("a name")
    first.close()


def test_a_key_of_another_deployment_is_refused_and_lets_go(tmp_path: Path, database_url: str) -> None:
    own, other = served(tmp_path, database_url), served(tmp_path / "other")
    own.close()
    other.close()
    mixed = own.settings.model_copy(update={"master_key_file": other.settings.master_key_file})
    with pytest.raises(WrongMasterKey):
        open_all(mixed, single=True)
    served(tmp_path, database_url).close()


def test_a_database_without_its_key_store_is_refused(tmp_path: Path, database_url: str) -> None:
    first = served(tmp_path, database_url)
    first.close()
    kept = Kept(first.settings.key_store_url, tmp_path / "kept", "keys")
    kept.back_up()
    kept.lose()
    with pytest.raises(OtherKeyStore):
        served(tmp_path, database_url)
    kept.bring_back()
    served(tmp_path, database_url).close()


@pytest.fixture
def gone_back(tmp_path: Path, database_url: str) -> Iterator[tuple[Opened, str]]:
    """A server that runs on while its database goes back to before a person of it was forgotten."""
    opened = served(tmp_path, database_url)
    person = seed(opened.store, load_program(DEMO_PROGRAM), opened.clock)["resident"]
    opened.keys.forget(f"person:{person}")
    keep_seen(opened.keys, opened.store.read(own_epoch) + 2)
    yield opened, person
    opened.close()


def state(opened: Opened, person: str) -> str | None:
    return opened.store.read(lambda conn: conn.scalar(select(persons.c.state).where(persons.c.id == person)))


def test_who_was_forgotten_is_wiped_when_the_database_goes_back_under_a_running_server(
    gone_back: tuple[Opened, str],
) -> None:
    opened, person = gone_back
    opened.next_epoch()
    assert state(opened, person) == "forgotten"


def goes_away(*_: object, now: datetime) -> int:
    raise StoreUnavailable


def test_where_the_rest_cannot_be_set_aside_the_database_is_still_known_as_restored(
    gone_back: tuple[Opened, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    opened, person = gone_back
    with monkeypatch.context() as half_way:
        half_way.setattr(opening, "set_aside", goes_away)
        with pytest.raises(StoreUnavailable):
            opened.next_epoch()
    assert (state(opened, person), opened.store.read(own_epoch) < seen_epoch(opened.keys)) == ("roster", True)
    opened.next_epoch()
    assert state(opened, person) == "forgotten"


def test_who_was_forgotten_after_a_backup_is_wiped_when_it_is_restored(
    tmp_path: Path, database_url: str
) -> None:
    first = served(tmp_path, database_url)
    person = seed(first.store, load_program(DEMO_PROGRAM), first.clock)["resident"]
    first.close()
    kept = Kept(database_url, tmp_path / "kept", "public")
    kept.back_up()

    second = served(tmp_path, database_url)
    second.keys.forget(f"person:{person}")
    second.close()
    kept.bring_back()

    third = served(tmp_path, database_url)
    known = select(persons.c.state, persons.c.name).where(persons.c.id == person)
    assert third.store.read(lambda conn: tuple(conn.execute(known).one())) == ("forgotten", "")
    third.close()
