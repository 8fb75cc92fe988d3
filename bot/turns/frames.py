"""A talk on somebody's stack: its row, and what is sealed in it, opened only when the talk moves."""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row

from bot.store.draft import Insert, Update, Write
from bot.store.keys import Keys
from bot.store.tables import talks
from conversations.catalogue import FLOWS
from conversations.engine import run
from conversations.flows import Facts, Flow
from conversations.journal import Journal, Json
from conversations.steps import Question

LATER_FOR = timedelta(days=14)
HIDDEN = "talk"
"""What the row of a safety or tender talk says of its kind; the name itself is sealed."""
_AS_LONG = 4096
"""Journals of those are as long as a whole number of these bytes: the facts of each kind differ in length."""


@dataclass
class Frame:
    """One talk while a turn works on it."""

    id: str
    flow: Flow[Any]
    person_id: str
    account_id: int
    rank: int
    opened_at: datetime
    touched_at: datetime
    state: str = "open"
    ended: str = ""
    parent_id: str = ""
    parent_key: str = ""
    thread_id: str = ""
    asks: str = ""
    event: str = ""
    due_at: datetime | None = None
    later: bool = False
    facts: Facts = field(default_factory=Facts)
    journal: Journal = field(default_factory=Journal)
    words: dict[str, Json] = field(default_factory=dict)
    fleeting: set[str] = field(default_factory=set)
    kept: dict[str, str] = field(default_factory=dict)  # keyed hashes of what its effects put in place
    looked: tuple[int, int] = (0, 0)  # news was last shown of the entries after the first, up to the second
    stood_at: str = ""  # the question that it waited with when the turn began
    took_back: bool = False  # in this turn, the person took back or changed an answer
    is_new: bool = True
    has_words: bool = False
    is_loaded: bool = True

    @property
    def talk_subject(self) -> str:
        """Whose key seals the words."""
        return f"talk:{self.id}"

    @property
    def drops_words(self) -> bool:
        """Whether words were kept, and the talk now parks or closes."""
        return self.has_words and self.state in {"parked", "closed"}

    def rest(self) -> None:
        """Left while what was sent in it is with somebody: it waits for news again, off the stack.

        A question of its own that it was left at is not waited for, nor the tap that led there.
        """
        self.state, self.asks, self.event, self.due_at, self.later = "waiting", "", "", None, False
        if isinstance(run(self.flow, self.facts, self.journal, self.words).waiting, Question):
            self.journal = self.journal.before_event()

    def load(self, keys: Keys, sealed: "Row[Any]") -> None:
        """Open what is sealed. Words that are gone are simply not there any more."""
        self.is_loaded = True
        if sealed.journal is not None:
            opened = _opened(sealed, keys)
            self.asks = self.stood_at = self.asks or opened["asks"]
            self.parent_key = opened["parent_key"]
            self.facts = self.flow.facts.from_json(opened["facts"])
            self.journal = Journal.from_json(opened["journal"])
            self.kept = opened.get("kept", {})
            after, upto = opened.get("looked", (0, 0))
            self.looked = (after, upto)
        if sealed.words is not None and keys.has(self.talk_subject):
            self.words = json.loads(keys.open(self.talk_subject, f"talks/{self.id}/words", sealed.words))
            self.has_words = True
        if self.state == "waiting" and not self.event:  # it was left, and its journal not opened then
            self.rest()

    def save(self, keys: Keys, now: datetime) -> Write:
        """The row as it now is."""
        row: dict[str, Any] = {
            "state": self.state,
            "ended": self.ended,
            "thread_id": self.thread_id,
            "account_id": self.account_id,
            "rank": self.rank,
            "asks": self.asks if self.state == "waiting" else "",
            "event": self.event,
            "touched_at": now,
            "due_at": self.due_at,
            "later": self.later,
            "journal": None,
            "words": None,
        }
        if self.state != "closed":
            row["journal"] = self._sealed_journal(keys)
        kept = {key: word for key, word in self.words.items() if key not in self.fleeting}
        if self.state in {"open", "waiting"} and kept:
            keys.ensure(self.talk_subject)
            row["words"] = keys.seal(
                self.talk_subject, f"talks/{self.id}/words", json.dumps(kept).encode("utf-8")
            )
        if not self.is_new:
            return Update(talks, {"id": self.id}, row)
        fixed = {
            "id": self.id,
            "person_id": self.person_id,
            "flow": HIDDEN if is_hidden(self.flow) else self.flow.name,
            "version": self.flow.version,
            "parent_id": self.parent_id,
            "opened_at": self.opened_at,
        }
        return Insert(talks, fixed | row)

    def _sealed_journal(self, keys: Keys) -> bytes:
        held = {
            "flow": self.flow.name,
            "asks": self.asks,
            "parent_key": self.parent_key,
            "facts": self.facts.to_json(),
            "journal": self.journal.to_json(),
            "kept": self.kept,
            "looked": self.looked,
        }
        place = f"talks/{self.id}/journal"
        body = json.dumps(held).encode("utf-8")
        padding = b" " * (-len(body) % _AS_LONG if is_hidden(self.flow) else 0)
        return keys.seal(f"person:{self.person_id}", place, body + padding)


def is_hidden(flow: Flow[Any]) -> bool:
    """Whether rows in plain say only that it is a talk."""
    return flow.safety or flow.tender


def _opened(row: "Row[Any]", keys: Keys) -> dict[str, Any]:
    place = f"talks/{row.id}/journal"
    opened: dict[str, Any] = json.loads(keys.open(f"person:{row.person_id}", place, row.journal))
    return opened


def frame_of(row: "Row[Any]", keys: Keys) -> Frame | None:
    """A frame from its row, still sealed; None for a flow that a release removed."""
    flow = FLOWS.get(_opened(row, keys)["flow"] if row.flow == HIDDEN else row.flow)
    if flow is None:
        return None
    return Frame(
        id=row.id,
        flow=flow,
        person_id=row.person_id,
        account_id=row.account_id,
        rank=row.rank,
        opened_at=row.opened_at,
        touched_at=row.touched_at,
        state=row.state,
        parent_id=row.parent_id,
        thread_id=row.thread_id,
        asks=row.asks,
        event=row.event,
        due_at=row.due_at,
        later=row.later,
        is_new=False,
        is_loaded=False,
    )
