"""Who searches by the last digits of a number in one unit no longer opens the cases of all others that bear them.

The index knows the unit, so that only its own cases are looked up: some sixty instead of five hundred at a million cases.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

NAME = "ix_case_serial"
SERIAL, DAY = sa.text("substr(number, 20)"), sa.text("substr(number, 11, 8)")


def upgrade() -> None:
    """Make the change."""
    op.drop_index(NAME, table_name="case")
    op.create_index(NAME, "case", [SERIAL, DAY, "unit_id"])


def downgrade() -> None:
    """Take the change back."""
    op.drop_index(NAME, table_name="case")
    op.create_index(NAME, "case", [SERIAL, DAY])
