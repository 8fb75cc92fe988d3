"""Typed roles, and which talk and word is for whom. Coordinators and evaluators get nothing of anybody's."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import Connection, Date, bindparam, select

from bot.people.ranges import holds_on
from bot.store.prepared import Prepared
from bot.store.tables import memberships

FORMER = "former"
"""Somebody who began once and has no role today: what is held about them stays theirs."""
EVERYONE = frozenset({"trainee", "coach", "peer", "facilitator"})
ANYBODY = EVERYONE | {"coordinator", "operator", "evaluator", FORMER}
_TRAINEE, _COACH = frozenset({"trainee"}), frozenset({"coach"})

TALK_ROLES: Mapping[str, frozenset[str]] = {
    "welcome": _TRAINEE,
    "check-in": _TRAINEE,
    "snooze": _TRAINEE,
    "settings": _TRAINEE,
    "human": _TRAINEE,
    "coach-alert": _COACH,
    "pause": EVERYONE,
    "forget": ANYBODY,
    "safety": ANYBODY,
}
"""Who may hold which talk. Safety is for whoever writes, and so is leaving."""

WORD_ROLES: Mapping[str, frozenset[str]] = {
    "settings": _TRAINEE,
    "why": _TRAINEE,
    "weeks": _TRAINEE | _COACH,
    "week": _TRAINEE | _COACH,
    "pause": EVERYONE,
    "resume": EVERYONE,
} | dict.fromkeys(
    (
        "stop",
        "skip",
        "back",
        "later",
        "help",
        "human",
        "crisis",
        "privacy",
        "export",
        "delete",
        "yes-nothing-else",
    ),
    ANYBODY,
)
"""Who may say which universal word. Lines to people, and what is held about oneself, are for anybody."""


def roles_of(conn: Connection, person_id: str, today: date) -> frozenset[str]:
    """The roles that hold today (half-open ranges); `former` where none does."""
    return frozenset(row.role for row in _HELD.all(conn, person=person_id, today=today)) or frozenset(
        {FORMER}
    )


_HELD = Prepared(
    select(memberships.c.role).where(
        memberships.c.person_id == bindparam("person"), holds_on(memberships, bindparam("today", type_=Date))
    )
)


def may_hold(roles: frozenset[str], talk: str) -> bool:
    """Whether somebody with these roles may hold that talk."""
    return bool(roles & TALK_ROLES.get(talk, frozenset()))


def is_for_all(word: str) -> bool:
    """Whether nobody's roles need to be looked at for that word."""
    return WORD_ROLES.get(word, frozenset()) >= ANYBODY


def may_say(roles: frozenset[str], word: str) -> bool:
    """Whether somebody with these roles may use that word."""
    return bool(roles & WORD_ROLES.get(word, frozenset()))
