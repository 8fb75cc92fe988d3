"""Bring a program's roster into the store. What is there stays as it is, but for the coaches' directory."""

import secrets
from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import Connection, Table, insert, select, update
from sqlalchemy.exc import IntegrityError

from bot.clock import Clock
from bot.errors import ProgramError
from bot.people.checked import keep_checked
from bot.program.program import CoachCard, Member, Program, Relation
from bot.store.forget import NOWHERE
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
    opened = {"name": program.name, "opened_at": clock.now()}
    _add(connection, programs, {"program_id": program.id}, opened)
    if program.evaluators_checked is not None:
        keep_checked(connection, program.id, program.evaluators_checked)
    ids = {member.key: _person(connection, program, member) for member in program.people}
    for member in program.people:
        _belong(connection, program, member, ids[member.key])
    _relate(connection, evaluations, "evaluator_id", program, program.evaluations, ids)
    for one in program.assignments:
        _assign(connection, program, one, ids)
    return ids


def _assign(connection: Connection, program: Program, one: Relation, ids: dict[str, str]) -> None:
    try:
        _relate(connection, assignments, "coach_id", program, (one,), ids)
    except IntegrityError as error:
        if _REFUSED not in str(error.orig):
            raise
        barred = f"the database has {one.by} as evaluator or coordinator of {one.trainee or 'everybody'}"
        mend = "and so not as coach: name another in [[assignments]]"
        raise ProgramError(f"{program.folder / 'program.toml'}: {barred}, {mend}.") from None


def _person(connection: Connection, program: Program, member: Member) -> str:
    account = {"platform": program.platform, "tenant": program.tenant, "user": member.key}
    found = connection.execute(_rows(accounts, account)).mappings().one_or_none()
    if found is not None:
        _place_again(connection, program, member, str(found["person_id"]))
        return str(found["person_id"])
    person_id = secrets.token_hex(_ID_BYTES)
    person = {
        "program_id": program.id,
        "state": "roster",
        "name": member.name,
        "zone": program.zone_of(member),
    }
    _add(connection, persons, {"id": person_id}, person | {"language": program.languages[0]})
    connection.execute(insert(accounts).values(**account, person_id=person_id))
    return person_id


def _place_again(connection: Connection, program: Program, member: Member, person_id: str) -> None:
    """Who was forgotten before the program was loaded gets its zone and language."""
    waits = (persons.c.id == person_id, persons.c.state == "roster", persons.c.zone == NOWHERE)
    values = {"zone": program.zone_of(member), "language": program.languages[0]}
    connection.execute(update(persons).where(*waits).values(**values))


def _belong(connection: Connection, program: Program, member: Member, person_id: str) -> None:
    key = {"program_id": program.id, "person_id": person_id}
    for role in member.roles:
        dated = key | {"role": role.value, "starts": member.starts}
        _add(connection, memberships, dated, {"stage": member.stage, "ends": member.ends})
    if member.coach is not None:
        _add(connection, coaches, key, _card(member.coach))
        same = [coaches.c[name] == value for name, value in key.items()]
        connection.execute(update(coaches).where(*same).values(**_card(member.coach)))


def _card(card: CoachCard) -> dict[str, object]:
    return {
        "about": card.about,
        "hours": card.hours,
        "weekdays": "".join(str(day.number) for day in card.weekdays),
        "opens": card.opens.hour * 60 + card.opens.minute,
        "closes": card.closes.hour * 60 + card.closes.minute,
    }


def _relate(
    connection: Connection,
    table: Table,
    by: str,
    program: Program,
    relations: Iterable[Relation],
    ids: dict[str, str],
) -> None:
    for one in relations:
        key: dict[str, str | date] = {
            "program_id": program.id,
            by: ids[one.by],
            "trainee_id": ids[one.trainee] if one.trainee else "",
            "starts": one.starts,
        }
        _add(connection, table, key, {"ends": one.ends})


def _add(connection: Connection, table: Table, key: dict[str, Any], rest: dict[str, Any]) -> None:
    """Looked for first: an insert that would be passed over still meets the triggers."""
    if connection.execute(_rows(table, key)).first() is None:
        connection.execute(insert(table).values(**key, **rest))


def _rows(table: Table, key: dict[str, Any]) -> Any:  # noqa: ANN401 - a select of whatever the table holds
    return select(table).where(*(table.c[name] == value for name, value in key.items()))
