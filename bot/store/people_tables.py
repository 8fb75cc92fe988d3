"""People, their roles and relations, and what the house itself keeps."""

from sqlalchemy import (
    JSON,
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
    column,
    table,
    text,
)

from bot.store.columns import Instant, Serial, metadata

_BARRING = text("role IN ('evaluator', 'coordinator')")

programs = Table(
    "programs",
    metadata,
    Column("program_id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("opened_at", Instant, nullable=False),
)

persons = Table(
    "persons",
    metadata,
    Column("id", Text, primary_key=True),
    Column("program_id", Text, ForeignKey("programs.program_id"), nullable=False),
    Column("version", Integer, nullable=False, server_default="0"),
    Column("state", Text, nullable=False),  # roster (no key yet), active, forgotten
    Column("name", Text, nullable=False),  # as the roster has it; shown to a person's own coach or coachee
    Column("zone", Text, nullable=False),
    Column("language", Text, nullable=False, server_default="en"),
    Column("quiet_from", Integer, nullable=False, server_default="1260"),  # minutes of the local day
    Column("quiet_until", Integer, nullable=False, server_default="420"),
    Column("preferred_account", Integer),
    Column("check_ins", Integer, nullable=False, server_default="0"),  # finished check-ins, for "the second"
    Column("enrolled_at", Instant),
    Column("risk", LargeBinary),  # sealed, person: labels and times
    CheckConstraint("state in ('roster', 'active', 'forgotten')", name="state"),
)

accounts = Table(
    "accounts",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("platform", Text, nullable=False),
    Column("tenant", Text, nullable=False),
    Column("user", Text, nullable=False),
    Column("person_id", Text, ForeignKey("persons.id"), nullable=False),
    Column("reachable", Boolean, nullable=False, server_default="1"),
    UniqueConstraint("platform", "tenant", "user"),
    Index(None, "person_id"),
)

memberships = Table(
    "memberships",
    metadata,
    Column("program_id", Text, ForeignKey("programs.program_id"), nullable=False),
    Column("person_id", Text, ForeignKey("persons.id"), nullable=False),
    Column("role", Text, nullable=False),
    Column("stage", Text, nullable=False, server_default=""),
    Column("starts", Date, nullable=False),
    Column("ends", Date),  # half-open: the first day it no longer holds
    PrimaryKeyConstraint("program_id", "person_id", "role", "starts"),
    CheckConstraint(
        "role in ('trainee', 'coach', 'peer', 'facilitator', 'coordinator', 'operator', 'evaluator')",
        name="role",
    ),
    Index(None, "person_id"),
    Index("ix_memberships_barring", "person_id", sqlite_where=_BARRING, postgresql_where=_BARRING),
)

evaluations = Table(  # who evaluates whom; trainee_id empty: every member of the program
    "evaluations",
    metadata,
    Column("program_id", Text, ForeignKey("programs.program_id"), nullable=False),
    Column("evaluator_id", Text, ForeignKey("persons.id"), nullable=False),
    Column("trainee_id", Text, nullable=False, server_default=""),
    Column("starts", Date, nullable=False),
    Column("ends", Date),
    PrimaryKeyConstraint("program_id", "evaluator_id", "trainee_id", "starts"),
    Index(None, "evaluator_id"),
)

barred = table(  # a view: evaluations, and memberships as evaluator or coordinator; trainee_id empty: all
    "barred",
    column("program_id", Text),
    column("person_id", Text),
    column("trainee_id", Text),
    column("starts", Date),
    column("ends", Date),
)

assignments = Table(  # a coach for a trainee; a trigger refuses an overlap with an evaluation
    "assignments",
    metadata,
    Column("program_id", Text, ForeignKey("programs.program_id"), nullable=False),
    Column("coach_id", Text, ForeignKey("persons.id"), nullable=False),
    Column("trainee_id", Text, ForeignKey("persons.id"), nullable=False),
    Column("starts", Date, nullable=False),
    Column("ends", Date),
    PrimaryKeyConstraint("program_id", "coach_id", "trainee_id", "starts"),
    Index(None, "coach_id"),
    Index(None, "trainee_id"),
)

coaches = Table(  # the directory: what a trainee sees of a coach
    "coaches",
    metadata,
    Column("program_id", Text, ForeignKey("programs.program_id"), nullable=False),
    Column("person_id", Text, ForeignKey("persons.id"), nullable=False),
    Column("about", Text, nullable=False, server_default=""),
    Column("hours", Text, nullable=False, server_default=""),  # in words, as shown: "weekdays 08:00 to 18:00"
    Column("weekdays", Text, nullable=False, server_default="0123456"),
    Column("opens", Integer, nullable=False, server_default="480"),  # minutes of the coach's local day
    Column("closes", Integer, nullable=False, server_default="1080"),
    Column("full", Boolean, nullable=False, server_default="0"),
    PrimaryKeyConstraint("program_id", "person_id"),
)

consents = Table(
    "consents",
    metadata,
    Column("id", Text, primary_key=True),
    Column("person_id", Text, ForeignKey("persons.id"), nullable=False),
    Column("kind", Text, nullable=False),  # alert, aggregate, follow-up, …
    Column("recipient_id", Text, nullable=False, server_default=""),
    Column("given_at", Instant, nullable=False),
    Column("revoked_at", Instant),
    Column("shown", Text, nullable=False, server_default=""),  # id and version of the text that was agreed to
    Index(None, "person_id", "kind"),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("at", Instant, nullable=False),
    Column("actor", Text, nullable=False),  # person id, operator or ladder
    Column("person_id", Text, nullable=False),  # whom it concerns
    Column("act", Text, nullable=False),
    Column("detail", JSON, nullable=False),  # ids and kinds, never content
    Index(None, "person_id", "at"),
)

marks = Table(  # "not for me": a keyed hash of the account, nothing more
    "marks",
    metadata,
    Column("mark", Text, primary_key=True),
)

meta = Table(
    "meta",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)
