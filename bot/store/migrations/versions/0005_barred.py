"""Roles bar like evaluations: one view says who may not coach whom, and every request has an end."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# Who may not coach, nor read anything of, a trainee ('' for every one in that program).
BARRED = """
CREATE VIEW barred AS
SELECT program_id, evaluator_id AS person_id, trainee_id, starts, ends FROM evaluations
UNION ALL
SELECT program_id, person_id, '' AS trainee_id, starts, ends FROM memberships
WHERE role IN ('evaluator', 'coordinator')
"""

# One row for each assignment and each bar that counts for that trainee while both hold. A program-wide one
# counts for whoever is assigned or enrolled in that program. Ranges are half-open.
OVERLAPS = """
CREATE VIEW evaluated_assignments AS
SELECT a.program_id, a.coach_id, a.trainee_id, a.starts, {later}(a.starts, b.starts) AS since
FROM assignments a JOIN barred b ON b.person_id = a.coach_id
WHERE (b.trainee_id = a.trainee_id OR (b.trainee_id = '' AND b.program_id = a.program_id))
AND {a_and_b}
UNION ALL
SELECT a.program_id, a.coach_id, a.trainee_id, a.starts,
    {later}({later}(a.starts, b.starts), m.starts) AS since
FROM assignments a
JOIN barred b ON b.person_id = a.coach_id AND b.trainee_id = '' AND b.program_id <> a.program_id
JOIN memberships m ON m.program_id = b.program_id AND m.person_id = a.trainee_id
WHERE {a_and_b} AND {a_and_m} AND {b_and_m}
"""

# The triggers on memberships look again at what stands already.
LOOK_AGAIN = "UPDATE memberships SET ends = ends WHERE role IN ('evaluator', 'coordinator')"

TWO_WEEKS = 14 * 24 * 3600 * 1000  # milliseconds, as instants are kept
# Requests that somebody has taken up had no end, and the talks that wait for them had one of their own.
ENDS = f"""
UPDATE alerts SET step = 2, due_at = (SELECT moved_at + {TWO_WEEKS} FROM threads WHERE id = thread_id)
WHERE due_at IS NULL
AND thread_id IN (SELECT id FROM threads WHERE state IN ('acknowledged', 'proposed', 'agreed'))
"""  # noqa: S608 - every word stands in this file
WAITS = "UPDATE talks SET due_at = NULL WHERE state = 'waiting' AND thread_id <> ''"


def overlap(one: str, other: str) -> str:
    """That two half-open ranges, NULL for no end, have a day in common."""
    return (
        f"({one}.ends IS NULL OR ({one}.starts < {one}.ends AND {other}.starts < {one}.ends))"
        f" AND ({other}.ends IS NULL OR ({other}.starts < {other}.ends AND {one}.starts < {other}.ends))"
    )


def upgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    pairs = {
        "a_and_b": overlap("a", "b"),
        "a_and_m": overlap("a", "m"),
        "b_and_m": overlap("b", "m"),
    }
    op.execute("DROP VIEW evaluated_assignments")
    op.execute(BARRED)
    op.execute(OVERLAPS.format(later="max" if sqlite else "greatest", **pairs))
    for statement in (LOOK_AGAIN, ENDS, WAITS):
        op.execute(statement)
