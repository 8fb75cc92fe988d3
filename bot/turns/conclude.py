"""From what a turn said and where it stands to the in-band Reply and the messages that follow."""

from dataclasses import replace
from typing import Any

from sqlalchemy import select

from adapters.port import (
    Choice,
    Control,
    EventKind,
    Form,
    Lane,
    Link,
    Press,
    Reply,
    ReplyKind,
    Style,
)
from bot.presentation import views
from bot.presentation.fixed import text
from bot.store.tables import messages
from bot.turns import pages, stack
from bot.turns.answering import can_go_back
from bot.turns.calling import paragraphs_and_links
from bot.turns.frames import Frame
from bot.turns.house import links
from bot.turns.work import Told, Work
from conversations.catalogue import FLOWS
from conversations.engine import Run
from conversations.fixed import FIXED, LABELS
from conversations.flows import Surface
from conversations.steps import Question
from conversations.texts import Said

_ON_HOME = frozenset({"coach-alert", "human"})
_HARMLESS = frozenset({"lines", "day"})
"""Slots that tell nothing of anybody: a private talk's last words with no others may stand in the chat."""
_ASKED_AFTER = frozenset({"check-in", "human"})


def conclude(work: Work) -> Told:
    """Say what was said, put what is asked, and answer the event in-band."""
    if work.forgotten:
        work.post(views.plain_card(work.house.wordings.all([said for _, said in work.said])), None, "")
        return answered() if _is_pressed(work) else Told(Reply())
    for frame in work.ended:
        was_answered = frame.ended == "ended" and not frame.thread_id
        retire_all(work, frame, "card.answered" if was_answered else "card.finished")
    if any(frame.flow.name in _ON_HOME for frame in work.moved.values()):
        work.publish_home()
    top = work.top
    found = stack.replay(work, work.opened(top)) if top else None
    if top and found and isinstance(found.waiting, Question):
        if top.flow.surface is Surface.PRIVATE:
            return _private(work, top, found, found.waiting)
        return _chat(work, top, found.waiting)
    return _nothing_asked(work)


def opens_forms(work: Work) -> bool:
    """A form opens only from a press."""
    return work.event.kind in {EventKind.PRESS, EventKind.FORM}


def in_form(work: Work) -> bool:
    """Whether the press came from the private surface."""
    return work.event.kind is EventKind.FORM or (work.event.kind is EventKind.PRESS and not work.event.origin)


def said_on(work: Work, surface: Surface) -> tuple[Said, ...]:
    """What this turn said on one surface."""
    return tuple(said for frame, said in work.said if frame.flow.surface is surface)


def _private(work: Work, top: Frame, found: Run, question: Question[Any]) -> Told:
    _say_in_chat(work)
    said = said_on(work, Surface.PRIVATE) or found.said
    told = Told(Reply(), top.id, question.key, tuple(one.text.id for one in said))
    if not opens_forms(work):
        _opener(work, top)
        return told
    _answered_in_chat(work)
    if top.is_new and not any(one.flow.surface is Surface.PRIVATE for one in work.stack if one is not top):
        _stand_in_chat(work, top)
    form = form_of(work, top, question, said)
    return Told(Reply(ReplyKind.FORM, form=form), top.id, question.key, told.texts)


def form_of(
    work: Work, frame: Frame, question: Question[Any], said: tuple[Said, ...], notice: str = ""
) -> Form:
    """One view of a private talk."""
    asking = views.Asking(frame.flow, frame.id, question, said)
    form = views.form(asking, work.house.wordings, can_go_back=can_go_back(frame), notice=notice)
    told, shown = paragraphs_and_links(work, said)
    form = replace(form, paragraphs=told, links=shown)
    if frame.flow.name == "check-in" and not frame.journal.entries:
        rest = [one for one in form.controls if one.press.key != Control.LATER]
        form = replace(form, controls=(*not_now(frame.id), *rest))
    return form


def not_now(talk: str) -> tuple[Choice, ...]:
    """What follows the press on an invitation: put it off, or ask why it came now."""
    snooze = Press("snooze", FLOWS["snooze"].version, "", Control.START, talk)
    return (
        Choice(LABELS["snooze"], snooze, style=Style.QUIET),
        Choice(LABELS["why"], Press("", 1, "", Control.WORD, "why"), style=Style.QUIET),
    )


def _answered_in_chat(work: Work) -> None:
    """A question of the chat whose answer opened a form: the reply is the form, so the card says it."""
    press = work.event.press
    if press is not None and work.event.origin and not press.key.startswith("!"):
        work.retire(press.talk, press.key)


def _stand_in_chat(work: Work, frame: Frame) -> None:
    """The chat holds the opener, so that a lost form costs nothing; a nudge or opener is one already."""
    press = work.event.press
    if press is None or press.talk not in cards_of(frame):
        work.post_fixed(text("opener.continue"), frame, "!open")


def cards_of(frame: Frame) -> tuple[str, ...]:
    """Under which ids messages of this talk stand: its own, and that of the request which invited to it."""
    return (frame.id, f"alert:{frame.thread_id}") if frame.flow.name == "coach-alert" else (frame.id,)


def _opener(work: Work, frame: Frame) -> None:
    """One live opener a talk: earlier ones lose their buttons."""
    retire_all(work, frame, "card.newer")
    is_news = work.event.kind is EventKind.MOVE
    name = "opener.news" if is_news else "opener.start" if frame.is_new else "opener.continue"
    work.post_fixed(text(name), frame, opener_key(work, frame), lane=Lane.ALERT if is_news else Lane.REPLY)


def opener_key(work: Work, frame: Frame) -> str:
    """The first opener's key, or a new one, so that a receipt never takes another's place."""
    return "!open" if frame.is_new else f"!open:{len(frame.journal.entries)}:{work.now.timestamp():.0f}"


def retire_all(work: Work, frame: Frame, text_id: str = "card.answered") -> None:
    """Every message of this talk that still stands in the chat loses its buttons, and says why."""
    if frame.is_new:
        return
    press = work.event.press
    standing = select(messages.c.talk_id, messages.c.key).where(messages.c.talk_id.in_(cards_of(frame)))
    standing = standing.where(messages.c.user == work.seen.account.user)
    for talk, key in work.conn.execute(standing):
        pressed = (press.talk, work.marked(press.talk, press.key)) if press is not None else None
        if pressed != (talk, key) or not work.event.origin:
            work.retire_marked(talk, key, text_id=text_id)


def _chat(work: Work, top: Frame, question: Question[Any]) -> Told:
    """What was said stays in the chat; the question is a message of its own, later "Answered".

    Somebody in a form stays there, but for the safety talk: that stands in both and goes on in the chat.
    """
    said = tuple(one for _, one in work.said)
    if in_form(work) and not top.flow.safety:
        form = form_of(work, top, question, said)
        return Told(
            Reply(ReplyKind.FORM, form=form), top.id, question.key, tuple(one.text.id for one in said)
        )
    words = _beside_links(work, said)
    lane = Lane.SAFETY if top.flow.safety else Lane.REPLY
    shown = links(stack.safety_lines(work, top)) if top.flow.safety else ()
    if words:
        work.post(views.plain_card(words, (), shown, safety=top.flow.safety), None, "", lane=lane)
    asking = views.Asking(top.flow, top.id, question, ())
    card = views.card(asking, work.house.wordings, () if words else shown)
    work.post(card, top, question.key, lane=lane)
    texts = tuple(one.text.id for one in said)
    if in_form(work):
        _answered_in_form(work, top)
        form = _same_in_form(asking, words, work.house.wordings, shown)
        return Told(Reply(ReplyKind.FORM, form=form), top.id, question.key, texts)
    return answered() if _is_pressed(work) else Told(Reply(), top.id, question.key, texts)


def _same_in_form(
    asking: views.Asking, said: tuple[str, ...], wordings: views.Wordings, shown: tuple[Link, ...]
) -> Form:
    """What now stands in the chat, for somebody who is in a form: to read and to answer in either place."""
    return Form(
        asking.flow.title,
        said,
        question=wordings.of(asking.question.said),
        choices=views.choices(asking),
        links=shown,
        notice=text("safety.goes-on-in-chat").variants[0],
        safety=True,
    )


def _answered_in_form(work: Work, frame: Frame) -> None:
    """The same question stands in the chat: it is answered there too."""
    press = work.event.press
    if press is not None and press.talk == frame.id and not press.key.startswith("!"):
        work.retire(press.talk, press.key)


def _beside_links(work: Work, said: tuple[Said, ...]) -> tuple[str, ...]:
    """A text that only lists the lines is left out where each line stands below as a link."""
    return work.house.wordings.all([one for one in said if one.text.id != "safety.lines"])


def _is_pressed(work: Work) -> bool:
    return work.event.kind is EventKind.PRESS and bool(work.event.origin)


def answered() -> Told:
    """A pressed chat message says "Answered"."""
    words = text("card.answered")
    return Told(Reply(ReplyKind.REPLACE, card=views.plain_card(words.variants[:1])), texts=(words.id,))


def _nothing_asked(work: Work) -> Told:
    private, chat = said_on(work, Surface.PRIVATE), said_on(work, Surface.CHAT)
    buttons = (*_waiting_buttons(work), *_feedback(work))
    if private or (chat and in_form(work)):
        if private:
            _say_in_chat(work)
        return _closing(work, private or chat, buttons)
    _say_in_chat(work, buttons)
    return answered() if _is_pressed(work) else Told(Reply())


def _say_in_chat(work: Work, buttons: tuple[Choice, ...] = ()) -> None:
    """What was said in the chat stays there; a safety talk's last words come with their lines, and first."""
    words = _beside_links(work, said_on(work, Surface.CHAT))
    if not words and not buttons:
        return
    safety = next((frame for frame, _ in work.said if frame.flow.safety), None)
    shown = links(stack.safety_lines(work, safety)) if safety else ()
    words = words or text("feedback.ask").variants[:1]
    lane = Lane.SAFETY if safety else Lane.REPLY
    work.post(views.plain_card(words, buttons, shown, safety=safety is not None), None, "", lane=lane)


def _closing(work: Work, said: tuple[Said, ...], buttons: tuple[Choice, ...]) -> Told:
    frame = next(frame for frame, one in reversed(work.said) if one is said[-1])
    texts = tuple(one.text.id for one in said)
    if opens_forms(work):
        _stand_while_waiting(work)
        told, shown = paragraphs_and_links(work, said)
        asked = text("feedback.ask").variants[0] if _asks_feedback(buttons) else ""
        form = Form(frame.flow.title, told, question=asked, choices=buttons, links=shown)
        return Told(Reply(ReplyKind.FORM, form=form), frame.id, "", texts)
    harmless = [one for one in said if one.slots.keys() <= _HARMLESS]
    if frame.state == "closed" and harmless and work.event.kind is EventKind.MESSAGE:
        told, shown = paragraphs_and_links(work, harmless)
        work.post(views.plain_card(told, (), shown), None, "")
    elif frame.state == "closed":
        work.post_fixed(text(_end_of(work)), lane=Lane.ALERT)
    else:
        retire_all(work, frame, "card.newer")
        work.post_fixed(text("opener.news"), frame, opener_key(work, frame), lane=Lane.ALERT)
    return Told(Reply(), frame.id, "", texts)


def _asks_feedback(buttons: tuple[Choice, ...]) -> bool:
    return any(one.press.key == Control.FEEDBACK for one in buttons)


def _end_of(work: Work) -> str:
    """The text that says in the chat how a talk ended while nobody was looking."""
    move = work.heard.move
    news = f"alert.news-{move.kind.removeprefix('alert.')}" if move else ""
    return news if news in FIXED else "card.finished"


def _stand_while_waiting(work: Work) -> None:
    """A talk that begins to wait for somebody else has one card in the chat, to look at or take back."""
    for frame in work.moved.values():
        if frame.state != "waiting" or frame.flow.name == "coach-alert":
            continue
        retire_all(work, frame, "card.newer")
        work.post_fixed(text("opener.sent"), frame, f"!open:sent:{len(frame.journal.entries)}")


def _waiting_buttons(work: Work) -> tuple[Choice, ...]:
    """What can be done meanwhile in a talk that now waits for somebody else."""
    waiting = [frame for frame in work.moved.values() if frame.state == "waiting"]
    return tuple(one for frame in waiting for one in pages.offers(frame, stack.replay(work, frame).waiting))


def _feedback(work: Work) -> tuple[Choice, ...]:
    """Helped, made it worse, reached a person: under a talk's end, never after a steady week."""
    for frame in work.ended:
        week = frame.journal.find("week")
        is_steady = week is not None and week.value == "steady"
        if (
            frame.flow.name in _ASKED_AFTER
            and frame.ended == "ended"
            and not frame.parent_id
            and not is_steady
        ):
            return tuple(
                Choice(
                    LABELS[option],
                    Press(frame.flow.name, frame.flow.version, frame.id, Control.FEEDBACK, option),
                    style=Style.QUIET,
                )
                for option in ("helped", "worse", "reached")
            )
    return ()
