"""Forged, malformed, slow, huge or astray: refused in constant words, and nothing of it is kept."""

import asyncio
import gzip
import json
import logging
from collections.abc import Iterator

import pytest
from aiohttp import ClientSession, CookieJar
from sqlalchemy import func, select
from yarl import URL

from adapters.web.wire import Json
from bot.store.tables import events, outbox, shelf
from bot.web import doors
from tests.hostile.home import Home

pytestmark = pytest.mark.asyncio(loop_scope="module")

PATH = "/chat/events"
MARKER = "zebrafinch"
GOOD: Json = {"id": "11111111-2222", "as": "resident", "kind": "message", "text": MARKER}
TYPE = {"Content-Type": "application/json"}
BODIES: dict[str, bytes] = {
    "malformed": b'{"id": "' + MARKER.encode(),
    "array": b'["zebrafinch"]',
    "string": b'"zebrafinch"',
    "null": b"null",
    "NaN": b'{"id": NaN}',
    "duplicate keys": b'{"text": "zebrafinch", "text": "b"}',
    "5000 digits": b'{"id": ' + b"9" * 5000 + b"}",
    "100k nesting": b"[" * 100_000,
    "nested objects": b'{"a":' * 20_000,
    "empty": b"",
    "invalid UTF-8": b'{"text": "\xff\xfe"}',
}


@pytest.fixture(autouse=True)
def quiet(door_of_home: Home, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Whatever a test of this module sends, nothing of it is kept or logged."""
    caplog.set_level(logging.DEBUG)
    before = rows(door_of_home)
    yield
    assert rows(door_of_home) == before
    assert MARKER not in caplog.text


def rows(home: Home) -> list[int]:
    """How many rows stand where an event would leave one."""
    counted = [select(func.count()).select_from(table) for table in (events, outbox, shelf)]
    return home.app.store.read(lambda conn: [int(conn.scalar(one) or 0) for one in counted])


async def post(home: Home, body: bytes, *, key: str | None = None, **headers: str) -> tuple[int, str]:
    """Post with the cookie of the printed link, or with another one, or with none ("")."""
    sent = {"Origin": home.origin, **TYPE} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    if key is None:
        async with home.session.post(home.origin + PATH, data=body, headers=sent) as answer:
            return answer.status, await answer.text()
    sent |= {"Cookie": f"companion_chat={key}"} if key else {}
    async with (
        ClientSession(cookie_jar=CookieJar(unsafe=True)) as stranger,
        stranger.post(home.origin + PATH, data=body, headers=sent) as answer,
    ):
        return answer.status, await answer.text()


async def test_case_01_without_or_with_a_forged_key_nobody_gets_in(door_of_home: Home) -> None:
    answers = {await post(door_of_home, json.dumps(GOOD).encode(), key=key) for key in ("", "forged")}

    assert answers == {(401, "Open the link that the companion printed when it started.\n")}


@pytest.mark.parametrize("key", ["abc", "", "1" + "0" * 30, "1.5", "\u00e9", "\U0001f600", "a" * 5000])
async def test_case_04_a_key_that_is_none_is_refused_like_any_other(door_of_home: Home, key: str) -> None:
    status, _ = await post(door_of_home, json.dumps(GOOD).encode(), key=key)

    assert status == 401


@pytest.mark.parametrize("cookies", [("wrong", "false"), ("wrong", "{right}")])
async def test_case_04_with_two_headers_no_guess_is_made(
    door_of_home: Home, cookies: tuple[str, str]
) -> None:
    assert door_of_home.app.web is not None
    right = await door_of_home.app.web.key()
    head = f"POST {PATH} HTTP/1.1\r\nHost: {door_of_home.origin[7:]}\r\nOrigin: {door_of_home.origin}\r\n"
    for one in cookies:
        head += f"Cookie: companion_chat={one.format(right=right)}\r\n"
    body = json.dumps(GOOD)
    head += f"Connection: close\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    answer = await door_of_home.raw((head + body).encode())

    assert answer.startswith(b"HTTP/1.1 401 ")


@pytest.mark.parametrize("to", ["abc", "", "+1" + "0" * 30 + "h", "+1.5h", "-1h", "+\u0661h", "+h"])
async def test_case_04_a_time_that_is_none_moves_no_clock(door_of_home: Home, to: str) -> None:
    before = door_of_home.app.clock.ahead
    body, headers = json.dumps({"to": to}), {"Origin": door_of_home.origin, **TYPE}
    async with door_of_home.session.post(
        f"{door_of_home.origin}/chat/clock", data=body, headers=headers
    ) as answer:
        assert (answer.status, door_of_home.app.clock.ahead) == (400, before)


@pytest.mark.parametrize("name", BODIES)
async def test_case_05_what_is_no_object_is_a_bad_request_and_unsigned_not_even_that(
    door_of_home: Home, name: str
) -> None:
    signed = await post(door_of_home, BODIES[name])
    unsigned, _ = await post(door_of_home, BODIES[name], key="")

    assert (signed, unsigned) == ((400, "Bad Request\n"), 401)


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"\xff\xfe\x00", TYPE, 400),
        (gzip.compress(json.dumps(GOOD).encode()), TYPE | {"Content-Encoding": "gzip"}, 415),
        (b"no gzip at all", TYPE | {"Content-Encoding": "gzip"}, 400),
        (gzip.compress(b" " * 10 * 2**20), TYPE | {"Content-Encoding": "gzip"}, 413),
        (json.dumps(GOOD).encode(), {"Content-Type": "text/plain"}, 415),
        (json.dumps(GOOD).encode(), {"Content-Type": "application/x-www-form-urlencoded"}, 415),
        (json.dumps(GOOD).encode(), {"Content-Type": ""}, 415),
    ],
    ids=["no UTF-8", "gzip", "broken gzip", "gzip bomb", "plain text", "form", "no type"],
)
async def test_case_06_only_plain_json_is_read(
    door_of_home: Home, body: bytes, headers: dict[str, str], status: int
) -> None:
    async with door_of_home.session.post(
        door_of_home.origin + PATH, data=body, headers={"Origin": door_of_home.origin, **headers}
    ) as answer:
        assert answer.status == status


def _head(home: Home, *more: str) -> bytes:
    """The head of a post by whoever holds the link."""
    cookie = home.session.cookie_jar.filter_cookies(URL(home.origin + PATH))["companion_chat"].value
    lines = (f"Host: {home.origin[7:]}", f"Origin: {home.origin}", f"Cookie: companion_chat={cookie}", *more)
    return "\r\n".join((f"POST {PATH} HTTP/1.1", "Content-Type: application/json", *lines, "", "")).encode()


async def test_case_06_a_body_that_drips_is_cut_off_at_its_deadline(
    door_of_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doors, "BODY_SECONDS", 0.2)
    sent = _head(door_of_home, "Transfer-Encoding: chunked") + b'1\r\n{\r\n1\r\n"\r\n'
    answer = await door_of_home.raw(sent)

    assert answer.startswith(b"HTTP/1.1 408 ")


async def test_case_06_a_head_that_drips_is_cut_off_too(
    door_of_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert door_of_home.app.listeners._public.server is not None
    monkeypatch.setitem(door_of_home.app.listeners._public.server._kwargs, "keepalive_timeout", 0.2)
    answer = await door_of_home.raw(_head(door_of_home).removesuffix(b"\r\n"))

    assert answer == b""


@pytest.mark.parametrize("how", [f"Content-Length: {10 * 2**20}", "Transfer-Encoding: chunked"])
@pytest.mark.parametrize("signed", [True, False])
async def test_case_07_ten_mebibytes_are_refused_before_they_are_read(
    door_of_home: Home, how: str, signed: bool
) -> None:
    head = _head(door_of_home, how)
    if not signed:
        head = head.replace(b"Cookie: companion_chat=", b"Cookie: companion_chat=un")
    piece = b" " * 65536
    host, port = "127.0.0.1", door_of_home.port
    reader, writer = await asyncio.open_connection(host, port)
    writer.write(head)
    for _ in range(5):  # of 160
        writer.write(b"10000\r\n" + piece + b"\r\n" if "chunked" in how else piece)
    answer = await reader.readline()
    writer.close()

    assert answer.startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("GET /chat/events", 405),
        ("PUT /chat/events", 405),
        ("TRACE /chat/events", 405),
        ("TRACE /chat", 405),
        ("CONNECT /chat/events", 404),
        ("BREW /chat/events", 400),
        ("GET /nowhere", 404),
        ("GET /chat/nowhere", 404),
        ("GET /chat/page.html", 404),
        ("GET /chat/../../../etc/passwd", 404),
        ("GET /chat/..%2f..%2fdoor.py", 404),
        ("GET /chat/%2e%2e/%2e%2e/etc/passwd", 404),
        ("GET /chat/....//page.css", 404),
        ("GET /chat/page.css%00.html", 404),
        ("GET /chat/..%2f..%2fpage/page.html", 404),
        ("GET //chat/events", 404),
    ],
)
async def test_case_08_what_is_not_there_says_nothing_about_the_server(
    door_of_home: Home, asked: str, status: int
) -> None:
    head = _head(door_of_home, "Connection: close").partition(b"\r\n")[2]
    answer = await door_of_home.raw(f"{asked} HTTP/1.1\r\n".encode() + head)
    said = answer.partition(b"\r\n\r\n")[0].decode().lower()

    assert (int(answer.split(b" ")[1]), "aiohttp" in said, "python" in said) == (status, False, False)


@pytest.mark.parametrize("asked", ["PUT healthz", "TRACE readyz", "POST metrics", "GET ../chat", "GET chat"])
async def test_case_08_so_it_is_on_the_internal_listener(door_of_home: Home, asked: str) -> None:
    method, _, path = asked.partition(" ")
    url = URL(f"http://127.0.0.1:{door_of_home.app.listeners.internal_port}/{path}", encoded=True)
    async with door_of_home.session.request(method, url) as answer:
        assert (answer.status, "Server" in answer.headers) == (405 if method != "GET" else 404, False)
