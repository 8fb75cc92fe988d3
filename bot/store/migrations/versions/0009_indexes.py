"""Nothing that is asked often, or for every row, looks through a whole table."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

# Who may not coach, nor read anything of, a trainee ('' for every one in that program). SQLite looks for one
# person's rows in both halves, rather than making the whole view, only where their columns are of one type:
# a bare '' has none. The view stands first in a join for the same reason.
BARRED = """
CREATE VIEW barred AS
SELECT program_id, evaluator_id AS person_id, trainee_id, starts, ends FROM evaluations
UNION ALL
SELECT program_id, person_id, CAST('' AS TEXT) AS trainee_id, starts, ends FROM memberships
WHERE role IN ('evaluator', 'coordinator')
"""

# One row for each assignment and each bar that counts for that trainee while both hold. A program-wide one
# counts for whoever is assigned or enrolled in that program. Ranges are half-open.
OVERLAPS = """
CREATE VIEW evaluated_assignments AS
SELECT a.program_id, a.coach_id, a.trainee_id, a.starts, {later}(a.starts, b.starts) AS since
FROM barred b JOIN assignments a ON b.person_id = a.coach_id
WHERE (b.trainee_id = a.trainee_id OR (b.trainee_id = '' AND b.program_id = a.program_id))
AND {a_and_b}
UNION ALL
SELECT a.program_id, a.coach_id, a.trainee_id, a.starts,
    {later}({later}(a.starts, b.starts), m.starts) AS since
FROM barred b
JOIN assignments a ON b.person_id = a.coach_id AND b.trainee_id = '' AND b.program_id <> a.program_id
JOIN memberships m ON m.program_id = b.program_id AND m.person_id = a.trainee_id
WHERE {a_and_b} AND {a_and_m} AND {b_and_m}
"""

BARRING = "role IN ('evaluator', 'coordinator')"
CLOSED = "state = 'closed'"
OF_NOBODY = "kind = 'transcript' AND subject LIKE 'tenant:%'"


def overlap(one: str, other: str) -> str:
    """That two half-open ranges, NULL for no end, have a day in common."""
    return (
        f"({one}.ends IS NULL OR ({one}.starts < {one}.ends AND {other}.starts < {one}.ends))"
        f" AND ({other}.ends IS NULL OR ({other}.starts < {other}.ends AND {one}.starts < {other}.ends))"
    )


def upgrade() -> None:
    _of_people()
    _of_ages()
    sqlite = op.get_bind().dialect.name == "sqlite"
    pairs = {
        "a_and_b": overlap("a", "b"),
        "a_and_m": overlap("a", "m"),
        "b_and_m": overlap("b", "m"),
    }
    op.execute("DROP VIEW evaluated_assignments")
    op.execute("DROP VIEW barred")
    op.execute(BARRED)
    op.execute(OVERLAPS.format(later="max" if sqlite else "greatest", **pairs))


def _of_people() -> None:
    for table, column in (
        ("memberships", "person_id"),
        ("evaluations", "evaluator_id"),
        ("assignments", "coach_id"),
        ("assignments", "trainee_id"),
        ("alerts", "trainee_id"),
        ("alerts", "coach_id"),
    ):
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column], unique=False)
    _partial("ix_memberships_barring", "memberships", "person_id", BARRING)


def _of_ages() -> None:
    op.create_index("ix_outbox_due", "outbox", ["state", "due_at"], unique=False)
    op.create_index("ix_messages_sent_at", "messages", ["sent_at"], unique=False)
    op.create_index("ix_silences_ends_at", "silences", ["ends_at"], unique=False)
    _partial("ix_talks_closed", "talks", "touched_at", CLOSED)
    _partial("ix_shelf_of_nobody", "shelf", "at", OF_NOBODY)


def _partial(name: str, table: str, column: str, where: str) -> None:
    only = sa.text(where)
    op.create_index(name, table, [column], unique=False, sqlite_where=only, postgresql_where=only)
