"""The platform under test, one after another."""

from collections.abc import AsyncIterator

import pytest

from tests.adapters.harness import Harness
from tests.adapters.registry import PLATFORMS


@pytest.fixture(params=sorted(PLATFORMS))
async def platform(request: pytest.FixtureRequest) -> AsyncIterator[Harness]:
    """Each registered platform, with somebody on it."""
    async with PLATFORMS[request.param]() as harness:
        yield harness
