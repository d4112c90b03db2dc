"""A file of records is decided on by a second person before anything of it is written."""

import sqlalchemy as sa
from alembic import op

from workflow_app.models.base import Instant

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    with op.batch_alter_table("import_run") as batch:
        batch.add_column(sa.Column("checked_at", Instant(), nullable=True))
        batch.add_column(sa.Column("decision", sa.String(length=12), nullable=False, server_default=""))
        batch.add_column(sa.Column("decision_why", sa.String(length=500), nullable=False, server_default=""))
        batch.add_column(sa.Column("decided_by_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("decided_at", Instant(), nullable=True))
        batch.create_foreign_key(
            op.f("fk_import_run_decided_by_id_person"), "person", ["decided_by_id"], ["id"]
        )
        batch.create_check_constraint(op.f("ck_import_run_kind"), "kind IN ('penalties', 'licences')")
        batch.create_check_constraint(
            op.f("ck_import_run_decision"), "decision IN ('', 'confirmed', 'rejected', 'taken_back')"
        )
    op.create_index(op.f("ix_credit_record_import_run_id"), "credit_record", ["import_run_id"])


def downgrade() -> None:
    """Take the change back."""
    op.drop_index(op.f("ix_credit_record_import_run_id"), "credit_record")
    with op.batch_alter_table("import_run") as batch:
        batch.drop_constraint(op.f("ck_import_run_decision"), type_="check")
        batch.drop_constraint(op.f("ck_import_run_kind"), type_="check")
        batch.drop_constraint(op.f("fk_import_run_decided_by_id_person"), type_="foreignkey")
        for column in ("decided_at", "decided_by_id", "decision_why", "decision", "checked_at"):
            batch.drop_column(column)
