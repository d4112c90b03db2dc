"""What no longer grows with the platform: last digits of a number in one unit, the newest records of all units, the public column of one unit.

The index of last digits knows the unit, so that only its own cases are looked up. The office's list of records walks an
index in its order. The public column has one by unit, which also tells which units stand in it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

BY_SERIAL, NEWEST, BY_UNIT = "ix_case_serial", "ix_credit_record_newest", "ix_commitment_publicity_unit"
SERIAL, DAY = sa.text("substr(number, 20)"), sa.text("substr(number, 11, 8)")


def upgrade() -> None:
    """Make the change."""
    op.drop_index(BY_SERIAL, table_name="case")
    op.create_index(BY_SERIAL, "case", [SERIAL, DAY, "unit_id"])
    op.create_index(NEWEST, "credit_record", ["decided_on", "id"])
    op.create_index(BY_UNIT, "commitment_publicity", ["unit_name", "published_at", "id"])


def downgrade() -> None:
    """Take the change back."""
    op.drop_index(BY_UNIT, table_name="commitment_publicity")
    op.drop_index(NEWEST, table_name="credit_record")
    op.drop_index(BY_SERIAL, table_name="case")
    op.create_index(BY_SERIAL, "case", [SERIAL, DAY])
