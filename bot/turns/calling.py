"""Lines to call, on the private surface: where a talk names them, each is a link, one tap away."""

from collections.abc import Sequence

from adapters.port import Choice, Form, Link
from bot.turns.house import links
from bot.turns.work import Work
from conversations.texts import Kind, Said

_NAMED_BY = frozenset({"human.lines", "human.reply.lines", "check-in.lines"})


def paragraphs_and_links(work: Work, said: Sequence[Said]) -> tuple[tuple[str, ...], tuple[Link, ...]]:
    """What was said as paragraphs; a text that only lists the lines becomes links to them as they are now."""
    told = [one for one in said if one.text.id not in _NAMED_BY]
    shown = links(work.house.lines_answered_now(work.now)) if len(told) < len(said) else ()
    return work.house.wordings.all(told), shown


def form_of_said(work: Work, title: str, said: Sequence[Said], choices: tuple[Choice, ...] = ()) -> Form:
    """What was said, its lines as links; where it ends in a question, the buttons answer that one."""
    asked = said[-1] if said and said[-1].text.kind is Kind.QUESTION else None
    told, shown = paragraphs_and_links(work, said if asked is None else said[:-1])
    question = "" if asked is None else work.house.wordings.of(asked)
    return Form(title, told, question=question, choices=choices, links=shown)
