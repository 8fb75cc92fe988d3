"""A long roster is looked at as a whole, or where an assignment is touched; what is due is found in order.

Without this each row of it costs a look at every evaluator and coordinator there is.
"""

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

SAME = (
    "o.program_id = {row}.program_id AND o.coach_id = {row}.coach_id"
    " AND o.trainee_id = {row}.trainee_id AND o.starts = {row}.starts"
)
OWN, NEW, CHANGED = SAME.format(row="assignments"), SAME.format(row="NEW"), SAME.format(row="c")

# What both databases do where a bar and an assignment meet: both are told, and the assignment ends.
END = f"""
INSERT INTO inbox (id, person_id, kind, created_at)
SELECT 'assignment-ended:' || o.program_id || ':' || o.coach_id || ':' || o.trainee_id || ':' || o.starts
       || ':' || p.id, p.id, 'assignment-ended', CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)
FROM evaluated_assignments o JOIN persons p ON p.id IN (o.coach_id, o.trainee_id)
WHERE true ON CONFLICT DO NOTHING;
UPDATE persons SET version = version + 1 WHERE id IN
(SELECT coach_id FROM evaluated_assignments UNION SELECT trainee_id FROM evaluated_assignments);
UPDATE assignments SET ends = (SELECT min(o.since) FROM evaluated_assignments o WHERE {OWN})
WHERE EXISTS (SELECT 1 FROM evaluated_assignments o WHERE {OWN});
"""  # noqa: S608 - every word stands in this file
WHO = {"memberships": "person_id", "evaluations": "evaluator_id"}
MOMENTS = ("INSERT", "UPDATE")

# Two transactions at once would not see each other's half of a conflict; the lock makes the second wait,
# and each statement of a function takes a new view of what is committed.
REFUSE = f"""
CREATE FUNCTION look_at_assignments() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
PERFORM pg_advisory_xact_lock(hashtext('companion evaluators'));
IF NOT EXISTS (SELECT 1 FROM changed c JOIN barred b ON b.person_id = c.coach_id) THEN RETURN NULL; END IF;
IF EXISTS (SELECT 1 FROM changed c JOIN evaluated_assignments o ON {CHANGED}) THEN
RAISE EXCEPTION 'coach evaluates this trainee' USING ERRCODE = 'integrity_constraint_violation';
END IF; RETURN NULL; END $$
"""  # noqa: S608 - every word stands in this file


def upgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in _sqlite() if sqlite else _postgresql():
        op.execute(statement)
    op.drop_index("ix_occurrences_due", "occurrences")
    only = sa.text("state = 'planned'")
    op.create_index(
        "ix_occurrences_due",
        "occurrences",
        ["due_at", "id"],
        unique=False,
        sqlite_where=only,
        postgresql_where=only,
    )


def _sqlite() -> Iterator[str]:
    for moment in MOMENTS:
        for table, who in WHO.items():
            name = f"{table}_end_{moment.lower()}"
            yield f"DROP TRIGGER {name}"
            yield f"""
            CREATE TRIGGER {name} AFTER {moment} ON {table}
            WHEN EXISTS (SELECT 1 FROM assignments WHERE coach_id = NEW.{who} OR trainee_id = NEW.{who})
            BEGIN {END} END
            """  # noqa: S608 - the same
        name = f"assignments_refuse_{moment.lower()}"
        yield f"DROP TRIGGER {name}"
        yield f"""
        CREATE TRIGGER {name} AFTER {moment} ON assignments
        WHEN EXISTS (SELECT 1 FROM barred WHERE person_id = NEW.coach_id)
        AND EXISTS (SELECT 1 FROM evaluated_assignments o WHERE {NEW})
        BEGIN SELECT RAISE(ABORT, 'coach evaluates this trainee'); END
        """  # noqa: S608 - the same


def _postgresql() -> Iterator[str]:
    yield "DROP TRIGGER assignments_refuse ON assignments"
    yield "DROP FUNCTION refuse_evaluating_coach()"
    yield REFUSE
    for moment in MOMENTS:
        yield (
            f"CREATE TRIGGER assignments_refuse_{moment.lower()} AFTER {moment} ON assignments"
            " REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION look_at_assignments()"
        )
