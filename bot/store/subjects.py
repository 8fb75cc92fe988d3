"""Whose key seals what an adapter keeps: the account's person once they have started, else the tenant."""

from sqlalchemy import Connection, bindparam, select

from bot.store.prepared import Prepared
from bot.store.shelf import SubjectOf
from bot.store.tables import accounts, persons

_ACTIVE = Prepared(
    select(persons.c.id)
    .join(accounts, accounts.c.person_id == persons.c.id)
    .where(*(accounts.c[name] == bindparam(name) for name in ("platform", "tenant", "user")))
    .where(persons.c.state == "active")
)


def subject_of(platform: str) -> SubjectOf:
    """The subject of an item, by tenant, kind and id: an item named after a user id is that person's."""

    def find(conn: Connection, tenant: str, kind: str, item: str) -> str:
        del kind
        person = _ACTIVE.first(conn, platform=platform, tenant=tenant, user=item)
        return f"person:{person.id}" if person else f"tenant:{platform}:{tenant}"

    return find
