"""What a flow may know, taken once when its talk starts; `present` says what moves until Send."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, get_type_hints
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, func, select

from bot.nudges.forecast import rhythm
from bot.nudges.plans import read_plan
from bot.nudges.retention import ANSWERS_FOR
from bot.store.tables import talks
from bot.turns import consents, place
from bot.turns.consents import recipients, was_asked
from bot.turns.frames import HIDDEN, is_hidden
from bot.turns.house import as_text
from bot.turns.reading import coach_directory, own_measures, thread_sent, unchecked
from bot.turns.work import Work
from conversations.check_in import item_for
from conversations.flows import Facts, Flow
from conversations.times import in_words

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_HELD_BEFORE = (
    select(func.count())
    .select_from(talks)
    .where(talks.c.person_id == bindparam("person"), talks.c.flow == HIDDEN)
)
_LOW = frozenset({"struggling", "not-ok"})
_KEPT_WEEKS = ANSWERS_FOR // timedelta(weeks=1)


def build(work: Work, flow: Flow[Any], given: dict[str, str]) -> Facts:
    """The facts of one talk; whatever the flow's class does not name is not read."""
    names = set(get_type_hints(flow.facts)) - {"given"}
    found: dict[str, Any] = {}
    for gather in _GATHERERS.get(flow.name, ()):
        found |= gather(work, given)
    for name in names & set(given):
        found[name] = given[name]
    facts: Facts = flow.facts(given=given, **{name: value for name, value in found.items() if name in names})
    return facts


def _plan(work: Work, _: dict[str, str]) -> dict[str, Any]:
    plan = read_plan(work.conn, work.person_id, work.writes).plan
    return {
        "every": plan.every,
        "day": _DAYS[plan.weekday],
        "time": f"{plan.minute // 60:02d}:{plan.minute % 60:02d}",
        "zone": work.zone,
        "counts": consents.has_consent(work, "aggregate"),
        "rhythm": rhythm(plan),
    }


def _weeks(work: Work, _: dict[str, str]) -> dict[str, Any]:
    kept = [measure.value for measure in own_measures(work, "week", _KEPT_WEEKS)]
    done = work.person.check_ins
    return {
        "finished": done,
        "low_before": bool(kept) and kept[0] in _LOW,
        "steady_run": _steady_run(kept, done),
        "item": item_for(done),
        "counts_asked": was_asked(work, "aggregate"),
        "counselling": work.house.counselling(work.now),
        "lines": as_text(work.house.lines_answered_now(work.now)),
    }


def _steady_run(kept: Sequence[str], done: int) -> int:
    """Steady weeks in a row, `kept` newest first.

    Where all that is left is steady, older ones are gone: all `done` count, so that each one adds one.
    """
    run = next((number for number, value in enumerate(kept) if value != "steady"), len(kept))
    return run if run < len(kept) else max(run, done)


def _doubts(work: Work, _: dict[str, str]) -> dict[str, Any]:
    return {
        "zone": work.zone,
        "zone_in_doubt": place.zone_in_doubt(work),
        "device": place.device_zone(work),
        "language": work.person.language,
        "languages": () if place.language_settled(work) else work.house.languages,
    }


def _place(work: Work, _: dict[str, str]) -> dict[str, Any]:
    return {
        "device": place.device_zone(work),
        "language": work.person.language,
        "languages": work.house.languages,
    }


def _people(work: Work, _: dict[str, str]) -> dict[str, Any]:
    coaches = tuple(
        (one.id, one.name, one.about, one.hours, one.likely_seen(work.now, work.zone), one.here(work.now))
        for one in coach_directory(work)
    )
    return {
        "coaches": coaches,
        "consented": tuple(sorted(recipients(work, "alert"))),
        "me": work.person.name,
        "unchecked": unchecked(work),
        "lines": as_text(work.house.lines_answered_now(work.now)),
    }


def _alert(work: Work, given: dict[str, str]) -> dict[str, Any]:
    thread = given.get("thread", "")
    alert = work.alert(thread)
    sent = thread_sent(work, thread)
    if alert is None:
        return {"thread": thread}
    return {
        "thread": thread,
        "name": sent.get("name") or "This trainee",
        "backup": bool(alert.backup_id),
        "unchecked": unchecked(work),
        "asked": in_words(alert.asked_for.astimezone(ZoneInfo(work.zone))) if alert.asked_for else "",
        "sure": True,
        "mine": not alert.may(work.person_id, "acknowledge"),
    }


def _safety(work: Work, given: dict[str, str]) -> dict[str, Any]:
    below, people = work.top, work.house.all_at_any_hour(work.now)
    return {
        "lines": as_text(work.house.card_lines(given.get("label", ""), work.now)),
        "outside": "".join(as_text(tuple(one for one in people if one.outside)[:1])),
        "free": "".join(as_text(tuple(one for one in people if one.is_free)[:1])),
        "under": below.flow.title if below is not None and not below.flow.safety else "",
        "seen": work.conn.execute(_HELD_BEFORE, {"person": work.person_id}).scalar() or 0,
    }


def _open_talk(work: Work, given: dict[str, str]) -> dict[str, Any]:
    """Which talk is open is said in the chat, but for one whose kind is nobody else's business."""
    top = work.top
    title = top.flow.title if top is not None and not is_hidden(top.flow) else ""
    return {"open_talk": top is not None, "title": title, "weeks": given.get("weeks", "")}


def _platform(work: Work, _: dict[str, str]) -> dict[str, Any]:
    return {"platform": _NAMES.get(work.seen.account.platform, "this chat"), "zone": work.zone}


_NAMES = {"slack": "Slack", "teams": "Teams"}

Gather = Callable[[Work, dict[str, str]], dict[str, Any]]
_GATHERERS: dict[str, tuple[Gather, ...]] = {
    "welcome": (_platform,),
    "check-in": (_plan, _weeks, _doubts),
    "human": (_people,),
    "coach-alert": (_alert,),
    "safety": (_safety,),
    "pause": (_open_talk,),
    "settings": (_plan, _place),
}
