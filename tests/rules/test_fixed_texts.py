"""A text that nothing shows is not kept: its id stands in the code that sends it, or is put together."""

import ast

from conversations.fixed import FIXED, LABELS
from tests.rules.source import PACKAGES, modules

PUT_TOGETHER = {"alert.news-{}": "bot/people", "why.{}": "bot/nudges", "{}.opener": "bot/turns"}
"""How ids are put together, and whose string stands in the braces."""


def strings(*folders: str) -> set[str]:
    """Every string constant of these folders, but for the module that declares the texts."""
    others = (one for one in modules(*folders) if one.path != "conversations/fixed.py")
    nodes = (node for module in others for node in ast.walk(module.tree))
    return {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def put_together() -> set[str]:
    """The ids that can come of it."""
    return {
        shape.format(end.removeprefix("alert."))
        for shape, folder in PUT_TOGETHER.items()
        for end in strings(folder)
    }


def test_every_fixed_text_is_shown_somewhere() -> None:
    assert sorted(FIXED.keys() - strings(*PACKAGES) - put_together()) == []


def test_every_label_stands_on_a_button() -> None:
    assert sorted(LABELS.keys() - strings(*PACKAGES)) == []
