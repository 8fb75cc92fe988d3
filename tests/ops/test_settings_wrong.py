"""Every setting wrong in turn, and every secret missing: one line, a code, and nothing written.

The table has to name each field of Settings, so that a new one comes with its wrong values.
"""

import os
import shutil
import stat
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from bot import cli
from bot.settings import DEMO_PROGRAM, Settings
from bot.settings_file import SECRETS, variable

SECRET = "hunter2"
ELSEWHERE = "/proc/no/such"
"""Nothing is there, and nobody can make it."""

LONG = "n" * 300
"""Longer than any file system lets a name be."""

WRONG: Mapping[str, tuple[str, ...]] = {
    "environment": ("prod", "1"),
    "data_folder": ("/dev/null", ELSEWHERE, LONG),
    "database_url": (
        f"mysql://u:{SECRET}@h/d",
        f"postgresql://u:{SECRET}@h:port/d",
        f"postgresql://u:{SECRET}@h/d?conect_timeout=5",
        f"postgresql://u:a@{SECRET}:b@h/d",
        "sqlite:///",
        "sqlite:////",
        f"sqlite:///{LONG}",
        f"sqlite:///{LONG}/companion.db",
        f"sqlite:///{'n' * 250}",
    ),
    "key_store_url": (
        f"postgresql://u:{SECRET}@h/d?sslmod=require",
        f"oracle://u:{SECRET}@h/d",
        "sqlite:///:memory:",
        "companion.db",
        f"sqlite:///{LONG}",
    ),
    "master_key": (SECRET, "1:AAAA", f"0:{SECRET}", "1"),
    "master_key_file": ("/dev/null", ELSEWHERE, LONG),
    "host": ("http://127.0.0.1", "0.0.0.0:80", "a b"),
    "port": ("x", "-1", "65536", "80.5"),
    "internal_host": ("localhost:1", "/", "a/b"),
    "internal_port": ("x", "65536"),
    "web_chat": ("maybe", "2"),
    "web_chat_speaks_for_everybody": ("perhaps",),
    "web_chat_hosts": ("https://a.example", "a b", "a:80"),
    "program_folder": (ELSEWHERE, "/dev/null", "/etc", LONG),
    "log_level": ("loud",),
    "log_format": ("xml",),
    "https_proxy": (f"socks5://u:{SECRET}@h:1", "h:3128", "http://h:port"),
    "extra_ca_file": (ELSEWHERE, "/etc", "/dev/null", LONG),
    "sweep_seconds": ("0", "601", "often"),
    "dispatch_rate_per_minute": ("0", "60001", "all"),
    "drain_seconds": ("-1", "601", "nan", "20s"),
    "extra_platform": ("tests.stub_platform.adapter:StubPlatform",),
    "extra_platform_url": ("ftp://h", "h"),
    "failpoint": ("turn.after-commit",),
}
ONLY_PRODUCTION = ("extra_platform", "failpoint")
"""Settings for tests that are wrong in production alone."""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What a production needs, and nothing else in the environment."""
    for name in [name for name in os.environ if name.startswith("COMPANION_")]:
        monkeypatch.delenv(name)
    program = Path(shutil.copytree(DEMO_PROGRAM, tmp_path / "program"))
    resources = program / "resources.toml"
    resources.write_text(resources.read_text().replace("555-01", "202-44").replace("2099-", "2026-"))
    about = program / "program.toml"
    about.write_text(about.read_text().replace("2099-", "2026-"))
    key = tmp_path / "key"
    key.write_text(f"1:{'A' * 43}=\n")
    key.chmod(stat.S_IRUSR)
    right = {
        "environment": "production",
        "data_folder": tmp_path / "data",
        "program_folder": program,
        "master_key_file": key,
        "port": 0,
        "internal_port": 0,
    }
    for name, value in right.items():
        monkeypatch.setenv(variable(name), str(value))
    monkeypatch.setattr(os, "umask", lambda _: 0)
    return tmp_path


def ended(*words: str, monkeypatch: pytest.MonkeyPatch) -> int:
    """The code with which a command ends."""
    monkeypatch.setattr(sys, "argv", ["companion", *words])
    with pytest.raises(SystemExit) as end:
        cli.main()
    return int(end.value.code or 0)


def kept(folder: Path) -> set[Path]:
    return set(folder.rglob("*"))


def serve_is_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> tuple[int, str]:
    """The code and the one line with which `serve` ends; it has written nothing."""
    before = kept(folder)
    code = ended("serve", monkeypatch=monkeypatch)
    out, err = capfd.readouterr()
    assert (kept(folder) - before, out, err.count("\n")) == (set(), "", 1), err
    return code, err


def test_every_setting_has_its_wrong_values() -> None:
    assert list(WRONG) == list(Settings.model_fields)


@pytest.mark.parametrize(("name", "value"), [(name, value) for name in WRONG for value in WRONG[name]])
def test_each_setting_wrong_in_turn_is_one_line(
    name: str,
    value: str,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    if name == "master_key":
        monkeypatch.delenv(variable("master_key_file"))
    monkeypatch.setenv(variable(name), value)
    code, line = serve_is_refused(folder, monkeypatch, capfd)
    assert (code, line.startswith("companion: "), SECRET in line) == (78, True, False), line


@pytest.mark.parametrize("name", ["master_key_file", *(f"{name}_file" for name in SECRETS)])
@pytest.mark.parametrize("how", ["missing", "empty", "a folder"])
def test_each_file_with_a_secret_missing_in_turn_is_one_line(
    name: str, how: str, folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    file = folder / "secret"
    if how == "empty":
        file.touch(mode=0o600)
    elif how == "a folder":
        file.mkdir(mode=0o700)
    monkeypatch.setenv(variable(name), str(file))
    code, line = serve_is_refused(folder, monkeypatch, capfd)
    assert (code, str(file) in line) == (78, True)


def test_no_master_key_at_all_is_one_line(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv(variable("master_key_file"))
    code, line = serve_is_refused(folder, monkeypatch, capfd)
    assert (code, "companion keys make FILE" in line) == (78, True)


@pytest.mark.parametrize("name", ONLY_PRODUCTION)
def test_what_only_tests_may_set_is_what_production_names(
    name: str, folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(variable(name), WRONG[name][0])
    _, line = serve_is_refused(folder, monkeypatch, capfd)
    assert (variable(name) in line, "in production" in line) == (True, True)


def test_with_nothing_wrong_it_would_begin(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert ended("check", monkeypatch=monkeypatch) == 0
