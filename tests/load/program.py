"""The program folder of a cohort: trainees, each with a coach who is there at every hour."""

import re
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tests.kill.server import midday_zones
from tests.stub_platform.process import ROOT

TRAINEES_A_COACH = 100
_MARK = re.compile(r"ownmark[a-j]{6}")
_LETTERS = str.maketrans("0123456789", "abcdefghij")

_PROGRAM = """id = "load"
name = "A cohort under load"
zone = "{zone}"
platform = "web"
tenant = "demo"
evaluators_checked = {today}
"""
_COACH = """
[[people]]
key = "{key}"
name = "{name}"
roles = ["coach"]
starts = 2024-07-01

[people.coach]
about = "Coaches residents, evaluates none of them."
hours = "every day, at any hour"
weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
opens = 00:00:00
closes = 00:00:00
"""
_TRAINEE = """
[[people]]
key = "{key}"
name = "{name}"
roles = ["trainee"]
starts = 2025-07-01

[[assignments]]
by = "{coach}"
trainee = "{key}"
starts = 2025-07-01
"""


@dataclass(frozen=True)
class Cohort:
    """Whose coach is who, by keys. A trainee's key is also the mark in everything that is theirs."""

    coach_of: dict[str, str]
    zone: str

    @property
    def trainees(self) -> list[str]:
        return list(self.coach_of)

    @property
    def coaches(self) -> list[str]:
        return list(dict.fromkeys(self.coach_of.values()))


def cohort(people: int) -> Cohort:
    """So many trainees, where it is early afternoon; a coach for each hundred, two at least."""
    coaches = [f"coach-{_letters(number)}" for number in range(max(2, people // TRAINEES_A_COACH))]
    trainees = [f"ownmark{_letters(number)}" for number in range(people)]
    dealt = {trainee: coaches[at % len(coaches)] for at, trainee in enumerate(trainees)}
    return Cohort(dealt, midday_zones()[0])


def marks_in(text: str) -> set[str]:
    """Whose words, names or ids stand there: keys of trainees."""
    return set(_MARK.findall(text.lower()))


def name_of(key: str) -> str:
    """Somebody's name, with their mark in it."""
    return f"Dr. {key.capitalize()}"


def write_program(folder: Path, everybody: Cohort) -> Path:
    """The folder, with the demo's resources."""
    folder.mkdir()
    program = _PROGRAM.format(zone=everybody.zone, today=datetime.now(UTC).date())
    coaches = [_COACH.format(key=key, name=name_of(key)) for key in everybody.coaches]
    trainees = [
        _TRAINEE.format(key=key, name=name_of(key), coach=coach) for key, coach in everybody.coach_of.items()
    ]
    (folder / "program.toml").write_text("".join([program, *coaches, *trainees]), encoding="utf-8")
    shutil.copy(ROOT / "bot/program/demo/resources.toml", folder)
    return folder


def _letters(number: int) -> str:
    """Digits as letters: what looks like a number would be pointed out as somebody's identifier."""
    return f"{number:06d}".translate(_LETTERS)
