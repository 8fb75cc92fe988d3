"""docs/log-samples.md names every event that the code can log, and shows lines as they are written."""

import ast
import json
import re
from collections.abc import Iterator

from bot.logs import HASHED, PLAIN
from tests.rules.source import ROOT, Module, modules

PAGE = (ROOT / "docs/log-samples.md").read_text(encoding="utf-8")
LEVELS = {"debug", "info", "warning", "error", "exception", "critical"}
OF_LOGS = {"library", "uncaught", "unnamed"}
"""What bot/logs.py itself writes: of libraries, of what nobody caught, of an event that is no code."""
_FIXED = {"at", "level", "event", "logger", "frames"}


def logged(module: Module) -> Iterator[str]:
    """The event of every call of a log in a module that has one of ours."""
    if "get_log" not in module.text or module.path == "bot/logs.py":
        return
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and is_log(node.func):
            event = node.args[0]
            assert isinstance(event, ast.Constant), f"{module.path}:{node.lineno}: an event is written out"
            yield str(event.value)


def is_log(called: ast.Attribute) -> bool:
    """Whether this is a level of `log`, `_log` or `get_log(…)`."""
    of = ast.unparse(called.value)
    return called.attr in LEVELS and (of in {"log", "_log"} or of.startswith("get_log("))


def events() -> set[str]:
    return {event for module in modules("bot") for event in logged(module)} | OF_LOGS


def samples() -> list[dict[str, object]]:
    """Every line of JSON on the page."""
    return [json.loads(line) for line in PAGE.splitlines() if line.startswith("{")]


def test_the_page_names_every_event_and_no_other() -> None:
    table = PAGE.partition("## Every event")[2]
    named = re.findall(r"^\| `([a-z.-]+)` \|", table, re.MULTILINE)
    assert sorted(named) == sorted(events())


def test_the_samples_hold_what_a_line_may_hold() -> None:
    assert len(samples()) > 8
    for line in samples():
        assert line["event"] in events()
        assert line.keys() <= _FIXED | PLAIN | HASHED


def test_the_page_explains_every_field() -> None:
    explained = re.search(r"^## The fields\n(.*?)^## ", PAGE, re.MULTILINE | re.DOTALL)
    assert explained is not None
    assert {f"`{name}`" for name in _FIXED | PLAIN | HASHED} <= set(re.findall(r"`[a-z]+`", explained[1]))
