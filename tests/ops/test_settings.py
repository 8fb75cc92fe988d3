"""The settings: defaults, sources, and every refusal in one line."""

import os
from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.settings import DEMO_PROGRAM, Environment, LogFormat, Settings
from bot.settings_file import load_settings
from bot.settings_page import masked, page, rows

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("COMPANION_")]:
        monkeypatch.delenv(name)


def refusals(**given: object) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as refused:
        load_settings(**given)
    return refused.value.problems


def production(folder: Path, **more: object) -> dict[str, object]:
    key = folder / "master.key"
    key.write_text("1:AAAA\n")
    key.chmod(0o600)
    return {"environment": "production", "master_key_file": key, "program_folder": folder, **more}


def test_a_newcomer_needs_no_setting() -> None:
    settings = load_settings()
    assert (settings.host, settings.port, settings.web_chat) == ("127.0.0.1", 8080, True)
    assert (settings.database_url, settings.key_store_url, settings.program_folder) == (
        "sqlite:///data/companion.db",
        "sqlite:///data/keys.db",
        DEMO_PROGRAM,
    )


def test_the_key_store_follows_the_database() -> None:
    assert load_settings(database_url="sqlite:////srv/a.db").key_store_url == "sqlite:////srv/keys.db"
    assert load_settings(database_url="postgresql://h/d").key_store_url == "postgresql://h/d"


def test_the_environment_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "settings.toml"
    file.write_text('port = 9000\nhost = "::1"\nweb_chat_hosts = ["demo.example"]\n')
    monkeypatch.setenv("COMPANION_SETTINGS_FILE", str(file))
    monkeypatch.setenv("COMPANION_PORT", "9001")

    settings = load_settings()
    assert (settings.port, settings.host, settings.web_chat_hosts) == (9001, "::1", ("demo.example",))


def test_hosts_stand_in_one_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMPANION_WEB_CHAT_HOSTS", "Demo.example, other.example")
    assert load_settings().web_chat_hosts == ("demo.example", "other.example")


def test_an_unknown_variable_and_an_unknown_key_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "settings.toml"
    file.write_text("sweeps = 3\n")
    monkeypatch.setenv("COMPANION_SETTINGS_FILE", str(file))
    monkeypatch.setenv("COMPANION_PROT", "1")

    assert refusals() == (
        "COMPANION_PROT: there is no such setting; did you mean COMPANION_PORT?",
        f"{file}: there is no setting sweeps. 'companion settings docs' lists them all.",
    )


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("PORT", "abc", "it must be a whole number from 0 to 65535 (it is 'abc')."),
        ("PORT", "70000", "it must be a whole number from 0 to 65535 (it is '70000')."),
        ("DRAIN_SECONDS", "20s", "it must be a number from 0 to 600 (it is '20s')."),
        ("DRAIN_SECONDS", "nan", "it must be a number from 0 to 600 (it is 'nan')."),
        ("ENVIRONMENT", "prod", "it must be development or production (it is 'prod')."),
        ("LOG_LEVEL", "loud", "it must be debug, info, warning or error (it is 'loud')."),
        ("WEB_CHAT", "maybe", "it must be true or false (it is 'maybe')."),
        (
            "HOST",
            "0.0.0.0:80",
            "it must be an address such as 127.0.0.1 or a host name, without scheme or port",
        ),
        ("WEB_CHAT_HOSTS", "https://a.example", "it must be host names with commas between, without scheme"),
        ("INTERNAL_PORT", "8080", "are both 8080: choose two."),
        ("DATABASE_URL", "sqlite:////", "/ is a folder, not a file."),
        ("KEY_STORE_URL", "sqlite:///data/companion.db", "the keys need a file of their own"),
        ("FOO", "1", "there is no such setting. 'companion settings docs' lists them all."),
    ],
)
def test_a_wrong_value_is_told_in_one_line_of_our_own(
    name: str, value: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"COMPANION_{name}", value)
    [line] = refusals()
    assert (f"COMPANION_{name}" in line, told in line) == (True, True), line


@pytest.mark.parametrize("name", ["DATABASE_URL", "KEY_STORE_URL", "HTTPS_PROXY"])
@pytest.mark.parametrize("value", ["mysql://u:hunter2@h/d", "postgresql://u:hunter2@h:port/d"])
def test_what_may_be_a_secret_is_not_told(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"COMPANION_{name}", value)
    assert "hunter2" not in "".join(refusals())


def test_a_value_of_the_file_is_told_with_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "settings.toml"
    file.write_text("host = 3\n")
    monkeypatch.setenv("COMPANION_SETTINGS_FILE", str(file))
    assert refusals() == (f"{file}: host: it must be a text (it is 3).",)


def test_a_level_may_be_written_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMPANION_LOG_LEVEL", "WARNING")
    assert load_settings().log_level == "warning"


@pytest.mark.parametrize(("text", "place"), [("host = 'a'\nport = \n", ": look at line 2"), ("\xff", "")])
def test_a_broken_file_is_told_without_its_words(
    text: str, place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "settings.toml"
    file.write_bytes(text.encode("latin-1"))
    monkeypatch.setenv("COMPANION_SETTINGS_FILE", str(file))
    assert refusals() == (f"COMPANION_SETTINGS_FILE: {file} is not a TOML file{place}.",)


def test_a_settings_file_with_a_secret_is_for_its_owner_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "settings.toml"
    file.write_text('database_url = "postgresql://u:hunter2@h/d"\n')
    file.chmod(0o640)
    monkeypatch.setenv("COMPANION_SETTINGS_FILE", str(file))
    assert refusals() == (
        f"COMPANION_SETTINGS_FILE: others can open {file}, and it holds a secret; run chmod 600 on it.",
    )


def test_a_secret_comes_from_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "url").write_text("postgresql://u:p@h/d\n")
    monkeypatch.setenv("COMPANION_DATABASE_URL_FILE", str(tmp_path / "url"))
    assert load_settings().database_url == "postgresql://u:p@h/d"


def test_a_secret_and_its_file_together_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMPANION_DATABASE_URL", "postgresql://h/d")
    monkeypatch.setenv("COMPANION_DATABASE_URL_FILE", str(tmp_path / "url"))
    monkeypatch.setenv("COMPANION_MASTER_KEY", "1:AAAA")
    monkeypatch.setenv("COMPANION_MASTER_KEY_FILE", str(tmp_path / "key"))
    assert [line.partition(":")[2] for line in refusals()] == [" keep one of them."] * 2


def test_a_production_of_its_own_starts(tmp_path: Path) -> None:
    settings = load_settings(**production(tmp_path))
    assert (settings.environment, settings.web_chat, settings.log_format) == (
        Environment.PRODUCTION,
        False,
        LogFormat.JSON,
    )


@pytest.mark.parametrize(
    ("given", "refused"),
    [
        ({"master_key_file": None}, "COMPANION_MASTER_KEY_FILE: production needs a master key"),
        ({"master_key_file": "/nowhere"}, "COMPANION_MASTER_KEY_FILE: /nowhere is not there"),
        ({"program_folder": DEMO_PROGRAM}, "COMPANION_PROGRAM_FOLDER: production does not serve the demo"),
        ({"web_chat": True}, "COMPANION_WEB_CHAT: whoever has its link speaks as anybody"),
        ({"failpoint": "turn.after-commit"}, "COMPANION_FAILPOINT kills the process"),
        ({"extra_platform": "a:B"}, "COMPANION_EXTRA_PLATFORM is for tests"),
        ({"extra_platform_url": "http://127.0.0.1:1"}, "COMPANION_EXTRA_PLATFORM is for tests"),
    ],
)
def test_production_refuses_what_is_for_trying_out(
    given: dict[str, object], refused: str, tmp_path: Path
) -> None:
    [line] = refusals(**production(tmp_path, **given))
    assert line.startswith(refused)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_production_refuses_a_key_file_that_others_can_read(mode: int, tmp_path: Path) -> None:
    given = production(tmp_path)
    (tmp_path / "master.key").chmod(mode)
    assert refusals(**given) == (
        f"COMPANION_MASTER_KEY_FILE: others can open {tmp_path}/master.key; run chmod 600 on it.",
    )


def test_production_serves_the_web_chat_where_what_it_means_is_accepted(tmp_path: Path) -> None:
    accepted = production(tmp_path, web_chat=True, web_chat_speaks_for_everybody=True)
    assert load_settings(**accepted).web_chat


def test_the_page_of_settings_is_current() -> None:
    assert (ROOT / "docs/settings.md").read_text() == page(), (
        "run: companion settings docs > docs/settings.md"
    )


def test_every_setting_says_what_it_does() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_what_is_shown_masks_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMPANION_MASTER_KEY", "1:hunter2")
    monkeypatch.setenv("COMPANION_DATABASE_URL", "postgresql://u:hunter2@h/d")
    shown = rows(load_settings())
    assert ("COMPANION_MASTER_KEY", "set", "environment") in shown
    assert "hunter2" not in repr(shown) + repr(load_settings())


def test_a_url_loses_its_password_only() -> None:
    assert masked("postgresql://u:p@h:1/d") == "postgresql://u:…@h:1/d"
    assert masked("sqlite:///data/companion.db") == "sqlite:///data/companion.db"
