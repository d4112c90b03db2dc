"""What a document signed, how long it lasts, why it ended; revoking by two people; certificates kept for ever."""

import sqlalchemy as sa
from alembic import op

from workflow_app.models.base import Instant, SealedText

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change. Documents issued before keep their bytes; they simply have no payload."""
    _documents()
    _proposals()
    _certificates()


def _documents() -> None:
    with op.batch_alter_table("document") as table:
        table.add_column(sa.Column("rules_version", sa.String(length=40), nullable=False, server_default=""))
        table.add_column(sa.Column("expires_on", sa.Date(), nullable=True))
        table.add_column(sa.Column("status_since", Instant(), nullable=True))
        table.add_column(sa.Column("status_why", sa.String(length=40), nullable=False, server_default=""))
        table.add_column(sa.Column("successor_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("payload", SealedText(), nullable=True))
        table.add_column(sa.Column("signature", sa.String(length=300), nullable=True))
        table.add_column(sa.Column("key_id", sa.String(length=64), nullable=True))
        table.add_column(sa.Column("sealed_by", sa.String(length=200), nullable=False, server_default=""))
        table.create_foreign_key(
            op.f("fk_document_successor_id_document"), "document", ["successor_id"], ["id"]
        )
        table.create_check_constraint("status", "status IN ('valid', 'revoked', 'superseded')")
    op.execute("UPDATE document SET status_since = issued_at WHERE status != 'valid'")
    with op.batch_alter_table("document") as table:
        table.alter_column("rules_version", server_default=None)
        table.alter_column("status_why", server_default=None)
        table.alter_column("sealed_by", server_default=None)
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
    with op.batch_alter_table("document") as table:
        table.drop_constraint(op.f("fk_document_successor_id_document"), type_="foreignkey")
        table.drop_constraint(op.f("ck_document_status"), type_="check")
        for column in ("sealed_by", "key_id", "signature", "payload", "successor_id", "status_why", "status_since", "expires_on",
                       "rules_version"):  # fmt: skip
            table.drop_column(column)
