"""Every error knows its reader, its exit code and what to do, and the page for operators lists the codes."""

import re
from collections.abc import Iterator
from pathlib import Path

from bot import errors
from bot.errors import CompanionError, OperatorError, Reader, StoreUnavailable

ROOT = Path(__file__).resolve().parents[2]


def kinds(top: type[CompanionError] = CompanionError) -> Iterator[type[CompanionError]]:
    for kind in top.__subclasses__():
        yield kind
        yield from kinds(kind)


def test_an_error_without_words_says_what_its_class_says() -> None:
    assert str(StoreUnavailable()) == "The database cannot be reached or written just now."
    assert str(StoreUnavailable("The disk is full.")) == "The disk is full."


def test_what_to_do_comes_from_the_error_or_its_class() -> None:
    assert OperatorError("No.", hint="Do that.").what_to_do == "Do that."
    assert StoreUnavailable().what_to_do == StoreUnavailable.hint


def test_the_tree_in_the_docstring_is_the_tree() -> None:
    named = set(re.findall(r"^ *([A-Z]\w+)(?:  |$)", errors.__doc__ or "", re.MULTILINE))
    here = {kind.__name__ for kind in kinds() if kind.__module__ == errors.__name__}
    assert named >= here


def test_every_exit_code_is_on_the_page_for_operators() -> None:
    listed = set(re.findall(r"^\| (\d+) \|", (ROOT / "docs/running.md").read_text(), re.MULTILINE))
    assert {str(kind.exit_code) for kind in kinds()} <= listed


def test_an_operators_error_never_looks_like_a_defect() -> None:
    codes = {kind.exit_code for kind in kinds() if kind.reader is Reader.OPERATOR}
    assert codes.isdisjoint({0, 1, 2, 70})
