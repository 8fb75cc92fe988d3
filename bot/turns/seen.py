"""What a turn reads: one statement gives the account, its person, the live talks and an earlier claim."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, and_, bindparam, literal, select

from adapters.port import Account
from bot.store.prepared import Prepared
from bot.store.tables import accounts, events, persons, talks

LIVE = ("open", "waiting", "parked")


@dataclass(frozen=True)
class Person:
    """The plain columns of somebody's row."""

    id: str
    program_id: str
    version: int
    state: str
    name: str
    zone: str
    language: str
    quiet_from: int
    quiet_until: int
    preferred_account: int | None
    check_ins: int
    risk: bytes | None


@dataclass(frozen=True)
class Claimed:
    """The Reply of an event that was taken before; `told` is the sealed talk, key and text ids."""

    reply: str
    told: bytes | None


@dataclass(frozen=True)
class Seen:
    """Everything that a plain answer needs."""

    account_id: int | None
    account: Account
    reachable: bool
    person: Person | None
    talks: tuple[Row[Any], ...]
    claimed: Claimed | None


_ONE = select(literal(1).label("one")).subquery()
_PERSON = tuple(persons.c[name].label(f"p_{name}") for name in Person.__dataclass_fields__)
_CLAIM = tuple(events.c[name].label(f"e_{name}") for name in Claimed.__dataclass_fields__)


def _statement(who: Any) -> Any:  # noqa: ANN401 - SQLAlchemy's own types
    claim = and_(
        events.c.platform == bindparam("e_platform"),
        events.c.tenant == bindparam("e_tenant"),
        events.c.event_id == bindparam("e_event"),
    )
    live = and_(talks.c.person_id == persons.c.id, talks.c.state.in_([literal(state) for state in LIVE]))
    return select(
        *_CLAIM,
        *_PERSON,
        accounts.c.id.label("a_id"),
        accounts.c.platform.label("a_platform"),
        accounts.c.tenant.label("a_tenant"),
        accounts.c.user.label("a_user"),
        accounts.c.reachable.label("a_reachable"),
        *talks.c,
    ).select_from(
        _ONE.outerjoin(accounts, who)
        .outerjoin(persons, persons.c.id == accounts.c.person_id)
        .outerjoin(talks, live)
        .outerjoin(events, claim)
    )


_BY_ACCOUNT = Prepared(
    _statement(
        and_(
            accounts.c.platform == bindparam("platform"),
            accounts.c.tenant == bindparam("tenant"),
            accounts.c.user == bindparam("user"),
        )
    )
)


def see(conn: Connection, account: Account, event_id: str) -> Seen:
    """Read by the account that spoke."""
    rows = _BY_ACCOUNT.all(
        conn,
        platform=account.platform,
        tenant=account.tenant,
        user=account.user,
        e_platform=account.platform,
        e_tenant=account.tenant,
        e_event=event_id,
    )
    return _seen(rows, account)


def see_person(
    conn: Connection, person_id: str, event_id: str, *, talk: str = "", thread: str = ""
) -> Seen | None:
    """Read for another's move: on the account where its talk last moved, else the preferred one.

    `talk` is the talk that the move is for, or `thread` what it is part of. An account that cannot be reached
    is taken only where no other can.
    """
    columns = (accounts.c.id, accounts.c.platform, accounts.c.tenant, accounts.c.user, accounts.c.reachable)
    rows = conn.execute(select(*columns).where(accounts.c.person_id == person_id)).all()
    if not rows:
        return None
    found = {row.id: row for row in rows if row.reachable} or {row.id: row for row in rows}
    preferred = select(persons.c.preferred_account).where(persons.c.id == person_id)
    for choice in (_of_talk(conn, person_id, talk, thread), conn.execute(preferred).scalar(), min(found)):
        if choice in found:
            row = found[choice]
            account = Account(row.platform, row.tenant, row.user)
            return see(conn, account, event_id)
    return None


def _of_talk(conn: Connection, person_id: str, talk: str, thread: str) -> int | None:
    """The account where this very talk was last held."""
    if not talk and not thread:
        return None
    its = talks.c.id == talk if talk else talks.c.thread_id == thread
    held = select(talks.c.account_id).where(talks.c.person_id == person_id, its)
    account: int | None = conn.execute(held.order_by(talks.c.touched_at.desc()).limit(1)).scalar()
    return account


def _seen(rows: Any, account: Account) -> Seen:  # noqa: ANN401 - rows of the statement above
    first = rows[0]
    person = None
    if first.p_id is not None:
        person = Person(**{name: getattr(first, f"p_{name}") for name in Person.__dataclass_fields__})
    claimed = None
    if first.e_reply is not None:
        claimed = Claimed(**{name: getattr(first, f"e_{name}") for name in Claimed.__dataclass_fields__})
    live = tuple(sorted((row for row in rows if row.id is not None), key=lambda row: int(row.rank)))
    return Seen(first.a_id, account, bool(first.a_reachable), person, live, claimed)


def local_now(person: Person, now: datetime) -> datetime:
    """The person's wall clock."""
    return now.astimezone(ZoneInfo(person.zone))
