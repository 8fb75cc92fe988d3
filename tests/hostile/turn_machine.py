"""Two people on three devices whose events come twice, late, at once or crossed, and a server that crashes.

After every step the rows are held against what was acknowledged (`sound`).
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import TypeVar

import pytest
from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from adapters.port import EventKind, Incoming, Press, Reply, ReplyKind
from bot.store.draft import Draft
from bot.store.tables import accounts
from tests.conftest import PATIENCE
from tests.hostile.sound import Seen, answers
from tests.town import Person, Town
from tests.turns.test_marker import MARKER

T = TypeVar("T")
People = tuple[Town, Person, Person, Person]
"""The town, the resident at the desk and on the phone, and the coach."""

TYPED = (
    *("stop", "skip", "back", "later", "help", "human", "crisis", "privacy", "export", "settings", "weeks"),
    *("why", "resume", "pause 2w", "check in", "steady", "stretched", "yes", "no", "tomorrow 17:30", ""),
    f"{MARKER} of my own",
    f"Mr. John {MARKER}, MRN 4839201",
    f"I want to kill myself {MARKER}",
    "lol kill me",
)
ENDS_ALL = "Delete everything"
STEPS = ({"minutes": 1}, {"minutes": 61}, {"hours": 13}, {"hours": 30}, {"days": 6}, {"hours": -1})
DEVICES = some.integers(0, 2)
ANY = some.integers(0, 999)


class TurnMachine(RuleBasedStateMachine):
    """`begin` gives a town with an enrolled resident, and `end` closes it."""

    def __init__(self, begin: Callable[[], Awaitable[People]], end: Callable[[Town], None]) -> None:
        super().__init__()
        self._runner, self._end = asyncio.Runner(), end
        self.town, *devices = self.run(begin())
        self.devices: list[Person] = devices
        self.acknowledged: dict[tuple[str, str], tuple[Incoming, ReplyKind]] = {}
        self.shown: list[tuple[Press, str]] = []
        self.held: list[tuple[Person, Incoming]] = []
        self.seen = Seen(self.town)
        self.number = 0

    def run(self, what: Awaitable[T]) -> T:
        async def awaited() -> T:
            return await what

        return self._runner.run(awaited())

    def teardown(self) -> None:
        try:
            self.run(self.town.settle())
            self.seen.at_the_end(self.acknowledged)
        finally:
            self._runner.close()
            self._end(self.town)

    # -------------------------------------------------------------------- hands

    def event(self, who: Person, kind: EventKind, *, text: str = "") -> Incoming:
        self.number += 1
        made = Incoming(f"e{self.number}", who.account, kind, text=text, zone=who.zone)
        return replace(made, answer_within=PATIENCE)

    def hand_in(
        self, who: Person, *events: Incoming, lost: bool = False, settles: bool = True
    ) -> list[Reply]:
        """All at once; `lost`: no reply reaches the device."""
        before = answers(self.town)
        replies = self.run(self._receive(*events))
        for event, reply in zip(events, replies, strict=True):
            self.acknowledge(event, reply)
            if not lost:
                who._show(event, reply)
        self.seen.only_what_was_asked(before, events)
        if settles:
            self.run(self.town.settle())
        self.shown += [(one.press, origin) for one, origin in who._choices() if one.label != ENDS_ALL]
        return replies

    async def _receive(self, *events: Incoming) -> list[Reply]:
        return list(await asyncio.gather(*(self.town.door.receive(one) for one in events)))

    def acknowledge(self, event: Incoming, reply: Reply) -> None:
        """The same event gets the same kind of answer, however often it comes."""
        first = self.acknowledged.setdefault((event.account.user, event.id), (event, reply.kind))
        assert reply.kind is first[1], (event.kind, first[1], reply.kind)

    def pressing(self, who: Person, at: int) -> Incoming | None:
        """A press on one of the buttons that stand on this device now."""
        buttons = [(one.press, origin) for one, origin in who._choices() if one.label != ENDS_ALL]
        return self.pressed(who, *buttons[at % len(buttons)]) if buttons else None

    def pressed(self, who: Person, press: Press, origin: str) -> Incoming:
        return replace(self.event(who, EventKind.PRESS), press=press, origin=origin)

    # -------------------------------------------------------------------- what people do

    @rule(device=DEVICES, at=ANY, lost=some.booleans(), settles=some.booleans())
    def presses(self, device: int, at: int, lost: bool, settles: bool) -> None:
        who = self.devices[device]
        event = self.pressing(who, at)
        if event is not None:
            self.hand_in(who, event, lost=lost, settles=settles)

    @rule(device=DEVICES, text=some.sampled_from(TYPED), settles=some.booleans())
    def types(self, device: int, text: str, settles: bool) -> None:
        who = self.devices[device]
        who.form = None
        self.hand_in(who, self.event(who, EventKind.MESSAGE, text=text), settles=settles)

    @rule(device=DEVICES, text=some.sampled_from(TYPED), keep=some.booleans())
    def fills(self, device: int, text: str, keep: bool) -> None:
        who = self.devices[device]
        form = who.form
        if form is None or form.submit is None:
            return
        ticked = tuple(one.press.option for one in form.choices[:1])
        fields = {form.submit.key: ticked or (text,)} | ({"!keep": ("yes",)} if keep else {})
        made = replace(self.event(who, EventKind.FORM), press=form.submit, fields=fields)
        self.hand_in(who, made)

    @rule(
        device=DEVICES,
        text=some.sampled_from(TYPED),
        kind=some.sampled_from(("edit", "attachment", "opened")),
    )
    def does_something_else(self, device: int, text: str, kind: str) -> None:
        who = self.devices[device]
        self.hand_in(who, self.event(who, EventKind(kind), text=text))

    @rule(device=DEVICES)
    def closes(self, device: int) -> None:
        self.devices[device].form = None

    # -------------------------------------------------------------------- what networks do

    @precondition(lambda self: self.acknowledged)
    @rule(at=ANY)
    def comes_again(self, at: int) -> None:
        event, _ = list(self.acknowledged.values())[at % len(self.acknowledged)]
        before = answers(self.town)
        self.acknowledge(event, self.run(self.town.door.receive(event)))
        assert answers(self.town) == before

    @precondition(lambda self: self.shown)
    @rule(device=DEVICES, at=ANY, in_form=some.booleans())
    def presses_an_old_button(self, device: int, at: int, in_form: bool) -> None:
        press, origin = self.shown[at % len(self.shown)]
        who = self.devices[device]
        self.hand_in(who, self.pressed(who, press, "" if in_form else origin))

    @rule(device=DEVICES, at=ANY)
    def holds_an_event_back(self, device: int, at: int) -> None:
        event = self.pressing(self.devices[device], at)
        if event is not None:
            self.held.append((self.devices[device], event))

    @precondition(lambda self: self.held)
    @rule(at=ANY)
    def comes_late(self, at: int) -> None:
        who, event = self.held.pop(at % len(self.held))
        self.hand_in(who, event)

    @rule(one=ANY, other=ANY, twice=some.booleans())
    def both_devices_at_once(self, one: int, other: int, twice: bool) -> None:
        desk, phone = self.devices[0], self.devices[1]
        phone.form = desk.form
        events = [event for event in (self.pressing(desk, one), self.pressing(phone, other)) if event]
        self.hand_in(desk, *events, *(events[:1] if twice else ()))

    # -------------------------------------------------------------------- what servers do

    @rule(device=DEVICES, at=ANY)
    def crashes_before_it_answers(self, device: int, at: int) -> None:
        who = self.devices[device]
        event = self.pressing(who, at)
        if event is None:
            return
        self.hand_in(who, event, lost=True, settles=False)
        self.town.moves_to(self.town.house)
        self.hand_in(who, event)

    @rule()
    def starts_anew(self) -> None:
        self.town.moves_to(self.town.house)

    @rule(device=DEVICES, at=ANY)
    def plays_its_turn_twice(self, device: int, at: int) -> None:
        play = self.town.store.play

        def twice(job: Callable[..., Draft[T]]) -> object:
            return play(lambda conn: (job(conn), job(conn))[1])

        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(self.town.store, "play", twice)
            self.presses(device, at, lost=False, settles=True)

    @rule(step=some.sampled_from(STEPS), lives=some.booleans())
    def time_passes(self, step: dict[str, float], lives: bool) -> None:
        """It is lived through; or the clock jumps, and what was due meanwhile comes late."""
        if lives and min(step.values()) > 0:
            self.run(self.town.walks_to(self.town.clock.now() + timedelta(**step)))
        else:
            self.town.clock.move(**step)

    @rule()
    def all_that_waits_is_done(self) -> None:
        self.run(self.town.settle())

    @invariant()
    def is_sound(self) -> None:
        self.seen.after_each_step(self.acknowledged)


def with_phone(town: Town) -> Person:
    """The resident's second account."""
    row = {"platform": "web", "tenant": "demo", "user": "phone", "person_id": town.ids["resident"]}
    town.store.write(lambda conn: conn.execute(accounts.insert().values(row)))
    return town.person("phone")
