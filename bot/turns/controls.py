"""Buttons that are no question: open, start, back, skip, later, stop, withdraw, feedback."""

from collections.abc import Callable

from sqlalchemy import select

from adapters.port import Control, Press, Reply, ReplyKind
from bot.people.alerts import OVER
from bot.presentation.fixed import text
from bot.store.tables import talks
from bot.turns import answering, commands, consents, first, pages, stack
from bot.turns.conclude import conclude
from bot.turns.frames import Frame
from bot.turns.revisable import count_once
from bot.turns.starting import is_reserved, open_invitation, resume, start_flow
from bot.turns.typed import take_pending
from bot.turns.where import in_form, noticed, noticed_as
from bot.turns.work import Told, Work
from conversations.catalogue import FLOWS
from conversations.journal import Mark
from conversations.steps import Question, WaitFor
from conversations.texts import Said
from conversations.universal import Word


def control(work: Work, press: Press) -> Told:
    """Carry out one control; an unknown one changes nothing."""
    handler = _CONTROLS.get(press.key)
    return handler(work, press) if handler else pages.note(work, text("card.closed"))


def closed(work: Work) -> Told:
    """An old button changes nothing and says so; in a form, the open question is drawn in its place.

    There it is also said what was answered: whoever pressed second on another device sees what counts.
    """
    top = work.top
    _retire_pressed(work)
    if not in_form(work) or top is None or top.flow.safety or work.decisions:
        return pages.note(work, text("card.closed"))
    stack.touch(work, work.opened(top))
    told = conclude(work)
    if told.reply.form is None:
        return pages.note(work, text("card.closed"))
    recorded = _recorded(work, top)
    return noticed_as(told, recorded) if recorded else noticed(told, text("card.moved-on"))


def _retire_pressed(work: Work) -> None:
    """A card in the chat whose question has closed loses its buttons; one about safety keeps its lines."""
    press = work.event.press
    frame = work.find(press.talk) if press is not None and work.event.origin else None
    if press is not None and frame is not None and not frame.flow.safety and not press.key.startswith("!"):
        work.retire(press.talk, press.key)


def _recorded(work: Work, frame: Frame) -> str:
    """What stands for the question that was pressed, where Back leads to it; else ""."""
    press, entries = work.event.press, frame.journal.entries
    place = next((n for n, one in enumerate(entries) if press is not None and one.key == press.key), None)
    if press is None or press.talk != frame.id or place is None:
        return ""
    asked = stack.replay_to(work, frame, place).waiting
    given = frame.words.get(press.key, entries[place].value)
    chosen = set(given) if isinstance(given, list) else {given}
    labels = [one.label for one in asked.options if one.key in chosen] if isinstance(asked, Question) else []
    if not labels or any(one.mark is not Mark.ANSWER for one in entries[place:]):
        return ""
    return work.house.wordings.of(Said(text("card.recorded"), {"answer": ", ".join(labels)}))


def over(work: Work, press: Press) -> Told:
    """A button of a talk that is over: finished, or passed, and then what can be typed instead.

    A safety card or form keeps its lines.
    """
    is_safety = press.flow in FLOWS and FLOWS[press.flow].safety
    passed = "card.passed-safety" if is_safety else "card.passed-on"
    name = passed if _ended(work, press.talk) == "expired" else "card.finished"
    return pages.note(work, text(name), replace=not is_safety)


def _ended(work: Work, talk: str) -> str | None:
    """How a talk of this person ended; None where there was none."""
    mine = (talks.c.id == talk, talks.c.person_id == work.person_id)
    found = work.conn.execute(select(talks.c.ended).where(*mine)).first()
    return None if found is None else str(found.ended)


def _open(work: Work, press: Press) -> Told:
    frame = work.find(press.talk)
    if frame is not None:
        return _open_live(work, frame)
    if press.flow == "coach-alert":
        return _open_alert(work, press.option)
    if _ended(work, press.talk) is None and is_reserved(work, press.talk):
        open_invitation(work, press.talk, press.flow)
        return conclude(work)
    return over(work, press)


def _open_live(work: Work, frame: Frame) -> Told:
    if frame.state == "parked":
        resume(work, frame)
    if frame.state == "open" and isinstance(stack.replay(work, frame).waiting, WaitFor):
        stack.advance(work, frame)  # a release took the question away at which it stood
    if frame.state == "waiting":
        return pages.waiting(work, frame)
    first.may_go_on(work, frame)
    top = work.top
    if top is not None:
        stack.touch(work, work.opened(top))
    return conclude(work)


def _open_alert(work: Work, thread: str) -> Told:
    alert = work.alert(thread)
    if alert is None or alert.part(work.person_id) != "coach" or alert.state in OVER:
        return pages.note(work, text("coach.withdrawn"), replace=True)
    held = next(
        (one for one in work.frames if one.flow.name == "coach-alert" and one.thread_id == thread), None
    )
    if held is not None:
        return _open_live(work, work.opened(held))
    first.may_start(work, "coach-alert", {})
    stack.start(work, "coach-alert", {"thread": thread})
    return conclude(work)


def _start(work: Work, press: Press) -> Told:
    if press.flow == "welcome":
        return pages.note(work, text("welcome.already"))
    if press.flow not in FLOWS or press.flow in {"safety", "coach-alert"}:
        return pages.note(work, text("card.closed"))
    start_flow(work, press.flow, {"talk": press.option} if press.option else {})
    return conclude(work)


def _back(work: Work, press: Press) -> Told:
    frame = work.top
    if frame is None or frame.id != press.talk:
        return closed(work)
    return commands.say(work, Word("back"))


def _skip(work: Work, press: Press) -> Told:
    frame = work.find(press.talk)
    top = work.top
    if frame is None or frame is not top:
        return closed(work)
    question = answering.waits_for(work, frame)
    if press.option and question is not None and question.key != press.option:
        return closed(work)
    return commands.say(work, Word("skip"))


def _word(name: str) -> Callable[[Work, Press], Told]:
    def say(work: Work, press: Press) -> Told:
        if press.talk and work.find(press.talk) is None:
            return over(work, press)
        return commands.say(work, Word(name))

    return say


def _any_word(work: Work, press: Press) -> Told:
    return commands.say(work, Word(press.option))


def _pending(*, use: bool) -> Callable[[Work, Press], Told]:
    def take(work: Work, press: Press) -> Told:
        frame = work.find(press.talk)
        if frame is None or frame is not work.top or answering.PENDING not in frame.words:
            return pages.note(work, text("card.closed"))
        return take_pending(work, frame, use=use)

    return take


def _revoke(work: Work, press: Press) -> Told:
    kind, _, recipient = press.option.partition(":")
    if consents.has_consent(work, kind, recipient):
        consents.revoke(work, kind, recipient)
    return pages.page(work, "privacy")


def _feedback(work: Work, press: Press) -> Told:
    if press.option in _FELT and consents.has_consent(work, "aggregate"):
        count_once(work, press.talk, press.option)
    thanks = text("feedback.thanks")
    return Told(Reply(ReplyKind.NOTICE, notice=thanks.variants[0]), texts=(thanks.id,))


_FELT = frozenset({"helped", "worse", "reached"})

_CONTROLS: dict[str, Callable[[Work, Press], Told]] = {
    Control.OPEN: _open,
    Control.START: _start,
    Control.BACK: _back,
    Control.SKIP: _skip,
    Control.STOP: _word("stop"),
    Control.LATER: _word("later"),
    Control.WORD: _any_word,
    Control.REDACTED: _pending(use=True),
    Control.REWRITE: _pending(use=False),
    Control.REVOKE: _revoke,
    Control.FEEDBACK: _feedback,
}
