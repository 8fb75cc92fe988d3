"""What an event means: an answer, a control, a word that always works, a start, or nothing that is known."""

from adapters.port import EventKind, Lane, Press, Reply, ReplyKind
from bot.care.screen import Label
from bot.presentation.fixed import text
from bot.turns import answering, commands, controls, first, pages, risk, stack, strangers
from bot.turns.conclude import conclude
from bot.turns.first import SafetyFirst
from bot.turns.frames import Frame
from bot.turns.moves import play_move
from bot.turns.refused import note_refused
from bot.turns.standing import put_recap
from bot.turns.starting import NotTheirs, invited, resume, start_by_word
from bot.turns.typed import take_text, take_written
from bot.turns.where import answered, in_form, noticed
from bot.turns.work import Told, Work
from conversations.answers import WISH, NotUnderstood, Raw
from conversations.flows import Surface
from conversations.journal import Mark
from conversations.steps import WaitFor
from conversations.universal import Word, universal


def play(work: Work) -> Told:
    """Work one event out."""
    told = _told(work)
    note_refused(work)
    return told


def _told(work: Work) -> Told:
    if work.seen.person is None or work.seen.person.state != "active":
        if not strangers.is_staff(work):
            return strangers.play(work)
        strangers.receive_staff(work)
    risk.hear(work, work.heard.evidence)
    try:
        told = _by_kind(work)
    except NotTheirs:
        told = pages.note(work, text("turn.not-here"))
    except SafetyFirst:
        told = _safety_first(work)
    except answering.NotExact:
        told = _as_it_stands(work)
    if work.decisions and risk.open_if_needed(work):
        told = conclude(work)
    if work.needs_quiet_line:
        work.post_fixed(text("safety.fallback"), lane=Lane.SAFETY)
    return told


def _safety_first(work: Work) -> Told:
    """The open safety question once more, and why it stands there instead of what was asked for."""
    if not risk.open_if_needed(work):
        first.say(work, "safety.comes-first")
        if work.top is not None:
            stack.touch(work, work.opened(work.top))
    return first.untaken(conclude(work))


def _as_it_stands(work: Work) -> Told:
    """What counts only as a press on exactly what was shown: nothing is done, and that is shown anew."""
    words = text("turn.press-it" if work.event.kind is EventKind.MESSAGE else "turn.changed")
    if not in_form(work):
        work.post_fixed(words)
    return first.untaken(noticed(show_again(work), words))


def _by_kind(work: Work) -> Told:
    kind = work.event.kind
    if kind is EventKind.MOVE:
        return play_move(work)
    if kind is EventKind.PRESS and work.event.press:
        return _press(work, work.event.press)
    if kind is EventKind.FORM and work.event.press:
        return _form(work, work.event.press)
    if kind is EventKind.MESSAGE:
        return _message(work)
    if kind is EventKind.ATTACHMENT and not work.decisions:
        work.post_fixed(text("turn.text-only"))
    elif kind is EventKind.OPENED:
        work.publish_home()
    return Told(Reply())


def _message(work: Work) -> Told:
    word = universal(work.heard.text)
    if word is not None:
        return commands.say(work, word)
    top = work.top
    if top is not None:
        taken = take_text(work, top)
        if taken is not None:
            return taken
    if risk.open_if_needed(work):
        return conclude(work)
    if start_by_word(work) or (top is None and invited(work)):
        return conclude(work)
    return _unknown(work, top)


def _unknown(work: Work, top: Frame | None) -> Told:
    """Never silence: what is possible now, or the waiting question again, with its own buttons.

    To words of distress, too slight for a question about safety, the lines to people are the answer.
    """
    is_low = work.heard.evidence.label is Label.DISTRESS
    if top is None:
        parked = next((frame for frame in reversed(work.frames) if frame.state == "parked"), None)
        if is_low:
            work.post_fixed(text(risk.QUIET), lane=Lane.SAFETY)
        elif parked is not None:
            put_recap(work, work.opened(parked))
        else:
            work.post_fixed(text("turn.unknown" if "trainee" in work.roles else "turn.unknown-coach"))
        return Told(Reply())
    if top.flow.safety:
        first.say(work, "safety.not-read")
    elif is_low:
        work.post_fixed(text(risk.QUIET), lane=Lane.SAFETY)
    else:
        work.post_fixed(text("turn.no-answer"))
    stack.touch(work, top)
    return conclude(work)


def _press(work: Work, press: Press) -> Told:
    if press.key.startswith("!"):
        return controls.control(work, press)
    return _answer(work, press, Raw(options=(press.option,)))


def _form(work: Work, press: Press) -> Told:
    """A submitted form. Other words that always work have buttons there; these two count typed as well."""
    if press.key.startswith("!"):
        return controls.control(work, press)
    word = risk.asks_for_people(work.heard)
    if word:
        return commands.say(work, Word(word))
    frame = _ready(work, press)
    if isinstance(frame, Told):
        return frame
    question = answering.waits_for(work, frame)
    if question is None or question.key != press.key:
        return _answer(work, press, Raw())
    return take_written(work, frame, question)


def _answer(work: Work, press: Press, raw: Raw) -> Told:
    if press.signal == WISH and not _is_asked(work, press):
        return commands.say(work, Word("human"))  # a way to a person, however late it is pressed
    frame = _ready(work, press)
    if isinstance(frame, Told):
        return frame
    question = answering.waits_for(work, frame)
    if question is None or question.key != press.key:
        return _answered_before(work, frame, press)
    try:
        answering.answer(work, frame, question, raw)
    except NotUnderstood as error:
        return Told(Reply(ReplyKind.NOTICE, notice=error.hint), frame.id, question.key)
    return conclude(work)


def _ready(work: Work, press: Press) -> Frame | Told:
    """The pressed talk if it is the one being held; a parked one is picked up."""
    frame = work.find(press.talk)
    if frame is None:
        return finished(work)
    if frame.state == "parked":
        resume(work, frame)
    if frame.state == "waiting":
        return _meanwhile(work, frame, press)
    if frame.flow.safety and frame is not work.top and _asks(work, frame, press.key):
        stack.lift(work, frame)
    return frame if frame is work.top else _covered(work, frame, press)


def _is_asked(work: Work, press: Press) -> bool:
    """Whether the talk of this button waits for it, and is held now or would be picked up by it."""
    frame = work.find(press.talk)
    if frame is None or first.is_held_up(work, frame):
        return False
    is_within_reach = frame is work.top or frame.state == "parked" or frame.flow.safety
    return is_within_reach and _asks(work, frame, press.key)


def _asks(work: Work, frame: Frame, key: str) -> bool:
    question = answering.waits_for(work, frame)
    return question is not None and question.key == key


def _covered(work: Work, frame: Frame, press: Press) -> Told:
    """A button of a talk that another one stands on. What it signals is heard; its answer can come later."""
    entry = frame.journal.find(press.key)
    if entry is not None and entry.value == press.option:
        return show_again(work)
    risk.hear_press(work, press)
    first.may_go_on(work, frame)
    return conclude(work) if risk.open_if_needed(work) else first.untaken(show_again(work))


def _meanwhile(work: Work, frame: Frame, press: Press) -> Told:
    """A button that stands while a talk waits: journalled as an event."""
    waiting = stack.replay(work, frame).waiting
    entry = frame.journal.find(press.key)
    if entry is not None and entry.value == press.option:
        return pages.waiting(work, frame)
    if isinstance(waiting, WaitFor) and (entry is None or entry.mark is Mark.EVENT):
        offered = next((one for one in waiting.offers if one.key == press.option), None)
        if press.key != waiting.key and (offered is None or offered.exact):  # from before the newest news
            return noticed(pages.waiting(work, frame), text("turn.changed"))
        if offered is not None:
            stack.happen(work, frame, waiting, press.option)
            return conclude(work)
    return closed_question(work)


def _answered_before(work: Work, frame: Frame, press: Press) -> Told:
    """The recorded answer once more: the same reply. What the chat asks next stands there already."""
    entry = frame.journal.find(press.key)
    if entry is None or entry.value != press.option:
        return closed_question(work)
    if work.event.origin and frame.flow.surface is Surface.CHAT:
        return answered()
    return show_again(work)


def closed_question(work: Work) -> Told:
    """An old button: nothing changes. What it signals is heard all the same."""
    if work.event.press is not None:
        risk.hear_press(work, work.event.press)
    return controls.closed(work)


def finished(work: Work) -> Told:
    """A button of a talk that is over. What it signals is heard all the same.

    In a form, an open safety question takes its place: no lines go because an older one was answered.
    """
    press = work.event.press
    if press is not None:
        risk.hear_press(work, press)
    if in_form(work) and work.top is not None and work.top.flow.safety and not work.decisions:
        return noticed(show_again(work), text("card.moved-on"))
    return controls.over(work, press) if press is not None else pages.note(work, text("card.finished"))


def show_again(work: Work) -> Told:
    """The waiting question once more, without saying again what was said."""
    top = work.top
    if top is None:
        return finished(work)
    stack.touch(work, top)
    return conclude(work)
