"""Whoever speaks to the outside trusts the further authority and goes through the proxy."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Self

import pytest
from aiohttp import ClientConnectorCertificateError, web

from bot.errors import OperatorError
from bot.settings import Settings
from bot.web.client import client_session
from tests.ops.authority import issue


class Proxy:
    """Joins two ends after CONNECT, and remembers where to."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.port = 0
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._joined, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        await self._server.wait_closed()

    async def _joined(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        target = (await reader.readuntil(b"\r\n\r\n")).split(b" ")[1].decode()
        self.asked.append(target)
        host, _, port = target.rpartition(":")
        there, out = await asyncio.open_connection(host, int(port))
        writer.write(b"HTTP/1.1 200 Connected\r\n\r\n")
        await asyncio.gather(_copied(reader, out), _copied(there, writer))


async def _copied(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)
    writer.close()


@pytest.fixture(autouse=True)
def no_proxy_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
async def platform(tmp_path: Path) -> AsyncIterator[tuple[str, Path]]:
    """A TLS server under an authority that nobody knows: its URL and the authority's file."""

    async def answer(_: web.BaseRequest) -> web.Response:
        return web.Response(text="here")

    authority, context = issue(tmp_path)
    runner = web.ServerRunner(web.Server(answer))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
    yield f"https://127.0.0.1:{runner.addresses[0][1]}", authority
    await runner.cleanup()


async def ask(url: str, settings: Settings) -> str:
    async with client_session(settings) as session, session.get(url) as answer:
        return await answer.text()


async def test_an_unknown_authority_is_refused(platform: tuple[str, Path]) -> None:
    with pytest.raises(ClientConnectorCertificateError):
        await ask(platform[0], Settings())


async def test_a_further_authority_is_trusted(platform: tuple[str, Path]) -> None:
    assert await ask(platform[0], Settings(extra_ca_file=platform[1])) == "here"


async def test_a_proxy_is_gone_through(platform: tuple[str, Path]) -> None:
    url, authority = platform
    async with Proxy() as proxy:
        settings = Settings(extra_ca_file=authority, https_proxy=f"http://127.0.0.1:{proxy.port}")
        assert await ask(url, settings) == "here"
    assert proxy.asked == [url.removeprefix("https://")]


async def test_the_proxy_of_the_system_holds_where_none_is_set(
    platform: tuple[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    url, authority = platform
    async with Proxy() as proxy:
        monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{proxy.port}")
        assert await ask(url, Settings(extra_ca_file=authority)) == "here"
    assert len(proxy.asked) == 1


async def test_a_file_without_an_authority_is_told_in_a_line(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("no certificate")
    with pytest.raises(OperatorError, match=r"holds no certificate authority"):
        client_session(Settings(extra_ca_file=tmp_path / "ca.pem"))
