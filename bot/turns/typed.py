"""Text that a person wrote, in a form or in the chat. Identifiers are pointed out before it is kept."""

import re
from dataclasses import replace
from typing import Any

from adapters.port import Choice, Control, Press, Reply, ReplyKind
from bot.presentation.fixed import pending_card, text
from bot.privacy.spans import Span, redact
from bot.turns import answering, pages, risk, stack
from bot.turns.conclude import conclude, form_of
from bot.turns.frames import Frame
from bot.turns.seen import local_now
from bot.turns.work import Told, Work
from conversations.answers import Mine, NotUnderstood, Raw
from conversations.fixed import LABELS
from conversations.steps import ChooseSome, Question, Write
from conversations.texts import Said

_TYPES = {
    "NAME": "a name",
    "INITIALS": "initials",
    "MRN": "a record number",
    "ID": "an ID number",
    "DATE": "a date",
    "AGE90": "an age of 90 or over",
    "LOCATION": "a place",
    "ROOM": "a room or bed",
    "FACILITY": "an institution",
    "PHONE": "a phone number",
    "EMAIL": "an e-mail address",
}

_OWN = {
    Mine.NOTHING: frozenset[str](),
    Mine.NAME: frozenset({"NAME", "INITIALS"}),
    Mine.REACH: frozenset({"PHONE", "EMAIL", "DATE", "LOCATION", "ROOM", "FACILITY"}),
}
_WITH_YEAR = re.compile(r"\d{4}|\d\W\d{1,2}\W\d{2}\b")
"""Nobody gives the year of when to reach them: such a date may be one of birth."""


def take_text(work: Work, top: Frame) -> Told | None:
    """Typed text as the answer to the waiting question, or None where it is none."""
    question = answering.waits_for(work, top)
    if question is None:
        return None
    if isinstance(question, Write):
        return _take_words(work, top, question)
    try:
        answering.answer(work, top, question, Raw(text=work.heard.text))
    except NotUnderstood:
        return None
    work.retire(top.id, question.key)
    return conclude(work)


def _take_words(work: Work, top: Frame, question: Write) -> Told:
    try:
        question.read(Raw(text=work.heard.text), local_now(work.person, work.now))
    except NotUnderstood:
        pages.note(work, text("turn.too-long"), most=str(question.most))
        return Told(Reply(), top.id, question.key)
    if _points_out(work, question):
        top.words[answering.PENDING] = redact(work.heard.text, _found(work, question))
        stack.touch(work, top)
        words = work.house.wordings.of(_named(work, question, "identifiers.ask"))
        work.post(pending_card(words, top.flow.name, top.id), top, work.once("!identifiers"))
        return Told(Reply(), top.id, question.key)
    answering.answer(work, top, question, Raw(text=work.heard.text))
    return conclude(work)


def take_written(work: Work, frame: Frame, question: Question[Any]) -> Told:
    """A submitted form. Danger in it comes before whatever is to be said about the field."""
    told = objection(work, frame, question)
    if told is None:
        answering.answer(work, frame, question, _raw(work, question))
        return conclude(work)
    return conclude(work) if risk.open_if_needed(work) else told


def objection(work: Work, frame: Frame, question: Question[Any]) -> Told | None:
    """What keeps a submitted answer from being recorded: how it reads, or whom it may point to."""
    try:
        question.read(_raw(work, question), local_now(work.person, work.now))
    except NotUnderstood as error:
        errors = {question.key: _what_is_missing(work, question) or f"Possible here: {error.hint}"}
        return Told(Reply(ReplyKind.ERRORS, errors=errors), frame.id, question.key)
    if isinstance(question, Write) and _points_out(work, question) and Control.KEEP not in work.event.fields:
        return _form_with_spans(work, frame, question)
    return None


def _what_is_missing(work: Work, question: Question[Any]) -> str:
    """Where boxes are ticked and none is, or too many, all of them stand there to be read already."""
    if not isinstance(question, ChooseSome) or 0 < len(_raw(work, question).options) <= question.at_most:
        return ""
    most = _NUMBERS.get(question.at_most, str(question.at_most))
    return work.house.wordings.of(Said(text("turn.tick"), {"most": most}))


_NUMBERS = {1: "one", 2: "two", 3: "three"}


def _raw(work: Work, question: Question[Any]) -> Raw:
    if isinstance(question, Write):
        return Raw(text=work.heard.text)
    values = tuple(work.event.fields.get(question.key, ()))
    return Raw(options=values) if question.options else Raw(text=values[0] if values else "")


def _points_out(work: Work, question: Write) -> bool:
    """Whether the text may point to a patient. Not where danger was read: that comes first."""
    return bool(_found(work, question)) and not work.decisions


def _found(work: Work, question: Write) -> tuple[Span, ...]:
    """The spans to point out: all but what the question asks for of the writer's own."""
    typed = work.heard.text
    return tuple(
        span
        for span in work.heard.spans
        if span.type not in _OWN[question.mine]
        or (span.type == "DATE" and _WITH_YEAR.search(typed, span.start, span.end))
    )


def _named(work: Work, question: Write, name: str) -> Said:
    """A sentence with the kinds of what was found, never the words themselves."""
    kinds = ", ".join(dict.fromkeys(_TYPES[span.type] for span in _found(work, question)))
    return Said(text(name), {"spans": kinds})


def _form_with_spans(work: Work, frame: Frame, question: Write) -> Told:
    words = work.house.wordings.of(_named(work, question, "identifiers.found"))
    keep = Choice(LABELS["keep"], Press(frame.flow.name, frame.flow.version, frame.id, Control.KEEP))
    form = form_of(work, frame, question, (), notice=words)
    field = replace(form.field, value="") if form.field else None  # what was written stands in the form
    shown = replace(form, field=field, tick=keep)
    errors = {question.key: words}
    return Told(
        Reply(ReplyKind.ERRORS, form=shown, errors=errors), frame.id, question.key, ("identifiers.found",)
    )


def take_pending(work: Work, frame: Frame, *, use: bool) -> Told:
    """What the person decided about a message with identifiers: to see it without them, or to write again.

    Both open the form of the question. It is kept only once it was seen and sent there.
    """
    if not use:
        frame.words.pop(answering.PENDING, None)
    stack.touch(work, frame)
    return conclude(work)
