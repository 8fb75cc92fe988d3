"""What is held about a person, from the rows themselves, as the page and the strip show it."""

from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from adapters.port import Choice, Control, Press
from bot.days import day
from bot.nudges.forecast import ASKING, FEWER, RESTING, coming, rhythm
from bot.nudges.plans import read_plan
from bot.nudges.silences import held_until, silences_left
from bot.people.alerts import texts_sent
from bot.store.tables import audit, measures, notes, occurrences, persons, plans, silences, talks
from bot.turns import risk
from bot.turns.consents import standing
from bot.turns.reading import Measure, own_measures
from bot.turns.work import Work
from conversations.times import in_words


def weeks(work: Work) -> tuple[Measure, ...]:
    """The last eight check-ins, newest first."""
    return own_measures(work, "week")


def plan_lines(work: Work) -> tuple[str, ...]:
    """When the next nudge comes, in words, and what keeps nudges away until then."""
    zone = ZoneInfo(work.zone)
    due = coming(work.conn, work.person_id, work.zone, work.now)
    changed = rhythm(read_plan(work.conn, work.person_id).plan)
    name = "One question on how to go on" if changed == ASKING else "Next check-in"
    lines = [f"{name}: {in_words(due.astimezone(zone))}."] if due else ["No check-in is planned."]
    if changed in _CHANGED:
        lines.append(_CHANGED[changed])
    ends = held_until(silences_left(work.conn, work.person_id, work.now), work.now)
    if ends > work.now:
        lines.append(f"Nothing is sent before {in_words(ends.astimezone(zone))}.")
    return tuple(lines)


_CHANGED = {
    FEWER: "Every two weeks for now, because the last ones were not opened.",
    ASKING: "The last ones were not opened, so none comes before that.",
    RESTING: "None comes by itself for now, because the last ones were not opened.",
}
"""What unanswered ones have changed, said without a judgement."""


def held(work: Work) -> str:
    """How much is held sealed, as one line of counts; "" for nothing."""
    return _in_words(
        (_count(work, measures), "check-in answer", "check-in answers"),
        (_count(work, notes), "line of your own", "lines of your own"),
        (_count(work, talks, talks.c.state != "closed"), "open talk", "open talks"),
        (len(texts_sent(work.conn, work.person_id, work.today)), "message to a coach", "messages to a coach"),
        (int(risk.counts_until(work) is not None), "mark from a safety talk", "marks"),
    )


def in_plain(work: Work) -> str:
    """How much is held that no key of the person's seals, as one line of counts."""
    return _in_words(
        (len(standing(work)), "consent", "consents"),
        (_count(work, plans, plans.c.every > 0), "weekly plan", "weekly plans"),
        (_count(work, silences, silences.c.ends_at > work.now), "quiet time", "quiet times"),
        (_count(work, occurrences), "invitation", "invitations"),
        (_count(work, talks), "talk", "talks"),
        (_count(work, audit), "line on who did what", "lines on who did what"),
    )


def _in_words(*counted: tuple[int, str, str]) -> str:
    return ", ".join(f"{number} {one if number == 1 else many}" for number, one, many in counted if number)


def _count(work: Work, table: Any, *where: Any) -> int:  # noqa: ANN401 - a table and conditions on it
    statement = select(func.count()).select_from(table).where(table.c.person_id == work.person_id, *where)
    return int(work.conn.execute(statement).scalar() or 0)


def keeps_from(work: Work, ended: list[str]) -> bool:
    """Whether something that was answered in these talks stays kept."""
    rows = (select(table.c.talk_id).where(table.c.talk_id.in_(ended)) for table in (measures, notes))
    return bool(ended) and any(work.conn.execute(one.limit(1)).first() for one in rows)


def who_looked(work: Work) -> str:
    """Who looked at what concerns this person, newest first, each once a day."""
    zone = ZoneInfo(work.zone)
    rows = work.conn.execute(
        select(audit.c.at, audit.c.act, persons.c.name)
        .outerjoin(persons, persons.c.id == audit.c.actor)
        .where(audit.c.person_id == work.person_id, audit.c.act.in_(_LOOKS))
        .order_by(audit.c.id.desc())
    )
    found = list(
        dict.fromkeys(f"{row.name or _LOOKS[row.act]} on {day(row.at.astimezone(zone))}" for row in rows)
    )
    more = len(found) - _SHOWN
    return ", ".join((*found[:_SHOWN], *([f"and {more} more before that"] if more > 0 else [])))


_LOOKS = {"alert-opened": "a coach who is not here any more", "outbox.list": "an operator of the server"}
"""Acts of the audit that are looks, and who it was where the actor has no name."""
_SHOWN = 5


def consent_buttons(work: Work) -> tuple[Choice, ...]:
    """One tap takes a consent back."""
    return tuple(
        Choice(
            "Stop counting my taps"
            if kind == "aggregate"
            else f"No longer let {name or 'a former coach'} receive what I send",
            Press("", 1, "", Control.REVOKE, f"{kind}:{recipient}"),
        )
        for kind, recipient, name in standing(work)
    )
