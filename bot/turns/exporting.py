"""The export: everything held about a person, opened, as plain values."""

import json
from typing import Any

from sqlalchemy import func, select

from bot.nudges.retention import ANSWERS_FOR
from bot.people.alerts import alerts_of, texts_sent
from bot.store.shelf import place_of
from bot.store.tables import (
    accounts,
    audit,
    coaches,
    consents,
    measures,
    memberships,
    notes,
    occurrences,
    persons,
    plans,
    shelf,
    silences,
    talks,
)
from bot.turns import risk
from bot.turns.frames import Frame
from bot.turns.work import Work

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MINUTES = 60


def export(work: Work) -> dict[str, Any]:
    """Everything held about this person, opened, as plain values."""
    return {
        **_who(work),
        "safety": risk.state(work).to_json() | {"in_words": risk.mark_in_words(work)},
        "check_in_answers": [
            {
                "at": row.at.isoformat(),
                "until": (row.at + ANSWERS_FOR).isoformat(),
                "name": json.loads(opened)[0],
                "value": json.loads(opened)[1],
            }
            for row, opened in _opened(work, measures, "measures")
        ],
        "own_lines": [
            {"at": row.at.isoformat(), "until": row.expires_at.isoformat(), "text": opened.decode("utf-8")}
            for row, opened in _opened(work, notes, "notes")
        ],
        "consents": _consents(work),
        "plans": _plans(work),
        "quiet_times": _rows(work, silences, "reason", "starts_at", "ends_at", by="starts_at"),
        "invitations": _rows(work, occurrences, "local_date", "due_at", "state", "reason", by="due_at"),
        "talks": _rows(work, talks, "flow", "state", "opened_at", "touched_at", by="opened_at"),
        "open_answers": [_open_talk(work.opened(frame)) for frame in work.frames],
        "messages_to_a_coach": _sent(work),
        "messages_to_me": _received(work),
        "who_did_what": _done(work),
        "shown_in_the_chat": _shown(work),
    }


def _who(work: Work) -> dict[str, Any]:
    return {
        "person": {
            "name": work.person.name,
            "time_zone": work.zone,
            "language": work.person.language,
            "nothing_is_sent_from": _time(work.person.quiet_from),
            "nothing_is_sent_until": _time(work.person.quiet_until),
        },
        "accounts": _rows(work, accounts, "platform", "tenant", "user", by="platform"),
        "roles": _rows(work, memberships, "program_id", "role", "stage", "starts", "ends", by="starts"),
        "as_a_coach": _rows(work, coaches, "program_id", "about", "hours", "full", by="program_id"),
    }


def _plans(work: Work) -> list[dict[str, Any]]:
    found = work.conn.execute(select(plans).where(plans.c.person_id == work.person_id).order_by(plans.c.kind))
    return [
        {"kind": row.kind, "day": _DAYS[row.weekday], "time": _time(row.minute), "every_weeks": row.every}
        for row in found
    ]


def _time(minute: int) -> str:
    """A minute of the day as a clock shows it."""
    return f"{minute // _MINUTES:02d}:{minute % _MINUTES:02d}"


def _consents(work: Work) -> list[dict[str, Any]]:
    """With whom each is for, and the id of the text that was agreed to."""
    columns = (consents.c.kind, persons.c.name, consents.c.given_at, consents.c.revoked_at, consents.c.shown)
    joined = select(*columns).outerjoin(persons, persons.c.id == consents.c.recipient_id)
    names = ("kind", "for", "given_at", "revoked_at", "text")
    found = work.conn.execute(
        joined.where(consents.c.person_id == work.person_id).order_by(consents.c.given_at, consents.c.id)
    )
    return [dict(zip(names, map(_plain, row), strict=True)) for row in found]


def _done(work: Work) -> list[dict[str, Any]]:
    """Each line of the audit with whoever did it, by name where it was a person."""
    columns = (audit.c.at, audit.c.act, func.coalesce(persons.c.name, audit.c.actor))
    joined = select(*columns).outerjoin(persons, persons.c.id == audit.c.actor)
    found = work.conn.execute(joined.where(audit.c.person_id == work.person_id).order_by(audit.c.id))
    return [{"at": _plain(at), "act": act, "by": by} for at, act, by in found]


def _shown(work: Work) -> list[Any]:
    """What an adapter keeps of what this person was shown, as it keeps it."""
    rows = work.conn.execute(select(shelf).where(shelf.c.subject == work.subject).order_by(shelf.c.at)).all()
    places = (place_of(row.platform, row.tenant, row.kind, row.item) for row in rows)
    bodies = (work.house.keys.open(work.subject, at, row.body) for row, at in zip(rows, places, strict=True))
    return [json.loads(body) for body in bodies]


def _open_talk(frame: Frame) -> dict[str, Any]:
    """A talk that is not over: what was answered so far, and words that are still kept, taken back or not."""
    answers = {entry.key: frame.words.get(entry.key, entry.value) for entry in frame.journal.entries}
    return {"talk": frame.flow.name, "answers": frame.words | answers}


def _received(work: Work) -> list[dict[str, Any]]:
    sent = alerts_of(work.conn, work.person_id, work.today)
    held = [one for one in sent if one.part(work.person_id) == "coach"]
    return [{"from": one.trainee_name, "state": one.state, "at": one.created_at.isoformat()} for one in held]


def _rows(work: Work, table: Any, *names: str, by: str) -> list[dict[str, Any]]:  # noqa: ANN401 - any table of the person's
    statement = select(*(table.c[name] for name in names)).where(table.c.person_id == work.person_id)
    found = work.conn.execute(statement.order_by(table.c[by]))
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
    for alert, body in texts_sent(work.conn, work.person_id, work.today):
        opened = keys.open(f"thread:{alert.thread_id}", f"threads/{alert.thread_id}/body", body)
        found.append({"to": alert.coach_name, "state": alert.state, "sent": json.loads(opened)["words"]})
    return found
