"""A repeated event: its Reply is drawn afresh from the journal, never from stored words."""

import json

from sqlalchemy import select

from adapters.port import Form, Reply, ReplyKind
from bot.errors import KeyForgotten, SealBroken
from bot.presentation.fixed import text
from bot.presentation.views import plain_card
from bot.store.tables import talks
from bot.turns import answering, pages, stack, typed
from bot.turns.conclude import form_of
from bot.turns.frames import Frame
from bot.turns.seen import Claimed
from bot.turns.work import Told, Work
from conversations.catalogue import FLOWS, texts
from conversations.flows import Surface
from conversations.steps import Question
from conversations.texts import Said


def seal(work: Work, told: Told) -> bytes | None:
    """The Reply's key and text ids, sealed: together they can tell what was answered."""
    if not told.key and not told.texts:
        return None
    work.house.keys.ensure(work.subject)
    return work.house.keys.seal(work.subject, _place(work), json.dumps([told.key, *told.texts]).encode())


def _place(work: Work) -> str:
    account = work.seen.account
    return f"events/{account.platform}/{account.tenant}/{work.event.id}/told"


def _told(work: Work, claimed: Claimed) -> tuple[str, tuple[str, ...]]:
    """What `seal` kept; nothing where the person began or was forgotten since."""
    if claimed.told is None:
        return "", ()
    try:
        key, *names = json.loads(work.house.keys.open(work.subject, _place(work), claimed.told))
    except (KeyForgotten, SealBroken):
        return "", ()
    return key, tuple(name for name in names if name in texts())


def again(work: Work) -> Reply:
    """The Reply of an event that was taken before."""
    claimed = work.seen.claimed
    if claimed is None:
        return Reply()
    kind = ReplyKind(claimed.reply)
    key, names = _told(work, claimed)
    if kind is ReplyKind.FORM:
        return _form(work, claimed.talk_id, key, names)
    if kind is ReplyKind.REPLACE:
        words = text(names[0] if names else "card.answered")
        return Reply(kind, card=plain_card((work.house.wordings.of(Said(words)),)))
    if kind is ReplyKind.NOTICE:
        return Reply(kind, notice=work.house.wordings.of(Said(text(names[0] if names else "card.closed"))))
    if kind is ReplyKind.ERRORS:
        return _errors(work, claimed.talk_id, key)
    return Reply(kind)


def _errors(work: Work, talk: str, key: str) -> Reply:
    """What was to be said about the field, from the form that came once more."""
    frame = work.find(talk)
    question = answering.waits_for(work, frame) if frame is not None and frame is work.top else None
    if frame is not None and question is not None and question.key == key:
        told = typed.objection(work, frame, question)
        if told is not None:
            return told.reply
    return Reply(ReplyKind.ERRORS, errors={key: text("turn.send-again").variants[0]})


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
