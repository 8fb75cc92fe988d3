"""Whose key seals what an adapter keeps: the account's person once they have started, else the tenant."""

from collections.abc import Callable

from sqlalchemy import select

from bot.store.store import Store
from bot.store.tables import accounts, persons


def subject_of(store: Store, platform: str) -> Callable[[str, str, str], str]:
    """The subject of an item, by tenant, kind and id: an item named after a user id is that person's."""
    active = (
        select(persons.c.id)
        .join(accounts, accounts.c.person_id == persons.c.id)
        .where(accounts.c.platform == platform, persons.c.state == "active")
    )

    def find(tenant: str, kind: str, item: str) -> str:
        del kind
        mine = active.where(accounts.c.tenant == tenant, accounts.c.user == item)
        person = store.read(lambda conn: conn.execute(mine).scalar())
        return f"person:{person}" if person else f"tenant:{platform}:{tenant}"

    return find
