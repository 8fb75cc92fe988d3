"""Cards, forms and operations for the contract suite, and texts that platforms get wrong."""

import itertools
from dataclasses import replace

from adapters.port import (
    Account,
    Bar,
    Card,
    Choice,
    Control,
    Form,
    Lane,
    Link,
    Operation,
    OperationKind,
    Picture,
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
    return Press("check-in", 1, talk, key, option, signal="not_ok", mark="m1")


def card(*paragraphs: str, choices: tuple[Choice, ...] = ()) -> Card:
    return Card(paragraphs, fallback="\n".join(paragraphs), choices=choices)


def control(key: Control, label: str) -> Choice:
    return Choice(label, press(key, ""))


WEEK = card("Where were you most of this week?", choices=(Choice("Steady", press()),))
FORM = Form(
    "Weekly check-in",
    ("Only you see this.",),
    question="One line for yourself?",
    field=TextField("line", "One line for yourself?", most=400),
    submit=press("line", ""),
)

LINES = (
    Link("Call 988", "tel:988"),
    Link("Text 741741", "sms:741741"),
    Link("Find a line", "https://example.org/lines?of=all&near=1"),
)
DANGER = replace(
    card(
        "Are you safe right now?",
        choices=(Choice("Yes", press("safe", "yes")), Choice("No", press("safe", "no"))),
    ),
    fallback="Are you safe right now? Call 988.",
    links=LINES,
    safety=True,
)
FULL = Form(
    "Weekly check-in",
    ("Only you see this.",),
    question="What moved it most?",
    choices=(Choice("Workload", press("moved", "workload"), hint="hours and patients"),),
    many=2,
    field=TextField(
        "when",
        "When would suit you?",
        lines=2,
        most=400,
        required=True,
        value="tomorrow 17:30",
        hint="a day and a time",
        kind="when",
    ),
    submit=press("moved", ""),
    submit_label="Go on",
    controls=(control(Control.BACK, "Back"), control(Control.STOP, "Close this talk")),
    links=LINES,
    strip=(Bar("2 Nov", "Steady", "○"), Bar("9 Nov", "Stretched", "◔")),
    picture=Picture("<svg xmlns='http://www.w3.org/2000/svg'></svg>", "Two weeks: steady, then stretched."),
    notice="A name stands in it.",
    safety=True,
    tick=Choice("Keep as written", press(Control.KEEP, "yes")),
    download='{"weeks": ["steady"]}',
)
"""A form with everything that a form may have."""


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
