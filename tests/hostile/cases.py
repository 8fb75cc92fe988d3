"""All fifty cases, in their order."""

import tomllib
from pathlib import Path
from typing import Any

from tests.hostile.table import Case, Part, Who

_FILE = Path(__file__).with_name("cases.toml")


def _case(number: int, situation: str, expected: str, part: list[dict[str, Any]]) -> Case:
    return Case(number, situation, expected, tuple(_part(**one) for one in part))


def _part(who: str, tests: tuple[str, ...] = (), note: str = "") -> Part:
    return Part(Who(who), tuple(tests), note)


CASES: tuple[Case, ...] = tuple(
    _case(**one) for one in tomllib.loads(_FILE.read_text(encoding="utf-8"))["case"]
)
