"""The walking clock: one jump at a time, told to every page."""

import asyncio

import pytest

from adapters.web.door import Refused
from adapters.web.walking import Walking
from adapters.web.wire import Json
from tests.web.scripted import Scripted
from tests.web.story import Story
from tests.web.visitor import Visitor


async def test_a_jump_is_answered_when_it_is_done(resident: Visitor) -> None:
    assert await resident.jumps("+1h") == {
        "at": "2026-11-20T18:10:00-06:00",
        "zone": "America/Chicago",
        "walking": False,
        "progress": 0.0,
        "failed": False,
    }


@pytest.mark.parametrize("body", [{"to": "yesterday"}, {"to": 3}, {}])
async def test_an_unknown_target_is_refused(body: Json, resident: Visitor) -> None:
    headers = {"Origin": resident.origin}
    async with resident.session.post(f"{resident.origin}/chat/clock", json=body, headers=headers) as response:
        assert response.status == 400


async def test_every_page_hears_how_far_a_jump_is() -> None:
    told: list[Json] = []
    await Walking(Story(pace=0.03), told.append).jump("+48h")
    assert (told[0]["walking"], told[-1]["walking"], told[-1]["at"]) == (
        True,
        False,
        "2026-11-22T17:10:00-06:00",
    )


async def test_a_second_jump_waits_for_the_first_to_end() -> None:
    walking = Walking(Story(pace=0.02), lambda _: None)
    first = asyncio.ensure_future(walking.jump("+1h"))
    await asyncio.sleep(0)
    with pytest.raises(Refused, match="Conflict"):
        await walking.jump("+1h")
    assert not (await first)["failed"]


async def test_a_jump_that_fails_says_so_and_the_next_may_succeed() -> None:
    script = Scripted(jump_fails=RuntimeError("no"))
    walking = Walking(script, lambda _: None)
    failed = await walking.jump("+1h")
    script.jump_fails = None
    assert (failed["failed"], (await walking.jump("+1h"))["failed"]) == (True, False)
