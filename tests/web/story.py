"""A small scripted companion, enough to look at every part of the page without the real turn."""

import asyncio
import itertools
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from adapters.port import (
    Account,
    Bar,
    Card,
    Choice,
    EventKind,
    Form,
    Incoming,
    Lane,
    Link,
    NotCommitted,
    Operation,
    OperationKind,
    Platform,
    Press,
    Reply,
    ReplyKind,
    Style,
    TextField,
)
from adapters.web.demo import Seat

SEATS = {
    "resident": Seat("resident", "Dr. Noor Haddad", "Resident"),
    "coach": Seat("coach", "Dr. Sam Ortiz", "Coach"),
}
START = datetime(2026, 11, 20, 17, 10, tzinfo=ZoneInfo("America/Chicago"))
WEEK = (
    ("steady", "Steady", "recovering between shifts", "●"),
    ("stretched", "Stretched", "tired or tense, bouncing back", "◐"),
    ("struggling", "Struggling", "not bouncing back, less like myself", "▲"),
    ("not_ok", "Not OK", "can’t see it easing, or getting through is the goal", "■"),
)
MOVED = ("Workload", "Sleep", "Team", "A patient", "Home", "Learning", "Recognition", "Nothing stands out")
SAFETY = Card(
    ("Thank you for saying so. I am software, and a person can be with you now.", "Are you safe right now?"),
    fallback="Thank you for saying so. 988, call or text.",
    choices=tuple(
        Choice(word, Press("safety", 1, "s1", "safe", word.lower())) for word in ("Yes", "Not sure", "No")
    ),
    links=(
        Link("Call 988, day and night", "tel:988"),
        Link("Text 988", "sms:988"),
        Link("Emergency: 911", "tel:911"),
    ),
    safety=True,
)
DANGER = "want to die"
_HALF_WAY = 5


def press(key: str, option: str = "") -> Press:
    """A button of the one talk in this story."""
    return Press("check-in", 1, "t1", key, option)


def card(*paragraphs: str, choices: tuple[Choice, ...] = ()) -> Card:
    """A plain card."""
    return Card(paragraphs, fallback="\n".join(paragraphs), choices=choices)


OPENER = card("Your weekly check-in is here, under a minute. Skip anything.", choices=(
    Choice("Open", press("!open"), style=Style.PRIMARY),
))  # fmt: skip
HELLO = card(
    "I’m an automated companion, not a person or clinician. About a minute a week.",
    "Only you see your answers. Counts of five or more go to the program only if you say yes later.",
    choices=(
        Choice("Start", press("!start"), style=Style.PRIMARY),
        Choice("Privacy details", press("!word", "privacy")),
        Choice("Not for me", press("!stop"), style=Style.QUIET),
    ),
)
CONTROLS = (
    Choice("Skip", press("!skip"), style=Style.QUIET),
    Choice("Later", press("!later"), style=Style.QUIET),
    Choice("Stop", press("!stop"), style=Style.QUIET),
)
FIRST = Form(
    "Weekly check-in",
    (),
    question="Where were you most of this week?",
    choices=tuple(Choice(label, press("week", key), hint, icon) for key, label, hint, icon in WEEK),
    controls=CONTROLS[1:],
)
SECOND = Form(
    "Weekly check-in",
    (),
    question="What moved it most? Up to two.",
    choices=tuple(Choice(label, press("moved", label.lower())) for label in MOVED),
    many=2,
    submit=press("moved"),
    controls=(Choice("Back", press("!back"), style=Style.QUIET), *CONTROLS),
)
LINE = Form(
    "Weekly check-in",
    ("Only you see this.",),
    question="One line for yourself?",
    field=TextField("line", "One line for yourself?", lines=3, most=400),
    submit=press("line"),
    controls=(Choice("Back", press("!back"), style=Style.QUIET), *CONTROLS),
)


def strip(*words: str) -> Form:
    """The resident's own page with so many weeks."""
    icons = {label: icon for _, label, _, icon in WEEK}
    days = [(START - timedelta(weeks=8 - n)).strftime("%-d %b") for n in range(8)]
    padded = ("",) * (8 - len(words)) + words
    bars = tuple(Bar(day, word, icons.get(word, "")) for day, word in zip(days, padded, strict=True))
    note = "Only you see this." if words else "Each check-in adds a block here. Only you see it."
    return Form("Your last eight weeks", (note,), strip=bars, controls=(
        Choice("Check in now", press("!start")),
        Choice("Talk to a person", press("!word", "human")),
    ))  # fmt: skip


@dataclass
class Story:
    """Both the turn and the demo behind the page. `pace` is how long a step of a jump takes, in seconds;
    half way through it waits for `go`.
    """

    pace: float = 0
    weeks: tuple[str, ...] = ()
    opener: str = ""
    is_away: bool = False
    events: list[Incoming] = field(default_factory=list)
    at: datetime = START
    done: float = 0
    go: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self._numbers = itertools.count(1)
        self._met: set[str] = set()
        self.go.set()
        self.platform: Platform | None = None

    def people(self) -> dict[str, Seat]:
        return SEATS

    def now(self) -> datetime:
        return self.at

    def progress(self) -> float:
        return self.done

    async def jump(self, to: str) -> None:
        hours = {"+1h": 1, "+48h": 48, "sunday": 48 + 50 / 60}.get(to)
        if hours is None:
            raise LookupError(to)
        begun = self.at
        for step in range(1, 11):
            self.done = step / 10
            self.at = begun + timedelta(minutes=round(hours * 60 * self.done))
            await asyncio.sleep(self.pace)
            if step == _HALF_WAY:
                await self.go.wait()
        if to == "sunday":
            self.opener = await self.send("resident", OperationKind.POST, OPENER)

    async def send(
        self, user: str, kind: OperationKind, shown: Card | Form | None = None, reference: str = ""
    ) -> str:
        assert self.platform is not None
        receipt = await self.platform.deliver(
            Operation(
                id=f"op-{next(self._numbers)}",
                kind=kind,
                to=Account("web", "demo", user),
                lane=Lane.REPLY,
                card=shown if isinstance(shown, Card) else None,
                form=shown if isinstance(shown, Form) else None,
                reference=reference,
            )
        )
        return receipt.reference

    async def receive(self, event: Incoming) -> Reply:
        self.events.append(event)
        if self.is_away:
            raise NotCommitted(SAFETY if DANGER in event.text else None)
        match event.kind:
            case EventKind.OPENED:
                return await self._opened(event.account.user)
            case EventKind.PRESS:
                return await self._pressed(event)
            case EventKind.FORM:
                return await self._submitted(event)
            case _:
                return await self._typed(event)

    async def _opened(self, user: str) -> Reply:
        if user in self._met:
            return Reply()
        self._met.add(user)
        if user == "resident":
            await self.send(user, OperationKind.PUBLISH, strip(*self.weeks))
            await self.send(user, OperationKind.POST, HELLO)
        return Reply()

    async def _pressed(self, event: Incoming) -> Reply:
        assert event.press is not None
        match event.press.key:
            case "!start" | "!open" | "!back":
                return Reply(ReplyKind.FORM, form=FIRST)
            case "week" if event.press.option == "not_ok":
                await self.send("resident", OperationKind.POST, SAFETY)
                return Reply(ReplyKind.FORM, form=Form("Weekly check-in", ()), card=SAFETY)
            case "week":
                return Reply(ReplyKind.FORM, form=SECOND)
            case "!skip":
                return Reply(ReplyKind.FORM, form=LINE)
            case "!stop" | "!later":
                return Reply(ReplyKind.CLOSE, notice="Closed. Nothing more from me today.")
            case _:
                return Reply(ReplyKind.NOTICE, notice="That question has closed.")

    async def _submitted(self, event: Incoming) -> Reply:
        assert event.press is not None
        if event.press.key == "moved":
            return Reply(ReplyKind.FORM, form=LINE)
        if len("".join(event.fields["line"])) > 400:
            return Reply(ReplyKind.ERRORS, errors={"line": "At most 400 characters."})
        if self.opener:
            await self.send("resident", OperationKind.RETIRE, card("Answered"), self.opener)
        self.weeks = (*self.weeks, "Stretched")[-8:]
        await self.send("resident", OperationKind.PUBLISH, strip(*self.weeks))
        await self.send("resident", OperationKind.POST, card("Done. Next one Sunday."))
        return Reply(ReplyKind.CLOSE)

    async def _typed(self, event: Incoming) -> Reply:
        user = event.account.user
        if DANGER in event.text:
            await self.send(user, OperationKind.POST, SAFETY)
            return Reply(card=SAFETY)
        possible = (
            Choice("Check in now", press("!start")),
            Choice("Talk to a person", press("!word", "human")),
        )
        await self.send(
            user, OperationKind.POST, card("I did not follow that. These are possible now.", choices=possible)
        )
        return Reply()
