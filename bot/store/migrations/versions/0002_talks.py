"""Talks, threads and what they keep."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _events()
    _counts()
    _threads()
    _alerts()
    _inbox()
    _measures()
    _notes()
    _participants()
    _talks()


def _events() -> None:
    op.create_table(
        "events",
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), server_default="", nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("talk_id", sa.Text(), server_default="", nullable=False),
        sa.Column("told", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("platform", "tenant", "event_id", name=op.f("pk_events")),
    )
    op.create_index("ix_events_at", "events", ["at"], unique=False)


def _counts() -> None:
    op.create_table(
        "counts",
        sa.Column("program_id", sa.Text(), nullable=False),
        sa.Column("window", sa.Date(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["program_id"], ["programs.program_id"], name=op.f("fk_counts_program_id")),
        sa.PrimaryKeyConstraint("program_id", "window", "name", "value", name=op.f("pk_counts")),
    )


def _threads() -> None:
    op.create_table(
        "threads",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("program_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("visibility", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("moved_at", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("visibility in ('self', 'pair', 'circle')", name=op.f("ck_threads_visibility")),
        sa.ForeignKeyConstraint(["program_id"], ["programs.program_id"], name=op.f("fk_threads_program_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_threads")),
    )


def _alerts() -> None:
    op.create_table(
        "alerts",
        sa.Column("thread_id", sa.Text(), nullable=False),
        sa.Column("program_id", sa.Text(), nullable=False),
        sa.Column("trainee_id", sa.Text(), nullable=False),
        sa.Column("coach_id", sa.Text(), nullable=False),
        sa.Column("backup_id", sa.Text(), server_default="", nullable=False),
        sa.Column("proposed", sa.Text(), server_default="", nullable=False),
        sa.Column("zone", sa.Text(), server_default="", nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("step", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["coach_id"], ["persons.id"], name=op.f("fk_alerts_coach_id")),
        sa.ForeignKeyConstraint(["thread_id"], ["threads.id"], name=op.f("fk_alerts_thread_id")),
        sa.ForeignKeyConstraint(["trainee_id"], ["persons.id"], name=op.f("fk_alerts_trainee_id")),
        sa.PrimaryKeyConstraint("thread_id", name=op.f("pk_alerts")),
    )
    op.create_index("ix_alerts_due", "alerts", ["due_at"], unique=False)


def _inbox() -> None:
    op.create_table(
        "inbox",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("thread_id", sa.Text(), server_default="", nullable=False),
        sa.Column("talk_id", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("retry_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_inbox_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox")),
    )
    op.create_index("ix_inbox_created_at", "inbox", ["created_at"], unique=False)


def _measures() -> None:
    op.create_table(
        "measures",
        sa.Column("talk_id", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_measures_person_id")),
        sa.PrimaryKeyConstraint("talk_id", "key", name=op.f("pk_measures")),
    )
    op.create_index(op.f("ix_measures_person_id_at"), "measures", ["person_id", "at"], unique=False)


def _notes() -> None:
    op.create_table(
        "notes",
        sa.Column("talk_id", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_notes_person_id")),
        sa.PrimaryKeyConstraint("talk_id", "key", name=op.f("pk_notes")),
    )
    op.create_index("ix_notes_expires_at", "notes", ["expires_at"], unique=False)
    op.create_index(op.f("ix_notes_person_id_at"), "notes", ["person_id", "at"], unique=False)


def _participants() -> None:
    op.create_table(
        "participants",
        sa.Column("thread_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=True),
        sa.Column("left_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_participants_person_id")),
        sa.ForeignKeyConstraint(["thread_id"], ["threads.id"], name=op.f("fk_participants_thread_id")),
        sa.PrimaryKeyConstraint("thread_id", "person_id", name=op.f("pk_participants")),
    )
    op.create_index(op.f("ix_participants_person_id"), "participants", ["person_id"], unique=False)


def _talks() -> None:
    op.create_table(
        "talks",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("flow", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("ended", sa.Text(), server_default="", nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Text(), server_default="", nullable=False),
        sa.Column("thread_id", sa.Text(), server_default="", nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("asks", sa.Text(), server_default="", nullable=False),
        sa.Column("event", sa.Text(), server_default="", nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("touched_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("later", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("journal", sa.LargeBinary(), nullable=True),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("state in ('open', 'waiting', 'parked', 'closed')", name=op.f("ck_talks_state")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_talks_account_id")),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_talks_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_talks")),
    )
    op.create_index("ix_talks_due", "talks", ["due_at"], unique=False)
    op.create_index("ix_talks_live", "talks", ["person_id", "rank"], unique=False)
