"""The stub does what a real platform does, and its adapter says so in the port's words."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from adapters.port import (
    Account,
    Card,
    Choice,
    EventKind,
    Incoming,
    Lane,
    NotCommitted,
    Operation,
    OperationKind,
    Press,
    Receive,
    Rejected,
    Reply,
    ReplyKind,
    RetryLater,
    UnknownOutcome,
    Unreachable,
)
from tests.stub_platform.adapter import StubPlatform
from tests.stub_platform.process import RunningStub, running_stub

PRESS = Press("check-in", 1, "t1", "week", "steady")
HELLO = Operation(
    id="1",
    kind=OperationKind.POST,
    to=Account("stub", "hospital", "ana"),
    lane=Lane.REPLY,
    card=Card(("Hello.",), "Hello.", (Choice("Steady", PRESS),)),
)


@pytest.fixture(scope="module")
def server() -> Iterator[RunningStub]:
    with running_stub() as running:
        yield running


@pytest.fixture
async def platform(server: RunningStub) -> AsyncIterator[StubPlatform]:
    made = StubPlatform(server.url)
    yield made
    await made.close()


async def test_a_post_is_shown_with_its_buttons(platform: StubPlatform, server: RunningStub) -> None:
    receipt = await platform.deliver(HELLO)
    shown = server.posts[-1]
    assert (shown["shown_as"], shown["id"]) == (receipt.reference, "1")
    assert shown["card"]["choices"][0]["press"] == PRESS.pack()


async def test_a_repeat_is_shown_twice(platform: StubPlatform, server: RunningStub) -> None:
    before = len(server.posts)
    await platform.deliver(HELLO)
    await platform.deliver(HELLO)
    assert len(server.posts) == before + 2


@pytest.mark.parametrize(("header", "seconds"), [("wait:1.5", 1.5), ("wait", 0.0), ("wait:86400", 86_400.0)])
async def test_a_platform_that_asks_to_wait(
    platform: StubPlatform, server: RunningStub, header: str, seconds: float
) -> None:
    server.misbehave(header)
    with pytest.raises(RetryLater) as refused:
        await platform.deliver(HELLO)
    assert refused.value.seconds == seconds


@pytest.mark.parametrize(
    ("fault", "failure"), [("blocked", Unreachable), ("refused", Rejected), ("broken", UnknownOutcome)]
)
async def test_a_platform_that_refuses(
    platform: StubPlatform, server: RunningStub, fault: str, failure: type[Exception]
) -> None:
    server.misbehave(fault)
    with pytest.raises(failure):
        await platform.deliver(HELLO)


@pytest.mark.parametrize("fault", ["broken-after", "dropped-after"])
async def test_a_platform_that_shows_a_message_and_fails(
    platform: StubPlatform, server: RunningStub, fault: str
) -> None:
    before = len(server.posts)
    server.misbehave(fault)
    with pytest.raises(UnknownOutcome):
        await platform.deliver(HELLO)
    assert len(server.posts) == before + 1


async def test_nobody_can_tell_what_became_of_a_doubtful_post(platform: StubPlatform) -> None:
    with pytest.raises(UnknownOutcome):
        await platform.find(HELLO, datetime.now(UTC))


async def test_a_platform_that_is_not_there_is_tried_later() -> None:
    platform = StubPlatform("http://127.0.0.1:1")
    with pytest.raises(RetryLater):
        await platform.deliver(HELLO)
    await platform.close()


async def test_an_event_comes_in_and_its_reply_goes_back() -> None:
    heard: list[Incoming] = []

    async def receive(event: Incoming) -> Reply:
        heard.append(event)
        return Reply(ReplyKind.NOTICE, notice="Noted.")

    body = {"id": "e1", "user": "ana", "kind": "press", "press": PRESS.pack(), "fields": {"line": ["so"]}}
    async with _listening(receive) as client:
        answer = await client.post("/stub/events", json=body)
        assert ((await answer.json())["kind"], answer.status) == ("notice", 200)
    assert (heard[0].kind, heard[0].press, heard[0].fields) == (EventKind.PRESS, PRESS, {"line": ("so",)})


async def test_an_event_that_was_not_committed_is_not_acknowledged() -> None:
    async def receive(event: Incoming) -> Reply:
        raise NotCommitted

    async with _listening(receive) as client:
        answer = await client.post("/stub/events", json={"id": "e1", "user": "ana", "kind": "message"})
        assert answer.status == 503


def _listening(receive: Receive) -> TestClient[web.Request, web.Application]:
    app = web.Application()
    app.add_routes(StubPlatform("").routes(receive))
    return TestClient(TestServer(app))
