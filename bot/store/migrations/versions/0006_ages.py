"""What goes after a time: check-in answers, and what was shown to somebody who has not started."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_measures_at", "measures", ["at"], unique=False)
    op.add_column("shelf", sa.Column("at", sa.BigInteger(), server_default="0", nullable=False))
