"""A small town for stories: the demo program, the real door, outbox and inbox, and a chat that remembers.

Only the network's edge is made up: `Chat` shows what a platform shows and presses what a person presses.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Row, Table

from adapters.port import (
    Account,
    Card,
    Choice,
    EventKind,
    Form,
    Incoming,
    Notify,
    Operation,
    OperationKind,
    Receipt,
    Reply,
    ReplyKind,
)
from bot.delivery.dispatcher import Dispatcher
from bot.nudges.idle import Idle
from bot.nudges.jobs import Job
from bot.nudges.sweep import Sweep
from bot.nudges.walk import walk
from bot.nudges.wanted import wanted
from bot.people.ladder import Ladder
from bot.presentation.render import Renderer
from bot.presentation.views import Wordings
from bot.program.load import load_program
from bot.program.resources import load_resources
from bot.program.seed import seed
from bot.settings import DEMO_PROGRAM
from bot.store.keys import Keys
from bot.store.store import Store
from bot.store.tables import talks
from bot.turns import pages
from bot.turns.door import Door
from bot.turns.frames import frame_of
from bot.turns.house import House
from bot.turns.inbox import Inbox, Timers
from tests.conftest import PATIENCE, HandClock


@dataclass
class Message:
    """One message in a chat, as it stands now."""

    reference: str
    card: Card


@dataclass
class Chat:
    """A platform at the edge: keeps what was posted, gives receipts, drops nothing."""

    name: str = "web"
    by_user: dict[str, list[Message]] = field(default_factory=dict)
    homes: dict[str, Form] = field(default_factory=dict)
    sent: list[Operation] = field(default_factory=list)

    async def deliver(self, operation: Operation) -> Receipt:
        self.sent.append(operation)
        messages = self.by_user.setdefault(operation.to.user, [])
        if operation.kind is OperationKind.PUBLISH and operation.form:
            self.homes[operation.to.user] = operation.form
        elif operation.kind is OperationKind.POST and operation.card:
            messages.append(Message(f"m{len(self.sent)}", operation.card))
        elif operation.card:
            for one in messages:
                if one.reference == operation.reference:
                    one.card = operation.card
        return Receipt(f"m{len(self.sent)}")

    async def find(self, operation: Operation, since: datetime) -> Receipt | None:
        del since
        known = any(one.id == operation.id for one in self.sent)
        return Receipt("found") if known else None


class Person:
    """Somebody at a screen: reads the chat, presses by label, fills the form."""

    def __init__(self, town: "Town", user: str) -> None:
        self.town, self.user = town, user
        self.zone = town.program.zone  # what this person's device says
        self.form: Form | None = None
        self.reply = Reply()
        self.event = Incoming("", Account("web", "demo", user), EventKind.OPENED)
        self._number = 0

    @property
    def account(self) -> Account:
        return Account("web", "demo", self.user)

    @property
    def chat(self) -> list[Card]:
        """Every message as it stands, oldest first."""
        return [message.card for message in self.town.chat.by_user.get(self.user, [])]

    @property
    def last(self) -> str:
        """The newest message's text."""
        return "\n".join(self.chat[-1].paragraphs) if self.chat else ""

    @property
    def said(self) -> list[str]:
        """Every line that stands in the chat, oldest first."""
        return [line for card in self.chat for line in card.paragraphs]

    @property
    def all_said(self) -> str:
        """The same in one piece."""
        return "\n".join(self.said)

    @property
    def shown(self) -> Form:
        """The open form, which must be there."""
        assert self.form is not None, f"no form is open for {self.user}; the chat ends with {self.last!r}"
        return self.form

    @property
    def in_the_field(self) -> str:
        """What stands ready in the open form's text field, which must be there."""
        assert self.shown.field is not None, f"the form {self.shown.title!r} has no text field"
        return self.shown.field.value

    @property
    def screen(self) -> str:
        """Everything in the open form, or the newest message."""
        if self.form is None:
            return self.last
        shown = (*self.form.paragraphs, *(link.label for link in self.form.links))
        return "\n".join((*shown, self.form.question, self.form.notice)).strip()

    @property
    def buttons(self) -> list[str]:
        """Labels that can be pressed now: the form's, else those of the chat, newest first."""
        return [choice.label for choice, _ in self._choices()]

    def _choices(self) -> list[tuple[Choice, str]]:
        if self.form is not None:
            return [(one, "") for one in (*self.form.choices, *self.form.controls)]
        messages = reversed(self.town.chat.by_user.get(self.user, []))
        return [(one, message.reference) for message in messages for one in message.card.choices]

    async def says(self, text: str) -> "Person":
        """Type into the chat."""
        self.form = None
        return await self.sends(replace(self._event(EventKind.MESSAGE), text=text))

    async def opens(self) -> "Person":
        """Open the page for the first time."""
        return await self.sends(self._event(EventKind.ARRIVED))

    async def presses(self, *labels: str) -> "Person":
        """Press the button with this label, and then on what follows the next."""
        for label in labels:
            found = [(choice, at) for choice, at in self._choices() if choice.label == label]
            assert found, f"no button {label!r} among {self.buttons}"
            choice, origin = found[0]
            await self.sends(replace(self._event(EventKind.PRESS), press=choice.press, origin=origin))
        return self

    async def fills(self, *values: str, keep: bool = False) -> "Person":
        """Submit the open form: a text, or ticked labels."""
        form = self.shown
        assert form.submit is not None, "this form has nothing to submit"
        keys = {choice.label: choice.press.option for choice in form.choices}
        fields = {form.submit.key: tuple(keys.get(value, value) for value in values)}
        if keep:
            fields["!keep"] = ("yes",)
        return await self.sends(replace(self._event(EventKind.FORM), press=form.submit, fields=fields))

    async def closes(self) -> "Person":
        """Close the form; nothing is sent."""
        self.form = None
        return self

    def _event(self, kind: EventKind) -> Incoming:
        """A new event of this person's device."""
        self._number += 1
        return Incoming(f"{self.user}-{self._number}", self.account, kind, zone=self.zone)

    async def sends(self, event: Incoming) -> "Person":
        """Hand in an event, however long a busy machine takes, and let everything that follows happen."""
        self.event = event = replace(event, answer_within=PATIENCE)
        self.reply = await self.town.door.receive(event)
        self._show(event, self.reply)
        await self.town.settle()
        return self

    async def again(self) -> Reply:
        """The platform delivers the last event once more."""
        return await self.town.door.receive(self.event)

    def _show(self, event: Incoming, reply: Reply) -> None:
        if reply.kind is ReplyKind.FORM:
            self.form = reply.form
        elif reply.kind is ReplyKind.ERRORS and self.form is not None:
            notice = "; ".join(reply.errors.values())
            self.form = reply.form or replace(self.form, notice=notice)
        elif reply.kind is ReplyKind.CLOSE:
            self.form = None
        elif reply.kind is ReplyKind.REPLACE and reply.card is not None:
            self.form = None
            for message in self.town.chat.by_user.get(self.user, []):
                if message.reference == event.origin:
                    message.card = reply.card


class Town:
    """Everything of one demo program, driven by hand."""

    def __init__(self, store: Store, keys: Keys, clock: HandClock) -> None:
        self.store, self.keys, self.clock = store, keys, clock
        self.program = program = load_program(DEMO_PROGRAM)
        self.ids = seed(store, program, clock)
        resources = load_resources(DEMO_PROGRAM / "resources.toml")
        self.house = House(keys, clock, resources, program.id, program.zone, Wordings())
        self.chat = Chat()
        self.notified: list[tuple[str, str]] = []
        self.notices: Notify | None = None
        self.moves_to(self.house)
        self.jobs: tuple[Job, ...] = (
            Sweep(store, zone=program.zone),
            Idle(store, keys.forget),
            Ladder(store, keys.forget, clock, program.zone),
            Timers(store, lambda: None),
        )
        self.lock = asyncio.Lock()

    def moves_to(self, house: House) -> None:
        """Play from now on in another house: other languages, other lines."""
        self.house = house
        self.door = Door(self.store, house, lambda: None, self.notify)
        self.inbox = Inbox(self.store, self.clock, self.door.play)
        renderer = Renderer(self.store, house, partial(pages.home_of, house))
        is_wanted = partial(wanted, zone=house.zone)
        self.dispatcher = Dispatcher(self.store, self.clock, {"web": self.chat}, renderer, wanted=is_wanted)

    async def notify(self, account: Account, kind: str) -> None:
        """What other channels would be told of."""
        self.notified.append((account.user, kind))
        if self.notices is not None:
            await self.notices(account, kind)

    def person(self, user: str) -> Person:
        """Somebody of the demo program, by key."""
        return Person(self, user)

    def moves_in(self, *users: str) -> list[Person]:
        """More residents on the roster."""
        resident = self.program.member("resident")
        people = tuple(replace(resident, key=user, name=f"Dr. {user}") for user in users)
        more = replace(self.program, people=people, assignments=(), evaluations=())
        self.ids |= seed(self.store, more, self.clock)
        return [self.person(user) for user in users]

    def rows(self, table: Table, **where: object) -> Sequence[Row[Any]]:
        """Those with these values; in the order they were written, where they are numbered."""
        found = table.select().where(*(table.c[name] == value for name, value in where.items()))
        return self.store.read(lambda conn: conn.execute(found.order_by(table.autoincrement_column)).all())

    def state(self, key: str) -> list[tuple[str, str, str]]:
        """Somebody's live talks: flow, state and what is asked."""
        rows = self.rows(talks, person_id=self.ids[key])
        live = sorted((row for row in rows if row.state != "closed"), key=lambda row: int(row.rank))
        frames = [(frame_of(row, self.keys), row) for row in live]
        found = []
        for frame, row in frames:
            assert frame is not None
            frame.load(self.keys, row)
            found.append((frame.flow.name, frame.state, frame.asks))
        return found

    async def settle(self) -> None:
        """Send and play until nothing is left to do now."""
        while await self.dispatcher.drain() + await self.inbox.drain():
            pass

    async def walks_to(self, to: datetime) -> None:
        """Live domain time up to an instant."""
        await walk(
            to,
            jobs=self.jobs,
            dispatcher=self.dispatcher,
            inbox=self.inbox.drain,
            clock=self.clock,
            lock=self.lock,
        )
