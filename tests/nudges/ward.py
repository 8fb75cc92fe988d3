"""A program with residents who get check-ins, on a real store."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, Table, select

from bot.nudges.plans import answered_writes, change_plan_writes, opened_writes
from bot.nudges.silences import end_silences_writes, silence_writes
from bot.nudges.snooze import back_at, snooze_writes
from bot.nudges.sweep import Sweep
from bot.nudges.windows import Quiet
from bot.store.draft import Draft, Insert, Write
from bot.store.store import Store
from bot.store.tables import accounts, memberships, occurrences, outbox, persons, plans, programs

LONDON = "Europe/London"
SUNDAY = datetime(2026, 11, 8, 18, 0, tzinfo=UTC)  # the first Sunday after the fixed clock, 18:00 in London


@dataclass(frozen=True)
class Ward:
    """A store with a program in it, and the words that tests use for what happens there."""

    store: Store

    def open(self) -> "Ward":
        self.put(Insert(programs, {"program_id": "demo", "name": "Demo", "opened_at": SUNDAY}))
        return self

    def put(self, *writes: Write) -> None:
        self.store.play(lambda _: Draft(None, writes)).result()

    def enrol(self, name: str, now: datetime, *, zone: str = LONDON, stage: str = "", **change: str) -> None:
        """A resident with an account and a weekly plan."""
        row = {"id": name, "program_id": "demo", "state": "active", "name": name, "zone": zone}
        account = {"platform": "web", "tenant": "demo", "user": name, "person_id": name}
        member = {"program_id": "demo", "person_id": name, "role": "trainee", "stage": stage}
        self.put(Insert(persons, row))
        self.put(Insert(accounts, account))
        self.put(Insert(memberships, member | {"starts": date(2026, 7, 1)}))
        mine = accounts.c.person_id == name

        def prefer(conn: Connection) -> None:
            found = conn.execute(select(accounts.c.id).where(mine)).scalar_one()
            conn.execute(persons.update().where(persons.c.id == name).values(preferred_account=found))

        self.store.write(prefer)
        self.change(name, now, zone=zone, **change)

    def change(self, name: str, now: datetime, *, zone: str = LONDON, **change: str) -> None:
        """Settings: weekday, time, check_in_every."""
        self.store.play(lambda conn: Draft(None, change_plan_writes(conn, name, zone, now, change))).result()

    def change_twice(self, name: str, now: datetime, *changes: dict[str, str]) -> None:
        """Several changes in one turn."""

        def job(conn: Connection) -> Draft[None]:
            writes: tuple[Write, ...] = ()
            for change in changes:
                writes += change_plan_writes(conn, name, LONDON, now, change, writes)
            return Draft(None, writes)

        self.store.play(job).result()

    def change_and_answer(self, name: str, now: datetime, **change: str) -> None:
        """The last answer of a check-in changes the plan, and ends the talk."""
        talk = self.talk(name)

        def job(conn: Connection) -> Draft[None]:
            first = change_plan_writes(conn, name, LONDON, now, change)
            return Draft(None, (*first, *answered_writes(conn, name, talk, LONDON, now, first)))

        self.store.play(job).result()

    def silence(self, name: str, reason: str, starts: datetime, ends: datetime) -> None:
        self.put(*silence_writes(name, reason, starts, ends))

    def hear(self, name: str, now: datetime) -> None:
        """`resume`: nudges may come again."""
        self.store.play(lambda conn: Draft(None, end_silences_writes(conn, name, now))).result()

    def press(self, name: str, talk: str, now: datetime) -> None:
        self.store.play(lambda conn: Draft(None, opened_writes(conn, name, talk, LONDON, now))).result()

    def answer(self, name: str, talk: str, now: datetime) -> None:
        self.store.play(lambda conn: Draft(None, answered_writes(conn, name, talk, LONDON, now))).result()

    def snooze(self, name: str, until: datetime, now: datetime, talk: str = "") -> None:
        back = back_at(until, Quiet(), LONDON)
        self.store.play(lambda conn: Draft(None, snooze_writes(conn, name, talk, back, LONDON, now))).result()

    def sweep(self, now: datetime, *, zone: str = "UTC") -> int:
        """In a program with the dates of `zone`."""
        return Sweep(self.store, zone=zone).run(now)

    def rows(self, table: Table, **where: object) -> list[Mapping[str, Any]]:
        """Rows with these values; of the outbox, what is said, and not surfaces that are drawn anew."""
        query = select(table).where(*(table.c[name] == value for name, value in where.items()))
        if table is outbox and "operation" not in where:
            query = query.where(outbox.c.operation != "publish")
        if table.autoincrement_column is not None:
            query = query.order_by(table.autoincrement_column)
        return self.store.read(lambda conn: [dict(row) for row in conn.execute(query).mappings()])

    def sent(self, name: str = "") -> list[tuple[str, str]]:
        """Every message in the outbox, as (who, text id), in order."""
        rows = self.rows(outbox, **({"user": name} if name else {}))
        return [(row["user"], row["text_id"]) for row in sorted(rows, key=lambda row: row["id"])]

    def days(self, name: str, **where: object) -> list[tuple[str, int, str, str]]:
        """Every occurrence of somebody, as (due, slot, state, reason), by date and slot."""
        rows = self.rows(occurrences, person_id=name, **where)
        rows.sort(key=lambda row: (row["local_date"], row["slot"]))
        return [(f"{row['due_at']:%d %H:%M}", row["slot"], row["state"], row["reason"]) for row in rows]

    def talk(self, name: str) -> str:
        """The talk that the last invitation reserved."""
        rows = self.rows(occurrences, person_id=name, state="invited")
        found: str = max(rows, key=lambda row: row["due_at"])["talk_id"]
        return found

    def talk_answered(self, name: str) -> str:
        """The talk that was opened last."""
        rows = self.rows(occurrences, person_id=name, state="opened")
        found: str = max(rows, key=lambda row: row["due_at"])["talk_id"]
        return found

    def unanswered(self, name: str) -> int:
        number: int = self.rows(plans, person_id=name)[0]["unanswered"]
        return number
