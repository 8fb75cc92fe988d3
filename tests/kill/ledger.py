"""What is left after all kills, held against what the residents and the platform saw."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import select

from adapters.port import Lane
from bot.delivery.row import Row
from bot.store.keys import Keys
from bot.store.store import Store
from bot.store.tables import events, outbox, persons
from bot.turns.playing import claimed_as
from tests.kill.earlier import Earlier

_AMISS = ("lost_events", "lost_posts", "lost_before", "unfinished", "uncounted_repeats", "doubled_nudges")


@dataclass(frozen=True, kw_only=True)
class Ledger:
    """Numbers, and the ids that are not as they should be.

    `repeats` were seen, `counted` is what the outbox says. `excused_posts` were left alone in doubt.
    `lost_before`: what an earlier version left and is not as it was. `untrue`: sentences about migrations and
    rotations that did not do as they should.
    """

    kills: Counter[str]
    events: int
    posts: int
    nudges: int
    repeats: int
    counted: int
    excused_posts: tuple[int, ...]
    lost_events: tuple[str, ...]
    lost_posts: tuple[int, ...]
    lost_before: tuple[str, ...]
    unfinished: tuple[int, ...]
    uncounted_repeats: tuple[int, ...]
    doubled_nudges: tuple[int, ...]
    untrue: tuple[str, ...]

    @property
    def amiss(self) -> dict[str, tuple[int | str, ...]]:
        """What may not be there, by its name: empty where all is well."""
        found = {name: getattr(self, name) for name in (*_AMISS, "untrue")}
        return {name: value for name, value in found.items() if value}

    def __add__(self, other: "Ledger") -> "Ledger":
        """Of several nights on databases of the same kind."""
        return Ledger(
            **{one.name: getattr(self, one.name) + getattr(other, one.name) for one in fields(self)}
        )


def ledger(
    store: Store,
    keys: Keys,
    *,
    accepted: Collection[str],
    posts: Collection[dict[str, Any]],
    earlier: Earlier,
    kills: Iterable[str],
    untrue: Iterable[str],
) -> Ledger:
    """Count. Rows of accounts without a person are gone once sent: the platform knows more than we do."""
    kept = set(store.read(lambda conn: conn.scalars(select(events.c.event_id)).all()))
    rows = store.read(lambda conn: [Row.of(one) for one in conn.execute(select(outbox)).mappings()])
    shown = Counter(post["id"] for post in posts if post["kind"] == "post")
    times = {row.id: shown[keys.mark(f"outbox:{row.id}")] for row in rows if row.operation == "post"}
    sent = [row for row in rows if row.id in times and row.state == "sent"]
    unseen = [row for row in sent if not times[row.id]]
    nudges = Counter(row.occurrence_id for row in rows if row.lane is Lane.NUDGE)
    return Ledger(
        kills=Counter(one.partition(":")[0] for one in kills),
        events=len(kept),
        posts=sum(shown.values()),
        nudges=sum(times[row.id] for row in rows if row.occurrence_id is not None),
        repeats=sum(max(number - 1, 0) for number in times.values()),
        counted=sum(row.repeats for row in rows),
        excused_posts=tuple(row.id for row in unseen if row.once and row.reason == "unknown"),
        lost_events=tuple(sorted(one for one in accepted if claimed_as(keys, one) not in kept)),
        lost_posts=tuple(row.id for row in unseen if not (row.once and row.reason == "unknown")),
        lost_before=tuple(_lost_before(store, keys, earlier, posts, kept)),
        unfinished=tuple(row.id for row in rows if row.state not in {"sent", "skipped"}),
        uncounted_repeats=tuple(row.id for row in sent if times[row.id] - 1 > row.repeats),
        doubled_nudges=tuple(key for key, number in nudges.items() if key is not None and number > 1),
        untrue=tuple(untrue),
    )


def _lost_before(
    store: Store, keys: Keys, earlier: Earlier, posts: Collection[dict[str, Any]], kept: Collection[str]
) -> Iterable[str]:
    people = set(store.read(lambda conn: conn.scalars(select(persons.c.id)).all()))
    reached = {post["to"]["user"] for post in posts}
    yield from (f"person {one}" for one in earlier.users if one not in people)
    yield from (f"message to {one}" for one in earlier.users if one not in reached)
    yield from (f"event {one}" for one in earlier.events if claimed_as(keys, one) not in kept)
    yield from (f"words of {one}" for one in earlier.unopened(keys))


def open_rows(store: Store) -> int:
    """How many rows are still to be sent."""
    query = select(outbox.c.id).where(outbox.c.state.in_(("waiting", "leased", "sending")))
    return len(store.read(lambda conn: conn.execute(query).all()))
