"""What is read rather than asked: notes, own weeks, what is held, the export, why a nudge came."""

import json
from collections.abc import Callable
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from adapters.port import Choice, Control, EventKind, Form, Incoming, Press, Reply, ReplyKind, Style
from bot.care.screen import Evidence
from bot.delivery.row import Row
from bot.nudges.why import why as why_it_came
from bot.people.alerts import OVER, alerts_of
from bot.presentation.fixed import start, text, word
from bot.presentation.home import coach_home, strip, weeks_form
from bot.presentation.views import Wordings, plain_card, style_of
from bot.turns import exporting, holdings, news, risk, stack
from bot.turns.calling import form_of_said
from bot.turns.frames import Frame
from bot.turns.house import House
from bot.turns.seen import see
from bot.turns.work import Heard, Told, Work
from conversations.catalogue import FLOWS
from conversations.fixed import LABELS
from conversations.steps import WaitFor
from conversations.texts import Said, Text


def note(work: Work, words: Text, *, replace: bool = False, **slots: str) -> Told:
    """One fixed sentence: beside the button that was pressed, or in the chat."""
    said = Said(words, slots)
    shown = work.house.wordings.of(said)
    press = work.event.kind in {EventKind.PRESS, EventKind.FORM}
    if press and replace and work.event.origin:
        return Told(Reply(ReplyKind.REPLACE, card=plain_card((shown,))), texts=(words.id,))
    if press and replace:
        title = stack.title_of(work, work.event.press.talk if work.event.press else "")
        return Told(Reply(ReplyKind.FORM, form=Form(title, (shown,))), texts=(words.id,))
    if press:
        return Told(Reply(ReplyKind.NOTICE, notice=shown), texts=(words.id,))
    if slots:
        work.post(plain_card((shown,)), None, "")
    else:
        work.post_fixed(words)
    return Told(Reply(), texts=(words.id,))


def waiting(work: Work, frame: Frame) -> Told:
    """A talk that waits for somebody else: what was last said in it, and what can be done meanwhile."""
    found, said = stack.replay(work, work.opened(frame)), news.unread(work, frame)
    work.moved[frame.id] = frame  # it remembers what was looked at
    form = form_of_said(work, frame.flow.title, said, offers(frame, found.waiting))
    return Told(Reply(ReplyKind.FORM, form=form), frame.id, "", tuple(one.text.id for one in said))


def offers(frame: Frame, step: object) -> tuple[Choice, ...]:
    """Buttons that stand while a talk waits."""
    if not isinstance(step, WaitFor):
        return ()
    press = (frame.flow.name, frame.flow.version, frame.id, step.key)
    return tuple(
        Choice(one.label, Press(*press, one.key), one.hint, style=style_of(one)) for one in step.offers
    )


def page(work: Work, name: str) -> Told:
    """A page of the person's own: a form from a press, else a button that opens one."""
    if work.event.kind not in {EventKind.PRESS, EventKind.FORM}:
        work.post_fixed(text(f"{name}.opener"))
        return Told(Reply())
    return Told(Reply(ReplyKind.FORM, form=_PAGES[name](work)), key=f"page:{name}")


def home(work: Work) -> Form:
    """The person's own surface, by role."""
    return _weeks(work) if "trainee" in work.roles else coach_home(work.house.wordings, _requests(work))


def home_of(house: House, conn: Connection, row: Row) -> Form:
    """The surface of whoever an outbox row is for, as it is when it is sent; an empty one of who left."""
    seen = see(conn, row.account, "")
    if seen.person is None or seen.person.state != "active":
        return Form("Your own page", (_said(house.wordings, "home.nothing"),))
    event = Incoming("", row.account, EventKind.OPENED)
    return home(Work(house, conn, Heard(event, "", Evidence(), ()), seen, house.clock.now()))


def _requests(work: Work) -> tuple[Choice, ...]:
    zone = ZoneInfo(work.zone)
    held = [
        one for one in alerts_of(work.conn, work.person_id, work.today) if one.part(work.person_id) == "coach"
    ]
    version = FLOWS["coach-alert"].version
    return tuple(
        Choice(
            f"Request of {one.created_at.astimezone(zone):%A %H:%M}",
            Press("coach-alert", version, f"alert:{one.thread_id}", Control.OPEN, one.thread_id),
        )
        for one in held
        if one.state not in OVER
    )


def _weeks(work: Work) -> Form:
    bars = strip(holdings.weeks(work), work.zone, work.now)
    return weeks_form(work.house.wordings, bars, holdings.plan_lines(work), _sent(work))


def _sent(work: Work) -> tuple[Choice, ...]:
    """What this person sent and is not over: to look at, or to take back."""
    sent = [frame for frame in work.frames if frame.thread_id and frame.flow.name == "human"]
    return tuple(
        Choice(LABELS["sent"], Press(frame.flow.name, frame.flow.version, frame.id, Control.OPEN))
        for frame in sent
    )


def _privacy(work: Work) -> Form:
    words = work.house.wordings
    counted = (
        ("privacy.held", "held", holdings.held(work)),
        ("privacy.plain", "held", holdings.in_plain(work)),
        ("privacy.seen", "seen", holdings.who_looked(work)),
    )
    held, plain, seen = (
        [words.of(Said(text(name), {slot: found}))] if found else [] for name, slot, found in counted
    )
    mark = risk.mark_in_words(work)
    lines = (*held, *([mark] if mark else []), *plain, *(_said(words, name) for name in _HELD), *seen)
    buttons = (
        word("export", LABELS["export"]),
        start("settings"),
        start("forget", LABELS["delete"], style=Style.DANGER),
    )
    return Form("What is held about you", lines, choices=(*holdings.consent_buttons(work), *buttons))


_HELD = ("privacy.readers", "privacy.until", "privacy.platform", "privacy.operator")


def _export(work: Work) -> Form:
    held = json.dumps(exporting.export(work), indent=2, ensure_ascii=False)
    return Form("Your data", (_said(work.house.wordings, "export.ready"),), download=held)


def _said(words: Wordings, name: str) -> str:
    return words.of(Said(text(name)))


_PAGES: dict[str, Callable[[Work], Form]] = {
    "weeks": home,
    "week": home,
    "privacy": _privacy,
    "export": _export,
}


def why(work: Work) -> Told:
    """Why the last invitation came when it came; of an open check-in that the person began, that they did."""
    is_open = (one.id for one in reversed(work.stack) if one.flow.name == "check-in")
    return note(work, text(why_it_came(work.conn, work.person_id, next(is_open, ""))))
