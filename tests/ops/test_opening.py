"""What a process stands on is opened whole, or not at all."""

import shutil
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.errors import NotPrivate, OtherKeyStore, StoreInUse, WrongMasterKey
from bot.opening import Opened, open_all, opened
from bot.program.load import load_program
from bot.program.seed import seed
from bot.settings import DEMO_PROGRAM, Settings
from bot.store.tables import persons


def served(folder: Path) -> Opened:
    return open_all(Settings(data_folder=folder / "data"), single=True)


def test_the_first_start_makes_everything(tmp_path: Path) -> None:
    served(tmp_path).close()
    assert {path.name for path in (tmp_path / "data").iterdir()} >= {"companion.db", "keys.db", "master.key"}


@pytest.mark.parametrize(("name", "mode"), [("", 0o755), ("companion.db", 0o644), ("keys.db", 0o640)])
def test_what_others_can_open_is_refused(name: str, mode: int, tmp_path: Path) -> None:
    served(tmp_path).close()
    (tmp_path / "data" / name).chmod(mode)
    with pytest.raises(NotPrivate, match=f"Others can open {tmp_path / 'data' / name}"):
        served(tmp_path)


def test_a_second_server_is_refused_and_a_command_is_not(tmp_path: Path) -> None:
    first = served(tmp_path)
    with opened(first.settings):
        pass
    with pytest.raises(StoreInUse):
        served(tmp_path)
    first.close()


def test_a_key_of_another_deployment_is_refused_and_lets_go(tmp_path: Path) -> None:
    served(tmp_path).close()
    other = served(tmp_path / "other")
    other.close()
    mixed = Settings(data_folder=tmp_path / "data", master_key_file=other.settings.master_key_file)
    with pytest.raises(WrongMasterKey):
        open_all(mixed, single=True)
    served(tmp_path).close()


def test_a_database_without_its_key_store_is_refused(tmp_path: Path) -> None:
    served(tmp_path).close()
    kept = (tmp_path / "data/keys.db").rename(tmp_path / "keys.db")
    with pytest.raises(OtherKeyStore):
        served(tmp_path)
    kept.rename(tmp_path / "data/keys.db")
    served(tmp_path).close()


def test_who_was_forgotten_after_a_backup_is_wiped_when_it_is_restored(tmp_path: Path) -> None:
    first = served(tmp_path)
    person = seed(first.store, load_program(DEMO_PROGRAM), first.clock)["resident"]
    first.close()
    shutil.copy(tmp_path / "data/companion.db", tmp_path / "backup.db")

    second = served(tmp_path)
    second.keys.forget(f"person:{person}")
    second.close()
    shutil.copy(tmp_path / "backup.db", tmp_path / "data/companion.db")

    third = served(tmp_path)
    known = select(persons.c.state, persons.c.name).where(persons.c.id == person)
    assert third.store.read(lambda conn: tuple(conn.execute(known).one())) == ("forgotten", "")
    third.close()
