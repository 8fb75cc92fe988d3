"""`companion outbox`: beside a running server."""

from collections.abc import Collection, Sequence
from datetime import timedelta

from bot.commands.terminal import counted, say, show_table, started
from bot.delivery.outbox import outbox_depth, outbox_drop, outbox_list, outbox_requeue, outbox_unsent
from bot.errors import NotFound
from bot.opening import opened

_TITLES = ("row", "state", "lane", "kind", "reason", "age", "tries", "repeats")
_WAITS = "It goes out by itself, or becomes a dead letter. To stop nudges: companion hold place"
_OPEN = ("waiting", "leased", "sending")


def show(*, every: bool) -> None:
    """Dead letters, and with `every` what still waits."""
    states = (*_OPEN, "dead") if every else ("dead",)
    with opened(started()) as at:
        letters = outbox_list(at.store, now=at.clock.now(), states=states)
        depth = outbox_depth(at.store, now=at.clock.now())
    rows: list[Sequence[object]] = [
        (one.id, one.state, one.lane, one.kind, one.reason, _age(one.age), one.attempts, one.repeats)
        for one in letters
    ]
    show_table(_TITLES, rows, empty="Nothing waits." if every else "There are no dead letters.")
    number = depth.dead + (depth.waiting if every else 0)
    if number > len(letters):
        say(f"These are the oldest {len(letters)} of {number}.")


def requeue(ids: Collection[int]) -> None:
    """Raises NotFound where none of them is a dead letter."""
    with opened(started()) as at:
        number = outbox_requeue(at.store, now=at.clock.now(), ids=ids)
    if not number:
        raise NotFound("None of these rows is a dead letter.", hint="See: companion outbox list")
    say(f"To be sent again: {counted(number, 'message')}.")


def drop(ids: Collection[int]) -> None:
    """Raises NotFound where none of them is a dead letter, or where one is still to be sent."""
    with opened(started()) as at:
        if unsent := outbox_unsent(at.store, ids):
            rows = ", ".join(map(str, unsent))
            raise NotFound(
                f"No dead letter, but still to be sent, so nothing was dropped: {rows}.", hint=_WAITS
            )
        number = outbox_drop(at.store, now=at.clock.now(), ids=ids)
    if not number:
        raise NotFound("None of these rows is a dead letter.", hint="See: companion outbox list")
    say(f"Dropped: {counted(number, 'message')}.")


def _age(age: timedelta) -> str:
    minutes = int(age.total_seconds() // 60)
    return f"{minutes // 60} h {minutes % 60} min"
