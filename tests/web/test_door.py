"""What is malformed, foreign or too much is refused with constant words; nothing of it is kept or logged."""

import asyncio
import json
import logging
from typing import Any

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import make_mocked_request

from adapters.web.door import MOST_BYTES, Refused, check_host
from tests.web.scripted import Scripted
from tests.web.serving import Served, serving
from tests.web.visitor import visiting

GOOD: dict[str, Any] = {"id": "11111111-2222", "as": "resident", "kind": "message", "text": "hello"}
JSON = {"Content-Type": "application/json"}


async def post(
    session: ClientSession, served: Served[Scripted], body: bytes, path: str = "/chat/events", **headers: str
) -> tuple[int, str]:
    sent = {
        "Origin": served.origin,
        **JSON,
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    async with session.post(served.origin + path, data=body, headers=sent) as response:
        assert response.headers["Server"] == "companion"
        return response.status, await response.text()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'"text"',
        b"null",
        b"NaN",
        b'{"id": NaN}',
        b'{"id": 1, "id": 2}',
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"a":' * 20_000,
        b'{"n": ' + b"9" * 5000 + b"}",
    ],
    ids=lambda body: repr(body[:12]),
)
async def test_a_body_that_is_no_object_is_a_bad_request(
    body: bytes, session: ClientSession, served: Served[Scripted]
) -> None:
    assert await post(session, served, body) == (400, "Bad Request\n")
    assert served.behind.heard == []


@pytest.mark.parametrize(
    "change",
    [
        {"id": ""},
        {"id": "short"},
        {"id": 7},
        {"id": "x" * 65},
        {"id": "with space 1"},
        {"as": "nobody"},
        {"as": ["resident"]},
        {"as": None},
        {"kind": "gone"},
        {"kind": {}},
        {"kind": "press"},
        {"kind": "press", "press": "no such"},
        {"kind": "form", "press": ""},
        {"press": "a|b|c|d|e|f"},
        {"press": "a|²|c|d|e|f"},
        {"press": "a|1234567890|c|d|e|f"},
        {"text": ["hello"]},
        {"fields": []},
        {"fields": {"line": "text"}},
        {"fields": {"line": [1]}},
        {"fields": {"line": ["x"] * 101}},
        {"fields": {str(n): [] for n in range(51)}},
        {"origin": "x" * 201},
        {"zone": 1},
        {"more": ""},
    ],
    ids=str,
)
async def test_an_event_that_does_not_fit_is_refused_as_a_whole(
    change: dict[str, Any], session: ClientSession, served: Served[Scripted]
) -> None:
    assert await post(session, served, json.dumps(GOOD | change).encode()) == (400, "Bad Request\n")
    assert served.behind.heard == []


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/json5", ""])
async def test_only_json_is_read(kind: str, session: ClientSession, served: Served[Scripted]) -> None:
    status, _ = await post(session, served, json.dumps(GOOD).encode(), Content_Type=kind)
    assert status == 415


async def test_a_compressed_body_is_not_unpacked(session: ClientSession, served: Served[Scripted]) -> None:
    body = json.dumps(GOOD).encode()
    status, _ = await post(session, served, body, Content_Encoding="identity")
    assert status == 415


async def test_a_body_over_the_cap_is_refused_before_it_is_read(served: Served[Scripted]) -> None:
    key = await served.chat.key()
    head = (
        f"POST /chat/events HTTP/1.1\r\nHost: {served.origin[7:]}\r\nOrigin: {served.origin}\r\n"
        f"Cookie: companion_chat={key}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {10 * 2**20}\r\n\r\n"
    )
    host, port = served.origin[7:].split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(head.encode())
    assert b" 413 " in await reader.readline()
    writer.close()


async def test_a_body_that_never_says_its_length_is_cut_off(
    session: ClientSession, served: Served[Scripted]
) -> None:
    async def pieces() -> Any:  # noqa: ANN401 - an async generator of bytes
        for _ in range(MOST_BYTES // 65536 + 2):
            yield b" " * 65536

    headers = {"Origin": served.origin, **JSON}
    async with session.post(f"{served.origin}/chat/events", data=pieces(), headers=headers) as response:
        assert response.status == 413


@pytest.mark.parametrize(
    "host", ["example.org", "127.0.0.1.example.org", "user@127.0.0.1", "169.254.169.254", "["]
)
async def test_another_host_name_is_refused(
    host: str, session: ClientSession, served: Served[Scripted]
) -> None:
    async with session.get(f"{served.origin}/chat", headers={"Host": host}) as response:
        assert response.status in {400, 403}


@pytest.mark.parametrize("peer", ["10.0.0.9", "203.0.113.7", "fe80::1", ""])
def test_another_machine_is_refused_whatever_host_name_it_sends(peer: str) -> None:
    named = make_mocked_request("GET", "/chat", headers={"Host": "127.0.0.1:8080"})
    check_host(named.clone(remote="127.0.0.1"), ())
    with pytest.raises(Refused):
        check_host(named.clone(remote=peer), ())


async def test_what_a_proxy_passes_on_is_refused_where_no_host_is_configured(
    session: ClientSession, served: Served[Scripted]
) -> None:
    passed_on = {"X-Forwarded-For": "203.0.113.7"}
    async with session.get(f"{served.origin}/chat", headers=passed_on) as response:
        assert response.status == 403


async def test_a_configured_host_name_is_let_in() -> None:
    known = {"Host": "chat.example.org"}
    async with (
        serving(Scripted(), hosts=("chat.example.org",)) as served,
        visiting(served.link) as session,
        session.get(f"{served.origin}/chat/people", headers=known) as response,
    ):
        assert response.status == 200


@pytest.mark.parametrize("origin", ["", "null", "http://example.org", "http://127.0.0.1:1"])
async def test_a_post_from_another_page_is_refused(
    origin: str, session: ClientSession, served: Served[Scripted]
) -> None:
    assert await post(session, served, json.dumps(GOOD).encode(), Origin=origin) == (403, "Forbidden\n")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/chat/events", 405),
        ("PUT", "/chat/events", 405),
        ("DELETE", "/chat", 405),
        ("TRACE", "/chat/stream", 405),
        ("POST", "/chat", 405),
        ("GET", "/chat/", 404),
        ("GET", "/chat/chat.py", 404),
        ("GET", "/chat/..%2fchat.py", 404),
        ("GET", "/chat/page.html", 404),
        ("GET", "/chat/a/b/c", 404),
    ],
)
async def test_what_is_not_there_says_nothing_about_the_server(
    method: str, path: str, status: int, session: ClientSession, served: Served[Scripted]
) -> None:
    async with session.request(method, served.origin + path, headers={"Origin": served.origin}) as response:
        assert (response.status, response.headers["Server"]) == (status, "companion")


async def test_no_refused_body_is_logged(
    session: ClientSession, served: Served[Scripted], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for body in (b"marker", b'{"text": "marker"}', json.dumps(GOOD | {"marker": "marker"}).encode()):
        await post(session, served, body)
    assert "marker" not in caplog.text
