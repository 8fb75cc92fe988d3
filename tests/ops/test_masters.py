"""`companion keys`: what it says of long work, of an unfinished rotation, and of a file half made."""

from pathlib import Path

import pytest
from sqlalchemy import insert

from bot.commands import masters as command
from bot.commands.terminal import Progress
from bot.errors import OperatorError, WrongMasterKey
from bot.opening import open_all
from bot.settings import Settings
from bot.store import rotation
from bot.store.key_tables import data_keys
from bot.store.masters import MOST_VERSION, Masters
from bot.store.rotation import batches, hand_over


@pytest.fixture
def settings(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Of a companion with four keys, which has stopped."""
    found = Settings(data_folder=tmp_path / "data", database_url=database_url)
    served = open_all(found, single=True)
    for number in range(4):
        served.keys.ensure(f"person:{number}")
    served.close()
    monkeypatch.setattr(command, "started", lambda: found)
    return found


def file_of(settings: Settings) -> Path:
    assert settings.master_key_file is not None
    return settings.master_key_file


def test_the_status_leads_from_a_new_version_to_the_end_of_a_killed_rotation(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def status() -> list[str]:
        capsys.readouterr()
        command.status()
        return capsys.readouterr().out.splitlines()[:2]

    command.make(file_of(settings), add=True)
    assert status()[1] == "Version 2 wraps 0 keys. Once every server has it, run: companion keys rotate"
    monkeypatch.setattr(rotation, "BATCH", 3)
    beside = open_all(settings, single=False)
    hand_over(beside.keys)
    next(batches(beside.keys))
    beside.close()
    unfinished = "It is needed: a rotation is not finished. Run: companion keys rotate"
    assert status() == [f"Version 1 wraps 1 key. {unfinished}", "Version 2 wraps 3 keys, and new ones."]
    command.rotate(force=False)
    assert status()[0].startswith("Version 1 wraps 0 keys. Nothing here needs it; it may leave the file once")


def test_a_file_with_another_key_under_a_version_in_use_is_refused_by_its_number(settings: Settings) -> None:
    command.make(file_of(settings), add=True)
    command.rotate(force=False)
    served = open_all(settings, single=True)
    wrapped = {"version": 1, "master": 1, "wrapped": b"under the first" * 4, "made_at": 0, "used": True}
    with served.keys.writing() as connection:
        connection.execute(insert(data_keys).values(subject="person:old", **wrapped))
    served.close()
    with pytest.raises(WrongMasterKey, match="Version 1 of the master key does not open"):
        command.rotate(force=False)


def test_a_version_is_not_added_over_one_that_was_begun(settings: Settings) -> None:
    begun = file_of(settings).with_name(f"{file_of(settings).name}.new")
    begun.touch()
    with pytest.raises(OperatorError) as refused:
        command.make(file_of(settings), add=True)
    assert f"delete {begun}" in refused.value.line
    assert Masters.load(file_of(settings)).newest == 1


def test_a_version_added_through_a_link_goes_into_the_file_that_it_names(
    settings: Settings, tmp_path: Path
) -> None:
    file, link = file_of(settings), tmp_path / "master-key"
    link.symlink_to(file)
    command.make(link, add=True)
    assert link.is_symlink()
    assert (Masters.load(file).newest, file.stat().st_mode & 0o777) == (2, 0o600)


def test_where_no_file_can_be_written_a_version_is_not_added_in_one_line(tmp_path: Path) -> None:
    file = tmp_path / ("k" * 253)
    Masters.make(file)
    with pytest.raises(OperatorError, match="cannot be written"):
        command.make(file, add=True)
    assert Masters.load(file).newest == 1


def test_after_the_last_version_there_is_no_further_one(tmp_path: Path) -> None:
    file = tmp_path / "master-key"
    Masters.make(file)
    file.write_text(file.read_text().replace("1:", f"{MOST_VERSION}:", 1))
    before = file.read_text()
    with pytest.raises(OperatorError, match="the highest that there may be"):
        command.make(file, add=True)
    assert file.read_text() == before


def test_long_work_says_every_two_seconds_how_far_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    now = iter((0.0, 1.9, 2.0, 2.0, 3.9, 4.0, 4.0))
    told = Progress("keys wrapped anew", of=100_000, seconds=lambda: next(now))
    for done in (250, 500, 750, 1000):
        told(done)
    assert capsys.readouterr().out.splitlines() == [
        "500 of 100,000 keys wrapped anew.",
        "1,000 of 100,000 keys wrapped anew.",
    ]
