"""Before Start, or off the roster: fixed cards only, nothing kept. Start makes the key and the plan."""

from dataclasses import replace

from adapters.port import Control, EventKind, Lane, Press, Reply, ReplyKind
from bot.care.screen import SIGNALS, signal
from bot.nudges.plans import change_plan_writes
from bot.people.roles import EVERYONE
from bot.presentation.fixed import text
from bot.presentation.views import plain_card
from bot.store.draft import Delete, Insert
from bot.store.tables import marks
from bot.turns import pages, risk, stack
from bot.turns.conclude import conclude
from bot.turns.greeted import greet, is_greeted, mark
from bot.turns.moves import forget_move
from bot.turns.work import Told, Work
from conversations.fixed import LABELS
from conversations.texts import Said
from conversations.universal import universal

HELLO = frozenset(
    {EventKind.MESSAGE, EventKind.EDIT, EventKind.OPENED, EventKind.ARRIVED, EventKind.ATTACHMENT}
)


def is_staff(work: Work) -> bool:
    """A coach is on the roster by agreement with the program: a key is made without asking."""
    return work.seen.person is not None and "coach" in work.roles and "trainee" not in work.roles


def receive_staff(work: Work) -> None:
    """Make a coach's key. From now on their turns are played like anybody's."""
    _begin(work)
    work.post_fixed(text("welcome.coach"))


def play(work: Work) -> Told:
    """Answer somebody who has not started, from fixed texts."""
    if work.event.kind is EventKind.MOVE:
        forget_move(work)
        return Told(Reply())
    if _danger(work):
        return _nothing_taken(work)
    press = work.event.press
    if risk.asks_for_people(work.heard):
        work.post_fixed(text("safety.quiet"), lane=Lane.SAFETY)
    elif work.seen.person is None or not work.roles & EVERYONE:
        if work.event.kind in {EventKind.MESSAGE, EventKind.ARRIVED, EventKind.PRESS}:
            work.post_fixed(text("welcome.off-roster"))
    elif press is not None and press.flow == "welcome" and press.key == Control.START:
        return _welcome(work, press)
    elif _asks_what_is_held(work):
        work.post_fixed(text("privacy.mark" if _is_marked(work) else "privacy.nothing"))
    elif _may_greet(work):
        if work.heard.text.strip().casefold() in _BUTTONS:
            work.post_fixed(text("welcome.typed"))
        work.post_fixed(text("welcome.hello"))
    return _nothing_taken(work)


def _nothing_taken(work: Work) -> Told:
    """A form that outlived its talk, as after a delete on another device, says that it is over."""
    if work.event.kind is not EventKind.FORM:
        return Told(Reply())
    return pages.note(work, text("card.finished"), replace=True)


_BUTTONS = frozenset(LABELS[name].casefold() for name in ("start", "details", "not-for-me"))
"""What the hello's buttons say. Whoever types it has read it; it is still only a press that agrees."""


def _asks_what_is_held(work: Work) -> bool:
    word, press = universal(work.heard.text), work.event.press
    is_pressed = press is not None and (press.key, press.option) == (Control.WORD, "privacy")
    return is_pressed or (
        work.event.kind is EventKind.MESSAGE and word is not None and word.name == "privacy"
    )


def _may_greet(work: Work) -> bool:
    """After "not for me" nothing is sent unasked; somebody who writes gets an answer."""
    if work.event.kind in {EventKind.OPENED, EventKind.ARRIVED}:
        if _is_marked(work) or is_greeted(work):
            return False
        greet(work)
        return True
    return work.event.kind in HELLO or work.event.kind is EventKind.PRESS


def _is_marked(work: Work) -> bool:
    found = work.conn.execute(marks.select().where(marks.c.mark == mark(work))).first()
    return found is not None


def after_delete(work: Work) -> None:
    """Whose delete was half done when the database went: danger is answered, else that it is done now."""
    if work.event.kind is EventKind.MOVE or _danger(work):
        return
    people = risk.asks_for_people(work.heard)
    work.post_fixed(text("safety.quiet" if people else "forget.deleted"), lane=Lane.SAFETY)


def _danger(work: Work) -> bool:
    """An explicit phrase gets its fixed card; an ask becomes the quiet resource line."""
    press = work.event.press
    is_signal = press is not None and press.signal in SIGNALS
    name = risk.fixed_text(signal(press.signal) if press and is_signal else work.heard.evidence)
    if name:
        work.post_fixed(text(name), lane=Lane.SAFETY)
    return bool(name)


def _welcome(work: Work, press: Press) -> Told:
    if press.option not in {"", "details", "not-for-me"}:
        return Told(Reply())
    if press.option == "details":
        work.post_fixed(text("welcome.details"))
        return _taken(work, press)
    if press.option == "not-for-me":
        work.write(Insert(marks, {"mark": mark(work)}, ignore=True))
        work.post_fixed(text("welcome.gone"))
        return _taken(work, press)
    told = _enrol(work)
    return _taken(work, press) if told.reply.kind in {ReplyKind.NOTHING, ReplyKind.REPLACE} else told


_ASKED_ON = frozenset({"welcome.hello", "welcome.details", "privacy.nothing", "privacy.mark"})


def _taken(work: Work, press: Press) -> Told:
    """What was pressed loses its buttons; what it said of software, emergencies and privacy stays."""
    if not work.event.origin:
        return Told(Reply())
    said = Said(text(press.talk if press.talk in _ASKED_ON else "welcome.hello"))
    card = plain_card((work.house.wordings.of(said),))
    return Told(Reply(ReplyKind.REPLACE, card=card), texts=(said.text.id,))


def _enrol(work: Work) -> Told:
    """Start: the person's key is made and committed first, then journal, plan and the first talk."""
    if "trainee" not in work.roles:
        work.post_fixed(text("welcome.off-roster"))
        return Told(Reply())
    person = work.person
    _begin(work)
    work.write(Delete(marks, {"mark": mark(work)}))
    writes = change_plan_writes(work.conn, person.id, work.zone, work.now, {})
    work.write(*writes)
    stack.start(work, "welcome", {})
    work.publish_home()
    return conclude(work)


def _begin(work: Work) -> None:
    person = work.person
    work.seen = replace(work.seen, person=replace(person, state="active"))
    work.house.keys.ensure(work.subject)
    risk.begin(work)
    work.person_values |= {
        "state": "active",
        "enrolled_at": work.now,
        "preferred_account": work.seen.account_id,
    }
    work.audit("enrolled", person.id)
