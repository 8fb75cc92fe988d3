"""The web chat served for a test, and somebody visiting it."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from aiohttp import ClientSession
from playwright.async_api import Browser

from tests.web.browser import chromium
from tests.web.scripted import Scripted
from tests.web.serving import Served, serving
from tests.web.visitor import Visitor, visiting


@pytest.fixture
async def served() -> AsyncIterator[Served[Scripted]]:
    """The web chat with a scripted turn behind it."""
    async with serving(Scripted()) as found:
        yield found


@pytest.fixture
async def session(served: Served[Scripted]) -> AsyncIterator[ClientSession]:
    """A browser's session that began with the printed link."""
    async with visiting(served.link) as found:
        yield found


@pytest.fixture
def resident(served: Served[Scripted], session: ClientSession) -> Visitor:
    """The resident at the page."""
    return Visitor(session, served.origin, "resident")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    """One browser for all tests of a module; each test has a page and a session of its own."""
    async with chromium() as found:
        yield found
