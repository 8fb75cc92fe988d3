"""Words that always work, typed as the whole message or pressed as a button."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from adapters.port import Lane, Reply, ReplyKind
from bot.care.screen import signal
from bot.nudges.forecast import coming
from bot.nudges.silences import end_silences_writes, silence_writes, silences_left
from bot.people.roles import is_for_all, may_hold, may_say
from bot.presentation.fixed import text
from bot.turns import answering, first, holdings, leaving, pages, risk, stack
from bot.turns.conclude import conclude
from bot.turns.frames import Frame
from bot.turns.standing import retire_all
from bot.turns.starting import NotTheirs, standing_invitation, start_flow
from bot.turns.where import opens_forms
from bot.turns.work import Told, Work
from conversations.fixed import GONE
from conversations.journal import Mark
from conversations.times import in_words
from conversations.universal import Word


def say(work: Work, word: Word) -> Told:
    """Do what the word says."""
    if work.decisions and word.name not in {"crisis", "human"} and risk.open_if_needed(work):
        return conclude(work)
    if word.name not in _WORDS:
        return _nothing_open(work)
    if not is_for_all(word.name) and not may_say(work.roles, word.name):
        raise NotTheirs
    return _WORDS[word.name](work, word)


def _stop(work: Work, _: Word) -> Told:
    """Close everything but a safety talk; nothing more from us on this local day."""
    leaving.stop(work)
    for frame in [one for one in work.frames if one.state == "parked"]:
        leaving.end(work, work.opened(frame), "stopped")
    zone = ZoneInfo(work.zone)
    tomorrow = work.now.astimezone(zone).date() + timedelta(days=1)
    midnight = datetime.combine(tomorrow, time(0), zone).astimezone(UTC)
    work.write(*silence_writes(work.person_id, "stop", work.now, midnight))
    work.publish_home()
    is_kept = holdings.keeps_from(work, [frame.id for frame in work.ended])
    told = conclude(work) if _safety_stays(work, "safety.rest-closed") else None  # people come first
    if told is None:
        for frame in work.ended:
            retire_all(work, frame, "card.finished")
        nothing = "turn.stopped-sent" if _is_with_somebody(work) else "turn.nothing-to-stop"
        said = "turn.stopped-kept" if is_kept else "turn.stopped" if work.ended else nothing
        told = pages.note(work, text(said), replace=True)
        if said == nothing:
            return told
    elif is_kept:
        work.post_fixed(text("turn.stays-kept"))
    if _is_with_somebody(work):
        work.post_fixed(text("turn.sent-stays"))
    return told


def _is_with_somebody(work: Work) -> bool:
    """Whether something that this person sent is open between the two."""
    return any(frame.state == "waiting" and frame.flow.name == "human" for frame in work.frames)


def _safety_stays(work: Work, *before: str) -> bool:
    """A safety talk is neither stopped nor put off: it goes on, and says why and the way on."""
    top = work.top
    if top is None:
        return False
    stack.go_on(work, work.opened(top))
    if work.top is top:
        first.say(work, *before, "safety.kept-open")
    return True


def _skip(work: Work, _: Word) -> Told:
    top = work.top
    if top is None:
        return _nothing_open(work)
    question = answering.waits_for(work, top)
    if not answering.skip(work, top):
        return pages.note(work, text("turn.required"))
    if question is not None and not opens_forms(work):
        work.retire(top.id, question.key)
    return conclude(work)


def _back(work: Work, _: Word) -> Told:
    top = work.top
    if top is None:
        return _nothing_open(work)
    question = answering.waits_for(work, top)
    if not answering.back(work, top):
        return _back_stops(work, top)
    if question is not None and not opens_forms(work):
        work.retire_marked(top.id, work.marked(top.id, question.key), text_id="card.newer")
    return conclude(work)


def _back_stops(work: Work, top: Frame) -> Told:
    """Back does not cross the start of a talk, and never what has gone out: it says what that is."""
    if not top.journal.entries and top.flow.safety:
        first.say(work, "safety.began-here")
        return conclude(work)
    if not top.journal.entries:
        return pages.note(work, text("turn.back-start"))
    done = list(stack.replay(work, top).performed.values())
    is_final = top.journal.stops_back is Mark.OUTCOME and done and top.journal.entries[-1].value["done"]
    name = type(done[-1]).__name__ if is_final else str(top.journal.stops_back)
    return pages.note(work, text("turn.back-stops"), gone=GONE.get(name, GONE["talk"]))


def _nothing_open(work: Work) -> Told:
    """What can be begun stands below it, by role."""
    return pages.note(work, text("turn.nothing-open" if "trainee" in work.roles else "help.coach"))


def _later(work: Work, _: Word) -> Told:
    """What is open waits; with nothing open, the invitation that stands is put off."""
    talk = "" if work.top is not None else standing_invitation(work)
    if talk:
        start_flow(work, "snooze", {"talk": talk})
        return conclude(work)
    if work.top is not None and work.top.flow.puts_off:
        stack.touch(work, work.opened(work.top))
        return conclude(work)
    is_parked = leaving.park(work)
    if _safety_stays(work, *(("safety.rest-waits",) if is_parked else ())):
        return conclude(work)
    if not is_parked:
        return pages.note(work, text("turn.sent-stays")) if _is_with_somebody(work) else _nothing_open(work)
    is_request = any(frame.flow.name == "coach-alert" for frame in work.moved.values())
    return pages.note(work, text("turn.parked-request" if is_request else "turn.parked-later"), replace=True)


def _help(work: Work, _: Word) -> Told:
    work.post_fixed(text("help.menu" if "trainee" in work.roles else "help.coach"))
    return Told(Reply(ReplyKind.CLOSE)) if opens_forms(work) and not work.event.origin else Told(Reply())


def _start(name: str) -> Callable[[Work, Word], Told]:
    def begin(work: Work, word: Word) -> Told:
        start_flow(work, name, {"weeks": word.argument} if word.argument else {})
        return conclude(work)

    return begin


def _human(work: Work, _: Word) -> Told:
    """A person: the directory for a trainee, staffed lines for anybody else."""
    if not may_hold(work.roles, "human"):
        work.post_fixed(text("safety.quiet"), lane=Lane.SAFETY)
        return Told(Reply())
    start_flow(work, "human")
    return conclude(work)


def _crisis(work: Work, _: Word) -> Told:
    risk.hear(work, signal("crisis_word"))
    risk.open_if_needed(work)
    if work.top is not None:
        stack.touch(work, work.opened(work.top))
    return conclude(work)


def _resume(work: Work, _: Word) -> Told:
    ended = _more_than_a_pause(work)
    work.write(*end_silences_writes(work.conn, work.person_id, work.now))
    work.publish_home()
    next_one = coming(work.conn, work.person_id, work.zone, work.now, work.writes)
    slots: dict[str, Any] = {"ended": ended} if ended else {}
    if next_one is None:
        return pages.note(work, text("resume.ended" if ended else "resume.done"), **slots)
    day = in_words(next_one.astimezone(ZoneInfo(work.zone)))
    return pages.note(work, text("resume.ended-next" if ended else "resume.next"), day=day, **slots)


def _more_than_a_pause(work: Work) -> str:
    """What else `resume` ends: leave, nights and shifts that the person told of, each with its end; or ""."""
    spans = silences_left(work.conn, work.person_id, work.now)
    told = sorted((span.ends, span.reason) for span in spans if span.reason in {"leave", "nights", "shift"})
    return "; ".join(f"{name} until {in_words(ends.astimezone(ZoneInfo(work.zone)))}" for ends, name in told)


def _page(name: str) -> Callable[[Work, Word], Told]:
    def show(work: Work, _: Word) -> Told:
        return pages.page(work, name)

    return show


def _why(work: Work, _: Word) -> Told:
    return pages.why(work)


_WORDS: dict[str, Callable[[Work, Word], Told]] = {
    "stop": _stop,
    "skip": _skip,
    "back": _back,
    "later": _later,
    "help": _help,
    "human": _human,
    "crisis": _crisis,
    "pause": _start("pause"),
    "settings": _start("settings"),
    "delete": _start("forget"),
    "resume": _resume,
    "privacy": _page("privacy"),
    "export": _page("export"),
    "weeks": _page("weeks"),
    "week": _page("week"),
    "why": _why,
}
