"""One turn while it is being worked out: what was read, what will be written, what will be said."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from adapters.port import Account, Card, Incoming, Lane, OperationKind, Reply
from bot.care.screen import Decision, Evidence, RiskState
from bot.people.alerts import Alert, alert_of
from bot.people.roles import roles_of
from bot.presentation.codec import outbox_place, pack
from bot.presentation.fixed import fixed_card
from bot.privacy.spans import Span
from bot.store.delivery_tables import HOME
from bot.store.draft import Insert, Update, Write
from bot.store.tables import audit, outbox, persons
from bot.turns.frames import Frame, frame_of, is_hidden
from bot.turns.house import House
from bot.turns.present import as_of_now
from bot.turns.seen import Person, Seen
from conversations.engine import Run
from conversations.journal import Journal, Json
from conversations.texts import Said, Text

_MARK = 20


@dataclass(frozen=True)
class Move:
    """One inbox row, or a timer of a waiting talk."""

    id: str
    person_id: str
    kind: str
    thread: str = ""
    talk: str = ""


@dataclass(frozen=True)
class Heard:
    """An event with what was found in its text before the transaction."""

    event: Incoming
    text: str
    evidence: Evidence
    spans: tuple[Span, ...]
    move: Move | None = None


@dataclass(frozen=True)
class Told:
    """The Reply and what is kept of it: kind, talk, key and text ids."""

    reply: Reply
    talk: str = ""
    key: str = ""
    texts: tuple[str, ...] = ()


@dataclass
class Work:
    """The state of one turn. Nothing here outlives it."""

    house: House
    conn: Connection
    heard: Heard
    seen: Seen
    now: datetime
    frames: list[Frame] = field(default_factory=list)
    writes: list[Write] = field(default_factory=list)
    said: list[tuple[Frame, Said]] = field(default_factory=list)
    ended: list[Frame] = field(default_factory=list)
    moved: dict[str, Frame] = field(default_factory=dict)
    forgotten: bool = False
    notices: list[tuple[Account, str]] = field(default_factory=list)
    shred: list[str] = field(default_factory=list)
    person_values: dict[str, Any] = field(default_factory=dict)
    risk: RiskState | None = None
    decisions: list[tuple[Decision, Evidence]] = field(default_factory=list)
    needs_quiet_line: bool = False
    runs: dict[str, tuple[Journal, dict[str, Json], Run]] = field(default_factory=dict)
    sent: dict[str, dict[str, str]] = field(default_factory=dict)
    _alerts: dict[str, Alert | None] = field(default_factory=dict)
    _roles: frozenset[str] | None = None

    def __post_init__(self) -> None:
        found = (frame_of(row, self.house.keys) for row in self.seen.talks)
        self.frames.extend(frame for frame in found if frame is not None)

    def alert(self, thread: str) -> Alert | None:
        """A request as it stood when the turn began, read once."""
        if thread not in self._alerts:
            self._alerts[thread] = alert_of(self.conn, thread, self.today)
        return self._alerts[thread]

    @property
    def event(self) -> Incoming:
        return self.heard.event

    @property
    def person(self) -> Person:
        if self.seen.person is None:
            raise LookupError("this turn has no person")
        return self.seen.person

    @property
    def person_id(self) -> str:
        return self.person.id

    @property
    def zone(self) -> str:
        """The person's zone, as this turn leaves it."""
        return str(self.person_values.get("zone", self.person.zone))

    @property
    def today(self) -> date:
        """The program's calendar date."""
        return self.house.today(self.now)

    @property
    def subject(self) -> str:
        """Whose key seals what is said to this person; before Start and after Forget, the tenant's."""
        person = self.seen.person
        if person is None or person.state != "active" or self.forgotten:
            account = self.seen.account
            return f"tenant:{account.platform}:{account.tenant}"
        return f"person:{person.id}"

    @property
    def roles(self) -> frozenset[str]:
        """What this person is today; read once, where it is needed."""
        if self._roles is None:
            self._roles = roles_of(self.conn, self.person.id, self.today)
        return self._roles

    @property
    def stack(self) -> list[Frame]:
        """Open talks, the top one last."""
        return sorted((frame for frame in self.frames if frame.state == "open"), key=lambda frame: frame.rank)

    @property
    def top(self) -> Frame | None:
        """The talk that is being held."""
        stack = self.stack
        return stack[-1] if stack else None

    def find(self, talk: str) -> Frame | None:
        """A live talk by its id, opened."""
        frame = next((one for one in self.frames if one.id == talk), None)
        return self.opened(frame) if frame else None

    def opened(self, frame: Frame) -> Frame:
        """The frame with its journal and words; until something of it is sent, its facts tell the present."""
        if not frame.is_loaded:
            row = next(one for one in self.seen.talks if one.id == frame.id)
            frame.load(self.house.keys, row)
            if not frame.thread_id:
                frame.facts = as_of_now(
                    self.conn, frame.facts, program_id=self.house.program_id, zone=self.zone, now=self.now
                )
        return frame

    def write(self, *writes: Write) -> None:
        """Add writes, in order."""
        self.writes.extend(writes)

    def post(self, card: Card, frame: Frame | None, key: str, *, lane: Lane = Lane.REPLY) -> None:
        """A card into the person's chat, its body sealed until it is sent."""
        row = self._row(OperationKind.POST, lane, frame, key) | {"flow": ""}
        body = self.house.keys.seal(self.subject, outbox_place(row), pack(card))
        self.write(Insert(outbox, row | {"body": body, "subject": self.subject}))

    def post_fixed(
        self,
        text: Text,
        frame: Frame | None = None,
        key: str = "",
        *,
        lane: Lane = Lane.REPLY,
        flow: str = "",
        talk: str = "",
    ) -> None:
        """A fixed text: its id is enough. `flow` and `talk` name what its button opens.

        What opens a talk of a hidden kind is sealed as any words are: the row would name it.
        """
        if frame is not None and is_hidden(frame.flow):
            card = fixed_card(text.id, self.house.wordings, flow=frame.flow.name, talk=frame.id)
            self.post(card, frame, key, lane=lane)
            return
        row = self._row(OperationKind.POST, lane, frame, key) | {"text_id": text.id}
        self.write(Insert(outbox, row | ({"flow": flow, "talk_id": talk} if flow else {})))

    def retire(self, talk: str, key: str) -> None:
        """An earlier message is answered: its buttons go, if it is there."""
        self.retire_marked(talk, self.marked(talk, key), text_id="card.answered")

    def retire_marked(self, talk: str, key: str, *, text_id: str) -> None:
        """The same, by the name under which its receipt is kept."""
        row = self._row(OperationKind.RETIRE, Lane.COSMETIC, None, "")
        self.write(Insert(outbox, row | {"text_id": text_id, "talk_id": talk, "key": key}))

    def marked(self, talk: str, key: str) -> str:
        """A question's key as rows carry it in plain: the name of a question can tell what was answered.

        A talk of a hidden kind has every key marked, or the safety talk were the one without an opener.
        """
        hides = any(one.id == talk and is_hidden(one.flow) for one in self.frames)
        is_ours = not key or key == HOME or (key.startswith("!") and not hides)
        return key if is_ours else self.house.keys.mark(f"{talk}|{key}")[:_MARK]

    def once(self, key: str) -> str:
        """The key of a card of this event alone: two within one second are still two."""
        return f"{key}:{self.house.keys.mark(self.event.id)[:_MARK]}"

    def publish_home(self) -> None:
        """Draw the person's own surface anew; what it shows is read when it is sent."""
        if any(
            isinstance(one, Insert) and one.table is outbox and one.row["key"] == HOME for one in self.writes
        ):
            return
        row = self._row(OperationKind.PUBLISH, Lane.COSMETIC, None, HOME)
        self.write(Insert(outbox, row | {"text_id": HOME}))

    def _row(self, kind: OperationKind, lane: Lane, frame: Frame | None, key: str) -> dict[str, Any]:
        account = self.seen.account
        person = self.seen.person
        return {
            "platform": account.platform,
            "tenant": account.tenant,
            "user": account.user,
            "person_id": person.id if person and person.state == "active" and not self.forgotten else "",
            "program_id": self.house.program_id,
            "lane": int(lane),
            "operation": kind.value,
            "text_id": "",
            "body": None,
            "subject": "",
            "flow": frame.flow.name if frame else "",
            "talk_id": frame.id if frame else "",
            "key": self.marked(frame.id if frame else "", key),
            "tender": bool(frame and frame.flow.tender and not frame.thread_id),  # in doubt, news goes again
            "due_at": self.now,
            "created_at": self.now,
        }

    def audit(self, act: str, person_id: str, **detail: str) -> None:
        """One line that the person concerned can read: ids and kinds, never content."""
        row = {"at": self.now, "actor": self.person.id, "person_id": person_id, "act": act, "detail": detail}
        self.write(Insert(audit, row))

    def raise_version(self, person_id: str) -> None:
        """What this turn writes is read by that person's turns too."""
        if person_id != self.person.id:
            self.write(Update(persons, {"id": person_id}, {"version": persons.c.version + 1}))
