"""The coach directory: who may be offered to a trainee today, and when a coach is likely to see something."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, and_, select

from bot import days
from bot.people.barred import is_barred
from bot.people.ranges import holds_on
from bot.store.tables import coaches, memberships, persons

_MINUTES = 60
_DAY = 24 * _MINUTES
_WEEKDAYS = frozenset("0123456")


@dataclass(frozen=True)
class Coach:
    """One entry of the directory: on one weekday at least, and closes after it opens, at midnight at most."""

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
        if start > now:
            first = start.astimezone(reads)
            return f"{_day(first, now.astimezone(reads))} from {first:%H:%M}"
        last = (end - timedelta(minutes=1)).astimezone(reads)
        before = f"{end.astimezone(reads):%H:%M}" if last.time() < time(23, 59) else "24:00"
        return f"{_day(last, now.astimezone(reads))} before {before}"


def _day(at: datetime, now: datetime) -> str:
    """A weekday is enough within six days; beyond, it would name the wrong week."""
    if at.date() == now.date():
        return "today"
    return f"{at:%A}" if at - now < timedelta(days=6) else days.day(at)


def _at(day: date, minute: int, zone: ZoneInfo) -> datetime:
    local = datetime.combine(day, time(), zone) + timedelta(minutes=minute)  # by the wall clock
    return local.astimezone(UTC)


_DIRECTORY = select(coaches, persons.c.name, persons.c.zone).join(
    persons, persons.c.id == coaches.c.person_id
)


def coach_of(conn: Connection, program_id: str, coach_id: str) -> Coach | None:
    """One entry of the directory, whether or not that coach may be offered to anybody today.

    None where its hours name no time at all: nothing can be promised for it.
    """
    return coaches_of(conn, program_id, (coach_id,)).get(coach_id)


def coaches_of(conn: Connection, program_id: str, coach_ids: Collection[str]) -> dict[str, Coach]:
    """The same of several at once, by id; without those who have no such entry."""
    some = (coaches.c.program_id == program_id, coaches.c.person_id.in_(coach_ids))
    return {coach.id: coach for coach in _staffed(conn.execute(_DIRECTORY.where(*some)).all())}


def eligible(conn: Connection, program_id: str, trainee_id: str, today: date) -> tuple[Coach, ...]:
    """Coaches today, with room and hours, who are not barred from this trainee, now or later."""
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
    return tuple(dict.fromkeys(_staffed(conn.execute(statement))))


def _staffed(rows: "Iterable[Row[tuple[object, ...]]]") -> Iterator[Coach]:
    """Without those that were kept before such hours were refused: no weekday, or none that closes later."""
    found = (_coach(row) for row in rows)
    return (one for one in found if _WEEKDAYS & {*one.weekdays} and 0 <= one.opens < one.closes <= _DAY)


def _coach(row: "Row[tuple[object, ...]]") -> Coach:
    opens, closes = int(row.opens), int(row.closes) or _DAY
    return Coach(row.person_id, row.name, row.about, row.hours, row.zone, row.weekdays, opens, closes)
