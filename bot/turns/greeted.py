"""Who was greeted lately: a claim that names nobody, kept as long as any, so that no second one comes."""

from sqlalchemy import select

from bot.store.draft import Upsert
from bot.store.tables import events
from bot.turns.work import Work


def mark(work: Work) -> str:
    """A keyed hash of the account that speaks."""
    account = work.seen.account
    return work.house.keys.mark(f"{account.platform}|{account.tenant}|{account.user}")


def is_greeted(work: Work) -> bool:
    """Whether the greeting, or the last word after everything was deleted, came lately."""
    same = [events.c[name] == value for name, value in _key(work).items()]
    return work.conn.execute(select(events.c.at).where(*same)).first() is not None


def greet(work: Work) -> None:
    """From now on, for a while, opening the page brings no greeting."""
    row = _key(work) | {"at": work.now, "reply": ""}
    work.write(Upsert(events, row, tuple(_key(work))))


def _key(work: Work) -> dict[str, str]:
    account = work.seen.account
    return {"platform": account.platform, "tenant": account.tenant, "event_id": f"hello:{mark(work)}"}
