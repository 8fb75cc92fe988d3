"""Holds of a program or a cohort: nothing that the companion starts is sent while one stands."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, insert, or_, select, update

from bot.store.store import Store
from bot.store.tables import audit, holds, memberships, programs


@dataclass(frozen=True, kw_only=True)
class Hold:
    """A hold that stands. `stage` empty: the whole program. `since` is domain time."""

    program_id: str
    stage: str
    by: str
    since: datetime


def place_hold(store: Store, *, program_id: str, stage: str, by: str, now: datetime) -> None:
    """Hold from now on, until lifted. A hold that stands already stays the one."""

    def job(conn: Connection) -> None:
        if conn.execute(select(holds).where(_stands(now), *_same(program_id, stage))).first() is None:
            row = {"program_id": program_id, "stage": stage, "placed_by": by, "starts_at": now}
            conn.execute(insert(holds).values(row))
            _audited(conn, act="hold.place", program_id=program_id, stage=stage, by=by, now=now)

    store.write(job)


def is_known(store: Store, *, program_id: str) -> bool:
    """Whether the database has the program: a first start, or its roster, brings it in."""
    found = select(programs.c.program_id).where(programs.c.program_id == program_id)
    return store.read(lambda conn: conn.scalar(found)) is not None


def stages(store: Store, *, program_id: str) -> tuple[str, ...]:
    """Every cohort that a hold of this program can name, in order."""
    found = select(memberships.c.stage).where(memberships.c.program_id == program_id).distinct()
    named = store.read(lambda conn: conn.execute(found).scalars().all())
    return tuple(sorted(filter(None, named)))


def lift_holds(store: Store, *, program_id: str, stage: str, by: str, now: datetime) -> int:
    """End what holds exactly this program or cohort; returns how many did."""

    def job(conn: Connection) -> int:
        found = update(holds).where(_stands(now), *_same(program_id, stage))
        number = conn.execute(found.values(ends_at=now)).rowcount
        if number:
            _audited(conn, act="hold.lift", program_id=program_id, stage=stage, by=by, now=now)
        return number

    return store.write(job)


def standing_holds(store: Store, *, now: datetime) -> tuple[Hold, ...]:
    """Every hold that stands now."""
    found = store.read(lambda conn: conn.execute(select(holds).where(_stands(now))).all())
    return tuple(
        Hold(program_id=row.program_id, stage=row.stage, by=row.placed_by, since=row.starts_at)
        for row in found
    )


def _stands(now: datetime) -> ColumnElement[bool]:
    return and_(holds.c.starts_at <= now, or_(holds.c.ends_at.is_(None), holds.c.ends_at > now))


def _same(program_id: str, stage: str) -> tuple[ColumnElement[bool], ...]:
    return holds.c.program_id == program_id, holds.c.stage == stage


def _audited(conn: Connection, *, act: str, program_id: str, stage: str, by: str, now: datetime) -> None:
    detail = {"program": program_id, "stage": stage}
    conn.execute(insert(audit).values(at=now, actor=by, person_id="", act=act, detail=detail))
