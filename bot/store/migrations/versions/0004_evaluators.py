"""No coach evaluates: the database refuses it, and ends what a later evaluation overlaps."""
# ruff: noqa: S608 - every word of these statements stands in this file

from collections.abc import Iterator

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# One row for each assignment and each evaluation by that coach that counts for that trainee while both hold.
# A program-wide evaluation counts for whoever is assigned or enrolled in that program. Ranges are half-open.
OVERLAPS = """
CREATE VIEW evaluated_assignments AS
SELECT a.program_id, a.coach_id, a.trainee_id, a.starts, {later}(a.starts, e.starts) AS since
FROM assignments a JOIN evaluations e ON e.evaluator_id = a.coach_id
WHERE (e.trainee_id = a.trainee_id OR (e.trainee_id = '' AND e.program_id = a.program_id))
AND {a_and_e}
UNION ALL
SELECT a.program_id, a.coach_id, a.trainee_id, a.starts,
    {later}({later}(a.starts, e.starts), m.starts) AS since
FROM assignments a
JOIN evaluations e ON e.evaluator_id = a.coach_id AND e.trainee_id = '' AND e.program_id <> a.program_id
JOIN memberships m ON m.program_id = e.program_id AND m.person_id = a.trainee_id
WHERE {a_and_e} AND {a_and_m} AND {e_and_m}
"""


def overlap(one: str, other: str) -> str:
    """That two half-open ranges, NULL for no end, have a day in common."""
    return (
        f"({one}.ends IS NULL OR ({one}.starts < {one}.ends AND {other}.starts < {one}.ends))"
        f" AND ({other}.ends IS NULL OR ({other}.starts < {other}.ends AND {one}.starts < {other}.ends))"
    )


SAME = (
    "o.program_id = {row}.program_id AND o.coach_id = {row}.coach_id"
    " AND o.trainee_id = {row}.trainee_id AND o.starts = {row}.starts"
)
OWN, NEW = SAME.format(row="assignments"), SAME.format(row="NEW")

REFUSED = f"SELECT 1 FROM evaluated_assignments o WHERE {NEW}"

TELL = """
INSERT INTO inbox (id, person_id, kind, created_at)
SELECT 'assignment-ended:' || o.program_id || ':' || o.coach_id || ':' || o.trainee_id || ':' || o.starts
       || ':' || p.id, p.id, 'assignment-ended', {now}
FROM evaluated_assignments o JOIN persons p ON p.id IN (o.coach_id, o.trainee_id)
WHERE true ON CONFLICT DO NOTHING;
"""
RAISE_VERSIONS = """
UPDATE persons SET version = version + 1 WHERE id IN
(SELECT coach_id FROM evaluated_assignments UNION SELECT trainee_id FROM evaluated_assignments);
"""
END = f"""
UPDATE assignments SET ends = (SELECT min(o.since) FROM evaluated_assignments o WHERE {OWN})
WHERE EXISTS (SELECT 1 FROM evaluated_assignments o WHERE {OWN});
"""

MOMENTS = ("INSERT", "UPDATE")
CAUSES = ("evaluations", "memberships")


def upgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    pairs = {
        "a_and_e": overlap("a", "e"),
        "a_and_m": overlap("a", "m"),
        "e_and_m": overlap("e", "m"),
    }
    op.execute(OVERLAPS.format(later="max" if sqlite else "greatest", **pairs))
    for statement in _sqlite() if sqlite else _postgresql():
        op.execute(statement)


def _sqlite() -> Iterator[str]:
    tell = TELL.format(now="CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)")
    for moment in MOMENTS:
        yield f"""
        CREATE TRIGGER assignments_refuse_{moment.lower()} AFTER {moment} ON assignments
        WHEN EXISTS ({REFUSED})
        BEGIN SELECT RAISE(ABORT, 'coach evaluates this trainee'); END
        """
        for cause in CAUSES:
            yield f"""
            CREATE TRIGGER {cause}_end_{moment.lower()} AFTER {moment} ON {cause}
            BEGIN {tell} {RAISE_VERSIONS} {END} END
            """


def _postgresql() -> Iterator[str]:
    # Two transactions at once would not see each other's half of a conflict; the lock makes the second wait,
    # and each statement of a function takes a new view of what is committed.
    lock = "PERFORM pg_advisory_xact_lock(hashtext('companion evaluators'));"
    tell = TELL.format(now="(extract(epoch FROM clock_timestamp()) * 1000)::bigint")
    yield f"""
    CREATE FUNCTION refuse_evaluating_coach() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {lock}
    IF EXISTS ({REFUSED}) THEN
    RAISE EXCEPTION 'coach evaluates this trainee' USING ERRCODE = 'integrity_constraint_violation';
    END IF; RETURN NULL; END $$
    """
    yield f"""
    CREATE FUNCTION end_evaluated_assignments() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {lock}
    {tell} {RAISE_VERSIONS} {END} RETURN NULL; END $$
    """
    yield """
    CREATE TRIGGER assignments_refuse AFTER INSERT OR UPDATE ON assignments
    FOR EACH ROW EXECUTE FUNCTION refuse_evaluating_coach()
    """
    for cause in CAUSES:
        yield f"""
        CREATE TRIGGER {cause}_end AFTER INSERT OR UPDATE ON {cause}
        FOR EACH STATEMENT EXECUTE FUNCTION end_evaluated_assignments()
        """
