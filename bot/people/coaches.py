"""The coach directory: who may be offered to a trainee today, and when a coach is likely to see something."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, and_, select

from bot import days
from bot.people.barred import is_barred
from bot.people.ranges import holds_on
from bot.store.tables import coaches, memberships, persons

_MINUTES = 60


@dataclass(frozen=True)
class Coach:
    """One entry of the directory."""

    id: str
    name: str
    about: str
    hours: str
    zone: str
    weekdays: str
    opens: int
    closes: int

    def window(self, now: datetime) -> tuple[datetime, datetime]:
        """The coach's present or next staffed window, as instants (UTC)."""
        return next(window for window in self._windows(now) if window[1] > now)

    def _windows(self, now: datetime) -> Iterator[tuple[datetime, datetime]]:
        zone = ZoneInfo(self.zone)
        today = now.astimezone(zone).date()
        for ahead in range(15):
            day = today + timedelta(days=ahead)
            if str(day.weekday()) in self.weekdays:
                yield _at(day, self.opens, zone), _at(day, self.closes, zone)

    def here(self, now: datetime) -> str:
        """Whether this is within the coach's hours: "here", or nothing."""
        return "here" if self.window(now)[0] <= now else ""

    def next_day(self, now: datetime) -> tuple[datetime, datetime]:
        """The staffed window of the coach's next working day: never today's."""
        zone = ZoneInfo(self.zone)
        today = now.astimezone(zone).date()
        return next(one for one in self._windows(now) if one[0].astimezone(zone).date() > today)

    def likely_seen(self, now: datetime, zone: str) -> str:
        """When this coach is likely to see something sent now, in words, by the clock of whoever reads it."""
        start, end = self.window(now)
        reads = ZoneInfo(zone)
        at, word = (end, "before") if start <= now else (start, "from")
        return f"{_day(at.astimezone(reads), now.astimezone(reads))} {word} {at.astimezone(reads):%H:%M}"


def _day(at: datetime, now: datetime) -> str:
    """A weekday is enough within six days; beyond, it would name the wrong week."""
    if at.date() == now.date():
        return "today"
    return f"{at:%A}" if at - now < timedelta(days=6) else days.day(at)


def _at(day: date, minute: int, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(minute // _MINUTES % 24, minute % _MINUTES), zone).astimezone(UTC)


_DIRECTORY = select(coaches, persons.c.name, persons.c.zone).join(
    persons, persons.c.id == coaches.c.person_id
)


def coach_of(conn: Connection, program_id: str, coach_id: str) -> Coach | None:
    """One entry of the directory, whether or not that coach may be offered to anybody today."""
    one = (coaches.c.program_id == program_id, coaches.c.person_id == coach_id)
    row = conn.execute(_DIRECTORY.where(*one)).first()
    return _coach(row) if row is not None else None


def eligible(conn: Connection, program_id: str, trainee_id: str, today: date) -> tuple[Coach, ...]:
    """Coaches who are coaches today, have room, and are not barred from this trainee, now or later."""
    statement = (
        _DIRECTORY.join(
            memberships,
            and_(
                memberships.c.person_id == coaches.c.person_id,
                memberships.c.program_id == coaches.c.program_id,
                memberships.c.role == "coach",
                holds_on(memberships, today),
            ),
        )
        .where(
            coaches.c.program_id == program_id,
            coaches.c.person_id != trainee_id,
            coaches.c.full.is_(False),
            ~is_barred(coaches.c.person_id, trainee_id, program_id, today, later=True),
        )
        .order_by(persons.c.name)
    )
    return tuple(dict.fromkeys(_coach(row) for row in conn.execute(statement)))


def _coach(row: "Row[tuple[object, ...]]") -> Coach:
    return Coach(
        row.person_id, row.name, row.about, row.hours, row.zone, row.weekdays, int(row.opens), int(row.closes)
    )
