"""After the server has stopped: is what was acknowledged kept, and what was written shown once?"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path

from sqlalchemy import select

from adapters.port import OperationKind
from bot.delivery.row import Row
from bot.store.key_tables import default_key_store
from bot.store.keys import Keys, open_keys
from bot.store.masters import Masters
from bot.store.store import open_store
from bot.store.tables import events, inbox, outbox
from bot.turns.playing import claimed_as
from tests.load.notes import Notes


def hold_against(
    notes: Notes, shown: Mapping[str, Sequence[str]], *, database_url: str, master_keys: Path
) -> None:
    """Note an error for each thing that is lost, left over or doubled. `shown`: refs of messages, by user."""
    with (
        closing(open_store(database_url, single=False)) as store,
        closing(open_keys(default_key_store(database_url), Masters.load(master_keys))) as keys,
    ):
        kept = set(store.read(lambda conn: conn.scalars(select(events.c.event_id)).all()))
        rows = store.read(lambda conn: [Row.of(one) for one in conn.execute(select(outbox)).mappings()])
        moves = store.read(
            lambda conn: len(conn.execute(select(inbox.c.id).where(inbox.c.attempts > 0)).all())
        )
        for what in _amiss(notes, shown, keys, kept, rows):
            notes.amiss(what)
        for _ in range(moves):
            notes.amiss("a move failed")
    notes.told["sent"] = sum(row.state == "sent" for row in rows)
    notes.told["skipped"] = sum(row.state == "skipped" for row in rows)


def _amiss(
    notes: Notes, shown: Mapping[str, Sequence[str]], keys: Keys, kept: set[str], rows: Sequence[Row]
) -> Iterator[str]:
    yield from (
        "an acknowledged event is not claimed" for one in notes.accepted if claimed_as(keys, one) not in kept
    )
    seen = Counter((user, ref) for user, refs in shown.items() for ref in refs)
    yield from ("a message is shown twice" for number in seen.values() if number > 1)
    for row in rows:
        if row.state not in {"sent", "skipped"}:
            yield f"a row of the outbox is left {row.state}"
        if row.repeats:
            yield "a send was repeated"
        is_post = row.operation is OperationKind.POST and row.state == "sent"
        if is_post and (row.user, keys.mark(f"outbox:{row.id}")) not in seen:
            yield "a message that was sent is not shown"
