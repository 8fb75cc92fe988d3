"""What is left after all kills, held against what the residents and the platform saw."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from adapters.port import Lane
from bot.delivery.row import Row
from bot.store.keys import Keys
from bot.store.store import Store
from bot.store.tables import events, outbox
from bot.turns.playing import claimed_as


@dataclass(frozen=True, kw_only=True)
class Ledger:
    """Numbers, and the ids that are not as they should be.

    `repeats` were seen, `counted` is what the outbox says. `excused_posts` were left alone in doubt.
    """

    lost_events: tuple[str, ...]
    lost_posts: tuple[int, ...]
    excused_posts: tuple[int, ...]
    repeats: int
    counted: int
    uncounted_repeats: tuple[int, ...]
    unfinished: tuple[int, ...]
    doubled_nudges: tuple[int, ...]
    posts: int
    events: int
    nudges: int


def ledger(store: Store, keys: Keys, accepted: Collection[str], posts: Collection[dict[str, Any]]) -> Ledger:
    """Count. Rows of accounts without a person are gone once sent: the platform knows more than we do."""
    kept = set(store.read(lambda conn: conn.scalars(select(events.c.event_id)).all()))
    rows = store.read(lambda conn: [Row.of(one) for one in conn.execute(select(outbox)).mappings()])
    shown = Counter(post["id"] for post in posts if post["kind"] == "post")
    times = {row.id: shown[keys.mark(f"outbox:{row.id}")] for row in rows if row.operation == "post"}
    sent = [row for row in rows if row.id in times and row.state == "sent"]
    unseen = [row for row in sent if not times[row.id]]
    nudges = Counter(row.occurrence_id for row in rows if row.lane is Lane.NUDGE)
    return Ledger(
        lost_events=tuple(sorted(one for one in accepted if claimed_as(keys, one) not in kept)),
        lost_posts=tuple(row.id for row in unseen if not (row.once and row.reason == "unknown")),
        excused_posts=tuple(row.id for row in unseen if row.once and row.reason == "unknown"),
        repeats=sum(max(number - 1, 0) for number in times.values()),
        counted=sum(row.repeats for row in rows),
        uncounted_repeats=tuple(row.id for row in sent if times[row.id] - 1 > row.repeats),
        unfinished=tuple(row.id for row in rows if row.state not in {"sent", "skipped"}),
        doubled_nudges=tuple(key for key, number in nudges.items() if key is not None and number > 1),
        posts=sum(shown.values()),
        events=len(kept),
        nudges=sum(times[row.id] for row in rows if row.occurrence_id is not None),
    )


def open_rows(store: Store) -> int:
    """How many rows are still to be sent."""
    query = select(outbox.c.id).where(outbox.c.state.in_(("waiting", "leased", "sending")))
    return len(store.read(lambda conn: conn.execute(query).all()))
