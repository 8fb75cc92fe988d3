"""The fifty hostile cases: what happens, what is expected, and which tests live it."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Who(StrEnum):
    """Who answers a case, or a part of it."""

    CORE = "core"
    WEB = "web chat"
    OPERATION = "operation"
    SLACK = "Slack adapter"
    TEAMS = "Teams adapter"
    CALENDARS = "calendars"
    MODEL = "language model"


COMING: dict[Who, str] = {
    Who.SLACK: "adapters/slack",
    Who.TEAMS: "adapters/teams",
    Who.CALENDARS: "bot/calendars",
    Who.MODEL: "bot/model",
}
"""Who is not here yet, and the folder with which they come: from then on their cases want tests."""


@dataclass(frozen=True)
class Part:
    """Who answers, by which tests (node ids; none: still to come), and what is to be known of it."""

    who: Who
    tests: tuple[str, ...] = ()
    note: str = ""

    @property
    def state(self) -> str:
        return "lived" if self.tests else f"waits for {COMING[self.who]}"


@dataclass(frozen=True)
class Case:
    """One row: what happens and what is expected."""

    number: int
    situation: str
    expected: str
    parts: tuple[Part, ...]


def overdue(cases: tuple[Case, ...], root: Path) -> list[tuple[int, str]]:
    """Cases that still wait for somebody who is here."""
    waiting = ((case.number, part) for case in cases for part in case.parts if not part.tests)
    return [(number, part.who.value) for number, part in waiting if (root / COMING[part.who]).exists()]


def markdown(cases: tuple[Case, ...]) -> str:
    """The table as docs/hostile-cases.md has it; a test is named by its file and its function."""
    rows = [_row(case, part, part is case.parts[0]) for case in cases for part in case.parts]
    lived = sum(all(part.tests for part in case.parts) for case in cases)
    half = sum(any(part.tests for part in case.parts) for case in cases) - lived
    counted = f"{lived} are lived whole, {half} in part, {len(cases) - lived - half} wait for their adapter."
    return "\n".join((_HEAD, counted, "", *_COLUMNS, *rows, ""))


_HEAD = """# Hostile and faulty cases

What goes wrong on platforms, networks, disks and clocks, and what people and programs send that nobody meant.
In every case: no crash, no server error for bad input, no secret and no text of a person in logs, no effect
on anybody else, and what was accepted survives. `python -m tests.hostile` prints this page.
"""
_COLUMNS = ("| # | Situation | Expected | Who | State | Tests |", "|---|---|---|---|---|---|")


def _row(case: Case, part: Part, is_first: bool) -> str:
    about = (str(case.number), _cell(case.situation), _cell(case.expected)) if is_first else ("", "", "")
    tests = "<br>".join(f"`{one.removeprefix('tests/')}`" for one in part.tests)
    shown = "<br>".join(one for one in (tests, _cell(part.note)) if one)
    return f"| {' | '.join((*about, part.who.value, part.state, shown))} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")
