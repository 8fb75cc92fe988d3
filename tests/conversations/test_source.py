"""What the source of the flows may not hold, whatever it does when it runs."""

import ast
from typing import TypeGuard

import pytest

from conversations.catalogue import FLOWS, texts
from conversations.effects import Final, Revisable
from conversations.talk import Talk
from tests.rules.source import Module, modules

STEPS = {name for name in vars(Talk) if not name.startswith("_") and name not in {"each", "varied"}}
ENGINE = {"engine", "rehearsal", "exploring", "script", "terminal", "times"}
"""Modules of the room that hold no flow."""


def flow_modules() -> list[Module]:
    here = [one for one in modules("conversations") if one.path.count("/") == 1]
    return [one for one in here if one.path.removeprefix("conversations/").removesuffix(".py") not in ENGINE]


def is_step(node: ast.AST) -> TypeGuard[ast.Call]:
    """Whether the node builds a step: a call of the talk's own vocabulary on a name."""
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.attr in STEPS
        and (bool(node.keywords) or bool(node.args))
    )


def unawaited(tree: ast.Module) -> set[int]:
    """Lines of steps that nobody awaits."""
    awaited = {
        id(inner) for node in ast.walk(tree) if isinstance(node, ast.Await) for inner in ast.walk(node)
    }
    return {node.lineno for node in ast.walk(tree) if is_step(node) and id(node) not in awaited}


def test_the_vocabulary_is_known() -> None:
    assert {"say", "choose", "write", "perform", "wait_for", "continue_with"} <= STEPS


@pytest.mark.parametrize("module", flow_modules(), ids=lambda module: module.path)
def test_every_step_that_is_built_is_awaited(module: Module) -> None:
    assert unawaited(module.tree) == set()


def test_a_step_that_nobody_awaits_is_found() -> None:
    assert unawaited(
        ast.parse("async def f(talk):\n    talk.say('a', 'b')\n    await talk.say('c', 'd')")
    ) == {2}


@pytest.mark.parametrize("module", flow_modules(), ids=lambda module: module.path)
def test_no_flow_tries_finally_or_with(module: Module) -> None:
    kinds = (ast.Try, ast.TryStar, ast.With, ast.AsyncWith, ast.AsyncFor)
    assert [node.lineno for node in ast.walk(module.tree) if isinstance(node, kinds)] in ([], allowed(module))


def allowed(module: Module) -> list[int]:
    """Parsing an option's key is no flow: `answers.py` may raise and catch."""
    if not module.path.endswith(("answers.py", "steps.py", "journal.py", "texts.py")):
        return []
    kinds = (ast.Try, ast.With)
    return [node.lineno for node in ast.walk(module.tree) if isinstance(node, kinds)]


@pytest.mark.parametrize("module", modules("conversations"), ids=lambda module: module.path)
def test_nothing_here_knows_a_clock_chance_or_the_outside(module: Module) -> None:
    outside = {
        "time",
        "random",
        "secrets",
        "uuid",
        "os",
        "asyncio",
        "threading",
        "socket",
        "sqlite3",
        "zoneinfo",
    }
    imported = {
        name.split(".")[0]
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (
            [node.module or ""] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names]
        )
    }
    assert imported & outside == set()


@pytest.mark.parametrize("module", modules("conversations"), ids=lambda module: module.path)
def test_nothing_here_asks_what_time_it_is(module: Module) -> None:
    asked = {node.attr for node in ast.walk(module.tree) if isinstance(node, ast.Attribute)}
    assert asked & {"now", "utcnow", "today"} <= ({"now"} if module.path.endswith("rehearsal.py") else set())


def sentences(module: Module) -> set[str]:
    """Literal strings that read as sentences, without docstrings."""
    documents = {
        id(node.body[0].value)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    plain = (
        node.value
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documents
    )
    return {words for words in plain if " " in words and words.endswith((".", "?"))}


def test_every_sentence_in_a_flow_is_reached_by_walking_it() -> None:
    shown = {words for one in texts().values() for words in (*one.variants, one.without)}
    shown |= {flow.opener for flow in FLOWS.values()}
    files = {flow.script.__module__.replace(".", "/") + ".py" for flow in FLOWS.values()}
    files |= {"conversations/replies.py", "conversations/drafting.py", "conversations/safety_words.py"}
    written = {words for one in modules("conversations") if one.path in files for words in sentences(one)}
    assert written - shown == set()


def test_every_effect_says_whether_it_can_be_taken_back() -> None:
    module = next(one for one in modules("conversations") if one.path.endswith("effects.py"))
    classes = [node for node in ast.walk(module.tree) if isinstance(node, ast.ClassDef)]
    bases = {node.name: {ast.unparse(base) for base in node.bases} for node in classes}
    plain = {name for name, of in bases.items() if not of & {Final.__name__, Revisable.__name__}}
    assert plain == {"Outcome", "Revisable", "Final"}
