"""`companion rehearse` and `companion script`: talks on their own, without a database."""

from typing import Any

from bot.commands.terminal import say
from bot.errors import NotFound
from conversations.flows import Flow


def rehearse(flow: str) -> None:
    """Hold the talk until it ends, or input does."""
    from conversations.terminal import rehearse as hold

    _named(flow)
    try:
        hold(flow, input, say)
    except EOFError:
        say("")


def script(flow: str, *, diagram: bool) -> None:
    """Every path of the talk, as text or as a diagram."""
    from conversations.script import diagram as drawn
    from conversations.script import script as written

    found = _named(flow)
    say(drawn(found) if diagram else written(found))


def _named(flow: str) -> Flow[Any]:
    from conversations.catalogue import FLOWS

    if flow not in FLOWS:
        raise NotFound(f"There is no talk {flow}.", hint=f"There are: {', '.join(sorted(FLOWS))}.")
    return FLOWS[flow]
