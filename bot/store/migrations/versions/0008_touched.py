"""On PostgreSQL the look for conflicts runs only where somebody of an assignment is touched.

Without this each row of a long roster costs a look at all rows before it.
"""

from collections.abc import Iterator

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

# Two transactions at once would not see each other's half of a conflict; the lock makes the second wait,
# and each statement of a function takes a new view of what is committed.
LOOK = """
CREATE FUNCTION look_at_{table}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
PERFORM pg_advisory_xact_lock(hashtext('companion evaluators'));
IF NOT EXISTS (SELECT 1 FROM changed c JOIN assignments a ON c.{who} IN (a.coach_id, a.trainee_id)) THEN
RETURN NULL; END IF;
INSERT INTO inbox (id, person_id, kind, created_at)
SELECT 'assignment-ended:' || o.program_id || ':' || o.coach_id || ':' || o.trainee_id || ':' || o.starts
       || ':' || p.id, p.id, 'assignment-ended', (extract(epoch FROM clock_timestamp()) * 1000)::bigint
FROM evaluated_assignments o JOIN persons p ON p.id IN (o.coach_id, o.trainee_id)
ON CONFLICT DO NOTHING;
UPDATE persons SET version = version + 1 WHERE id IN
(SELECT coach_id FROM evaluated_assignments UNION SELECT trainee_id FROM evaluated_assignments);
UPDATE assignments SET ends = (SELECT min(o.since) FROM evaluated_assignments o WHERE {own})
WHERE EXISTS (SELECT 1 FROM evaluated_assignments o WHERE {own});
RETURN NULL; END $$
"""
OWN = (
    "o.program_id = assignments.program_id AND o.coach_id = assignments.coach_id"
    " AND o.trainee_id = assignments.trainee_id AND o.starts = assignments.starts"
)
WHO = {"memberships": "person_id", "evaluations": "evaluator_id"}


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        return
    for table, who in WHO.items():
        for statement in _statements(table, who):
            op.execute(statement)
    op.execute("DROP FUNCTION end_evaluated_assignments()")


def _statements(table: str, who: str) -> Iterator[str]:
    yield f"DROP TRIGGER {table}_end ON {table}"
    yield LOOK.format(table=table, who=who, own=OWN)
    for moment in ("INSERT", "UPDATE"):
        yield (
            f"CREATE TRIGGER {table}_end_{moment.lower()} AFTER {moment} ON {table}"
            f" REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION look_at_{table}()"
        )
