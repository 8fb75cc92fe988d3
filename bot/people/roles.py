"""Typed roles, and which talk is for whom. Coordinators and evaluators have none of them."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import Connection, or_, select

from bot.store.tables import memberships

EVERYONE = frozenset({"trainee", "coach", "peer", "facilitator"})
TALK_ROLES: Mapping[str, frozenset[str]] = {
    "welcome": frozenset({"trainee"}),
    "check-in": frozenset({"trainee"}),
    "snooze": frozenset({"trainee"}),
    "settings": frozenset({"trainee"}),
    "human": frozenset({"trainee"}),
    "coach-alert": frozenset({"coach"}),
    "pause": EVERYONE,
    "forget": EVERYONE,
    "safety": EVERYONE | {"coordinator", "operator", "evaluator"},
}
"""Who may hold which talk. Safety is for whoever writes."""


def roles_of(conn: Connection, person_id: str, today: date) -> frozenset[str]:
    """The roles that hold today (half-open ranges)."""
    statement = select(memberships.c.role).where(
        memberships.c.person_id == person_id,
        memberships.c.starts <= today,
        or_(memberships.c.ends.is_(None), memberships.c.ends > today),
    )
    return frozenset(conn.execute(statement).scalars())


def may_hold(roles: frozenset[str], talk: str) -> bool:
    """Whether somebody with these roles may hold that talk."""
    return bool(roles & TALK_ROLES.get(talk, frozenset()))
