"""What was given up in the outbox has an index, so that those who run the system can watch it among millions of messages.

The index holds next to nothing: as a rule nothing was given up.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

NAME = "ix_outbox_given_up"
GIVEN_UP = sa.text("dead_at IS NOT NULL")


def upgrade() -> None:
    """Make the change."""
    op.create_index(NAME, "outbox", ["kind", "id"], postgresql_where=GIVEN_UP, sqlite_where=GIVEN_UP)


def downgrade() -> None:
    """Take the change back."""
    op.drop_index(NAME, table_name="outbox")
