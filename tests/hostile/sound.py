"""What holds after every step, whatever came in whatever order."""

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import datetime
from itertools import pairwise
from pathlib import Path

from adapters.port import EventKind, Incoming, Lane, OperationKind, ReplyKind
from bot.store.tables import events, outbox, persons, talks
from bot.turns.frames import Frame, frame_of
from bot.turns.playing import claimed_as
from conversations.engine import run
from conversations.journal import Json, Mark
from tests.town import Town
from tests.turns.test_marker import MARKER, held_on_disk

Answers = dict[str, dict[str, Json]]
"""By talk and key: what is recorded in live talks."""
Acknowledged = Mapping[tuple[str, str], tuple[Incoming, ReplyKind]]


def frames(town: Town) -> list[Frame]:
    """Every live talk of everybody, opened."""
    found = []
    for row in town.rows(talks):
        frame = frame_of(row, town.keys) if row.state != "closed" else None
        if frame is not None:
            frame.load(town.keys, row)
            found.append(frame)
    return found


def answers(town: Town) -> Answers:
    """What is recorded as answered."""
    return {
        one.id: {e.key: e.value for e in one.journal.entries if e.mark is Mark.ANSWER} for one in frames(town)
    }


class Seen:
    """What was seen so far, to hold the next step against."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.versions: dict[str, int] = {}

    def after_each_step(self, acknowledged: Acknowledged) -> None:
        self._claimed_once(acknowledged)
        self._journals_replay()
        self._one_safety_talk()
        self._one_nudge_an_occurrence()
        self._versions_rise()
        if self.town.store.dialect == "sqlite":
            self._no_marker(self._bytes())

    def at_the_end(self, acknowledged: Acknowledged) -> None:
        """What takes longer to look at."""
        self.after_each_step(acknowledged)
        self._in_order()
        assert self.town.rows(outbox, state="dead") == []
        if self.town.store.dialect == "postgresql":
            self._no_marker([held_on_disk(self.town, Path()).encode()])

    def only_what_was_asked(self, before: Answers, taken: Collection[Incoming]) -> None:
        """No answer stands under another question than the one that its event was for."""
        asked, after = {key for event in taken for key in _for(event)}, answers(self.town)
        for talk in before.keys() & after.keys():
            new = {key for key, value in after[talk].items() if before[talk].get(key, ...) != value}
            assert len(new) <= len(taken), new
            assert "*" in asked or new <= asked, (new, asked)

    def _claimed_once(self, acknowledged: Acknowledged) -> None:
        claims = Counter((row.platform, row.tenant, row.event_id) for row in self.town.rows(events))
        for event, _ in acknowledged.values():
            claim = (event.account.platform, event.account.tenant, claimed_as(self.town.keys, event.id))
            assert claims[claim] == 1

    def _journals_replay(self) -> None:
        for one in frames(self.town):
            found = run(one.flow, one.facts, one.journal, one.words)
            assert found.waiting is not None, (one.flow.name, one.state)

    def _one_safety_talk(self) -> None:
        held = Counter(
            one.person_id for one in frames(self.town) if one.flow.safety and one.state != "parked"
        )
        assert max(held.values(), default=0) <= 1

    def _one_nudge_an_occurrence(self) -> None:
        sent = Counter(row.occurrence_id for row in self.town.rows(outbox, lane=int(Lane.NUDGE)))
        del sent[None]
        assert max(sent.values(), default=0) <= 1

    def _versions_rise(self) -> None:
        for row in self.town.rows(persons):
            assert row.version >= self.versions.get(row.id, 0)
            self.versions[row.id] = row.version

    def _in_order(self) -> None:
        """Each recipient reads what stands in one lane in the order in which it was written.

        What waits for its hour goes by that: so does what is unsent when the clock is put back.
        """
        rows = self.town.rows(outbox)
        written = {self.town.keys.mark(f"outbox:{row.id}"): (row.due_at, row.id) for row in rows}
        arrived: dict[tuple[str, Lane], list[tuple[datetime, int]]] = {}
        for one in self.town.chat.sent:
            if one.kind is OperationKind.POST and one.id in written:
                arrived.setdefault((one.to.user, one.lane), []).append(written[one.id])
        for places in arrived.values():
            for (due, number), (due_after, number_after) in pairwise(places):
                assert number < number_after or due < due_after, places

    def _bytes(self) -> list[bytes]:
        rows = self.town.store.read(lambda conn: conn.exec_driver_sql("PRAGMA database_list").all())
        folder = Path(rows[0][2]).parent
        return [path.read_bytes() for path in folder.glob("*.db*")]

    def _no_marker(self, held: Collection[bytes]) -> None:
        assert not any(MARKER.encode() in one.lower() for one in held)


def _for(event: Incoming) -> set[str]:
    """Keys under which this event may leave an answer; "*" for a typed text: whichever question is open."""
    press = event.press
    if event.kind in {EventKind.PRESS, EventKind.FORM} and press is not None:
        return {press.key, press.option} if press.key.startswith("!") else {press.key}
    return {"*"} if event.kind is EventKind.MESSAGE else set()
