"""Sends that are refused, doubted, or raced by a stop or a delete: the real outbox, and the real web chat."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from adapters.port import EventKind, Incoming, Lane, Operation, Receipt, Reply, ReplyKind
from adapters.web.chat import WebChat
from bot.delivery.check import Moment, begin
from bot.delivery.claim import Taken, Wish, claim
from bot.delivery.dispatcher import Dispatcher
from bot.delivery.outcome import Sent
from bot.delivery.settle import settle
from bot.errors import KeyForgotten
from bot.nudges.wanted import wanted
from bot.store.store import Store
from bot.store.tables import messages, occurrences, outbox, persons, silences
from tests.adapters.shelf import MemoryShelf, ShelfAway
from tests.conftest import PATIENCE, HandClock
from tests.delivery.stage import Outbox, go, render
from tests.town import Person, Town
from tests.turns.stories import begins_check_in, deletes
from tests.turns.test_invitations import SUNDAY
from tests.web.scripted import Scripted

MINUTE = timedelta(minutes=1)
LATE = Sent(receipt=Receipt("late"))


class OddShelf(MemoryShelf):
    """A database behind the web chat.

    `loses`: it writes, and fails before it can say so. `goes`: after that it cannot be read either.
    """

    loses = goes = False
    asked = 0

    def get(self, tenant: str, kind: str, item: str) -> bytes | None:
        self.asked += 1
        return super().get(tenant, kind, item)

    def compare_and_set(self, tenant: str, kind: str, item: str, old: bytes | None, new: bytes) -> bool:
        done = super().compare_and_set(tenant, kind, item, old, new)
        if self.loses:
            self.fails |= {"get"} if self.goes else set()
            raise ShelfAway
        return done


class Sending:
    """Rows for the resident of the web chat, on a shelf that may fail."""

    def __init__(self, store: Store, clock: HandClock) -> None:
        self.shelf, self.rows = OddShelf(), Outbox(store, clock)
        self.rows.people("ana")
        script = Scripted()
        self.chat = WebChat(self.shelf, script.receive, script)
        self.dispatcher = Dispatcher(
            store, clock, {"web": self.chat}, render, wanted=go, between=lambda least, most: most
        )

    def put(self, text: str) -> int:
        return self.rows.put(text, to="resident", person_id="ana", platform="web", tenant="demo")

    async def said(self) -> list[str]:
        """What stands in the resident's chat, oldest first."""
        shown = (await self.chat.kept.transcript("resident")).messages
        return [paragraph for one in shown for paragraph in one["card"]["paragraphs"]]

    async def lives(self, minutes: int) -> None:
        """Every five seconds it looks for what can be sent."""
        for _ in range(minutes * 12):
            self.rows.clock.move(seconds=5)
            await self.dispatcher.drain()


@pytest.fixture
def sending(store: Store, clock: HandClock) -> Sending:
    """The web chat as a platform of the outbox, on each database."""
    return Sending(store, clock)


async def test_case_26_five_minutes_of_refusals_cost_few_calls_and_lose_nothing(sending: Sending) -> None:
    for number in range(5):
        sending.put(str(number))
    sending.shelf.fails.add("get")
    await sending.lives(5)
    asked = sending.shelf.asked
    sending.shelf.fails.clear()
    await sending.lives(20)

    assert 0 < asked < 30
    assert await sending.said() == ["0", "1", "2", "3", "4"]


async def test_case_27_what_arrived_although_it_failed_stands_there_once(sending: Sending) -> None:
    row = sending.put("hello")
    sending.shelf.loses = True
    await sending.dispatcher.drain()

    assert (await sending.said(), sending.rows.row(row).state) == (["hello"], "sent")


async def test_case_27_in_doubt_it_is_recorded_as_unknown_and_settled_later(sending: Sending) -> None:
    row = sending.put("hello")
    sending.shelf.loses = sending.shelf.goes = True
    await sending.dispatcher.drain()
    doubtful = sending.rows.row(row)
    sending.shelf.loses = False
    sending.shelf.fails.clear()
    await sending.lives(20)

    assert (doubtful.state, doubtful.reason, doubtful.repeats) == ("waiting", "unknown", 1)
    assert (await sending.said(), sending.rows.row(row).state) == (["hello"], "sent")


async def test_case_28_a_failure_without_a_name_is_tried_again_and_never_for_ever(sending: Sending) -> None:
    row = sending.put("hello")
    sending.shelf.loses = sending.shelf.goes = True
    await sending.lives(20)
    asked = sending.shelf.asked
    await sending.lives(20)

    assert sending.rows.row(row).state in {"waiting", "dead"}
    assert 0 < sending.shelf.asked - asked < 20


# ------------------------------------------------------------------- 39 and 49: a stop, a delete


def leased_nudge(town: Town) -> Taken:
    """The invitation of this Sunday, as another server has just taken it for sending."""
    town.clock.at = SUNDAY
    town.jobs[0].run(town.clock.now())
    wish = Wish(platform="web", now=town.clock.now(), real=town.clock.real(), lease=MINUTE, limit=10)
    return next(one for one in town.store.write(partial(claim, wish=wish)) if one.row.lane is Lane.NUDGE)


def goes_out(town: Town, taken: Taken) -> bool:
    """Whether that server would send it now, at its last look."""
    moment = Moment(now=town.clock.now(), real=town.clock.real(), lease=MINUTE)
    is_wanted = partial(wanted, zone=town.house.zone)
    return taken.row.id in town.store.write(lambda conn: begin(conn, [taken.row], moment, is_wanted))


@pytest.mark.parametrize("word", ["stop", "pause 2w", "delete"])
async def test_case_39_what_is_leased_already_is_not_sent_after_it(
    resident: Person, town: Town, word: str
) -> None:
    taken = leased_nudge(town)
    await (deletes(resident) if word == "delete" else resident.says(word))
    before = len(resident.chat)
    gone = goes_out(town, taken)
    await town.settle()

    assert (gone, len(resident.chat)) == (False, before)


async def test_case_39_without_it_it_would_have_been_sent(resident: Person, town: Town) -> None:
    assert goes_out(town, leased_nudge(town))


@pytest.mark.parametrize("word", ["stop", "pause 2w"])
async def test_case_39_said_twice_in_the_middle_of_a_talk_it_holds_once(
    resident: Person, town: Town, word: str
) -> None:
    await begins_check_in(resident)
    await resident.says(word)
    said = len(resident.chat)
    await resident.again()
    await town.settle()
    assert len(resident.chat) == said
    await resident.says(word)

    assert len({(row.reason, row.ends_at) for row in town.rows(silences)}) == 1
    assert town.rows(outbox, state="dead") == []


async def test_case_11_a_press_that_comes_before_the_receipt_of_its_card_counts(
    resident: Person, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver, early = town.chat.deliver, list[Reply]()

    async def is_quick(operation: Operation) -> Receipt:
        receipt = await deliver(operation)
        if operation.lane is Lane.NUDGE:
            shown = resident.chat[-1].choices[0].press
            pressed = Incoming(
                "early", resident.account, EventKind.PRESS, press=shown, origin=receipt.reference
            )
            early.append(
                await town.door.receive(replace(pressed, zone=resident.zone, answer_within=PATIENCE))
            )
        return receipt

    monkeypatch.setattr(town.chat, "deliver", is_quick)
    await town.walks_to(SUNDAY)
    await town.settle()

    resident.form = early[0].form
    await resident.presses("Steady", "Skip")

    assert ([reply.kind for reply in early], town.state("resident")) == ([ReplyKind.FORM], [])
    assert not any(choice.label == "Open" for card in resident.chat for choice in card.choices)


async def test_case_49_no_message_follows_a_delete_and_what_was_sealed_is_gone(
    resident: Person, town: Town
) -> None:
    taken = leased_nudge(town)
    person = town.ids["resident"]
    body = town.rows(persons, id=person)[0].risk
    await deletes(resident)
    said = len(resident.chat)
    await town.walks_to(town.clock.now() + timedelta(days=15))

    assert (goes_out(town, taken), len(resident.chat)) == (False, said)
    assert town.rows(outbox, person_id=person) == town.rows(occurrences, person_id=person) == []
    assert f"person:{person}" in town.keys.ledger()
    with pytest.raises(KeyForgotten):
        town.keys.open(f"person:{person}", f"persons/{person}/risk", body)


async def test_case_49_what_comes_of_a_send_that_was_under_way_is_dropped(
    resident: Person, town: Town
) -> None:
    taken = leased_nudge(town)
    assert goes_out(town, taken)
    await deletes(resident)
    now = town.clock.now()
    kept = town.store.write(lambda conn: settle(conn, taken.row, LATE, now=now, real=now))

    assert (kept, town.rows(messages, talk_id=taken.row.talk_id)) == (False, [])
