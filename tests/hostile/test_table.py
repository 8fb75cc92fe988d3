"""The table is whole and true: fifty rows, tests that exist, nobody still awaited who is here."""

import ast
import re
from pathlib import Path

import pytest

from tests.hostile.cases import CASES
from tests.hostile.table import COMING, Case, Part, Who, markdown, overdue
from tests.rules.source import ROOT, functions, modules

NAMED = [(case.number, one) for case in CASES for part in case.parts for one in part.tests]
OWN = re.compile(r"test_case_(\d\d)_")


def test_there_are_fifty_numbered_cases() -> None:
    assert [case.number for case in CASES] == list(range(1, 51))


@pytest.mark.parametrize("test", sorted({test for _, test in NAMED}))
def test_a_named_test_exists(test: str) -> None:
    file, _, name = test.partition("::")
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    defined = {
        node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }

    assert name in defined


def test_every_case_written_here_stands_in_its_row() -> None:
    own = {f"{m.path}::{one.name}" for m in modules("tests/hostile") for one in functions(m)}
    cases = {test for test in own if OWN.match(test.partition("::")[2])}
    named = {test for _, test in NAMED}

    assert cases - named == set()
    for number, test in NAMED:
        found = OWN.match(test.partition("::")[2])
        assert found is None or int(found[1]) == number, test


def test_only_who_is_still_to_come_answers_without_a_test() -> None:
    parts = [(case.number, part) for case in CASES for part in case.parts]

    assert [number for number, part in parts if not part.tests and part.who not in COMING] == []
    assert all(case.parts for case in CASES)


def test_nobody_is_awaited_who_is_here() -> None:
    assert overdue(CASES, ROOT) == []


@pytest.mark.parametrize("who", COMING)
def test_a_case_that_waits_for_somebody_who_came_is_overdue(who: Who, tmp_path: Path) -> None:
    cases = (Case(1, "", "", (Part(who),)), Case(2, "", "", (Part(who, ("tests/one.py::test_one",)),)))
    before = overdue(cases, tmp_path)
    (tmp_path / COMING[who]).mkdir(parents=True)

    assert (before, overdue(cases, tmp_path)) == ([], [(1, who.value)])


def test_the_page_is_what_the_table_prints() -> None:
    assert (ROOT / "docs" / "hostile-cases.md").read_text(encoding="utf-8") == markdown(CASES)
