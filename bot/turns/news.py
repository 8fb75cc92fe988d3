"""News of a request, in one line in the chat: where nothing waits for it any more, or nobody was looking."""

from adapters.port import Lane
from bot.people.alerts import alert_of
from bot.presentation.fixed import text
from bot.presentation.views import plain_card
from bot.turns.work import Work
from conversations.fixed import FIXED
from conversations.texts import Said

_NAMED = frozenset({"alert.news-settled"})
"""Said with the name of whoever has the request, and so sealed until it is sent."""


def tell(work: Work) -> bool:
    """Post the line of the move that is being played; False where it has none."""
    move = work.heard.move
    name = f"alert.news-{move.kind.removeprefix('alert.')}" if move else ""
    if move is None or name not in FIXED:
        return False
    if name in _NAMED:
        alert = alert_of(work.conn, move.thread, work.today)
        said = Said(text(name), {"name": alert.coach_name if alert and alert.coach_name else "Your coach"})
        work.post(plain_card((work.house.wordings.of(said),)), None, "", lane=Lane.ALERT)
    else:
        work.post_fixed(text(name), lane=Lane.ALERT)
    return True
