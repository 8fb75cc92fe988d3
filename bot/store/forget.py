"""Taking a person's rows away. A row without a name is left, so that what was sent keeps its thread."""

from sqlalchemy import Connection, select

from bot.store.draft import Delete, Insert, Update, Write
from bot.store.tables import (
    accounts,
    assignments,
    audit,
    coaches,
    consents,
    evaluations,
    events,
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
)

_OWNED = (outbox, inbox, occurrences, plans, silences, measures, notes, consents, audit, talks)
_ROSTER = (
    (memberships, "person_id"),
    (evaluations, "evaluator_id"),
    (evaluations, "trainee_id"),
    (assignments, "coach_id"),
    (assignments, "trainee_id"),
    (coaches, "person_id"),
    (accounts, "person_id"),
)


def wipe_writes(conn: Connection, person_id: str, again: str) -> tuple[Write, ...]:
    """Every write that forgets a person. The roster goes on under a new id, `again`, without a past."""
    row = conn.execute(select(persons).where(persons.c.id == person_id)).mappings().one()
    kept = {"program_id": row["program_id"], "name": row["name"], "zone": row["zone"], "state": "roster"}
    who = conn.execute(select(accounts).where(accounts.c.person_id == person_id)).mappings().all()
    account = ("platform", "tenant", "user")
    return (
        Insert(persons, {"id": again, **kept}),
        *(Delete(table, {"person_id": person_id}) for table in _OWNED),
        *(Delete(messages, {name: one[name] for name in account}) for one in who),
        Delete(shelf, {"subject": f"person:{person_id}"}),
        Update(events, {"person_id": person_id}, {"person_id": "", "talk_id": "", "texts": ""}),
        *(Update(table, {column: person_id}, {column: again}) for table, column in _ROSTER),
        Update(participants, {"person_id": person_id}, {"left_at": row["enrolled_at"]}),
        Update(
            persons,
            {"id": person_id},
            {"state": "forgotten", "name": "", "risk": None, "enrolled_at": None, "preferred_account": None},
        ),
    )
