"""Master keys of several versions, and rotations from one to the next."""

from bot.store.keys import Keys
from bot.store.rotation import hand_over, versions_of, wrap_anew


def rotate(keys: Keys) -> int:
    """The whole rotation, as the command does it; how many keys it wrapped anew."""
    hand_over(keys)
    number = wrap_anew(keys)
    keys.empty_log()
    return number


def counts(keys: Keys) -> dict[int, int]:
    """How many keys each version wraps, of those that wrap any."""
    return {version.number: version.keys for version in versions_of(keys) if version.keys}
