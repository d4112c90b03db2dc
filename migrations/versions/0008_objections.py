"""Objections, public notices of corrections, credit reports, petitions of people without an account, merged units."""

from collections.abc import Mapping

import sqlalchemy as sa
from alembic import op

from workflow_app.models.base import Instant, SealedJSON, SealedText

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

RESULTS = "result IN ('', 'corrected', 'maintained', 'unclear', 'refused', 'withdrawn')"


def upgrade() -> None:
    """Make the change."""
    with op.batch_alter_table("unit") as batch:
        batch.add_column(sa.Column("successor_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(op.f("fk_unit_successor_id_unit"), "unit", ["successor_id"], ["id"])
    _objections()
    _corrections()
    _reports()
    _petitions()


def _refers(table: str, columns: Mapping[str, str]) -> list[sa.ForeignKeyConstraint]:
    """The foreign keys of a table, column → table, with the names that the models give them."""
    return [
        sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))
        for column, other in columns.items()
    ]


def _objections() -> None:
    refers = {"case_id": "case", "record_id": "credit_record", "subject_id": "subject", "unit_id": "unit"}
    op.create_table(
        "objection",
        sa.Column("case_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("ground", sa.String(length=20), nullable=False),
        sa.Column("remedy", sa.String(length=12), nullable=False),
        sa.Column("result", sa.String(length=12), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("working_days", sa.Integer(), nullable=True),
        sa.Column("is_late", sa.Boolean(), nullable=True),
        sa.Column("filled_by", sa.String(length=12), nullable=False),
        sa.Column("was_reviewed", sa.Boolean(), nullable=False),
        sa.Column("was_changed", sa.Boolean(), nullable=False),
        sa.CheckConstraint(RESULTS, name=op.f("ck_objection_result")),
        *_refers("objection", refers),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_objection")),
    )
    op.create_index("ix_objection_unit", "objection", ["unit_id", "received_on"])
    op.create_index("ix_objection_received", "objection", ["received_on"])
    for column in ("record_id", "subject_id"):
        op.create_index(op.f(f"ix_objection_{column}"), "objection", [column])


def _corrections() -> None:
    op.create_table(
        "correction_notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=24), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("how", sa.String(length=10), nullable=False),
        sa.Column("decision_no", sa.String(length=128), nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.Column("published_at", Instant(), nullable=False),
        sa.CheckConstraint("how IN ('changed', 'removed', 'ended')", name=op.f("ck_correction_notice_how")),
        *_refers("correction_notice", {"record_id": "credit_record", "case_id": "case"}),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction_notice")),
        sa.UniqueConstraint("ref", name=op.f("uq_correction_notice_ref")),
    )
    op.create_index("ix_correction_notice_published", "correction_notice", ["published_at", "id"])
    for column in ("record_id", "case_id"):
        op.create_index(op.f(f"ix_correction_notice_{column}"), "correction_notice", [column])


def _reports() -> None:
    refers = {"document_id": "document", "subject_id": "subject", "by_id": "person"}
    op.create_table(
        "credit_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("given_to", sa.String(length=200), nullable=False),
        sa.Column("purpose", sa.String(length=200), nullable=False),
        sa.Column("contact", SealedText(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", Instant(), nullable=False),
        *_refers("credit_report", refers),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_report")),
        sa.UniqueConstraint("document_id", name=op.f("uq_credit_report_document_id")),
    )
    op.create_index(op.f("ix_credit_report_subject_id"), "credit_report", ["subject_id"])
    op.create_table(
        "reported_record",
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        *_refers("reported_record", {"report_id": "credit_report", "record_id": "credit_record"}),
        sa.PrimaryKeyConstraint("report_id", "record_id", name=op.f("pk_reported_record")),
    )
    op.create_index(op.f("ix_reported_record_record_id"), "reported_record", ["record_id"])


def _petitions() -> None:
    refers = {"record_id": "credit_record", "decided_by_id": "person", "case_id": "case"}
    op.create_table(
        "petition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=24), nullable=False),
        sa.Column("code_digest", sa.String(length=64), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("ground", sa.String(length=20), nullable=False),
        sa.Column("said", SealedJSON(), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("received_at", Instant(), nullable=False),
        sa.Column("decision", sa.String(length=12), nullable=False),
        sa.Column("decision_why", sa.String(length=500), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", Instant(), nullable=True),
        sa.Column("told_overdue_at", Instant(), nullable=True),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("decision IN ('', 'confirmed', 'returned')", name=op.f("ck_petition_decision")),
        *_refers("petition", refers),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_petition")),
        sa.UniqueConstraint("ref", name=op.f("uq_petition_ref")),
    )
    op.create_index("ix_petition_decision", "petition", ["decision", "id"])
    op.create_index(op.f("ix_petition_record_id"), "petition", ["record_id"])


def downgrade() -> None:
    """Take the change back."""
    for table in ("petition", "reported_record", "credit_report", "correction_notice", "objection"):
        op.drop_table(table)
    with op.batch_alter_table("unit") as batch:
        batch.drop_constraint(op.f("fk_unit_successor_id_unit"), type_="foreignkey")
        batch.drop_column("successor_id")
