"""Bring a program's roster into the store. What is there stays as it is, but for the coaches' directory.

A roster may have a hundred thousand people: what is there is read, and what is missing written, in sets.
"""

import secrets
from collections.abc import Iterable, Mapping
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Table, bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from bot.clock import Clock
from bot.errors import ProgramError
from bot.people.checked import keep_checked
from bot.program.program import CoachCard, Member, Program, Relation
from bot.store.apply import apply
from bot.store.draft import Upsert
from bot.store.forget import NOWHERE
from bot.store.many import add_rows, among
from bot.store.store import Store
from bot.store.tables import (
    accounts,
    assignments,
    coaches,
    evaluations,
    memberships,
    persons,
    programs,
)

_ID_BYTES = 12
_REFUSED = "coach evaluates this trainee"  # what the triggers of both databases say
_MANY = 1000
"""From so many new rows on PostgreSQL is told to count them: until it does so by itself, a minute later, it
plans for a table as it was before."""

Ids = Mapping[str, str]
"""Person ids by the keys of members."""
Row = dict[str, Any]


def seed(store: Store, program: Program, clock: Clock) -> dict[str, str]:
    """Add what is missing of the program; returns the person id of each member's key.

    Members are persons on the roster: before they press Start they have no data key, and nothing is sent.
    Raises ProgramError where the store refuses a coach.
    """

    def job(connection: Connection) -> dict[str, str]:
        return seeded(connection, program, clock)

    try:
        return store.write(job)
    except IntegrityError:
        return store.write(job)  # another server added the same meanwhile


def seeded(connection: Connection, program: Program, clock: Clock) -> dict[str, str]:
    """The same within a transaction of the caller's."""
    mine = {"program": program.id}
    if connection.scalar(_PROGRAM, mine) is None:
        opened = {"program_id": program.id, "name": program.name, "opened_at": clock.now()}
        connection.execute(insert(programs).values(opened))
    if program.evaluators_checked is not None:
        keep_checked(connection, program.id, program.evaluators_checked)
    users = [member.key for member in program.people]
    place = {"platform": program.platform, "tenant": program.tenant}
    there = {row.user: row.person_id for row in connection.execute(_ACCOUNTS, {**place, "users": users})}
    ids = {key: there.get(key) or secrets.token_hex(_ID_BYTES) for key in users}
    new = [member for member in program.people if member.key not in there]
    added = (_person(program, member, ids[member.key]) for member in new)
    add_rows(connection, persons, sorted(added, key=itemgetter("id")))  # in the order in which they are kept
    add_rows(connection, accounts, [{**place, "user": one.key, "person_id": ids[one.key]} for one in new])
    _place_again(connection, program, there)
    _belong(connection, program, ids, there)
    _evaluate(connection, program, ids)
    _assign(connection, program, ids)
    if len(new) >= _MANY and connection.dialect.name == "postgresql":
        connection.exec_driver_sql("ANALYZE persons, accounts, memberships, assignments")
    return ids


def _person(program: Program, member: Member, person_id: str) -> Row:
    return {
        "id": person_id,
        "program_id": program.id,
        "state": "roster",
        "name": member.name,
        "zone": program.zone_of(member),
        "language": program.languages[0],
    }


def _place_again(connection: Connection, program: Program, there: Ids) -> None:
    """Who was forgotten before the program was loaded gets its zone and language."""
    if not there:
        return
    lost = connection.execute(_LOST, {"people": list(there.values())}).all()
    members = {there[member.key]: member for member in program.people if member.key in there}
    for row in lost:
        values = {"zone": program.zone_of(members[row.id]), "language": program.languages[0]}
        if values != {"zone": NOWHERE, "language": row.language}:
            connection.execute(update(persons).where(persons.c.id == row.id).values(values))


def _belong(connection: Connection, program: Program, ids: Ids, there: Ids) -> None:
    rows = [
        {
            "program_id": program.id,
            "person_id": ids[member.key],
            "role": role.value,
            "stage": member.stage,
            "starts": member.starts,
            "ends": member.ends,
        }
        for member in program.people
        for role in member.roles
    ]
    mine = {"program": program.id, "people": list(there.values())}
    held = connection.execute(_MEMBERSHIPS, mine).all() if there else ()
    missing = _missing(rows, ("person_id", "role", "starts"), held)
    add_rows(connection, memberships, sorted(missing, key=itemgetter("person_id")))
    key = ("program_id", "person_id")
    for member in program.people:
        if member.coach is not None:
            row = {"program_id": program.id, "person_id": ids[member.key], **_card(member.coach)}
            apply(connection, Upsert(coaches, row, key))


def _card(card: CoachCard) -> Row:
    return {
        "about": card.about,
        "hours": card.hours,
        "weekdays": "".join(str(day.number) for day in card.weekdays),
        "opens": card.opens.hour * 60 + card.opens.minute,
        "closes": card.closes.hour * 60 + card.closes.minute,
    }


def _evaluate(connection: Connection, program: Program, ids: Ids) -> None:
    rows = _relations(connection, evaluations, "evaluator_id", program.evaluations, program, ids)
    add_rows(connection, evaluations, rows)


def _assign(connection: Connection, program: Program, ids: Ids) -> None:
    rows = _relations(connection, assignments, "coach_id", program.assignments, program, ids)
    rows.sort(key=itemgetter("coach_id", "trainee_id"))
    if _is_refused(connection, rows):
        keys = {person: key for key, person in ids.items()}
        row = next((row for row in rows if _is_refused(connection, [row])), rows[0])
        by, trainee = keys[row["coach_id"]], keys.get(row["trainee_id"]) or "everybody"
        barred = f"the database has {by} as evaluator or coordinator of {trainee}"
        mend = "and so not as coach: name another in [[assignments]]"
        raise ProgramError(f"{program.folder / 'program.toml'}: {barred}, {mend}.")


def _is_refused(connection: Connection, rows: list[Row]) -> bool:
    """Whether the store takes none of these assignments: one of them is barred. Raises IntegrityError."""
    try:
        with connection.begin_nested():
            add_rows(connection, assignments, rows)
    except IntegrityError as error:
        if _REFUSED not in str(error.orig):
            raise
        return True
    return False


def _relations(
    connection: Connection, table: Table, by: str, relations: Iterable[Relation], program: Program, ids: Ids
) -> list[Row]:
    """Those of the relations that the table does not have, as its rows."""
    rows = [
        {
            "program_id": program.id,
            by: ids[one.by],
            "trainee_id": ids[one.trainee] if one.trainee else "",
            "starts": one.starts,
            "ends": one.ends,
        }
        for one in relations
    ]
    key = (by, "trainee_id", "starts")
    there = select(*(table.c[name] for name in key)).where(table.c.program_id == program.id)
    return _missing(rows, key, connection.execute(there).all()) if rows else []


def _missing(rows: Iterable[Row], key: tuple[str, ...], there: Iterable[Any]) -> list[Row]:
    """Looked for first: an insert that would be passed over still meets the triggers."""
    held = set(map(tuple, there))
    named: dict[tuple[Any, ...], Row] = {}
    for row in rows:
        named.setdefault(tuple(row[name] for name in key), row)
    return [row for name, row in named.items() if name not in held]


_PROGRAM = select(programs.c.program_id).where(programs.c.program_id == bindparam("program"))
_ACCOUNTS = select(accounts.c.user, accounts.c.person_id).where(
    accounts.c.platform == bindparam("platform"),
    accounts.c.tenant == bindparam("tenant"),
    among(accounts.c.user, "users"),
)
_LOST = select(persons.c.id, persons.c.language).where(
    among(persons.c.id, "people"), persons.c.state == "roster", persons.c.zone == NOWHERE
)
_MEMBERSHIPS = select(memberships.c.person_id, memberships.c.role, memberships.c.starts).where(
    memberships.c.program_id == bindparam("program"), among(memberships.c.person_id, "people")
)
