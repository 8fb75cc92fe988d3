"""How long to wait before a send is tried again.

Full jitter (a random share of a ceiling that doubles) spreads replicas out after an outage; the platform's
Retry-After is a floor under it. Both end at a quarter of an hour, so that an absurd header strands nobody.
"""

import math
from collections.abc import Callable
from datetime import timedelta

Between = Callable[[float, float], float]
"""A random number between two: `random.uniform`, or a fixed choice in tests."""

LEAST = timedelta(seconds=1)
FIRST = timedelta(seconds=2)
MOST = timedelta(minutes=15)

_DOUBLINGS = 20  # far beyond MOST; keeps the power small


def asked(seconds: float) -> timedelta:
    """What a platform asked to wait, as far as it makes sense: never negative, at most MOST."""
    if math.isnan(seconds) or seconds <= 0:
        return timedelta()
    return timedelta(seconds=min(seconds, MOST.total_seconds()))


def backoff(attempts: int, between: Between, *, floor: float = 0.0) -> timedelta:
    """The wait after try number `attempts` (1 or more); `floor` is the platform's own wish in seconds."""
    doublings = min(max(attempts, 1) - 1, _DOUBLINGS)
    ceiling = min(FIRST * 2**doublings, MOST)
    jitter = timedelta(seconds=between(0.0, ceiling.total_seconds()))
    return max(LEAST, jitter, asked(floor))
