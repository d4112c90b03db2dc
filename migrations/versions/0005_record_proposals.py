"""What waits for a second person before it becomes, changes or withdraws a credit record."""

import sqlalchemy as sa
from alembic import op

from workflow_app.models.base import Instant, SealedJSON

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "record_proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=24), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=True),
        sa.Column("wanted", SealedJSON(), nullable=False),
        sa.Column("why", sa.String(length=500), nullable=False),
        sa.Column("known_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("proposed_by_id", sa.Integer(), nullable=False),
        sa.Column("proposed_at", Instant(), nullable=False),
        sa.Column("decision", sa.String(length=12), nullable=False),
        sa.Column("decision_why", sa.String(length=500), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", Instant(), nullable=True),
        sa.Column("told_overdue_at", Instant(), nullable=True),
        sa.CheckConstraint("kind IN ('entry', 'change', 'withdrawal')", name=op.f("ck_record_proposal_kind")),
        sa.CheckConstraint(
            "decision IN ('', 'confirmed', 'rejected', 'taken_back')",
            name=op.f("ck_record_proposal_decision"),
        ),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{table}.id"], name=op.f(f"fk_record_proposal_{column}_{table}")
            )
            for column, table in (
                ("unit_id", "unit"),
                ("subject_id", "subject"),
                ("record_id", "credit_record"),
                ("proposed_by_id", "person"),
                ("decided_by_id", "person"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_proposal")),
        sa.UniqueConstraint("ref", name=op.f("uq_record_proposal_ref")),
    )
    op.create_index("ix_record_proposal_unit", "record_proposal", ["unit_id", "decision", "id"])
    op.create_index(
        "ix_record_proposal_due",
        "record_proposal",
        ["due_on", "id"],
        postgresql_where=sa.text("decision = ''"),
        sqlite_where=sa.text("decision = ''"),
    )
    for column in ("subject_id", "record_id"):
        op.create_index(op.f(f"ix_record_proposal_{column}"), "record_proposal", [column])


def downgrade() -> None:
    """Take the change back."""
    op.drop_table("record_proposal")
