"""Lines to call, on the private surface: where a talk names them, each is a link, one tap away."""

from collections.abc import Sequence

from adapters.port import Link
from bot.turns.house import links
from bot.turns.work import Work
from conversations.texts import Said

_NAMED_BY = frozenset({"human.lines", "human.reply.lines", "check-in.lines"})


def paragraphs_and_links(work: Work, said: Sequence[Said]) -> tuple[tuple[str, ...], tuple[Link, ...]]:
    """What was said as paragraphs; a text that only lists the lines becomes links to them as they are now."""
    told = [one for one in said if one.text.id not in _NAMED_BY]
    shown = links(work.house.lines_answered_now(work.now)) if len(told) < len(said) else ()
    return work.house.wordings.all(told), shown
