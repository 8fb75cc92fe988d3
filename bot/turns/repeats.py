"""A repeated event: its Reply is drawn afresh from the journal, never from stored words."""

from adapters.port import Form, Reply, ReplyKind
from bot.presentation.fixed import text
from bot.presentation.views import plain_card
from bot.turns import pages, stack
from bot.turns.conclude import form_of
from bot.turns.frames import Frame
from bot.turns.work import Work
from conversations.catalogue import texts
from conversations.flows import Surface
from conversations.steps import Question
from conversations.texts import Said


def again(work: Work) -> Reply:
    """The Reply of an event that was taken before."""
    claimed = work.seen.claimed
    kind = ReplyKind(claimed.reply) if claimed else ReplyKind.NOTHING
    names = tuple(name for name in (claimed.texts if claimed else "").split(",") if name in texts())
    if kind is ReplyKind.FORM and claimed is not None:
        return _form(work, claimed.talk_id, claimed.key, names)
    if kind is ReplyKind.REPLACE:
        words = text(names[0] if names else "card.answered")
        return Reply(kind, card=plain_card((work.house.wordings.of(Said(words)),)))
    if kind is ReplyKind.NOTICE:
        return Reply(kind, notice=work.house.wordings.of(Said(text(names[0] if names else "card.closed"))))
    if kind is ReplyKind.ERRORS and claimed is not None:
        return Reply(kind, errors={claimed.key: work.house.wordings.of(Said(text("turn.send-again")))})
    return Reply(kind)


def _form(work: Work, talk: str, key: str, names: tuple[str, ...]) -> Reply:
    if key.startswith("page:") and work.seen.person is not None:
        return pages.page(work, key.removeprefix("page:")).reply
    frame = work.find(talk)
    if frame is None or frame.state == "closed":
        return Reply(ReplyKind.FORM, form=Form("Companion", _fixed(work, names)))
    return _live(work, frame, names)


def _live(work: Work, frame: Frame, names: tuple[str, ...]) -> Reply:
    found = stack.replay(work, frame)
    said = tuple(one for one in (*found.before, *found.said) if one.text.id in names) or found.said
    if frame.state == "waiting":
        return pages.waiting(work, frame).reply
    if isinstance(found.waiting, Question) and frame.flow.surface is Surface.PRIVATE and frame is work.top:
        return Reply(ReplyKind.FORM, form=form_of(work, frame, found.waiting, said))
    return Reply(ReplyKind.FORM, form=Form(frame.flow.title, work.house.wordings.all(said)))


def _fixed(work: Work, names: tuple[str, ...]) -> tuple[str, ...]:
    """What can be said again without its slots; an unfilled slot is left out whole."""
    said = (work.house.wordings.of(Said(text(name))) for name in names)
    return tuple(words for words in said if "{" not in words) or (text("card.finished").variants[0],)
