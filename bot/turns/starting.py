"""How a talk starts: a word, a button, an invitation, or a parked one picked up again."""

from sqlalchemy import bindparam, literal_column, select

from bot.nudges.plans import opened_writes
from bot.people.roles import may_hold
from bot.store.prepared import Prepared
from bot.store.tables import occurrences, talks
from bot.turns import first, leaving, stack
from bot.turns.answering import answer, waits_for
from bot.turns.frames import Frame
from bot.turns.seen import local_now
from bot.turns.work import Work
from conversations.answers import NotUnderstood, Raw
from conversations.catalogue import FLOWS, start_words
from conversations.engine import run
from conversations.flows import Surface
from conversations.journal import Journal
from conversations.steps import Question

CHECK_IN, SETTINGS = "check-in", "settings"


class NotTheirs(Exception):
    """This talk is for other roles."""


def start_flow(work: Work, name: str, given: dict[str, str] | None = None) -> Frame:
    """Start a talk, or go on with the one of that name that is there already.

    One that a safety talk holds up cannot always go on: what may open over that starts anew. Of several the
    uppermost goes on, an open one before one that was set aside.
    Raises NotTheirs, and SafetyFirst where it waits until a safety talk has ended.
    """
    if not may_hold(work.roles, name):
        raise NotTheirs
    given = given or {}
    first.may_start(work, name, given)
    held = [one for one in work.frames if one.flow.name == name and one.state in {"open", "parked"}]
    for frame in sorted(held, key=lambda one: (one.state == "open", one.rank), reverse=True):
        is_bound = bool(frame.parent_id) or frame.state == "parked" or bool(given.get("weeks"))
        if is_bound and first.may_open(name, given) and first.is_held_up(work, frame):
            continue
        if frame.state == "open":
            _uncover(work, frame)
            stack.touch(work, work.opened(frame))
        else:
            resume(work, frame)
        return frame
    if name == CHECK_IN:
        reserved = latest_invitation(work)
        if reserved:
            return open_invitation(work, reserved)
    return stack.start(work, name, given)


def resume(work: Work, frame: Frame) -> None:
    """Pick up a parked talk; a check-in stands for its day then, whatever was pressed or typed for it.

    Raises SafetyFirst where a safety talk stands on it, open or set aside too.
    """
    first.may_go_on(work, frame)
    stack.resume(work, frame)
    first.may_go_on(work, frame)
    if frame.flow.name == CHECK_IN:
        check_in_opened(work, frame.id)


def _uncover(work: Work, frame: Frame) -> None:
    """Somebody asks for a talk that is open below others: what was opened over it in the chat ends.

    A safety talk stays; a person, or delete, comes over it, but for a part of what the safety talk holds up.
    """
    if first.open_safety(work) is not None:
        if frame.parent_id:
            first.may_go_on(work, frame)
        stack.lift(work, frame)
        return
    inside = {frame.id}
    for one in work.stack:
        if one.rank > frame.rank and one.parent_id in inside:
            inside.add(one.id)
        elif one.rank > frame.rank and one.flow.surface is Surface.CHAT and not one.flow.safety:
            leaving.end(work, work.opened(one), "stopped")


def start_by_word(work: Work) -> bool:
    """Typed words that name a talk."""
    word = " ".join(work.heard.text.casefold().split()).strip(".!")
    name = start_words().get(word)
    if name is None:
        return False
    given = {"said": word, "talk": standing_invitation(work)} if FLOWS[name].puts_off else {}
    start_flow(work, name, given)
    return True


def latest_invitation(work: Work) -> str:
    """The reserved talk of the latest invitation that has not run out, or nothing."""
    found = _INVITED.first(work.conn, person=work.person_id)
    return str(found.talk_id) if found else ""


_INVITED = Prepared(
    select(occurrences.c.talk_id)
    .where(
        occurrences.c.person_id == bindparam("person"),
        occurrences.c.state == "invited",
        ~select(talks.c.id).where(talks.c.id == occurrences.c.talk_id).exists(),
    )
    .order_by(occurrences.c.due_at.desc())
    .limit(literal_column("1"))
)


def standing_invitation(work: Work) -> str:
    """The talk of the latest invitation that can still be put off, opened and set aside too, or nothing."""
    is_over = select(talks.c.id).where(talks.c.id == occurrences.c.talk_id, talks.c.state == "closed")
    statement = select(occurrences.c.talk_id).where(
        occurrences.c.person_id == work.person_id,
        occurrences.c.state.in_(("invited", "opened")),
        ~is_over.exists(),
    )
    return str(work.conn.execute(statement.order_by(occurrences.c.due_at.desc()).limit(1)).scalar() or "")


def is_reserved(work: Work, talk: str) -> bool:
    """Whether an invitation of this person reserved that talk."""
    mine = (occurrences.c.talk_id == talk, occurrences.c.person_id == work.person_id)
    return work.conn.execute(select(occurrences.c.id).where(*mine)).first() is not None


def open_invitation(work: Work, talk: str, flow: str = CHECK_IN) -> Frame:
    """Start the check-in that an invitation reserved, or go on with one that is open.

    Its button names `flow`: the one that asks to keep, change or stop opens the settings.
    Raises NotTheirs, and SafetyFirst, which leaves the invitation as it is.
    """
    name = SETTINGS if flow == SETTINGS and _asks_how_to_go_on(work, talk) else CHECK_IN
    if not may_hold(work.roles, name):
        raise NotTheirs
    first.may_start(work, name, {})
    check_in_opened(work, talk)
    if name == SETTINGS:
        return stack.start(work, SETTINGS, {}, talk=talk)
    for frame in work.frames:
        if frame.flow.name == CHECK_IN and frame.state in {"open", "parked"}:
            if frame.state == "parked":
                resume(work, frame)
            stack.touch(work, work.opened(frame))
            return frame
    return stack.start(work, CHECK_IN, {}, talk=talk)


def check_in_opened(work: Work, talk: str) -> None:
    """One was pressed, or picked up again: it stands for its day, and what comes next is drawn anew."""
    work.write(*opened_writes(work.conn, work.person_id, talk, work.zone, work.now, work.writes))
    work.publish_home()


def _asks_how_to_go_on(work: Work, talk: str) -> bool:
    mine = (occurrences.c.talk_id == talk, occurrences.c.person_id == work.person_id)
    found = select(occurrences.c.id).where(*mine, occurrences.c.why == "unanswered")
    return work.conn.execute(found).first() is not None


def invited(work: Work) -> bool:
    """Typed text starts the latest invitation only if it reads as an answer to its first question."""
    talk = latest_invitation(work)
    if not talk:
        return False
    flow = FLOWS[CHECK_IN]
    first = run(flow, flow.examples[0], Journal(), {}).waiting
    if not isinstance(first, Question) or not first.options:
        return False
    try:
        first.read(Raw(text=work.heard.text), local_now(work.person, work.now))
    except NotUnderstood:
        return False
    frame = open_invitation(work, talk)
    question = waits_for(work, frame)
    if question is not None and question.key == first.key:
        answer(work, frame, question, Raw(text=work.heard.text))
    return True
