"""Each numbered property of CONTRIBUTING.md names a file that exists and tests that exist."""

import re

import pytest

from tests.rules.source import ROOT

_TEST = r"`([^`:]+)::(test_\w+)`"
_TESTS = r"((?:`[^`:]+::test_\w+`(?:,\n   )?)+)"
_PROPERTY = re.compile(rf"^(\d+)\. (.+)\n   Held by `([^`]+)`; fails: {_TESTS}\.$", re.MULTILINE)
PROPERTIES = _PROPERTY.findall((ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"))


def test_the_properties_are_numbered_without_a_gap() -> None:
    numbers = [int(number) for number, *_ in PROPERTIES]

    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) > 30


@pytest.mark.parametrize(("where", "tests"), [(p[2], p[3]) for p in PROPERTIES])
def test_a_property_names_its_file_and_its_tests(where: str, tests: str) -> None:
    assert (ROOT / where).is_file()
    for file, test in re.findall(_TEST, tests):
        assert re.search(rf"def {test}\b", (ROOT / file).read_text(encoding="utf-8")), test


def test_every_line_of_the_list_is_understood() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")

    assert len(re.findall(r"^\d+\. ", text, re.MULTILINE)) == len(PROPERTIES)
