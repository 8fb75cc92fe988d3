"""What the facts of a talk say of the moment: when a coach is likely to see what is not sent yet."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from bot.people.coaches import Coach as Entry
from bot.people.coaches import coaches_of
from conversations.flows import Facts
from conversations.human import Coach, HumanFacts


def as_of_now(conn: Connection, facts: Facts, *, program_id: str, zone: str, now: datetime) -> Facts:
    """The same facts, with each offered coach's likely hour as it is now, by the clock of that zone.

    Who is offered, in which order, and what is said of them stay as they were when the talk began. So does
    all that is known of a coach who has left the directory: nothing can be sent to them any more.
    """
    if not isinstance(facts, HumanFacts) or not facts.coaches:
        return facts
    entries = coaches_of(conn, program_id, [one[0] for one in facts.coaches])
    return replace(facts, coaches=tuple(_now(Coach(*one), entries, zone, now) for one in facts.coaches))


def _now(coach: Coach, entries: Mapping[str, Entry], zone: str, now: datetime) -> Coach:
    entry = entries.get(coach.id)
    if entry is None:
        return coach
    return coach._replace(likely_seen=entry.likely_seen(now, zone), here=entry.here(now))
