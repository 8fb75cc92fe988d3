"""A page sees what it missed, once; and what cannot be stored, at once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import ClientSession

from adapters.port import Account, NotCommitted, Operation, OperationKind
from adapters.web.chat import WebChat
from adapters.web.stream import QUIET_WAITS, Stream
from adapters.web.transcript import Transcript
from adapters.web.wire import Json
from tests.adapters.shapes import card, operation
from tests.web.scripted import Scripted
from tests.web.serving import Served, serving
from tests.web.visitor import Visitor, events, visiting

ME = Account("web", "demo", "resident")
AT = "2026-11-22T18:00:00-06:00"


def post(words: str) -> Operation:
    return operation(OperationKind.POST, ME, card(words))


@asynccontextmanager
async def watching(
    session: ClientSession, served: Served[Scripted], query: str = "as=resident", last: str = ""
) -> AsyncIterator[AsyncIterator[tuple[str, Json]]]:
    headers = {"Last-Event-ID": last} if last else {}
    async with session.get(f"{served.origin}/chat/stream?{query}", headers=headers) as response:
        assert response.content_type == "text/event-stream"
        yield events(response.content)


def names(sent: bytes) -> list[str]:
    return [line[7:] for line in sent.decode().splitlines() if line.startswith("event: ")]


def position(sent: bytes) -> str:
    return next(line[4:] for line in reversed(sent.decode().splitlines()) if line.startswith("id: "))


async def test_a_message_reaches_an_open_page(session: ClientSession, served: Served[Scripted]) -> None:
    async with watching(session, served) as found:
        assert (await anext(found))[0] == "ready"
        await served.chat.deliver(post("Hello"))
        name, data = await anext(found)
    assert (name, data["as"], data["card"]["paragraphs"]) == ("message", "resident", ["Hello"])


async def test_one_stream_serves_both_sides(session: ClientSession, served: Served[Scripted]) -> None:
    async with watching(session, served, "as=resident&as=coach") as found:
        assert [(await anext(found))[1]["as"] for _ in range(2)] == ["resident", "coach"]


async def test_nobody_sees_the_other_sides_messages(session: ClientSession, served: Served[Scripted]) -> None:
    await served.chat.deliver(post("for the resident"))
    assert await Visitor(session, served.origin, "coach").look() == []


def test_a_page_that_comes_back_sees_only_what_it_missed() -> None:
    transcript = Transcript()
    transcript.apply(post("first"), AT)
    last = position(Stream(["resident"], "").news("resident", transcript))
    transcript.apply(post("second"), AT)
    sent = Stream(["resident"], last).news("resident", transcript)
    assert (names(sent), b"second" in sent, b"first" in sent) == (["message", "ready"], True, False)


def test_only_the_last_event_of_a_batch_moves_the_position() -> None:
    transcript = Transcript()
    for words in ("first", "second"):
        transcript.apply(post(words), AT)
    assert Stream(["resident"], "").news("resident", transcript).count(b"id: ") == 1


def test_after_forgetting_the_page_starts_anew() -> None:
    transcript = Transcript()
    transcript.apply(post("first"), AT)
    stream = Stream(["resident"], "")
    stream.news("resident", transcript)
    anew = Transcript()
    anew.apply(post("All of it is gone."), AT)
    assert names(stream.news("resident", anew)) == ["reset", "message", "ready"]


def test_an_open_page_keeps_what_it_shows_until_something_new_begins() -> None:
    transcript = Transcript()
    transcript.apply(post("first"), AT)
    stream = Stream(["resident"], "")
    stream.news("resident", transcript)
    assert names(stream.news("resident", Transcript())) == []
    anew = Transcript()
    anew.apply(post("second"), AT)
    assert names(stream.news("resident", anew)) == ["reset", "message", "ready"]


def test_nothing_new_sends_nothing() -> None:
    stream = Stream(["resident"], "")
    stream.news("resident", Transcript())
    assert stream.news("resident", Transcript()) == b""


async def test_only_whose_messages_may_have_changed_is_read_again() -> None:
    stream = Stream(["resident", "coach"], "")
    looked = [stream.stale()]
    stream.wake("coach")
    looked.append(stream.stale())
    stream.pass_on("clock", {})
    looked.append(stream.stale())
    await stream.wait(0)
    await stream.wait(0)  # nothing came: another server may have changed any of them
    assert [*looked, stream.stale()] == [["resident", "coach"], ["coach"], [], ["resident", "coach"]]


async def test_a_message_for_one_reads_no_other_transcript(
    served: Served[Scripted], monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    get = served.shelf.get

    def noted(tenant: str, kind: str, item: str) -> bytes | None:
        read.append(item)
        return get(tenant, kind, item)

    async with visiting(served.link) as session, watching(session, served, "as=resident&as=coach") as found:
        assert [(await anext(found))[0] for _ in range(2)] == ["ready", "ready"]
        monkeypatch.setattr(served.shelf, "get", noted)
        await served.chat.deliver(post("Hello"))
        assert (await anext(found))[0] == "message"
    assert set(read) == {"resident"}


def test_a_position_that_makes_no_sense_shows_everything() -> None:
    transcript = Transcript()
    transcript.apply(post("first"), AT)
    assert "message" in names(Stream(["resident"], "x:y.z,resident:nope.9,\x00").news("resident", transcript))


async def test_the_heartbeat_carries_the_clock() -> None:
    async with (
        serving(Scripted(), heartbeat=0.01) as served,
        visiting(served.link) as session,
        watching(session, served) as found,
    ):
        assert [(await anext(found))[0] for _ in range(2)] == ["ready", "clock"]


async def test_a_safety_card_is_seen_although_nothing_was_committed(
    session: ClientSession, served: Served[Scripted], resident: Visitor
) -> None:
    served.behind.answers.append(NotCommitted(card("Call 988 now.")))
    event = {"id": "11111111-2222", "as": "resident", "kind": "message", "text": "…"}
    async with watching(session, served) as found:
        await anext(found)
        status, body = await resident.post(event)
        _, data = await anext(found)
    assert (status, body["card"], data["card"]) == (503, data["card"], body["card"])


async def test_while_the_shelf_cannot_be_read_the_page_is_told_and_then_catches_up() -> None:
    async with serving(Scripted(), heartbeat=0.01) as served, visiting(served.link) as session:
        await served.chat.deliver(post("Hello"))
        served.shelf.fails.add("get")
        async with watching(session, served) as found:
            assert (await anext(found))[0] == "trouble"
            served.shelf.fails.clear()
            while (heard := await anext(found))[0] != "message":
                assert heard[0] in {"trouble", "clock"}


async def test_a_quiet_page_is_read_again_after_every_fourth_wait_alone() -> None:
    stream, stale = Stream(["ana"], ""), []
    stream.stale()
    stream.news("ana", Transcript())
    for _ in range(2 * QUIET_WAITS):
        assert not await stream.wait(0.0)
        stale.append(stream.stale())
    assert stale == [[], [], [], ["ana"]] * 2


async def test_what_another_server_showed_is_seen_after_a_little_quiet() -> None:
    async with serving(Scripted(), heartbeat=0.01) as served, visiting(served.link) as session:
        other = WebChat(served.shelf, served.behind.receive, served.behind)
        async with watching(session, served) as found:
            assert (await anext(found))[0] == "ready"
            await other.deliver(post("Hello"))
            while (heard := await anext(found))[0] != "message":
                assert heard[0] == "clock"


async def test_closing_ends_every_stream(session: ClientSession, served: Served[Scripted]) -> None:
    async with watching(session, served) as found:
        await anext(found)
        await served.chat.close()
        async with asyncio.timeout(60):
            assert [one async for one in found] == []


async def test_twenty_deliveries_at_once_are_all_kept(served: Served[Scripted], resident: Visitor) -> None:
    await asyncio.gather(*(served.chat.deliver(post(str(n))) for n in range(20)))
    await resident.look()
    assert sorted(map(int, resident.said)) == list(range(20))


async def test_a_stream_for_nobody_is_refused(session: ClientSession, served: Served[Scripted]) -> None:
    for query in ("", "?as=nobody"):
        async with session.get(f"{served.origin}/chat/stream{query}") as response:
            assert response.status == 400
