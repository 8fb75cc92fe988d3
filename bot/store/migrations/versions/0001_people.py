"""People, their roles and relations."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _audit()
    _marks()
    _meta()
    _programs()
    _persons()
    _accounts()
    _assignments()
    _coaches()
    _consents()
    _evaluations()
    _memberships()


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_index(op.f("ix_audit_person_id_at"), "audit", ["person_id", "at"], unique=False)


def _marks() -> None:
    op.create_table(
        "marks",
        sa.Column("mark", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("mark", name=op.f("pk_marks")),
    )


def _meta() -> None:
    op.create_table(
        "meta",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_meta")),
    )


def _programs() -> None:
    op.create_table(
        "programs",
        sa.Column("program_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("program_id", name=op.f("pk_programs")),
    )


def _persons() -> None:
    op.create_table(
        "persons",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("program_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="0", nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), server_default="en", nullable=False),
        sa.Column("quiet_from", sa.Integer(), server_default="1260", nullable=False),
        sa.Column("quiet_until", sa.Integer(), server_default="420", nullable=False),
        sa.Column("preferred_account", sa.Integer(), nullable=True),
        sa.Column("check_ins", sa.Integer(), server_default="0", nullable=False),
        sa.Column("enrolled_at", sa.BigInteger(), nullable=True),
        sa.Column("risk", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("state in ('roster', 'active', 'forgotten')", name=op.f("ck_persons_state")),
        sa.ForeignKeyConstraint(["program_id"], ["programs.program_id"], name=op.f("fk_persons_program_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_persons")),
    )


def _accounts() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("user", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("reachable", sa.Boolean(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_accounts_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("platform", "tenant", "user", name=op.f("uq_accounts_platform_tenant_user")),
    )
    op.create_index(op.f("ix_accounts_person_id"), "accounts", ["person_id"], unique=False)


def _assignments() -> None:
    op.create_table(
        "assignments",
        sa.Column("program_id", sa.Text(), nullable=False),
        sa.Column("coach_id", sa.Text(), nullable=False),
        sa.Column("trainee_id", sa.Text(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["coach_id"], ["persons.id"], name=op.f("fk_assignments_coach_id")),
        sa.ForeignKeyConstraint(
            ["program_id"], ["programs.program_id"], name=op.f("fk_assignments_program_id")
        ),
        sa.ForeignKeyConstraint(["trainee_id"], ["persons.id"], name=op.f("fk_assignments_trainee_id")),
        sa.PrimaryKeyConstraint(
            "program_id", "coach_id", "trainee_id", "starts", name=op.f("pk_assignments")
        ),
    )


def _coaches() -> None:
    op.create_table(
        "coaches",
        sa.Column("program_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), server_default="", nullable=False),
        sa.Column("hours", sa.Text(), server_default="", nullable=False),
        sa.Column("weekdays", sa.Text(), server_default="0123456", nullable=False),
        sa.Column("opens", sa.Integer(), server_default="480", nullable=False),
        sa.Column("closes", sa.Integer(), server_default="1080", nullable=False),
        sa.Column("full", sa.Boolean(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_coaches_person_id")),
        sa.ForeignKeyConstraint(["program_id"], ["programs.program_id"], name=op.f("fk_coaches_program_id")),
        sa.PrimaryKeyConstraint("program_id", "person_id", name=op.f("pk_coaches")),
    )


def _consents() -> None:
    op.create_table(
        "consents",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("recipient_id", sa.Text(), server_default="", nullable=False),
        sa.Column("given_at", sa.BigInteger(), nullable=False),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.Column("shown", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_consents_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
    )
    op.create_index(op.f("ix_consents_person_id_kind"), "consents", ["person_id", "kind"], unique=False)


def _evaluations() -> None:
    op.create_table(
        "evaluations",
        sa.Column("program_id", sa.Text(), nullable=False),
        sa.Column("evaluator_id", sa.Text(), nullable=False),
        sa.Column("trainee_id", sa.Text(), server_default="", nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["evaluator_id"], ["persons.id"], name=op.f("fk_evaluations_evaluator_id")),
        sa.ForeignKeyConstraint(
            ["program_id"], ["programs.program_id"], name=op.f("fk_evaluations_program_id")
        ),
        sa.PrimaryKeyConstraint(
            "program_id", "evaluator_id", "trainee_id", "starts", name=op.f("pk_evaluations")
        ),
    )


def _memberships() -> None:
    op.create_table(
        "memberships",
        sa.Column("program_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), server_default="", nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "role in ('trainee', 'coach', 'peer', 'facilitator', 'coordinator', 'operator', 'evaluator')",
            name=op.f("ck_memberships_role"),
        ),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_memberships_person_id")),
        sa.ForeignKeyConstraint(
            ["program_id"], ["programs.program_id"], name=op.f("fk_memberships_program_id")
        ),
        sa.PrimaryKeyConstraint("program_id", "person_id", "role", "starts", name=op.f("pk_memberships")),
    )
