"""What a document signed, how long it lasts, why it ended; revoking by two people; certificates kept for ever."""

import sqlalchemy as sa
from alembic import op

from workflow_app.models.base import Instant, SealedText

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


COLUMNS = (
    sa.Column("rules_version", sa.String(length=40), nullable=False, server_default=""),
    sa.Column("expires_on", sa.Date(), nullable=True),
    sa.Column("status_since", Instant(), nullable=True),
    sa.Column("status_why", sa.String(length=40), nullable=False, server_default=""),
    sa.Column("payload", SealedText(), nullable=True),
    sa.Column("signature", sa.String(length=300), nullable=True),
    sa.Column("key_id", sa.String(length=64), nullable=True),
    sa.Column("sealed_by", sa.String(length=200), nullable=False, server_default=""),
)
"""Added one by one: SQLite would make the table anew for anything more, and other tables refer to its rows."""


def upgrade() -> None:
    """Make the change. Documents issued before keep their bytes; they simply have no payload."""
    _documents()
    _proposals()
    _certificates()


def _documents() -> None:
    for column in COLUMNS:
        op.add_column("document", column._copy())
    op.execute(
        "ALTER TABLE document ADD COLUMN successor_id INTEGER "
        "CONSTRAINT fk_document_successor_id_document REFERENCES document (id)"
    )
    op.execute("UPDATE document SET status_since = issued_at WHERE status != 'valid'")
    op.create_index(op.f("ix_document_key_id"), "document", ["key_id"])
    op.create_index(
        "ix_document_ended",
        "document",
        ["status_since", "id"],
        postgresql_where=sa.text("status != 'valid'"),
        sqlite_where=sa.text("status != 'valid'"),
    )


def _proposals() -> None:
    op.create_table(
        "document_proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("why", sa.String(length=1000), nullable=False),
        sa.Column("proposed_by_id", sa.Integer(), nullable=False),
        sa.Column("proposed_at", Instant(), nullable=False),
        sa.Column("decision", sa.String(length=12), nullable=False),
        sa.Column("decision_why", sa.String(length=1000), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", Instant(), nullable=True),
        sa.CheckConstraint("act IN ('revoke', 'replace')", name=op.f("ck_document_proposal_act")),
        sa.CheckConstraint(
            "decision IN ('', 'confirmed', 'rejected', 'taken_back')",
            name=op.f("ck_document_proposal_decision"),
        ),
        sa.CheckConstraint(
            "decided_by_id IS NULL OR decision = 'taken_back' OR decided_by_id != proposed_by_id",
            name=op.f("ck_document_proposal_four_eyes"),
        ),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_document_proposal_document_id_document")
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"], ["person.id"], name=op.f("fk_document_proposal_proposed_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["person.id"], name=op.f("fk_document_proposal_decided_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_proposal")),
    )
    op.create_index(op.f("ix_document_proposal_document_id"), "document_proposal", ["document_id"])
    op.create_index(
        "uq_document_proposal_waiting",
        "document_proposal",
        ["document_id"],
        unique=True,
        postgresql_where=sa.text("decision = ''"),
        sqlite_where=sa.text("decision = ''"),
    )


def _certificates() -> None:
    op.create_table(
        "signing_certificate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key_id", sa.String(length=64), nullable=False),
        sa.Column("chain", sa.Text(), nullable=False),
        sa.Column("first_used_at", Instant(), nullable=False),
        sa.Column("retired_at", Instant(), nullable=True),
        sa.Column("withdrawn_at", Instant(), nullable=True),
        sa.Column("withdrawn_why", sa.String(length=500), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_certificate")),
        sa.UniqueConstraint("key_id", name=op.f("uq_signing_certificate_key_id")),
    )


def downgrade() -> None:
    """Take the change back. What ended a document is lost with it, so never do this where documents are in use."""
    op.drop_table("signing_certificate")
    op.drop_table("document_proposal")
    op.drop_index("ix_document_ended", table_name="document")
    op.drop_index(op.f("ix_document_key_id"), table_name="document")
    for column in reversed(COLUMNS):
        op.drop_column("document", column.name)
    if op.get_bind().dialect.name == "postgresql":
        op.drop_column("document", "successor_id")
        return
    with op.batch_alter_table(
        "document", recreate="always"
    ) as table:  # a column that refers elsewhere stays else
        table.drop_column("successor_id")
