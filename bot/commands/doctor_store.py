"""What `companion doctor` reads in the database and the key store, beside servers. Nothing is changed.

Ages and counts by class alone: no content, no names, no ids.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import cached_property

from sqlalchemy import Connection, func, select

from bot.backlog import Backlog, backlog
from bot.clock import Clock
from bot.commands.broken import refuse_broken
from bot.commands.checking import Finding, Look, Looking, Warned
from bot.commands.doctor_here import Here, State
from bot.commands.doctor_machine import refuse_full
from bot.commands.terminal import counted
from bot.errors import OperatorError, StoreUnavailable
from bot.nudges.walk import load_offset
from bot.program.holds import standing_holds
from bot.settings import Settings
from bot.store.engines import sqlite_path
from bot.store.glance import Glance, glance, taken_back
from bot.store.presence import GONE, heard
from bot.store.schema import current_of, revisions
from bot.store.tables import meta
from bot.web.readiness import LATE, OLDEST_DUE, last_swept

OLDEST_POSTGRES = 14
APART, TOO_FAR_APART = timedelta(seconds=2), timedelta(seconds=60)
"""Clocks. From a minute on platforms may refuse what we sign, and servers that ended without a word are taken
for living, or living ones for gone."""
_SEE = "See: companion outbox list"


LINES = (
    *("integrity", "writing", "clock", "servers", "last sweep"),
    *("outbox", "dead letters", "pauses", "inbox", "holds"),
)
"""Each is a look of that name."""


class Looks:
    """All looks into one database that is there and of this version's revision."""

    def __init__(self, store: Glance, here: Here, *, is_file: bool) -> None:
        self._store, self._here, self._is_file = store, here, is_file
        self._clock = Clock(ahead=load_offset(store))

    def all(self) -> Mapping[str, Look]:
        """In the order in which one goes through them."""
        return {name: getattr(self, name.replace(" ", "_")) for name in LINES}

    def integrity(self, settings: Settings) -> str | Warned:
        """Raises StoreBroken where SQLite finds a file of its own so."""
        path = sqlite_path(settings.database_url)
        if path is None:
            return self._store.read(_postgres)
        refuse_broken(settings)
        return f"SQLite finds its {_size(path.stat().st_size)} whole, and the keys"

    def writing(self, settings: Settings) -> str:
        """Raises StoreUnavailable where a row could not be written; what is tried is taken back.

        A row finds room in a file that is there, so SQLite's disk is written too. PostgreSQL's is not seen.
        """
        row = {"name": "probe", "value": ""}
        other = meta.c.name == row["name"]

        def write(conn: Connection) -> None:
            conn.execute(meta.delete().where(other))
            conn.execute(meta.insert().values(row))

        taken_back(settings.database_url, write)
        files = [sqlite_path(url) for url in (settings.database_url, settings.key_store_url)]
        for folder in {file.parent for file in files if file is not None}:
            refuse_full(folder)
        return f"takes writes; {'so does the disk' if self._is_file else 'its disk is not seen from here'}"

    def clock(self, settings: Settings) -> str | Warned:
        """Raises OperatorError from a minute on."""
        if sqlite_path(settings.database_url) is None:
            began = self._clock.real()
            told = self._store.read(_clock_of)
            own = began + (self._clock.real() - began) / 2
            return _compared(own - told, "the database's")
        ahead = max((at for at in (*self._heard, self._swept) if at), default=self._clock.real())
        return _compared(min(self._clock.real() - ahead, timedelta()), "that of what was written last")

    def servers(self, settings: Settings) -> str | Warned:
        """Raises StoreUnavailable where none runs, and one ended without a word or another is in its place.

        One says in the database that it is here before it answers anybody.
        """
        living, lost = self._living, len(self._heard) - self._living
        if not living:
            return self._nobody(lost)
        note = f"{counted(living, 'server')} heard of in the last two minutes"
        if self._here.state is State.SILENT:
            note = f"{note}; the one here does not answer"
        if lost:
            do = "Look at what restarts it, and at its log; once another server beats, it is forgotten."
            return Warned(f"{note}, and {lost} ended without a word", do)
        return note

    def last_sweep(self, settings: Settings) -> str | Warned:
        """Raises OperatorError where servers live and none of them sweeps."""
        if self._swept is None:
            return "none yet"
        age = max(self._clock.real() - self._swept, timedelta())
        note = f"{_age(age)} ago, on whichever server"
        late = age > timedelta(seconds=settings.sweep_seconds + LATE)
        if late and self._living:
            hint = "No nudge goes out. The log says why (nudges.job-failed); then restart the server."
            raise OperatorError(f"No sweep for {_age(age)}, though a server lives.", hint=hint)
        return Warned(note, "No server runs: see servers.") if late else note

    def outbox(self, settings: Settings) -> str | Warned:
        found = self._backlog
        waiting = sum(count for (_, state), count in found.rows.items() if state != "dead")
        note = (
            f"{counted(waiting, 'message')} to be sent, the oldest that could be waits for {_age(found.late)}"
        )
        if found.late > OLDEST_DUE:
            raise StoreUnavailable(f"{note[0].upper()}{note[1:]}.", hint=_STUCK)
        return note

    def dead_letters(self, settings: Settings) -> str | Warned:
        dead = self._backlog.dead
        if not dead:
            return "none"
        note = ", ".join(f"{count} {reason}" for reason, count in sorted(dead.items()))
        return Warned(note, f"{_SEE}; then requeue or drop each.")

    def pauses(self, settings: Settings) -> str | Warned:
        found = self._backlog
        if not found.pauses or found.paused_until is None:
            return "no platform asks to wait"
        longest = _age(found.paused_until - self._clock.real())
        note = f"{counted(found.pauses, 'tenant')} asked to wait, the longest for another {longest}"
        return Warned(note, "It ends by itself. If it comes again, lower COMPANION_DISPATCH_RATE_PER_MINUTE.")

    def inbox(self, settings: Settings) -> str | Warned:
        found = self._backlog
        note = f"{counted(found.moves, 'move')} to be played"
        if found.failing:
            do = "The log says where (inbox.failed); each is tried again every half minute."
            return Warned(f"{note}, {found.failing} of which failed before", do)
        return note

    def holds(self, settings: Settings) -> str:
        found = standing_holds(self._store, now=self._clock.now())
        return f"{counted(len(found), 'hold')}: nudges wait" if found else "none"

    def _nobody(self, lost: int) -> str | Warned:
        if self._here.state is State.ANSWERS:
            said = "A server answers here, and none says that it serves this database."
            raise StoreUnavailable(said, hint=f"{_OTHER} {_MUTE}")
        if lost:
            raise StoreUnavailable(f"No server runs, and {lost} ended without a word.", hint=_START)
        if self._swept is None:
            return "none has run yet"
        do = "Start it, unless it is to be down: systemctl start companion."
        return Warned("no server runs, and none ended without a word", do)

    @cached_property
    def _living(self) -> int:
        """How many there are; none of an SQLite file that nobody holds, however lately one was heard of."""
        if self._is_file and self._here.state is State.NONE:
            return 0
        return sum(self._clock.real() - at <= GONE for at in self._heard)

    @cached_property
    def _heard(self) -> tuple[datetime, ...]:
        return self._store.read(heard)

    @cached_property
    def _swept(self) -> datetime | None:
        return self._store.read(last_swept)

    @cached_property
    def _backlog(self) -> Backlog:
        now, real = self._clock.now(), self._clock.real()
        return self._store.read(lambda conn: backlog(conn, now=now, real=real))


_START = "See in its log why, then start it: systemctl start companion."
_OTHER = "It serves another one: give each its COMPANION_INTERNAL_PORT, and start this one's."
_MUTE = "Or it cannot write: see writing, and its log."
_OLDER = "Or it is of an older version: stop it before you upgrade."
_STUCK = (
    "See whether a server runs and what its log says (delivery.…); look at the platform and the way to it."
)


def in_database(looking: Looking, here: Here) -> Iterator[Finding]:
    """Little where the database is not there, or not of this version's revision: `check` says so."""
    url = looking.settings.database_url
    is_file = sqlite_path(url) is not None
    if here.hangs and is_file:  # it is the one server that there is
        looking.unseen |= dict.fromkeys(("servers", "last sweep"), "see server")
    with glance(url) as store:
        revision = store.read(current_of)
        looks: Mapping[str, Look] = {}
        if revision == revisions()[-1]:
            looks = Looks(store, here, is_file=is_file).all()
        elif here.state is State.ANSWERS and not is_file:  # whoever holds a file is about to bring it forward
            looks = {"servers": _served_by_none(revision)}
        for one in looking.at(looks):
            if one.what == "servers" and one.error and here.state is State.ANSWERS:
                looking.unseen["server"] = "see servers"
            yield one


def _served_by_none(revision: str | None) -> Look:
    """A server makes the tables, or brings them forward, before it answers anybody."""

    def servers(_: Settings) -> str:
        stands = "empty" if revision is None else f"at revision {revision}"
        said = f"A server answers here, and this database is {stands}, which none of this version serves."
        raise StoreUnavailable(said, hint=_OTHER if revision is None else f"{_OTHER} {_OLDER}")

    return servers


def _compared(ahead: timedelta, other: str) -> str | Warned:
    apart = abs(ahead)
    seconds = f"{apart.total_seconds():.1f} s {'ahead of' if ahead > timedelta() else 'behind'} {other}"
    if apart > TOO_FAR_APART:
        raise OperatorError(f"This machine's clock is {seconds}.", hint=_SYNCHRONISE)
    return (
        Warned(f"{seconds}", _SYNCHRONISE)
        if apart > APART
        else f"within {apart.total_seconds():.1f} s of {other}"
    )


_SYNCHRONISE = "Let NTP set the clock of every machine (timedatectl), and look again."


def _clock_of(conn: Connection) -> datetime:
    told: datetime = conn.exec_driver_sql("SELECT clock_timestamp()").scalar_one()
    return told.astimezone(UTC)


def _postgres(conn: Connection) -> str | Warned:
    number = conn.exec_driver_sql("SHOW server_version_num").scalar_one()
    size = conn.execute(select(func.pg_database_size(func.current_database()))).scalar_one()
    major = int(number) // 10_000
    note = f"PostgreSQL {major}.{int(number) % 10_000}, {_size(size)}"
    if major < OLDEST_POSTGRES:
        return Warned(note, f"Tested from {OLDEST_POSTGRES} on: plan a newer version.")
    return note


def _size(number: int) -> str:
    return f"{number / 1024**2:.1f} MiB"


def _age(length: timedelta) -> str:
    """Roughly, as a person says it."""
    seconds = int(length.total_seconds())
    for unit, least in (("day", 86_400), ("hour", 3600), ("minute", 60)):
        if seconds >= 2 * least:
            return counted(seconds // least, unit)
    return counted(seconds, "second")
