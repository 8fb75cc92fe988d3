"""Half-open ranges of days, as memberships, evaluations and assignments have them; many have no end."""

from typing import Any

from sqlalchemy import ColumnElement, FromClause, and_, or_

Day = Any  # a date, or what stands for one in a statement


def holds_on(table: FromClause, day: Day) -> ColumnElement[bool]:
    """Whether a row of this table holds on that day."""
    return and_(table.c.starts <= day, holds_from(table, day))


def holds_from(table: FromClause, day: Day) -> ColumnElement[bool]:
    """Whether it holds on that day or on one after it."""
    return or_(table.c.ends.is_(None), table.c.ends > day)
