"""What is held about a person, from the rows themselves: the page, the export and the strip read the same."""

import json
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from adapters.port import Choice, Control, Press, Style
from bot.people.alerts import alerts_of
from bot.store.tables import audit, consents, measures, notes, occurrences, persons, plans, silences, talks
from bot.turns.reading import Measure, own_measures
from bot.turns.work import Work

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MINUTES = 60


def weeks(work: Work) -> tuple[Measure, ...]:
    """The last eight check-ins, newest first."""
    return own_measures(work, "week")


def plan_lines(work: Work) -> tuple[str, ...]:
    """When the next nudge comes, in words, and what keeps nudges away until then."""
    zone = ZoneInfo(work.zone)
    planned = select(occurrences.c.due_at).where(
        occurrences.c.person_id == work.person_id,
        occurrences.c.state == "planned",
        occurrences.c.due_at > work.now,
    )
    due = work.conn.execute(planned.order_by(occurrences.c.due_at).limit(1)).scalar()
    lines = (
        [f"Next check-in: {due.astimezone(zone):%A %d %B, %H:%M}."] if due else ["No check-in is planned."]
    )
    quiet = select(silences.c.ends_at).where(
        silences.c.person_id == work.person_id, silences.c.ends_at > work.now
    )
    ends = work.conn.execute(quiet.order_by(silences.c.ends_at.desc()).limit(1)).scalar()
    if ends:
        lines.append(f"Nothing is sent before {ends.astimezone(zone):%A %d %B, %H:%M}.")
    return tuple(lines)


def held(work: Work) -> str:
    """How much of what is held, as one line of counts."""
    sent = [
        one
        for one in alerts_of(work.conn, work.person_id, work.today)
        if one.part(work.person_id) == "trainee"
    ]
    counted = (
        (_count(work, measures), "check-in answer", "check-in answers"),
        (_count(work, notes), "line of your own", "lines of your own"),
        (_count(work, talks, talks.c.state != "closed"), "open talk", "open talks"),
        (len(sent), "message to a coach", "messages to a coach"),
        (_count(work, consents, consents.c.revoked_at.is_(None)), "consent", "consents"),
        (_count(work, silences, silences.c.ends_at > work.now), "quiet time", "quiet times"),
        (_count(work, plans), "weekly plan", "weekly plans"),
    )
    return ", ".join(f"{number} {one if number == 1 else many}" for number, one, many in counted if number)


def _count(work: Work, table: Any, *where: Any) -> int:  # noqa: ANN401 - a table and conditions on it
    statement = select(func.count()).select_from(table).where(table.c.person_id == work.person_id, *where)
    return int(work.conn.execute(statement).scalar() or 0)


def who_looked(work: Work) -> str:
    """Who opened what concerns this person, with the day."""
    zone = ZoneInfo(work.zone)
    rows = work.conn.execute(
        select(audit.c.at, persons.c.name)
        .join(persons, persons.c.id == audit.c.actor)
        .where(audit.c.person_id == work.person_id, audit.c.actor != work.person_id)
        .order_by(audit.c.id.desc())
        .limit(5)
    )
    return ", ".join(f"{row.name} on {row.at.astimezone(zone):%d %B}" for row in rows)


def consent_buttons(work: Work) -> tuple[Choice, ...]:
    """One tap takes a consent back."""
    rows = work.conn.execute(
        select(consents.c.kind, consents.c.recipient_id, persons.c.name)
        .outerjoin(persons, persons.c.id == consents.c.recipient_id)
        .where(consents.c.person_id == work.person_id, consents.c.revoked_at.is_(None))
    )
    return tuple(
        Choice(
            f"Stop: {row.name} may receive what I send" if row.name else "Stop counting my taps",
            Press("", 1, "", Control.REVOKE, f"{row.kind}:{row.recipient_id}"),
            style=Style.QUIET,
        )
        for row in rows
    )


def last_why(work: Work) -> str:
    """Why the last invitation came, as a key of its sentence."""
    statement = (
        select(occurrences.c.why)
        .where(
            occurrences.c.person_id == work.person_id,
            occurrences.c.state.in_(("invited", "opened", "answered")),
        )
        .order_by(occurrences.c.due_at.desc())
        .limit(1)
    )
    return str(work.conn.execute(statement).scalar() or "")


def export(work: Work) -> dict[str, Any]:
    """Everything held about this person, opened, as plain values."""
    return {
        "person": {"name": work.person.name, "time_zone": work.zone, "language": work.person.language},
        "check_in_answers": [
            {"at": row.at.isoformat(), "name": json.loads(opened)[0], "value": json.loads(opened)[1]}
            for row, opened in _opened(work, measures, "measures")
        ],
        "own_lines": [
            {"at": row.at.isoformat(), "until": row.expires_at.isoformat(), "text": opened.decode("utf-8")}
            for row, opened in _opened(work, notes, "notes")
        ],
        "consents": _rows(work, consents, "kind", "given_at", "revoked_at"),
        "plans": [
            {
                "kind": row.kind,
                "day": _DAYS[row.weekday],
                "time": f"{row.minute // _MINUTES:02d}:{row.minute % _MINUTES:02d}",
                "every_weeks": row.every,
            }
            for row in work.conn.execute(select(plans).where(plans.c.person_id == work.person_id))
        ],
        "quiet_times": _rows(work, silences, "reason", "starts_at", "ends_at"),
        "invitations": _rows(work, occurrences, "local_date", "due_at", "state", "reason"),
        "talks": _rows(work, talks, "flow", "state", "opened_at", "touched_at"),
        "messages_to_a_coach": _sent(work),
        "who_did_what": _rows(work, audit, "at", "act"),
    }


def _rows(work: Work, table: Any, *names: str) -> list[dict[str, Any]]:  # noqa: ANN401 - any table of the person's
    statement = select(*(table.c[name] for name in names)).where(table.c.person_id == work.person_id)
    found = work.conn.execute(statement)
    return [{name: _plain(value) for name, value in row.items()} for row in found.mappings()]


def _plain(value: Any) -> Any:  # noqa: ANN401 - a column's value
    return value.isoformat() if hasattr(value, "isoformat") else value


def _opened(work: Work, table: Any, name: str) -> list[tuple[Any, bytes]]:  # noqa: ANN401 - rows of that table
    rows = work.conn.execute(select(table).where(table.c.person_id == work.person_id).order_by(table.c.at))
    keys = work.house.keys
    return [(row, keys.open(work.subject, f"{name}/{row.talk_id}/{row.key}", row.body)) for row in rows]


def _sent(work: Work) -> list[dict[str, Any]]:
    keys = work.house.keys
    found = []
    for alert in alerts_of(work.conn, work.person_id, work.today):
        if alert.part(work.person_id) == "trainee" and alert.body is not None:
            opened = keys.open(f"thread:{alert.thread_id}", f"threads/{alert.thread_id}/body", alert.body)
            found.append({"to": alert.coach_name, "state": alert.state, "sent": json.loads(opened)["words"]})
    return found
