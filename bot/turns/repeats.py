"""A repeated event: its Reply is drawn afresh from the journal, never from stored words."""

from sqlalchemy import select

from adapters.port import Form, Reply, ReplyKind
from bot.presentation.fixed import text
from bot.presentation.views import plain_card
from bot.store.tables import talks
from bot.turns import answering, pages, stack, typed
from bot.turns.conclude import form_of
from bot.turns.frames import Frame
from bot.turns.seen import Claimed
from bot.turns.work import Work
from conversations.catalogue import FLOWS, texts
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
        return _errors(work, claimed)
    return Reply(kind)


def _errors(work: Work, claimed: Claimed) -> Reply:
    """What was to be said about the field, from the form that came once more."""
    frame = work.find(claimed.talk_id)
    question = answering.waits_for(work, frame) if frame is not None and frame is work.top else None
    if frame is not None and question is not None and question.key == claimed.key:
        told = typed.objection(work, frame, question)
        if told is not None:
            return told.reply
    return Reply(ReplyKind.ERRORS, errors={claimed.key: text("turn.send-again").variants[0]})


def _form(work: Work, talk: str, key: str, names: tuple[str, ...]) -> Reply:
    if key.startswith("page:") and work.seen.person is not None:
        return pages.page(work, key.removeprefix("page:")).reply
    frame = work.find(talk)
    if frame is None or frame.state == "closed":
        return Reply(ReplyKind.FORM, form=Form(_title(work, talk), _fixed(work, names)))
    return _live(work, frame, names)


def _title(work: Work, talk: str) -> str:
    """The title of a talk that is over."""
    who = work.seen.person.id if work.seen.person else ""
    flow = select(talks.c.flow).where(talks.c.id == talk, talks.c.person_id == who)
    name = str(work.conn.execute(flow).scalar() or "")
    return FLOWS[name].title if name in FLOWS else "Companion"


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
