"""The engine as the server assembles it, with residents who have begun, and the taps of their check-in."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from sqlalchemy import Connection, select

from adapters.port import Account, EventKind, Form, Incoming, Operation, Press, Receipt, Reply
from bot.nudges.plans import change_plan_writes
from bot.store.draft import Draft, Insert, Update
from bot.store.key_tables import default_key_store
from bot.store.keys import open_keys
from bot.store.schema import migrate
from bot.store.store import open_store
from bot.store.tables import accounts, memberships, persons, talks
from tests.bench.frame import Room
from tests.bench.rivals.check_in import in_turn
from tests.conftest import MASTERS, PATIENCE, HandClock
from tests.town import Chat, Town
from tests.turns.stories import begins_check_in, is_welcomed

CHECK_IN = "check-in"
LABELS = ("Start", "Struggling", "Skip", "Yes", "Nothing now")
"""The taps of a whole check-in in a low week, without a word: it opens, four answers, and it ends."""
ANSWER = 3
"""Which of these is a plain answer, in the midst of the talk."""
_SOME = 500


@dataclass(frozen=True)
class Tap:
    """A press as somebody made it, and what its form asked next."""

    label: str
    press: Press
    title: str
    question: str


@dataclass
class Resident:
    """Somebody who has begun: their account, and their talk once it is there."""

    account: Account
    talk: str = ""
    events: int = 0

    def event(self, kind: EventKind, *, text: str = "", press: Press | None = None) -> Incoming:
        """The next event of this person's device."""
        self.events += 1
        name = f"{self.account.user}-{self.events}"
        return Incoming(name, self.account, kind, text=text, press=press, answer_within=PATIENCE)


class Blank(Chat):
    """A platform at the edge that only gives receipts."""

    async def deliver(self, operation: Operation) -> Receipt:
        return Receipt(f"m{operation.id}")


class Crew:
    """A town where only the door is measured: nothing is sent but by `town.settle`."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.taps: tuple[Tap, ...] = ()

    async def learn(self) -> None:
        """Somebody goes through welcome and check-in by the labels that stand on the screen."""
        first, found = self.town.person("resident"), []
        await is_welcomed(first)
        await begins_check_in(first)
        for number, label in enumerate(LABELS):
            if number:
                await first.presses(label)
            press = first.event.press
            if press is None:
                raise AssertionError(f"{label!r} was no press")
            found.append(Tap(label, press, first.shown.title, first.shown.question))
        self.taps = tuple(found)

    def close_screens(self) -> None:
        """From now on the platform keeps nothing of what it is sent: its memory is not ours."""
        self.town.chat = Blank()
        self.town.moves_to(self.town.house)

    def enrol(self, number: int, name: str = "r") -> list[Resident]:
        """So many more residents who have pressed Start, each with key and plan."""
        users = [f"{name}{one}" for one in range(number)]
        for first in range(0, number, _SOME):
            self._enrol(users[first : first + _SOME])
        return [Resident(Account("web", "demo", user)) for user in users]

    def _enrol(self, users: list[str]) -> None:
        town = self.town
        rows = tuple(write for user in users for write in _on_roster(town, user))
        town.store.play(lambda _: Draft(None, rows)).result()
        for user in users:
            town.keys.ensure(f"person:{user}")
        for future in [town.store.play(_begun(town, user)) for user in users]:
            future.result()

    async def hears(self, one: Resident, text: str) -> Reply:
        """Somebody types."""
        return await self.town.door.receive(one.event(EventKind.MESSAGE, text=text))

    async def taps_on(self, one: Resident, tap: Tap) -> Form:
        """Somebody presses; the form must ask what it asked of the first. Raises AssertionError."""
        reply = await self.town.door.receive(
            one.event(EventKind.PRESS, press=replace(tap.press, talk=one.talk))
        )
        form = reply.form
        if form is None or (form.title, form.question) != (tap.title, tap.question):
            raise AssertionError(f"{tap.label!r} brought {reply.kind} {form.question if form else ''!r}")
        return form

    async def all_say(self, residents: Sequence[Resident], at_once: int) -> None:
        """Everybody says that they want to check in; so many at once."""

        async def says(one: int) -> None:
            await self.hears(residents[one], "check in")

        await in_turn(says, len(residents), at_once)

    async def all_tap(self, residents: Sequence[Resident], tap: Tap, at_once: int) -> None:
        """Everybody presses this; so many at once."""

        async def presses(one: int) -> None:
            await self.taps_on(residents[one], tap)

        await in_turn(presses, len(residents), at_once)

    def find_talks(self, residents: Sequence[Resident]) -> None:
        """Learn the id of everybody's open check-in."""
        found = select(talks.c.person_id, talks.c.id).where(talks.c.state == "open", talks.c.flow == CHECK_IN)
        ids: dict[str, str] = self.town.store.read(
            lambda conn: {row.person_id: row.id for row in conn.execute(found)}
        )
        for one in residents:
            one.talk = ids[one.account.user]


def _on_roster(town: Town, user: str) -> tuple[Insert, ...]:
    """The rows of somebody who is on the roster; person and account have one name here."""
    program = town.program
    person = {"id": user, "program_id": program.id, "state": "roster", "name": user, "zone": program.zone}
    account = {"platform": "web", "tenant": "demo", "user": user, "person_id": user}
    member = {"program_id": program.id, "person_id": user, "role": "trainee"}
    return (
        Insert(persons, person),
        Insert(accounts, account),
        Insert(memberships, {**member, "starts": town.clock.now().date()}),
    )


def _begun(town: Town, user: str) -> Callable[[Connection], Draft[None]]:
    """The job of somebody's Start, without the welcome's talk."""

    def job(conn: Connection) -> Draft[None]:
        account = conn.scalar(select(accounts.c.id).where(accounts.c.person_id == user))
        values = {"state": "active", "enrolled_at": town.clock.now(), "preferred_account": account}
        plan = change_plan_writes(conn, user, town.program.zone, town.clock.now(), {})
        return Draft(None, (Update(persons, {"id": user}, values), *plan))

    return job


@contextmanager
def crew(room: Room) -> Iterator[Crew]:
    """An engine on a database of its own, in this room. Nobody is enrolled."""
    url = room.postgres or f"sqlite:///{room.folder}/companion.db"
    migrate(url)
    store = open_store(url)
    clock = HandClock()
    keys = open_keys(default_key_store(url), MASTERS, real=clock.real)
    try:
        yield Crew(Town(store, keys, clock))
    finally:
        store.close()
        keys.close()
