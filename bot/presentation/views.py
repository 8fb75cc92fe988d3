"""From a waiting question to what a platform shows: a card in the chat, a view of the private surface."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from adapters.port import Card, Choice, Control, Form, Link, Press, Style, Surface, TextField
from conversations.answers import Option
from conversations.fixed import LABELS
from conversations.flows import Flow
from conversations.steps import ChooseSome, Question, When, Write
from conversations.texts import Said


@dataclass(frozen=True)
class Wordings:
    """A program's own texts by id; every sentence passes through here on its way out."""

    overrides: Mapping[str, str] = field(default_factory=dict)

    def of(self, said: Said) -> str:
        """The finished sentence."""
        return said.words(self.overrides)

    def all(self, said: Sequence[Said]) -> tuple[str, ...]:
        """The finished sentences, without empty ones."""
        return tuple(words for words in map(self.of, said) if words)


@dataclass(frozen=True)
class Asking:
    """A question of a talk, as it is put: enough to draw it on either surface."""

    flow: Flow[Any]
    talk: str
    question: Question[Any]
    said: tuple[Said, ...]
    mark: str = ""

    def press(self, key: str, option: str = "", signal: str = "", mark: str = "") -> Press:
        """A button of this talk."""
        return Press(self.flow.name, self.flow.version, self.talk, key, option, signal, mark)


def choices(asking: Asking) -> tuple[Choice, ...]:
    """The question's options as buttons."""
    return tuple(
        Choice(
            option.label,
            asking.press(asking.question.key, option.key, option.signal, asking.mark if option.exact else ""),
            option.hint,
            option.icon,
            style_of(option),
        )
        for option in asking.question.options
    )


def style_of(option: Option) -> Style:
    """How much its button stands out."""
    if option.primary:
        return Style.PRIMARY
    return Style.QUIET if option.quiet else Style.PLAIN


def controls(asking: Asking, *, can_go_back: bool) -> tuple[Choice, ...]:
    """What stands below a question of a form: back, skip, later, stop; where it puts off itself, less."""
    found = [Choice(LABELS["back"], asking.press(Control.BACK), style=Style.QUIET)] if can_go_back else []
    puts_off = asking.flow.puts_off
    if not asking.question.required and (can_go_back or not puts_off):
        found.append(
            Choice(LABELS["skip"], asking.press(Control.SKIP, asking.question.key), style=Style.QUIET)
        )
    if not asking.flow.safety and not puts_off:
        found.append(Choice(LABELS["later"], asking.press(Control.LATER), style=Style.QUIET))
        found.append(Choice(LABELS["stop"], asking.press(Control.STOP), style=Style.QUIET))
    return tuple(found)


def form(asking: Asking, wordings: Wordings, *, can_go_back: bool, notice: str = "") -> Form:
    """One step of a talk on the private surface."""
    question = asking.question
    some = isinstance(question, ChooseSome)
    written = isinstance(question, Write | When)
    return Form(
        title=asking.flow.title,
        paragraphs=wordings.all(asking.said),
        question=wordings.of(question.said),
        choices=choices(asking),
        many=question.at_most if isinstance(question, ChooseSome) else 0,
        field=_field(question, wordings) if written else None,
        submit=asking.press(question.key) if some or written else None,
        controls=controls(asking, can_go_back=can_go_back),
        notice=notice,
        safety=asking.flow.safety,
    )


_EXAMPLE = "For example: Fri 18:00"


def _field(question: Question[Any], wordings: Wordings) -> TextField:
    label = wordings.of(question.said)
    if isinstance(question, When):
        return TextField(question.key, label, required=question.required, kind="when", hint=_EXAMPLE)
    most, lines = (question.most, question.lines) if isinstance(question, Write) else (200, 1)
    return TextField(question.key, label, lines=lines, most=most, required=question.required)


def card(asking: Asking, wordings: Wordings, links: tuple[Link, ...] = ()) -> Card:
    """A question in the chat. Texts and ticks are answered by typing or in the form behind `Answer`."""
    question = asking.question
    paragraphs = (*wordings.all(asking.said), wordings.of(question.said))
    if isinstance(question, When):
        paragraphs = (*paragraphs, _EXAMPLE)
    buttons = choices(asking)
    if isinstance(question, Write | When | ChooseSome):
        buttons = (Choice(LABELS["answer"], asking.press(Control.OPEN), style=Style.PRIMARY),)
    if not question.required and not asking.flow.safety:
        buttons = (
            *buttons,
            Choice(LABELS["skip"], asking.press(Control.SKIP, question.key), style=Style.QUIET),
        )
    return Card(
        paragraphs,
        fallback=fallback(paragraphs, buttons, links),
        choices=buttons,
        links=links,
        safety=asking.flow.safety,
    )


def fallback(paragraphs: Sequence[str], buttons: Sequence[Choice], links: Sequence[Link] = ()) -> str:
    """Everything on a card as one plain text."""
    lines = [*paragraphs, *(link.label for link in links)]
    if buttons:
        lines.append("Options: " + ", ".join(button.label for button in buttons))
    return "\n".join(lines)


def plain_card(
    paragraphs: Sequence[str],
    buttons: Sequence[Choice] = (),
    links: Sequence[Link] = (),
    *,
    safety: bool = False,
) -> Card:
    """A card that asks nothing of a talk."""
    return Card(
        tuple(paragraphs),
        fallback=fallback(paragraphs, buttons, links),
        choices=tuple(buttons),
        links=tuple(links),
        surface=Surface.CHAT,
        safety=safety,
    )
