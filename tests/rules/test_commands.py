"""`make` alone tells a newcomer everything that can be made."""

import re
import subprocess

from tests.rules.source import ROOT


def test_make_help_lists_every_command_with_a_line_on_it() -> None:
    shown = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    listed = set(re.findall(r"^  make (\S+) +\S", shown, re.MULTILINE))
    assert listed == set(re.findall(r"^\.PHONY: (\S+)$", (ROOT / "Makefile").read_text(), re.MULTILINE))


def test_make_alone_shows_the_help() -> None:
    assert ".DEFAULT_GOAL := help" in (ROOT / "Makefile").read_text()
