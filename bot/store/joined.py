"""A whole draft as one PostgreSQL statement: it happens entirely or not at all, in one round trip.

The person's row is locked and its version compared first, then the event is claimed, then all else is
written on the condition that both held. A condition reads what an earlier part returned: that is their order.
So new rows of one table wait for the one before: messages get their numbers in the order they were said.
"""
# ruff: noqa: S608 - phrases hold names of tables and columns only

from typing import Any

from bot.store.draft import Insert
from bot.store.phrases import Phrase, Phrases
from bot.store.plan import Plan


def joined(planned: Plan, phrases: Phrases) -> Phrase:
    """One statement that answers with a single truth: whether claim and guard held."""
    parts: list[str] = []
    params: list[Any] = []
    go = ""
    if planned.guard is not None and planned.claim is not None:
        _lock(planned, parts, params)
        go = "EXISTS (SELECT 1 FROM locked)"
    for name, condition in (("claimed", planned.claim), ("guarded", planned.guard)):
        if condition is not None:
            phrase = phrases.of(condition, go)
            parts.append(f"{name} AS ({phrase.text} RETURNING 1)")
            params.extend(phrase.params)
            go = f"EXISTS (SELECT 1 FROM {name})"
    before: dict[str, str] = {}
    for number, write in enumerate(planned.writes):
        is_row = isinstance(write, Insert) and not (write.ignore or write.while_active)
        phrase = phrases.of(write, before.get(write.table.name, go) if is_row else go)
        parts.append(f"w{number} AS ({phrase.text}{' RETURNING 1' if is_row else ''})")
        params.extend(phrase.params)
        if is_row:
            before[write.table.name] = f"EXISTS (SELECT 1 FROM w{number})"
    return Phrase(f"WITH {', '.join(parts)} SELECT {go or 'TRUE'}", tuple(params))


def _lock(planned: Plan, parts: list[str], params: list[Any]) -> None:
    guard = planned.guard
    if guard is None:
        return
    parts.append("locked AS MATERIALIZED (SELECT 1 FROM persons WHERE id = %s AND version = %s FOR UPDATE)")
    params.extend((guard.where["id"], guard.where["version"]))
