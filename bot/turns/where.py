"""Where an event came from, and where what is said about it goes."""

from dataclasses import replace

from adapters.port import EventKind, Reply, ReplyKind
from bot.presentation.fixed import text
from bot.presentation.views import plain_card
from bot.turns.work import Told, Work
from conversations.flows import Surface
from conversations.texts import Said, Text


def opens_forms(work: Work) -> bool:
    """A form opens only from a press."""
    return work.event.kind in {EventKind.PRESS, EventKind.FORM}


def in_form(work: Work) -> bool:
    """Whether the press came from the private surface."""
    return work.event.kind is EventKind.FORM or (work.event.kind is EventKind.PRESS and not work.event.origin)


def said_on(work: Work, surface: Surface) -> tuple[Said, ...]:
    """What this turn said on one surface."""
    return tuple(said for frame, said in work.said if frame.flow.surface is surface)


def is_pressed(work: Work) -> bool:
    return work.event.kind is EventKind.PRESS and bool(work.event.origin)


def noticed(told: Told, words: Text) -> Told:
    """The same with a notice in its form, where it has one."""
    return noticed_as(told, words.variants[0])


def noticed_as(told: Told, words: str) -> Told:
    """The same with words that are whole already."""
    form = told.reply.form
    if form is None:
        return told
    return replace(told, reply=replace(told.reply, form=replace(form, notice=words)))


def answered() -> Told:
    """A pressed chat message says "Answered"."""
    words = text("card.answered")
    return Told(Reply(ReplyKind.REPLACE, card=plain_card(words.variants[:1])), texts=(words.id,))
