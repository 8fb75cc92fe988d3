"""Cards, forms and operations for the contract suite, and texts that platforms get wrong."""

import itertools

from adapters.port import (
    Account,
    Card,
    Choice,
    Form,
    Lane,
    Operation,
    OperationKind,
    Press,
    TextField,
)

_NUMBERS = itertools.count(1)

HOSTILE = {
    "mention": "ask <@U123ABC> or <!channel> or @everyone &lt;b&gt;",
    "html": "<script>alert(1)</script><img src=x onerror=alert(1)> <b>bold</b>",
    "markup": "*bold* _it_ `code` [link](javascript:alert(1)) ```\n> quote\n# title",
    "families": "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466" * 400,
    "right-to-left": "before \u202egnp.exe\u202c after \u2067\u05e9\u05dc\u05d5\u05dd\u2069",
    "zero width": "a\u200bb\u200dc\ufeffd",
    "formula": '=HYPERLINK("http://example.org")',
    "long": "word " * 600,
    "pipes": "a|b|c||d",
}
UNPAIRED = {"lone surrogate": "half \ud83d of a pair", "NUL": "before\x00after", "very long": "z" * 40_000}


def press(key: str = "week", option: str = "steady", talk: str = "t1") -> Press:
    return Press("check-in", 1, talk, key, option, mark="m1")


def card(*paragraphs: str, choices: tuple[Choice, ...] = ()) -> Card:
    return Card(paragraphs, fallback="\n".join(paragraphs), choices=choices)


WEEK = card("Where were you most of this week?", choices=(Choice("Steady", press()),))
FORM = Form(
    "Weekly check-in",
    ("Only you see this.",),
    question="One line for yourself?",
    field=TextField("line", "One line for yourself?", most=400),
    submit=press("line", ""),
)


def operation(
    kind: OperationKind,
    to: Account,
    shown: Card | Form | None = None,
    *,
    reference: str = "",
    name: str = "",
) -> Operation:
    """An operation with an id of its own, or the given one."""
    return Operation(
        id=name or f"operation-{next(_NUMBERS)}",
        kind=kind,
        to=to,
        lane=Lane.REPLY,
        card=shown if isinstance(shown, Card) else None,
        form=shown if isinstance(shown, Form) else None,
        reference=reference,
    )
