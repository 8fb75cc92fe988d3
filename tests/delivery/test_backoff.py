import math
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.backoff import FIRST, LEAST, MOST, asked, backoff

ATTEMPTS = st.integers(min_value=-5, max_value=10_000)
SHARE = st.floats(min_value=0, max_value=1)
HEADER = st.floats()  # with infinities and what is no number


@given(attempts=ATTEMPTS, share=SHARE, header=HEADER)
def test_a_wait_is_never_shorter_than_a_second_nor_longer_than_a_quarter_of_an_hour(
    attempts: int, share: float, header: float
) -> None:
    wait = backoff(attempts, lambda least, most: least + share * (most - least), floor=header)
    assert LEAST <= wait <= MOST


@given(attempts=ATTEMPTS, header=st.floats(min_value=0, max_value=MOST.total_seconds()))
def test_a_wait_is_never_shorter_than_a_sensible_header(attempts: int, header: float) -> None:
    assert backoff(attempts, lambda least, most: least, floor=header) >= timedelta(seconds=header)


@given(attempts=st.integers(min_value=1, max_value=9))
def test_the_ceiling_doubles(attempts: int) -> None:
    ceiling = min(FIRST * 2 ** (attempts - 1), MOST)
    assert backoff(attempts, lambda least, most: most) == ceiling


@pytest.mark.parametrize("share", [0.25, 0.5, 0.75])
def test_a_wait_is_any_share_of_the_ceiling_so_that_replicas_spread_out(share: float) -> None:
    ceiling = backoff(6, lambda least, most: most)
    assert backoff(6, lambda least, most: least + (most - least) * share) == ceiling * share


def test_an_absurd_header_is_cut_and_nonsense_is_none() -> None:
    assert asked(86_400.0) == MOST
    assert asked(math.nan) == asked(-3.0) == asked(-math.inf) == timedelta()


def test_a_fractional_header_is_kept() -> None:
    assert asked(1.5) == timedelta(seconds=1.5)
