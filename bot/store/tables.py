"""Every table of the main store. Program-owned ones carry `program_id` first in their key.

`Instant` columns are milliseconds since 1970 (UTC); `sealed` ones are AES-256-GCM under the key that the
comment names. Plain columns hold nothing that a person wrote or tapped, but for silences (start, end, class)
and plans.
"""

from bot.store.columns import Instant, Serial, metadata
from bot.store.delivery_tables import holds, messages, occurrences, outbox, plans, shelf, silences, throttles
from bot.store.people_tables import (
    accounts,
    assignments,
    audit,
    barred,
    coaches,
    consents,
    evaluations,
    marks,
    memberships,
    meta,
    persons,
    programs,
)
from bot.store.talk_tables import alerts, counts, events, inbox, measures, notes, participants, talks, threads

__all__ = [
    "Instant",
    "Serial",
    "accounts",
    "alerts",
    "assignments",
    "audit",
    "barred",
    "coaches",
    "consents",
    "counts",
    "evaluations",
    "events",
    "holds",
    "inbox",
    "marks",
    "measures",
    "memberships",
    "messages",
    "meta",
    "metadata",
    "notes",
    "occurrences",
    "outbox",
    "participants",
    "persons",
    "plans",
    "programs",
    "shelf",
    "silences",
    "talks",
    "threads",
    "throttles",
]
