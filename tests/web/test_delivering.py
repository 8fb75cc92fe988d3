"""What delivery is told when the Shelf fails, and when two act at once."""

from datetime import UTC, datetime

import pytest

from adapters.port import Account, OperationKind, Reply, ReplyKind, RetryLater, UnknownOutcome, Unreachable
from adapters.web.kept import Kept
from adapters.web.transcript import Transcript
from tests.adapters.shapes import WEEK, card, operation
from tests.adapters.shelf import MemoryShelf
from tests.web.scripted import Scripted
from tests.web.serving import Served
from tests.web.visitor import Visitor

ME = Account("web", "demo", "resident")
POST = operation(OperationKind.POST, ME, WEEK)
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


class Contested(MemoryShelf):
    """A Shelf on which somebody else is always quicker."""

    def compare_and_set(self, tenant: str, kind: str, item: str, old: bytes | None, new: bytes) -> bool:
        return False


async def test_a_write_that_fails_may_have_arrived(served: Served[Scripted]) -> None:
    served.shelf.fails.add("compare_and_set")
    with pytest.raises(UnknownOutcome):
        await served.chat.deliver(POST)


async def test_while_the_shelf_is_away_nobody_can_tell_what_arrived(served: Served[Scripted]) -> None:
    served.shelf.fails.add("get")
    with pytest.raises(UnknownOutcome):
        await served.chat.find(POST, LONG_AGO)


async def test_who_is_never_quick_enough_tries_later() -> None:
    def touch(transcript: Transcript) -> None:
        transcript.apply(POST, "2026-11-22T18:00:00-06:00")

    with pytest.raises(RetryLater):
        await Kept(Contested()).change("resident", touch)


@pytest.mark.parametrize(
    "account", [Account("web", "elsewhere", "resident"), Account("slack", "demo", "resident")]
)
async def test_an_account_of_another_place_is_not_here(account: Account, served: Served[Scripted]) -> None:
    with pytest.raises(Unreachable):
        await served.chat.deliver(operation(OperationKind.POST, account, WEEK))


async def test_a_reply_is_given_although_the_shelf_could_not_take_it(
    served: Served[Scripted], resident: Visitor
) -> None:
    served.behind.answers.append(Reply(ReplyKind.REPLACE, card=card("Answered")))
    served.shelf.fails.add("get")
    event = {"id": "11111111-2222", "as": "resident", "kind": "message", "text": "7"}
    status, reply = await resident.post(event)
    assert (status, reply["card"]["paragraphs"]) == (200, ["Answered"])
