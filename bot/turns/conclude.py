"""From what a turn said and where it stands to the in-band Reply and the messages that follow."""

from dataclasses import replace
from typing import Any

from adapters.port import (
    Choice,
    Control,
    EventKind,
    Form,
    Lane,
    Press,
    Reply,
    ReplyKind,
    Style,
)
from bot.presentation import views
from bot.presentation.fixed import text
from bot.turns import news, stack
from bot.turns.answering import PENDING, can_go_back, mark
from bot.turns.calling import paragraphs_and_links
from bot.turns.ending import beside_links, nothing_asked, say_in_chat
from bot.turns.frames import HIDDEN, Frame
from bot.turns.house import links
from bot.turns.standing import (
    answered_in_chat,
    answered_in_form,
    put_aside,
    put_opener,
    retire_all,
    stand_in_chat,
)
from bot.turns.where import answered, in_form, is_pressed, opens_forms, said_on
from bot.turns.work import Told, Work
from conversations.catalogue import FLOWS
from conversations.fixed import LABELS
from conversations.flows import Surface
from conversations.steps import ChooseSome, Question, When, Write
from conversations.texts import Said

_ON_HOME = frozenset({"coach-alert", "human", "safety"})
"""After these Home is drawn anew; after safety too, or the row of the drawing told a hidden talk's kind."""


def conclude(work: Work) -> Told:
    """Say what was said, put what is asked, and answer the event in-band."""
    if work.forgotten:
        return _gone(work)
    for frame in work.ended:
        was_answered = frame.ended == "ended" and not frame.thread_id
        retire_all(work, frame, "card.answered" if was_answered else "card.finished")
    if any(frame.flow.name in _ON_HOME for frame in work.moved.values()):
        work.publish_home()
    top = work.top
    found = stack.replay(work, work.opened(top)) if top else None
    if top and found and isinstance(found.waiting, Question) and not _stands_already(work, top):
        if top.flow.surface is Surface.PRIVATE:
            return _private(work, top, found.waiting)
        return _chat(work, top, found.waiting)
    return nothing_asked(work)


def _gone(work: Work) -> Told:
    """Everything is deleted. Who was in a hidden talk, as a safety talk is, still has the lines in sight."""
    was_hidden = any(row.flow == HIDDEN and row.state == "open" for row in work.seen.talks)
    shown = links(work.house.lines_at_any_hour(work.now)) if was_hidden else ()
    words = work.house.wordings.all([said for _, said in work.said])
    work.post(views.plain_card(words, (), shown, safety=was_hidden), None, "")
    return answered() if is_pressed(work) else Told(Reply())


def _stands_already(work: Work, top: Frame) -> bool:
    """A question stands there already: under the end of a private talk, or beside news of another one."""
    if work.event.kind is EventKind.MOVE and top.id not in work.moved:
        return True
    was_private = in_form(work) and bool(said_on(work, Surface.PRIVATE))
    return was_private and top.flow.surface is Surface.CHAT and top.id not in work.moved


def _private(work: Work, top: Frame, question: Question[Any]) -> Told:
    say_in_chat(work)
    said = said_on(work, Surface.PRIVATE) or news.unread(work, top)
    told = Told(Reply(), top.id, question.key, tuple(one.text.id for one in said))
    if not opens_forms(work):
        put_opener(work, top)
        return told
    answered_in_chat(work)
    if top.is_new and not any(one.flow.surface is Surface.PRIVATE for one in work.stack if one is not top):
        stand_in_chat(work, top)
    form = form_of(work, top, question, said)
    return Told(Reply(ReplyKind.FORM, form=form), top.id, question.key, told.texts)


def form_of(
    work: Work, frame: Frame, question: Question[Any], said: tuple[Said, ...], notice: str = ""
) -> Form:
    """One view of a private talk."""
    said = _with_what_it_is_about(work, frame, question, said)
    asking = views.Asking(frame.flow, frame.id, question, said, mark(work, frame, question))
    form = views.form(asking, work.house.wordings, can_go_back=can_go_back(frame), notice=notice)
    told, shown = paragraphs_and_links(work, said)
    form = replace(form, paragraphs=told, links=shown)
    if frame.flow.name == "check-in" and not frame.journal.entries:
        rest = [one for one in form.controls if one.press.key != Control.LATER]
        form = replace(form, controls=(*not_now(frame.id), *rest))
    return _with_pending(frame, question, form)


def _with_what_it_is_about(
    work: Work, frame: Frame, question: Question[Any], said: tuple[Said, ...]
) -> tuple[Said, ...]:
    """Where a press counts for exactly what is shown, that is shown: whatever else was said comes first."""
    if not question.asks_exactly:
        return said
    about = stack.replay(work, frame).said
    names = {one.text.id for one in about}
    return (*(one for one in said if one.text.id not in names), *about)


def _with_pending(frame: Frame, question: Question[Any], form: Form) -> Form:
    """What was written stands in the form, to be changed; where it held identifiers, without them."""
    if form.field is None:
        return form
    pending = frame.words.get(PENDING)
    if not isinstance(pending, str):
        return replace(form, field=replace(form.field, value=_written(frame, question)))
    words = text("identifiers.redacted").variants[0]
    return replace(form, field=replace(form.field, value=pending), notice=form.notice or words)


def _written(frame: Frame, question: Question[Any]) -> str:
    """What was written here before it was taken back, else what the question is to change."""
    if not isinstance(question, Write):
        return ""
    before = frame.words.get(question.key)
    if isinstance(before, str):
        return before
    return question.was.text if question.was is not None and question.was.kept else ""


def not_now(talk: str) -> tuple[Choice, ...]:
    """What follows the press on an invitation: put it off, or ask why it came now."""
    snooze = Press("snooze", FLOWS["snooze"].version, "", Control.START, talk)
    return (
        Choice(LABELS["snooze"], snooze, style=Style.QUIET),
        Choice(LABELS["why"], Press("", 1, "", Control.WORD, "why"), style=Style.QUIET),
    )


def _chat(work: Work, top: Frame, question: Question[Any]) -> Told:
    """What was said stays in the chat; the question is a message of its own, later "Answered".

    Somebody in a form stays there, but for the safety talk: that stands in both and goes on in the chat.
    """
    said = _with_what_it_is_about(work, top, question, tuple(one for _, one in work.said))
    if (in_form(work) and not top.flow.safety) or _asks_for_its_form(work, top, question):
        answered_in_form(work, top, question.key)
        form = form_of(work, top, question, said)
        return Told(
            Reply(ReplyKind.FORM, form=form), top.id, question.key, tuple(one.text.id for one in said)
        )
    words = beside_links(work, said)
    speaks = next((frame for frame, _ in work.said if frame.flow.safety), top)
    lane = Lane.SAFETY if speaks.flow.safety else Lane.REPLY
    shown = links(stack.safety_lines(work, speaks)) if speaks.flow.safety else ()
    if words:
        work.post(views.plain_card(words, (), shown, safety=speaks.flow.safety), None, "", lane=lane)
    asking = views.Asking(top.flow, top.id, question, (), mark(work, top, question))
    card = views.card(asking, work.house.wordings, () if words else shown)
    put_aside(work, top, question.key)
    work.post(card, top, question.key, lane=lane)
    texts = tuple(one.text.id for one in said)
    if in_form(work):
        answered_in_form(work, top, question.key)
        form = safety_form(work, top, question, said)
        return Told(Reply(ReplyKind.FORM, form=form), top.id, question.key, texts)
    return answered() if is_pressed(work) else Told(Reply(), top.id, question.key, texts)


def _asks_for_its_form(work: Work, top: Frame, question: Question[Any]) -> bool:
    """`Answer` was pressed on a question of the chat that is answered with words or ticks."""
    press = work.event.press
    is_pressed = press is not None and (press.talk, press.key) == (top.id, Control.OPEN)
    return is_pressed and opens_forms(work) and isinstance(question, Write | When | ChooseSome)


def safety_form(work: Work, frame: Frame, question: Question[Any], said: tuple[Said, ...]) -> Form:
    """What now stands in the chat, for somebody who is in a form: to read and to answer in either place."""
    asking = views.Asking(frame.flow, frame.id, question, ())
    return Form(
        frame.flow.title,
        beside_links(work, said),
        question=work.house.wordings.of(question.said),
        choices=views.choices(asking),
        controls=views.controls(asking, can_go_back=False),
        links=links(stack.safety_lines(work, frame)),
        notice=text("safety.goes-on-in-chat").variants[0],
        safety=True,
    )
