"""Consents: an object per kind and recipient, off by default, revocable in one tap."""

from sqlalchemy import bindparam, literal_column, select

from bot.ids import new_id
from bot.store.draft import Insert, Update
from bot.store.prepared import Prepared
from bot.store.tables import audit, consents, persons
from bot.turns.work import Work


def declined(work: Work, kind: str) -> bool:
    """Whether this was asked, in this turn too, and no consent stands."""
    act = f"asked-{kind}"
    now = any(isinstance(one, Insert) and one.table is audit and one.row["act"] == act for one in work.writes)
    return not has_consent(work, kind) and (now or was_asked(work, kind))


def has_consent(work: Work, kind: str, recipient: str = "") -> bool:
    """Whether a consent of this kind for this recipient stands, earlier or given in this turn."""
    for write in reversed(work.writes):
        if isinstance(write, Insert) and write.table is consents and _matches(write.row, kind, recipient):
            return True
        if isinstance(write, Update) and write.table is consents and _matches(write.where, kind, recipient):
            return False
    found = _STANDING.first(work.conn, person=work.person.id, kind=kind, recipient=recipient)
    return found is not None


def _matches(row: object, kind: str, recipient: str) -> bool:
    return isinstance(row, dict) and row["kind"] == kind and row["recipient_id"] == recipient


_STANDING = Prepared(
    select(consents.c.id).where(
        consents.c.person_id == bindparam("person"),
        consents.c.kind == bindparam("kind"),
        consents.c.recipient_id == bindparam("recipient"),
        consents.c.revoked_at.is_(None),
    )
)


def give(work: Work, kind: str, recipient: str, shown: str) -> None:
    """Record a consent; one that stands is left as it is."""
    if has_consent(work, kind, recipient):
        return
    row = {
        "id": new_id(),
        "person_id": work.person.id,
        "kind": kind,
        "recipient_id": recipient,
        "given_at": work.now,
        "shown": shown,
    }
    work.write(Insert(consents, row))
    work.audit("consent-given", work.person.id, kind=kind, recipient=recipient)


def revoke(work: Work, kind: str, recipient: str) -> None:
    """Take a consent back from now on; what was given under it is frozen."""
    where = {"person_id": work.person.id, "kind": kind, "recipient_id": recipient, "revoked_at": None}
    work.write(Update(consents, where, {"revoked_at": work.now}))
    work.audit("consent-revoked", work.person.id, kind=kind, recipient=recipient)


def standing(work: Work) -> tuple[tuple[str, str, str], ...]:
    """Consents that this turn leaves standing: kind, recipient and the recipient's name."""
    rows = work.conn.execute(
        select(consents.c.kind, consents.c.recipient_id, persons.c.name)
        .outerjoin(persons, persons.c.id == consents.c.recipient_id)
        .where(consents.c.person_id == work.person_id, consents.c.revoked_at.is_(None))
    )
    return tuple((kind, to, name or "") for kind, to, name in rows if has_consent(work, kind, to))


def recipients(work: Work, kind: str) -> frozenset[str]:
    """For whom a consent of this kind stands."""
    statement = select(consents.c.recipient_id).where(
        consents.c.person_id == work.person.id, consents.c.kind == kind, consents.c.revoked_at.is_(None)
    )
    return frozenset(work.conn.execute(statement).scalars())


def was_asked(work: Work, kind: str) -> bool:
    """Whether this question was answered before, with yes or with no."""
    return _ACTS.first(work.conn, person=work.person.id, act=f"asked-{kind}") is not None


_ACTS = Prepared(
    select(audit.c.id)
    .where(audit.c.person_id == bindparam("person"), audit.c.act == bindparam("act"))
    .limit(literal_column("1"))
)
