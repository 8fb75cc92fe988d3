"""Master keys are read with care, and errors quote none."""

import base64
import os
from pathlib import Path

import pytest

from bot.errors import NotPrivate, SettingsError
from bot.store.masters import MOST_VERSION, Masters

GOOD = base64.b64encode(b"k" * 32).decode()


def test_a_new_master_is_private_and_can_be_read_back(tmp_path: Path) -> None:
    path = tmp_path / "data" / "master.key"
    made = Masters.make(path)
    assert Masters.load(path) == made
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_master_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "master.key"
    Masters.make(path)
    with pytest.raises(FileExistsError):
        Masters.make(path)


def test_a_new_key_file_is_there_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever looks meanwhile finds none, and a start that is killed there leaves none."""
    path, found = tmp_path / "master.key", list[bool]()

    def full(handle: int) -> None:
        found.append(path.exists())
        raise OSError

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(SettingsError, match="cannot be written"):
        Masters.make(path)
    assert (found, list(tmp_path.iterdir())) == ([False], [])


def test_a_master_that_others_may_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "master.key"
    Masters.make(path)
    path.chmod(0o644)
    with pytest.raises(NotPrivate) as refused:
        Masters.load(path)
    assert refused.value.what_to_do == f"Run: chmod 600 {path}"


def test_a_master_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SettingsError, match="cannot be written to"):
        Masters.make(tmp_path / "file" / "master.key")


def test_a_master_with_a_name_that_no_disk_takes_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be written to"):
        Masters.make(tmp_path / ("k" * 300))
    with pytest.raises(SettingsError, match="cannot be read"):
        Masters.load(tmp_path / ("k" * 300))


def test_a_version_is_no_more_than_both_databases_keep() -> None:
    assert Masters.read(f"{MOST_VERSION}:{GOOD}", "here").newest == 2_147_483_647
    for version in (2_147_483_648, 202_611_231_814):
        with pytest.raises(SettingsError, match=r"line 1 .* at most 2147483647"):
            Masters.read(f"{version}:{GOOD}", "here")


def test_the_newest_of_several_wraps() -> None:
    assert Masters.read(f"1:{GOOD}\n\n 12:{GOOD} \n", "here").newest == 12


@pytest.mark.parametrize("text", ["", GOOD, f"one:{GOOD}", "1:secret!", "1:c2hvcnQ=", f"1:{GOOD}\n1:{GOOD}"])
def test_a_malformed_master_is_refused_without_being_quoted(text: str) -> None:
    with pytest.raises(SettingsError) as refused:
        Masters.read(text, "here")
    assert str(refused.value).startswith("here")
    assert "secret" not in str(refused.value)
    assert GOOD not in str(refused.value)


def test_a_master_never_shows_in_a_representation() -> None:
    assert "kkk" not in repr(Masters({1: b"k" * 32}))
