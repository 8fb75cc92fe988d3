"""The claim of an event names neither person nor talk: how many there were tells the kind of week."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("UPDATE events SET told = NULL")  # sealed without the talk, which stood beside it
    op.drop_column("events", "person_id")
    op.drop_column("events", "talk_id")
