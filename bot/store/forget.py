"""Taking a person's rows away. Threads stay without their words, so that whoever got them hears of it."""

from typing import Any

from sqlalchemy import Connection, select

from bot.store.draft import Delete, Insert, Update, Write
from bot.store.tables import (
    accounts,
    alerts,
    assignments,
    audit,
    coaches,
    consents,
    evaluations,
    inbox,
    measures,
    memberships,
    messages,
    notes,
    occurrences,
    outbox,
    participants,
    persons,
    plans,
    shelf,
    silences,
    talks,
    threads,
)
from bot.store.talk_tables import ENDED

_OWNED = (outbox, inbox, occurrences, plans, silences, measures, notes, consents, audit, talks)
NOWHERE = "UTC"
"""The zone of somebody forgotten, until the program says its own."""
_UNCHOSEN = {"quiet_from": 21 * 60, "quiet_until": 7 * 60, "check_ins": 0}
"""As the table has them for somebody new."""
_ROSTER = (
    (memberships, "person_id"),
    (evaluations, "evaluator_id"),
    (evaluations, "trainee_id"),
    (assignments, "coach_id"),
    (assignments, "trainee_id"),
    (coaches, "person_id"),
    (accounts, "person_id"),
)


def wipe_writes(
    conn: Connection, person_id: str, again: str, *, zone: str = NOWHERE, language: str = "en"
) -> tuple[Write, ...]:
    """Every write that forgets a person. The roster goes on under a new id, `again`, without a past.

    `zone` and `language` are the program's, in the place of what the person chose. A program that is not
    loaded yet brings them in with its roster.
    """
    row = conn.execute(select(persons).where(persons.c.id == person_id)).mappings().one()
    anew = {"zone": zone, "language": language}
    kept = {"program_id": row["program_id"], "name": row["name"], "state": "roster"} | anew
    who = conn.execute(select(accounts).where(accounts.c.person_id == person_id)).mappings().all()
    account = ("platform", "tenant", "user")
    return (
        Insert(persons, {"id": again, **kept}),
        *(Delete(table, {"person_id": person_id}) for table in _OWNED),
        *(Delete(messages, {name: one[name] for name in account}) for one in who),
        Delete(shelf, {"subject": f"person:{person_id}"}),
        *_taken_back(conn, person_id),
        *(Update(table, {column: person_id}, {column: again}) for table, column in _ROSTER),
        Update(participants, {"person_id": person_id}, {"left_at": row["enrolled_at"]}),
        Update(
            persons,
            {"id": person_id},
            {
                "state": "forgotten",
                "name": "",
                "risk": None,
                "enrolled_at": None,
                "preferred_account": None,
                **anew,
                **_UNCHOSEN,
                "version": persons.c.version + 1,  # a turn that has read the person already changes nothing
            },
        ),
    )


def _taken_back(conn: Connection, person_id: str) -> tuple[Write, ...]:
    """What was sent closes: its words go, and a coach who still had it hears that it was withdrawn."""
    sent = select(threads.c.id, threads.c.state, threads.c.moved_at, alerts.c.coach_id).join(
        alerts, alerts.c.thread_id == threads.c.id
    )
    found = conn.execute(sent.where(alerts.c.trainee_id == person_id)).all()
    open_still = [row for row in found if row.state not in ENDED]
    return (
        *(Update(threads, {"id": row.id}, {"state": "withdrawn", "body": None}) for row in found),
        *(Update(alerts, {"thread_id": row.id}, {"due_at": None}) for row in found),
        *(Insert(inbox, _told(row), ignore=True) for row in open_still),
        *(
            Update(persons, {"id": coach}, {"version": persons.c.version + 1})
            for coach in sorted({row.coach_id for row in open_still} - {person_id})
        ),
    )


def _told(row: Any) -> dict[str, object]:  # noqa: ANN401 - a row of the statement above
    act = {"id": f"{row.id}:withdrawn:forgotten", "kind": "alert.withdrawn"}
    return act | {"person_id": row.coach_id, "thread_id": row.id, "created_at": row.moved_at}
