"""A repeated event: its Reply is drawn afresh from the journal, never from stored words."""

import json
from typing import NamedTuple

from sqlalchemy import select

from adapters.port import Form, Lane, Reply, ReplyKind
from bot.errors import KeyForgotten, SealBroken
from bot.presentation.fixed import text
from bot.presentation.views import plain_card
from bot.store.draft import Write
from bot.store.tables import talks
from bot.turns import answering, pages, risk, stack, typed
from bot.turns.conclude import form_of, safety_form
from bot.turns.ending import AS_LINKS
from bot.turns.frames import Frame
from bot.turns.house import links
from bot.turns.seen import Claimed
from bot.turns.work import Told, Work
from conversations.catalogue import FLOWS, find_text
from conversations.fixed import FIXED
from conversations.steps import Question
from conversations.texts import Said


def seal(work: Work, told: Told) -> bytes | None:
    """The Reply's talk, key and text ids, sealed: which they are, and how many a talk has, tells answers.

    With them what danger was heard, so that more of it under the same id is not taken for a repeat.
    """
    danger = risk.explicit_text(work.heard)
    if not (told.talk or told.key or told.texts or danger):
        return None
    work.house.keys.ensure(work.subject)
    kept = json.dumps([told.talk, told.key, danger, *told.texts]).encode()
    return work.house.keys.seal(work.subject, _place(work), kept)


def _place(work: Work) -> str:
    account = work.seen.account
    return f"events/{account.platform}/{account.tenant}/{work.event.id}/told"


class _Kept(NamedTuple):
    """What `seal` kept of a Reply; `danger` is the fixed text of the danger that was heard, or ""."""

    talk: str = ""
    key: str = ""
    danger: str = ""
    names: tuple[str, ...] = ()


def _told(work: Work, claimed: Claimed) -> _Kept:
    """Nothing where the person began or was forgotten since."""
    if claimed.told is None:
        return _Kept()
    try:
        talk, key, danger, *names = json.loads(work.house.keys.open(work.subject, _place(work), claimed.told))
    except (KeyForgotten, SealBroken):
        return _Kept()
    return _Kept(talk, key, danger, tuple(names))


def again(work: Work) -> Reply:
    """The Reply of an event that was taken before."""
    claimed = work.seen.claimed
    if claimed is None:
        return Reply()
    kind = ReplyKind(claimed.reply)
    talk, key, _, names = _told(work, claimed)
    if kind is ReplyKind.FORM:
        return _form(work, talk, key, names)
    if kind is ReplyKind.REPLACE:
        return Reply(kind, card=plain_card((_first(work, names, "card.answered"),)))
    if kind is ReplyKind.NOTICE:
        return Reply(kind, notice=_first(work, names, "card.closed"))
    if kind is ReplyKind.ERRORS:
        return _errors(work, talk, key)
    return Reply(kind)


def unheard(work: Work) -> tuple[Write, ...]:
    """The fixed card, where the event speaks of a danger that was not heard in it at first: it may repeat.

    A platform may name an edited message by the message's own id.
    """
    name, claimed = risk.explicit_text(work.heard), work.seen.claimed
    if not name or (claimed is not None and _told(work, claimed).danger == name):
        return ()
    before = len(work.writes)
    work.post_fixed(text(name), lane=Lane.SAFETY)
    return tuple(work.writes[before:])


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
        return Reply(ReplyKind.FORM, form=_closed(work, talk, names))
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
    if isinstance(found.waiting, Question) and frame.flow.safety:
        notes = tuple(Said(FIXED[name]) for name in names if name in FIXED)
        return Reply(ReplyKind.FORM, form=safety_form(work, frame, found.waiting, (*notes, *said)))
    if isinstance(found.waiting, Question) and frame is work.top:
        return Reply(ReplyKind.FORM, form=form_of(work, frame, found.waiting, said))
    return Reply(ReplyKind.FORM, form=Form(frame.flow.title, work.house.wordings.all(said)))


def _closed(work: Work, talk: str, names: tuple[str, ...]) -> Form:
    """What can be said again of a talk that is over; where a sentence has lost its slots, it says so."""
    if any(name.startswith("safety.") for name in names):
        shown = links(work.house.lines_at_any_hour(work.now))
        said = _said(work, tuple(name for name in names if name not in AS_LINKS))
        return Form(FLOWS["safety"].title, said, links=shown, safety=True)
    return Form(_title(work, talk), _said(work, names) or (text("card.finished").variants[0],))


def _first(work: Work, names: tuple[str, ...], otherwise: str) -> str:
    """Words of an earlier version may be gone."""
    found = find_text(names[0]) if names else None
    return work.house.wordings.of(Said(found or text(otherwise)))


def _said(work: Work, names: tuple[str, ...]) -> tuple[str, ...]:
    known = [one for name in names if (one := find_text(name)) is not None]
    whole = [one for one in known if not any("{" in words for words in one.variants)]
    lost = [text("card.said-before")] if len(whole) < len(known) else []
    return work.house.wordings.all([Said(one) for one in (*whole, *lost)])
