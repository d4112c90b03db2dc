"""Searches that read no more at a million cases: by a common name, by the last digits of a number, and in what a clerk opened.

The index by subject holds all that a search asks of a case. The one by whoever opened a case knows its workflow too, as
a clerk's list is read workflow by workflow. The last part of a number has an index of its own, with the day of the number.
The index of what is open holds all that the board of late cases asks.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

BY_SUBJECT, BY_OPENER, BY_SERIAL = "ix_case_subject_queue", "ix_case_opened_by", "ix_case_serial"
OPEN_ONES = "ix_case_open"
OF_A_SUBJECT = ["subject_id", "workflow", "state", "due_on", "id"]
BEFORE = {
    BY_SUBJECT: OF_A_SUBJECT,
    BY_OPENER: ["opened_by_id", "created_at", "id"],
    OPEN_ONES: ["due_on", "id"],
}
AFTER = {
    BY_SUBJECT: [*OF_A_SUBJECT, "created_at", "ended_at", "unit_id", "opened_by_id"],
    BY_OPENER: ["opened_by_id", "workflow", "created_at", "id"],
    OPEN_ONES: ["due_on", "id", "unit_id", "workflow", "state"],
}


def upgrade() -> None:
    """Make the change."""
    _exchange(AFTER)
    op.create_index(BY_SERIAL, "case", [sa.text("substr(number, 20)"), sa.text("substr(number, 11, 8)")])


def downgrade() -> None:
    """Take the change back."""
    op.drop_index(BY_SERIAL, table_name="case")
    _exchange(BEFORE)


def _exchange(indexes: dict[str, list[str]]) -> None:
    for name, columns in indexes.items():
        op.drop_index(name, table_name="case")
        where = sa.text("ended_at IS NULL") if name == OPEN_ONES else None
        op.create_index(name, "case", columns, postgresql_where=where, sqlite_where=where)
