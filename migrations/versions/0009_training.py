"""Training classes, their lessons and questions, seats, study time, attempts, and documents that stand as evidence."""

from collections.abc import Mapping

import sqlalchemy as sa
from alembic import op

from workflow_app.models.base import Instant

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    _classes()
    _seats()
    _study()
    _evidence()


def _refers(table: str, columns: Mapping[str, str]) -> list[sa.ForeignKeyConstraint]:
    """The foreign keys of a table, column → table, with the names that the models give them."""
    return [
        sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))
        for column, other in columns.items()
    ]


def _classes() -> None:
    op.create_table(
        "training_class",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=24), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("title_en", sa.String(length=200), nullable=False),
        sa.Column("summary", sa.String(length=2000), nullable=False),
        sa.Column("summary_en", sa.String(length=2000), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("pass_mark", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("draw", sa.Integer(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("published_at", Instant(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('penalty', 'serious_list', 'general')", name=op.f("ck_training_class_kind")
        ),
        sa.CheckConstraint("pass_mark BETWEEN 1 AND 100", name=op.f("ck_training_class_pass_mark")),
        *_refers("training_class", {"unit_id": "unit", "created_by_id": "person"}),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_class")),
        sa.UniqueConstraint("ref", name=op.f("uq_training_class_ref")),
    )
    op.create_index("ix_training_class_shown", "training_class", ["published_at", "ends_on"])
    op.create_index(op.f("ix_training_class_unit_id"), "training_class", ["unit_id"])
    op.create_table(
        "lesson",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("class_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("storage_key", sa.String(length=200), nullable=True),
        sa.Column("least_seconds", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('text', 'slides', 'video')", name=op.f("ck_lesson_kind")),
        *_refers("lesson", {"class_id": "training_class"}),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lesson")),
        sa.UniqueConstraint("class_id", "position", name=op.f("uq_lesson_class_id_position")),
    )
    op.create_table(
        "question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("class_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("asked", sa.String(length=1000), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.Column("why", sa.String(length=1000), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.CheckConstraint("kind IN ('single', 'multiple', 'true_false')", name=op.f("ck_question_kind")),
        *_refers("question", {"class_id": "training_class"}),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question")),
    )
    op.create_index(op.f("ix_question_class_id"), "question", ["class_id"])


def _seats() -> None:
    op.create_table(
        "enrolment",
        sa.Column("case_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("class_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("enrolled_at", Instant(), nullable=False),
        sa.Column("left_at", Instant(), nullable=True),
        *_refers("enrolment", {"case_id": "case", "class_id": "training_class", "person_id": "person"}),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_enrolment")),
    )
    op.create_index(
        "uq_enrolment_place",
        "enrolment",
        ["class_id", "person_id"],
        unique=True,
        postgresql_where=sa.text("left_at IS NULL"),
        sqlite_where=sa.text("left_at IS NULL"),
    )
    for column in ("class_id", "person_id"):
        op.create_index(op.f(f"ix_enrolment_{column}"), "enrolment", [column])


def _study() -> None:
    op.create_table(
        "study",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("lesson_id", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("tab", sa.String(length=32), nullable=False),
        sa.Column("beat_at", Instant(), nullable=True),
        sa.Column("done_at", Instant(), nullable=True),
        *_refers("study", {"case_id": "case", "lesson_id": "lesson"}),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_study")),
        sa.UniqueConstraint("case_id", "lesson_id", name=op.f("uq_study_case_id_lesson_id")),
    )
    op.create_table(
        "attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("drawn", sa.JSON(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("started_at", Instant(), nullable=False),
        sa.Column("ends_at", Instant(), nullable=False),
        sa.Column("handed_in_at", Instant(), nullable=True),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("is_told", sa.Boolean(), nullable=False),
        *_refers("attempt", {"case_id": "case"}),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
        sa.UniqueConstraint("case_id", "number", name=op.f("uq_attempt_case_id_number")),
    )
    op.create_index(
        "ix_attempt_running",
        "attempt",
        ["ends_at"],
        postgresql_where=sa.text("handed_in_at IS NULL"),
        sqlite_where=sa.text("handed_in_at IS NULL"),
    )


def _evidence() -> None:
    op.create_table(
        "case_evidence",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("attached_at", Instant(), nullable=False),
        *_refers("case_evidence", {"case_id": "case", "document_id": "document"}),
        sa.PrimaryKeyConstraint("case_id", "document_id", name=op.f("pk_case_evidence")),
    )


def downgrade() -> None:
    """Take the change back."""
    for table in ("case_evidence", "attempt", "study", "enrolment", "question", "lesson", "training_class"):
        op.drop_table(table)
