"""Talks, threads, and what came of them."""

from sqlalchemy import (
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
    text,
)

from bot.store.columns import Instant, metadata

_CLOSED = text("state = 'closed'")

talks = Table(
    "talks",
    metadata,
    Column("id", Text, primary_key=True),
    Column("person_id", Text, ForeignKey("persons.id"), nullable=False),
    Column("flow", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("state", Text, nullable=False),  # open, waiting, parked, closed
    Column("ended", Text, nullable=False, server_default=""),  # ended, stopped, expired
    Column("account_id", Integer, ForeignKey("accounts.id"), nullable=False),
    Column("parent_id", Text, nullable=False, server_default=""),
    Column("thread_id", Text, nullable=False, server_default=""),
    Column("rank", Integer, nullable=False),  # order on the stack: the highest open one is on top
    Column("asks", Text, nullable=False, server_default=""),  # key of a waiting talk; of others it is sealed
    Column("event", Text, nullable=False, server_default=""),  # event that a waiting talk waits for
    Column("opened_at", Instant, nullable=False),
    Column("touched_at", Instant, nullable=False),
    Column("due_at", Instant),  # next idle rule or end of a wait
    Column("later", Boolean, nullable=False, server_default="0"),
    Column("journal", LargeBinary),  # sealed, person; destroyed at close
    Column("words", LargeBinary),  # sealed, talk; destroyed when the talk parks or closes
    CheckConstraint("state in ('open', 'waiting', 'parked', 'closed')", name="state"),
    Index("ix_talks_live", "person_id", "rank"),
    Index("ix_talks_due", "due_at"),
    Index("ix_talks_closed", "touched_at", sqlite_where=_CLOSED, postgresql_where=_CLOSED),
)

events = Table(  # the claim of an incoming event, with the Reply's kind; whose it was is nowhere in plain
    "events",
    metadata,
    Column("platform", Text, nullable=False),
    Column("tenant", Text, nullable=False),
    Column("event_id", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("reply", Text, nullable=False),
    Column("told", LargeBinary),  # sealed, person or tenant: the Reply's talk, key and text ids, never words
    PrimaryKeyConstraint("platform", "tenant", "event_id"),
    Index("ix_events_at", "at"),
)

inbox = Table(  # another person's move, to be played as this person's own turn
    "inbox",
    metadata,
    Column("id", Text, primary_key=True),  # derived from the act: a repeat inserts nothing
    Column("person_id", Text, ForeignKey("persons.id"), nullable=False),
    Column("kind", Text, nullable=False),  # alert event names, assignment-ended, timer, …
    Column("thread_id", Text, nullable=False, server_default=""),
    Column("talk_id", Text, nullable=False, server_default=""),
    Column("created_at", Instant, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("retry_at", Instant),  # real time
    Index("ix_inbox_created_at", "created_at"),
)

measures = Table(  # revisable: owned by (talk, key)
    "measures",
    metadata,
    Column("talk_id", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("person_id", Text, ForeignKey("persons.id"), nullable=False),
    Column("at", Instant, nullable=False),
    Column("body", LargeBinary, nullable=False),  # sealed, person: name and value
    PrimaryKeyConstraint("talk_id", "key"),
    Index(None, "person_id", "at"),
    Index("ix_measures_at", "at"),
)

notes = Table(  # revisable: owned by (talk, key)
    "notes",
    metadata,
    Column("talk_id", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("person_id", Text, ForeignKey("persons.id"), nullable=False),
    Column("at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("body", LargeBinary, nullable=False),  # sealed, person
    PrimaryKeyConstraint("talk_id", "key"),
    Index(None, "person_id", "at"),
    Index("ix_notes_expires_at", "expires_at"),
)

counts = Table(  # coarse, without the person, in fixed four-week windows
    "counts",
    metadata,
    Column("program_id", Text, ForeignKey("programs.program_id"), nullable=False),
    Column("window", Date, nullable=False),
    Column("name", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("number", Integer, nullable=False),
    PrimaryKeyConstraint("program_id", "window", "name", "value"),
)

ENDED = frozenset({"closed", "withdrawn", "expired"})
"""States of a thread in which nobody has it any more."""

threads = Table(
    "threads",
    metadata,
    Column("id", Text, primary_key=True),
    Column("program_id", Text, ForeignKey("programs.program_id"), nullable=False),
    Column("kind", Text, nullable=False),  # alert
    Column("visibility", Text, nullable=False),  # self, pair, circle
    # sent, seen, acknowledged, proposed, agreed, call; in the end one of ENDED
    Column("state", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("moved_at", Instant, nullable=False),
    # sealed, thread: the text that the trainee pressed Send on, tier and request
    Column("body", LargeBinary),
    CheckConstraint("visibility in ('self', 'pair', 'circle')", name="visibility"),
)

participants = Table(
    "participants",
    metadata,
    Column("thread_id", Text, ForeignKey("threads.id"), nullable=False),
    Column("person_id", Text, ForeignKey("persons.id"), nullable=False),
    Column("part", Text, nullable=False),  # trainee, coach, backup
    Column("seen_at", Instant),
    Column("left_at", Instant),
    PrimaryKeyConstraint("thread_id", "person_id"),
    Index(None, "person_id"),
)

alerts = Table(  # the ladder of an alert thread
    "alerts",
    metadata,
    Column("thread_id", Text, ForeignKey("threads.id"), primary_key=True),
    Column("program_id", Text, nullable=False),
    Column("trainee_id", Text, ForeignKey("persons.id"), nullable=False),
    Column("coach_id", Text, ForeignKey("persons.id"), nullable=False),  # whose it is now
    Column("backup_id", Text, nullable=False, server_default=""),
    Column("proposed", Text, nullable=False, server_default=""),  # local date-time of the coach
    Column("zone", Text, nullable=False, server_default=""),
    Column("due_at", Instant),  # promised answer; the ladder's only clock
    Column("expires_at", Instant, nullable=False),
    Column("step", Integer, nullable=False, server_default="0"),
    Index("ix_alerts_due", "due_at"),
    Index(None, "trainee_id"),
    Index(None, "coach_id"),
)
