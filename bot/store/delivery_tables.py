"""Delivery, nudges, and the shelf of the platforms."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from bot.store.columns import Instant, Serial, metadata

_PLANNED = text("state = 'planned'")
_OF_NOBODY = text("kind = 'transcript' AND subject LIKE 'tenant:%'")

HOME = "home"
"""Text id and key of the row that draws a person's own surface anew."""

outbox = Table(
    "outbox",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("platform", Text, nullable=False),
    Column("tenant", Text, nullable=False),
    Column("user", Text, nullable=False),
    Column("person_id", Text, nullable=False, server_default=""),
    Column("program_id", Text, nullable=False, server_default=""),
    Column("lane", Integer, nullable=False),
    Column("operation", Text, nullable=False),
    Column("text_id", Text, nullable=False, server_default=""),  # fixed texts carry no body
    Column("variant", Integer, nullable=False, server_default="0"),
    Column("body", LargeBinary),  # sealed, `subject`; wiped once sent
    Column("subject", Text, nullable=False, server_default=""),  # whose key: person:… or thread:…
    Column("flow", Text, nullable=False, server_default=""),
    Column("talk_id", Text, nullable=False, server_default=""),
    Column("key", Text, nullable=False, server_default=""),
    Column("started_by_us", Boolean, nullable=False, server_default="0"),
    Column("tender", Boolean, nullable=False, server_default="0"),
    Column("occurrence_id", Integer),
    Column("due_at", Instant, nullable=False),  # domain time
    Column("late_at", Instant),  # domain time: not sent after it
    Column("retry_at", Instant),  # real time
    Column("state", Text, nullable=False, server_default="waiting"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("fence", Integer, nullable=False, server_default="0"),
    Column("lease_until", Instant),  # real time
    Column("repeats", Integer, nullable=False, server_default="0"),
    Column("reason", Text, nullable=False, server_default=""),
    Column("created_at", Instant, nullable=False),
    CheckConstraint("state in ('waiting', 'leased', 'sending', 'sent', 'skipped', 'dead')", name="state"),
    Index("ix_outbox_open", "state", "platform", "lane", "id"),  # the order of claims
    Index("ix_outbox_due", "state", "due_at"),
    Index("ix_outbox_order", "platform", "tenant", "user", "state", "id"),
    sqlite_autoincrement=True,  # a platform drops repeats by id: a deleted row's is never given again
)

messages = Table(  # receipts: what stands in a chat, by talk and key
    "messages",
    metadata,
    Column("talk_id", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("platform", Text, nullable=False),
    Column("tenant", Text, nullable=False),
    Column("user", Text, nullable=False),
    Column("reference", Text, nullable=False),
    Column("sent_at", Instant, nullable=False),
    PrimaryKeyConstraint("talk_id", "key", "platform", "tenant", "user"),
    Index("ix_messages_sent_at", "sent_at"),
)

throttles = Table(
    "throttles",
    metadata,
    Column("platform", Text, nullable=False),
    Column("tenant", Text, nullable=False),
    Column("nudges_only", Boolean, nullable=False, server_default="0"),
    Column("until", Instant, nullable=False, server_default="0"),  # real time
    Column("minute", Integer, nullable=False, server_default="0"),  # since 1970, real time
    Column("nudges", Integer, nullable=False, server_default="0"),  # claimed in that minute
    PrimaryKeyConstraint("platform", "tenant"),
)

plans = Table(
    "plans",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=False),  # derived from person and kind
    Column("program_id", Text, ForeignKey("programs.program_id"), nullable=False),
    Column("person_id", Text, ForeignKey("persons.id"), nullable=False),
    Column("kind", Text, nullable=False),  # check-in, …
    Column("weekday", Integer, nullable=False),  # Monday is 0
    Column("minute", Integer, nullable=False),  # of the local day
    Column("every", Integer, nullable=False, server_default="1"),  # weeks; 0: only when asked
    Column("unanswered", Integer, nullable=False, server_default="0"),
    UniqueConstraint("person_id", "kind"),
)

occurrences = Table(
    "occurrences",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("program_id", Text, nullable=False),
    Column("person_id", Text, ForeignKey("persons.id"), nullable=False),
    Column("plan_id", BigInteger, ForeignKey("plans.id"), nullable=False),
    Column("local_date", Date, nullable=False),
    Column("slot", Integer, nullable=False, server_default="0"),  # 0 first, 1 reminder, 2 and more snoozed
    Column("zone", Text, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("late_at", Instant, nullable=False),
    Column("state", Text, nullable=False),  # planned, invited, opened, answered, skipped, expired
    Column("reason", Text, nullable=False, server_default=""),
    Column("why", Text, nullable=False, server_default=""),  # key of the sentence that answers "why now"
    Column("talk_id", Text, nullable=False),  # reserved
    UniqueConstraint("person_id", "plan_id", "local_date", "slot"),
    CheckConstraint(
        "state in ('planned', 'invited', 'opened', 'answered', 'skipped', 'expired')", name="state"
    ),
    # Holds what is planned and nothing else: its size follows the people, not their past.
    Index("ix_occurrences_due", "due_at", "id", sqlite_where=_PLANNED, postgresql_where=_PLANNED),
    Index("ix_occurrences_talk", "talk_id"),
)

silences = Table(  # start, end and class only, from the person's own taps
    "silences",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("person_id", Text, ForeignKey("persons.id"), nullable=False),
    Column("reason", Text, nullable=False),  # pause, leave, nights, shift, stop, snooze
    Column("starts_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),
    Index(None, "person_id", "ends_at"),
    Index("ix_silences_ends_at", "ends_at"),
)

holds = Table(  # one named person stops all bot-started messages of a cohort or program
    "holds",
    metadata,
    Column("program_id", Text, ForeignKey("programs.program_id"), nullable=False),
    Column("stage", Text, nullable=False, server_default=""),  # empty: the whole program
    Column("placed_by", Text, nullable=False),
    Column("starts_at", Instant, nullable=False),
    Column("ends_at", Instant),
    PrimaryKeyConstraint("program_id", "stage", "starts_at"),
)

shelf = Table(
    "shelf",
    metadata,
    Column("platform", Text, nullable=False),
    Column("tenant", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("item", Text, nullable=False),
    Column("subject", Text, nullable=False),  # person:… or tenant:…
    Column("body", LargeBinary, nullable=False),  # sealed, subject
    Column("written", Integer, nullable=False, server_default="0"),
    Column("at", Instant, nullable=False, server_default="0"),  # domain time of the last change
    PrimaryKeyConstraint("platform", "tenant", "kind", "item"),
    # What was shown to somebody who has not started, or has left: it goes after a time.
    Index("ix_shelf_of_nobody", "at", sqlite_where=_OF_NOBODY, postgresql_where=_OF_NOBODY),
)
