"""The two listeners: what they answer, and how they meet bad input."""

import asyncio
import json
import logging
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from http import HTTPStatus
from pathlib import Path

import pytest
from aiohttp import ClientSession, web

from bot import logs
from bot.errors import AddressTaken, OperatorError, StoreUnavailable
from bot.settings import Settings
from bot.store.engines import lock_instance
from bot.web import addresses, doors
from bot.web.addresses import try_addresses
from bot.web.listeners import Listeners
from bot.web.readiness import Readiness

MARKER = "MARKER-my-own-words"
Served = tuple[Listeners, ClientSession]


async def echo(request: web.Request) -> web.Response:
    return web.Response(text=str(len(await request.text())))


async def fail(request: web.Request) -> web.Response:
    raise ValueError(await request.text())


ROUTES = [web.post("/echo", echo), web.post("/fail", fail)]


def local(folder: Path, *, host: str = "127.0.0.1", internal_host: str = "127.0.0.1") -> Settings:
    return Settings(data_folder=folder, host=host, port=0, internal_host=internal_host, internal_port=0)


@asynccontextmanager
async def serving(
    folder: Path, **checks: Callable[[], bool]
) -> AsyncIterator[tuple[Listeners, ClientSession]]:
    listeners = Listeners(local(folder), ROUTES, Readiness(checks))
    await listeners.start()
    async with ClientSession() as client:
        yield listeners, client
    await listeners.stop()


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    async with serving(tmp_path, database=lambda: True) as both:
        yield both


async def raw(port: int, sent: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(sent)
    answer = await reader.read()
    writer.close()
    return answer


async def test_a_route_answers_without_naming_the_server(served: Served) -> None:
    listeners, client = served
    async with client.post(f"http://127.0.0.1:{listeners.port}/echo", data="abc") as answer:
        assert (answer.status, await answer.text(), "Server" in answer.headers) == (200, "3", False)


async def test_health_and_metrics_stand_on_the_internal_listener_only(served: Served) -> None:
    listeners, client = served
    for port, status in ((listeners.internal_port, 200), (listeners.port, 404)):
        for path in ("healthz", "readyz", "metrics"):
            async with client.get(f"http://127.0.0.1:{port}/{path}") as answer:
                assert answer.status == status


async def test_readiness_is_names_and_booleans(tmp_path: Path) -> None:
    def away() -> bool:
        raise StoreUnavailable

    async with serving(tmp_path, database=away, resources=lambda: True) as (listeners, client):
        async with client.get(f"http://127.0.0.1:{listeners.internal_port}/readyz") as answer:
            assert answer.status == 503
            assert await answer.json() == {"ready": False, "database": False, "resources": True}
        async with client.get(f"http://127.0.0.1:{listeners.internal_port}/metrics") as answer:
            assert 'companion_ready{part="database"} 0.0' in await answer.text()


@pytest.mark.parametrize(
    "sent",
    [
        f"{MARKER}\r\n\r\n".encode(),
        f"GET /{MARKER} HTTP/9.9\r\n\r\n".encode(),
        f"GET / HTTP/1.1\r\nHost: a\r\n{MARKER}\r\n\r\n".encode(),
        f"GET / HTTP/1.1\r\nHost: a\r\nX: {MARKER * 2000}\r\n\r\n".encode(),
        b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        b"\x00\xff\xfe\r\n\r\n",
    ],
)
async def test_malformed_http_gets_a_constant_body(served: Served, sent: bytes) -> None:
    head, _, body = (await raw(served[0].port, sent)).partition(b"\r\n\r\n")
    assert (head.split(b" ")[1], body) == (b"400", b"Bad Request\n")
    assert b"server:" not in head.lower()


@pytest.mark.parametrize("path", ["echo", "nowhere"])
@pytest.mark.parametrize("inside", [False, True])
async def test_an_unknown_expectation_gets_a_constant_body(served: Served, path: str, inside: bool) -> None:
    port = served[0].internal_port if inside else served[0].port
    sent = f"POST /{path} HTTP/1.1\r\nHost: localhost\r\nExpect: {MARKER}\r\nContent-Length: 1\r\n\r\na"
    head, _, body = (await raw(port, sent.encode())).partition(b"\r\n\r\n")
    assert (head.split(b" ")[1], body) == (b"417", b"Expectation Failed\n")
    assert b"server:" not in head.lower()


async def test_who_waits_to_be_let_in_is_let_in(served: Served) -> None:
    head = b"POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nConnection: close\r\n"
    sent = head + b"Content-Length: 3\r\n\r\nabc"
    answer = await raw(served[0].port, sent)
    assert answer.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK")


async def test_what_a_route_raises_is_told_to_nobody(
    served: Served, capsys: pytest.CaptureFixture[str]
) -> None:
    listeners, client = served
    async with client.post(f"http://127.0.0.1:{listeners.port}/fail", data=MARKER) as answer:
        assert (answer.status, await answer.text()) == (500, "Internal Server Error\n")
    assert MARKER not in capsys.readouterr().err


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/echo", 405), ("GET", f"/{MARKER}", 404)])
async def test_what_is_not_there_gets_a_constant_body(
    served: Served, method: str, path: str, status: int
) -> None:
    listeners, client = served
    async with client.request(method, f"http://127.0.0.1:{listeners.port}{path}") as answer:
        assert (answer.status, MARKER in await answer.text()) == (status, False)


async def test_too_much_is_refused(served: Served) -> None:
    listeners, client = served
    body = b"a" * (doors.MOST_BYTES + 1)
    async with client.post(f"http://127.0.0.1:{listeners.port}/echo", data=body) as answer:
        assert (answer.status, await answer.text()) == (413, f"{HTTPStatus(413).phrase}\n")


async def test_a_slow_body_is_not_waited_for(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doors, "BODY_SECONDS", 0.05)
    sent = b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc"
    head, _, body = (await raw(served[0].port, sent)).partition(b"\r\n\r\n")
    assert (head.split(b" ")[1], body) == (b"408", b"Request Timeout\n")


async def test_an_address_that_is_taken_is_told_in_a_line(served: Served, tmp_path: Path) -> None:
    taken = Settings(data_folder=tmp_path, port=served[0].port, internal_port=0)
    listeners = Listeners(taken, [], Readiness({}))
    with pytest.raises(AddressTaken, match=r"is taken") as refused:
        await listeners.start()
    assert ("COMPANION_PORT" in refused.value.what_to_do, refused.value.exit_code) == (True, 75)


async def test_each_address_is_told_by_name_free_or_served(served: Served, tmp_path: Path) -> None:
    taken = Settings(data_folder=tmp_path, port=0, internal_port=served[0].internal_port)
    with pytest.raises(AddressTaken):  # by one that serves from another file
        await asyncio.to_thread(try_addresses, taken)
    lock = lock_instance(tmp_path / "companion.db")
    found = await asyncio.to_thread(try_addresses, taken)
    os.close(lock)
    internal = f"127.0.0.1:{served[0].internal_port}"
    assert found == f"{internal} served by a companion; 127.0.0.1:0 free"


@pytest.mark.parametrize(
    ("answer", "counts"),
    [('{"loop":true,"more":1}', True), ('{"loop": 1}', False), ("[]", False), ("", False)],
)
async def test_what_answers_as_a_companion_is_one(answer: str, counts: bool, tmp_path: Path) -> None:
    async def said(_: web.Request) -> web.Response:
        return web.Response(text=answer)

    app = web.Application()
    app.router.add_get("/healthz", said)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    asked = Settings(data_folder=tmp_path, internal_port=runner.addresses[0][1])
    assert await asyncio.to_thread(addresses.is_served, asked) is counts
    await runner.cleanup()


@pytest.mark.parametrize("host", ["192.0.2.1", "nowhere.invalid"])
async def test_an_address_of_another_machine_is_told_with_its_setting(host: str, tmp_path: Path) -> None:
    listeners = Listeners(local(tmp_path, internal_host=host), [], Readiness({}))
    with pytest.raises(OperatorError, match=f"{host} is no address of this machine") as refused:
        await listeners.start()
    assert "COMPANION_INTERNAL_HOST" in refused.value.what_to_do


@pytest.mark.parametrize(
    ("host", "status"),
    [("localhost:8081", 200), ("[::1]:8081", 200), ("rebound.example", 403), ("127.0.0.1.example", 403)],
)
async def test_the_internal_listener_answers_under_names_of_this_machine(
    served: Served, host: str, status: int
) -> None:
    listeners, client = served
    url = f"http://127.0.0.1:{listeners.internal_port}/metrics"
    async with client.get(url, headers={"Host": host}) as answer:
        assert answer.status == status


@pytest.mark.parametrize(("host", "shown"), [("127.0.0.1", "127.0.0.1"), ("::1", "[::1]")])
async def test_where_it_listens_is_logged(
    host: str,
    shown: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(logs, "_state", logs._State(level=logging.INFO))
    listeners = Listeners(local(tmp_path, host=host), [], Readiness({}))
    await listeners.start()
    line = json.loads(capsys.readouterr().err)
    assert (line["event"], line["public"], line["internal"]) == (
        "web.listening",
        f"{shown}:{listeners.port}",
        f"127.0.0.1:{listeners.internal_port}",
    )
    await listeners.stop()


async def test_a_stop_ends_what_streams(tmp_path: Path) -> None:
    ended = asyncio.Event()

    async def stream(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        await ended.wait()
        return response

    async def end() -> None:
        ended.set()

    listeners = Listeners(local(tmp_path), [web.get("/stream", stream)], Readiness({}), on_stop=[end])
    await listeners.start()
    async with ClientSession() as client, client.get(f"http://127.0.0.1:{listeners.port}/stream") as answer:
        await listeners.stop()
        assert await answer.read() == b""
