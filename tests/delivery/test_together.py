import asyncio
from collections.abc import Sequence

import pytest

from bot.delivery.together import Together


async def test_what_is_asked_at_the_same_time_is_done_in_one_go() -> None:
    goes: list[list[int]] = []

    async def double(numbers: Sequence[int]) -> list[int]:
        goes.append(list(numbers))
        return [2 * number for number in numbers]

    together = Together(double)
    assert await asyncio.gather(*(together(number) for number in range(4))) == [0, 2, 4, 6]
    assert goes == [[0, 1, 2, 3]]


async def test_one_that_fails_takes_no_other_down() -> None:
    async def halve(numbers: Sequence[int]) -> list[float]:
        return [1 / number for number in numbers]

    together = Together(halve)
    answers = await asyncio.gather(together(2), together(0), together(4), return_exceptions=True)
    assert (answers[0], type(answers[1]), answers[2]) == (0.5, ZeroDivisionError, 0.25)


async def test_it_goes_on_after_a_failure() -> None:
    async def halve(numbers: Sequence[int]) -> list[float]:
        return [1 / number for number in numbers]

    together = Together(halve)
    with pytest.raises(ZeroDivisionError):
        await together(0)
    assert await together(2) == 0.5
