"""The demo behind the built-in web chat: who sits there, and the walking clock's jumps."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from adapters.web.demo import Seat
from bot.program.program import Role
from bot.store.tables import occurrences

if TYPE_CHECKING:
    from bot.app import App

_SHOWN = {Role.TRAINEE: "Resident", Role.COACH: "Coach"}
_HOURS = re.compile(r"\+([0-9]{1,4})h")  # a walk of more than a year would hold the page for minutes
_EVENING = time(18)
_MORNING = time(8)
_SUNDAY, _MONDAY = 6, 0
_MINUTE = timedelta(minutes=1)  # enough for what is due at that instant to have been sent


class WebDemo:
    """Implements adapters.web.demo.Demo over a running app."""

    def __init__(self, app: "App") -> None:
        self._app = app
        self._from = self._to = app.clock.now()
        self._people = {
            member.key: Seat(member.key, member.name, _SHOWN[role])
            for member in app.program.people
            for role in reversed(member.roles)
            if role in _SHOWN
        }

    def people(self) -> Mapping[str, Seat]:
        """The trainees and coaches of the program."""
        return self._people

    def now(self) -> datetime:
        """Domain time on the program's wall clock."""
        return self._app.clock.now().astimezone(ZoneInfo(self._app.program.zone))

    async def jump(self, to: str) -> None:
        """Walk there. Raises LookupError for a name that is none, and in production for every one.

        Raises InterruptedError where the server is stopped on the way: the clock keeps what it has walked.
        A production database whose clock was walked would never be served again.
        """
        if self._app.settings.production:
            raise LookupError(to)
        self._from, self._to = self._app.clock.now(), self._target(to)
        await self._app.walk(self._to)
        if self._app.clock.now() < self._to:
            raise InterruptedError

    def progress(self) -> float:
        """How much of the walk is done, 0 to 1."""
        whole = (self._to - self._from).total_seconds()
        return min(1.0, (self._app.clock.now() - self._from).total_seconds() / whole) if whole > 0 else 1.0

    def _target(self, to: str) -> datetime:
        now = self._app.clock.now()
        hours = _HOURS.fullmatch(to)
        if hours:
            return now + timedelta(hours=int(hours[1]))
        planned = self._planned() if to == "sunday" else None
        if planned is not None:
            return planned + _MINUTE
        weekday = {"sunday": (_SUNDAY, _EVENING), "monday": (_MONDAY, _MORNING)}[to]
        return self._next(*weekday)

    def _next(self, weekday: int, at: time) -> datetime:
        here = self.now()
        days = (weekday - here.weekday()) % 7
        found = datetime.combine(here.date() + timedelta(days=days), at, here.tzinfo)
        if found <= here:
            found += timedelta(days=7)
        return found.astimezone(UTC) + _MINUTE

    def _planned(self) -> datetime | None:
        """The next planned check-in, where it comes on a Sunday: this week's may be answered already."""
        query = select(func.min(occurrences.c.due_at)).where(
            occurrences.c.state == "planned",
            occurrences.c.slot == 0,
            occurrences.c.due_at > self._app.clock.now(),
        )
        due: datetime | None = self._app.store.read(lambda conn: conn.execute(query).scalar())
        is_sunday = due is not None and due.astimezone(self.now().tzinfo).weekday() == _SUNDAY
        return due if is_sunday else None
