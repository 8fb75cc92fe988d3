"""Who may not coach a trainee, nor read anything of theirs.

The view `barred` holds evaluations and the memberships as evaluator or coordinator. One that names a trainee
counts wherever it was entered; one for a whole program counts for all who are asked for, or enrolled, in it.
"""

from typing import Any

from sqlalchemy import ColumnElement, exists, or_, select

from bot.people.ranges import holds_from, holds_on
from bot.store.tables import barred, memberships

Column = Any  # a column, a bound value or a plain one
_enrolled = memberships.alias("enrolled")


def is_barred(
    person: Column, trainee: Column, program: Column, today: Column, *, later: bool = False
) -> ColumnElement[bool]:
    """Whether this person is barred from that trainee, asked for in this program, today (or `later` too)."""
    holds = holds_from if later else holds_on
    # The trainee may be a column of the outermost statement: two levels down it would name its table anew.
    enrolled = (
        select(_enrolled.c.program_id)
        .where(_enrolled.c.person_id == trainee, holds(_enrolled, today))
        .correlate_except(_enrolled)
    )
    everyone = (barred.c.trainee_id == "") & (
        (barred.c.program_id == program) | barred.c.program_id.in_(enrolled)
    )
    whom = (barred.c.trainee_id == trainee) | everyone
    return exists().where(barred.c.person_id == person, whom, holds(barred, today), _begins_before_its_end())


def _begins_before_its_end() -> ColumnElement[bool]:
    return or_(barred.c.ends.is_(None), barred.c.starts < barred.c.ends)
