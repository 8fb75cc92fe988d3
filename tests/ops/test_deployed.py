"""What systemd and compose are told fits what the companion does."""

import re

from bot.errors import NotPrivate, SettingsError, StoreInUse, StoreUnavailable, WrongMasterKey
from bot.settings import Settings
from bot.settings_file import OUTSIDE, variable
from tests.rules.source import ROOT

COMPOSE = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
DRAIN = float(Settings.model_fields["drain_seconds"].default)
UNIT = dict(
    re.findall(r"^(\w+)=(.*)$", (ROOT / "docs/companion.service").read_text(encoding="utf-8"), re.MULTILINE)
)


def test_what_another_start_does_not_mend_is_not_started_again() -> None:
    stays = {int(code) for code in UNIT["RestartPreventExitStatus"].split()}
    assert {one.exit_code for one in (SettingsError, NotPrivate, WrongMasterKey)} == stays
    assert {one.exit_code for one in (StoreUnavailable, StoreInUse)}.isdisjoint(stays)


def test_a_stop_is_given_longer_than_the_drain_takes() -> None:
    grace = re.search(r"build: \.\n(?:.*\n)*?    stop_grace_period: (\d+)s", COMPOSE)
    assert grace is not None
    assert min(int(UNIT["TimeoutStopSec"]), int(grace[1])) > 2 * DRAIN


def test_both_name_settings_that_there_are() -> None:
    text = COMPOSE + (ROOT / "docs/companion.service").read_text(encoding="utf-8")
    known = {variable(name) for name in Settings.model_fields} | OUTSIDE
    assert set(re.findall(r"COMPANION_[A-Z_]+", text)) <= known


def test_the_values_of_compose_fit() -> None:
    given = dict(re.findall(r"^ +COMPANION_([A-Z_]+): (\S+)$", COMPOSE, re.MULTILINE))
    assert given.pop("ENVIRONMENT") == "production"
    here = {"PROGRAM_FOLDER": ROOT / "bot/program/demo", "MASTER_KEY_FILE": ROOT / "README.md"}
    found = Settings.model_validate({name.lower(): here.get(name, value) for name, value in given.items()})
    assert (found.host, found.database_url.partition(":")[0]) == (given["HOST"], "postgresql+psycopg")
