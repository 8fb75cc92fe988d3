"""News of a request: what nobody has looked at yet, and one line in the chat where no talk waits for it."""

from collections.abc import Sequence

from sqlalchemy import select

from adapters.port import Lane
from bot.presentation.fixed import text
from bot.presentation.views import plain_card
from bot.store.tables import outbox
from bot.turns import stack
from bot.turns.frames import Frame
from bot.turns.work import Work
from conversations.fixed import FIXED
from conversations.journal import Mark
from conversations.texts import Said

_NAMED = frozenset({"alert.news-settled"})
"""Said with the name of whoever has the request, and so sealed until it is sent."""
_ENDS = frozenset({"alert.withdrawn", "alert.away"})
"""What a coach hears when a request is theirs no more."""


def unread(work: Work, frame: Frame) -> tuple[Said, ...]:
    """What the newest news led to, after all that came before it unseen: each once, in order.

    News that was looked at last is shown again as long as nothing has followed it.
    """
    found, entries = stack.replay(work, work.opened(frame)), frame.journal.entries
    if len(entries) > frame.looked[1]:
        frame.looked = (frame.looked[1], len(entries))
    own = [number for number, one in enumerate(entries, 1) if one.mark is not Mark.EVENT]
    after = max(frame.looked[0], own[-1] if own else 0)
    if after >= len(entries):
        return found.said
    earlier = stack.replay_to(work, frame, after)
    said = (*found.before, *found.said)[len(earlier.before) + len(earlier.said) :]
    return _each_once(work, said)


def _each_once(work: Work, said: Sequence[Said]) -> tuple[Said, ...]:
    """What is said again later, as the text of the request is, stands where it is said last."""
    last = {(one.text.id, work.house.wordings.of(one)): one for one in said}
    return tuple(one for one in said if any(one is kept for kept in last.values()))


def is_of_nothing_heard(work: Work) -> bool:
    """Whether a request is theirs no more of which no message can have reached them: then none takes it back.

    What waits to be sent, or to be tried again after no try in doubt, is not sent any more.
    """
    move = work.heard.move
    if move is None or move.kind not in _ENDS:
        return False
    account = work.seen.account
    openers = select(outbox.c.state, outbox.c.repeats).where(
        outbox.c.platform == account.platform,
        outbox.c.tenant == account.tenant,
        outbox.c.user == account.user,
        outbox.c.talk_id == f"alert:{move.thread}",
    )
    found = work.conn.execute(openers).all()
    return bool(found) and all(one.state in {"waiting", "skipped"} and not one.repeats for one in found)


def tell(work: Work) -> bool:
    """Post the line of the move that is being played; False where it has none."""
    move = work.heard.move
    name = f"alert.news-{move.kind.removeprefix('alert.')}" if move else ""
    if move is None or name not in FIXED:
        return False
    if name in _NAMED:
        alert = work.alert(move.thread)
        said = Said(text(name), {"name": alert.coach_name if alert and alert.coach_name else "Your coach"})
        work.post(plain_card((work.house.wordings.of(said),)), None, "", lane=Lane.ALERT)
    else:
        work.post_fixed(text(name), lane=Lane.ALERT)
    return True
