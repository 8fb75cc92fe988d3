"""What is installed is pinned, hashed, and tied to no host."""

import re

import pytest

from tests.rules.source import ROOT

PIN = re.compile(r"^(?P<name>[a-z0-9][a-z0-9.-]*)==(?P<version>\S+)", re.MULTILINE)
FILES = ("constraints.txt", "constraints-dev.txt", "tests/bench/constraints.txt")


def pins(name: str) -> dict[str, str]:
    """Package and version of every pin in the file."""
    return dict(PIN.findall((ROOT / name).read_text()))


@pytest.mark.parametrize("name", FILES)
def test_the_pins_name_no_host_and_no_path(name: str) -> None:
    assert re.findall(r"://|--index|--find-links|--trusted-host| /\w+", (ROOT / name).read_text()) == []


@pytest.mark.parametrize("name", FILES)
def test_every_pin_has_a_hash(name: str) -> None:
    blocks = re.split(r"\n(?=\S)", (ROOT / name).read_text().strip())
    assert [block for block in blocks if not (PIN.match(block) and "--hash=sha256:" in block)] == []


def test_tests_run_on_the_versions_that_serve() -> None:
    assert pins("constraints.txt").items() <= pins("constraints-dev.txt").items()
