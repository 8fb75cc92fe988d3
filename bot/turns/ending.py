"""A turn after which nothing is asked: last words, what can be done meanwhile, and one tap on how it was."""

from dataclasses import replace

from adapters.port import Choice, Control, EventKind, Lane, Press, Reply, ReplyKind, Style
from bot.presentation import views
from bot.presentation.fixed import text
from bot.turns import answering, consents, first, news, pages, stack
from bot.turns.calling import form_of_said, paragraphs_and_links
from bot.turns.frames import Frame
from bot.turns.house import links
from bot.turns.standing import put_aside, put_news, stand_while_waiting
from bot.turns.where import answered, in_form, is_pressed, opens_forms, said_on
from bot.turns.work import Told, Work
from conversations.fixed import LABELS
from conversations.flows import Surface
from conversations.texts import Said

_HARMLESS = frozenset({"lines", "day"})
"""Slots that tell nothing of anybody: a private talk's last words with no others may stand in the chat."""
_ASKED_AFTER = frozenset({"check-in", "human"})


def nothing_asked(work: Work) -> Told:
    private, chat = said_on(work, Surface.PRIVATE), said_on(work, Surface.CHAT)
    meanwhile, felt = _waiting_buttons(work), _feedback(work)
    if private or (chat and in_form(work)):
        if private or any(frame.flow.safety for frame, _ in work.said):
            say_in_chat(work)
        told = _closing(work, private or chat, meanwhile, felt)
        _put_safety_again(work)
        return told
    say_in_chat(work, (*meanwhile, *felt))
    return answered() if is_pressed(work) else Told(Reply())


def say_in_chat(work: Work, buttons: tuple[Choice, ...] = ()) -> None:
    """What was said in the chat stays there; a safety talk's last words come with their lines, and first."""
    words = beside_links(work, said_on(work, Surface.CHAT))
    if not words and not buttons:
        return
    safety = next((frame for frame, _ in work.said if frame.flow.safety), None)
    shown = links(stack.safety_lines(work, safety)) if safety else ()
    words = words or text("feedback.ask").variants[:1]
    lane = Lane.SAFETY if safety else Lane.REPLY
    work.post(views.plain_card(words, buttons, shown, safety=safety is not None), None, "", lane=lane)


def _put_safety_again(work: Work) -> None:
    """A talk that was held over a safety question has ended: the question comes down to where one reads."""
    safety = first.open_safety(work)
    question = answering.waits_for(work, safety) if safety is not None else None
    if safety is None or question is None:
        return
    asking = views.Asking(safety.flow, safety.id, question, ())
    card = views.card(asking, work.house.wordings, links(stack.safety_lines(work, safety)))
    put_aside(work, safety, question.key)
    work.post(card, safety, question.key, lane=Lane.SAFETY)


AS_LINKS = frozenset({"safety.lines", "safety.first"})
"""Texts that only list lines."""


def beside_links(work: Work, said: tuple[Said, ...]) -> tuple[str, ...]:
    """What was said, without what only lists lines: each of them stands below as a link."""
    return work.house.wordings.all([one for one in said if one.text.id not in AS_LINKS])


def _closing(
    work: Work, said: tuple[Said, ...], meanwhile: tuple[Choice, ...], felt: tuple[Choice, ...]
) -> Told:
    """`felt` answers a question of its own, so what can be done meanwhile stands below it then."""
    frame = next(frame for frame, one in reversed(work.said) if one is said[-1])
    texts = tuple(one.text.id for one in said)
    if opens_forms(work):
        stand_while_waiting(work, asked=len(meanwhile) > 1)
        speaker = next(one for one, words in work.said if words is said[0])
        form = form_of_said(work, speaker.flow.title, said, meanwhile)
        if felt:
            asked = text("feedback.ask").variants[0]
            form = replace(form, question=asked, choices=felt, controls=meanwhile)
        return Told(Reply(ReplyKind.FORM, form=form), frame.id, "", texts)
    harmless = [one for one in said if one.slots.keys() <= _HARMLESS]
    if frame.state == "closed" and harmless and work.event.kind is EventKind.MESSAGE:
        told, shown = paragraphs_and_links(work, harmless)
        work.post(views.plain_card(told, (), shown), None, "")
    elif frame.state == "closed":
        if not news.tell(work):
            work.post_fixed(text("card.finished"), lane=Lane.ALERT)
    else:
        put_news(work, frame)
    return Told(Reply(), frame.id, "", texts)


def _waiting_buttons(work: Work) -> tuple[Choice, ...]:
    """What can be done meanwhile in a talk that now waits for somebody else."""
    waiting = [frame for frame in work.moved.values() if frame.state == "waiting"]
    return tuple(one for frame in waiting for one in pages.offers(frame, stack.replay(work, frame).waiting))


def _feedback(work: Work) -> tuple[Choice, ...]:
    """Helped, made it worse, reached a person: never after a steady week, a no to counts, or amid danger."""
    if first.open_safety(work) is not None:
        return ()
    for frame in work.ended:
        week = frame.journal.find("week")
        is_steady = week is not None and week.value == "steady"
        if (
            frame.flow.name in _ASKED_AFTER
            and frame.ended == "ended"
            and not _is_part_of_another(work, frame)
            and not is_steady
            and not consents.declined(work, "aggregate")
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


def _is_part_of_another(work: Work, frame: Frame) -> bool:
    """Whether it was held inside a talk that is asked after itself, or one about danger."""
    if not frame.parent_id:
        return False
    parent = work.find(frame.parent_id)
    return parent is None or parent.flow.name in _ASKED_AFTER or parent.flow.safety
