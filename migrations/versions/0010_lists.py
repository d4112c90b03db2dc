"""List types, entries on lists, and the measures that units take because of an entry."""

from collections.abc import Mapping

import sqlalchemy as sa
from alembic import op

from workflow_app.models.base import Instant

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    _types()
    _entries()
    _measures()
    _restrictions()


def _refers(table: str, columns: Mapping[str, str]) -> list[sa.ForeignKeyConstraint]:
    """The foreign keys of a table, column → table, with the names that the models give them."""
    return [
        sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))
        for column, other in columns.items()
    ]


def _types() -> None:
    op.create_table(
        "list_type",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=300), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(length=20), nullable=False),
        sa.Column("basis", sa.JSON(), nullable=False),
        sa.Column("evidence", sa.String(length=4), nullable=False),
        sa.Column("note", sa.String(length=1000), nullable=False),
        sa.Column("scope", sa.String(length=10), nullable=False),
        sa.Column("standard", sa.String(length=4000), nullable=False),
        sa.Column("exit_conditions", sa.JSON(), nullable=False),
        sa.Column("term_rule", sa.String(length=40), nullable=False),
        sa.Column("early_rule", sa.String(length=40), nullable=False),
        sa.Column("early_from", sa.String(length=12), nullable=False),
        sa.Column("reply_rule", sa.String(length=40), nullable=False),
        sa.Column("review_rule", sa.String(length=40), nullable=False),
        sa.Column("measures", sa.JSON(), nullable=False),
        sa.Column("consulted_from", sa.Date(), nullable=True),
        sa.Column("proposed_by_id", sa.Integer(), nullable=True),
        sa.Column("proposed_at", Instant(), nullable=False),
        sa.Column("confirmed_by_id", sa.Integer(), nullable=True),
        sa.Column("confirmed_at", Instant(), nullable=True),
        sa.Column("refused_by_id", sa.Integer(), nullable=True),
        sa.Column("refused_at", Instant(), nullable=True),
        sa.Column("refused_why", sa.String(length=500), nullable=False),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("ended_why", sa.String(length=500), nullable=False),
        sa.CheckConstraint(
            "early_from IN ('listing', 'correction', 'publication')", name=op.f("ck_list_type_early_from")
        ),
        sa.CheckConstraint("CAST(basis AS TEXT) <> '[]'", name=op.f("ck_list_type_has_a_basis")),
        sa.CheckConstraint(
            "kind <> 'focus' OR scope = 'none'", name=op.f("ck_list_type_focus_is_never_public")
        ),
        sa.CheckConstraint("kind IN ('serious', 'abnormal', 'red', 'focus')", name=op.f("ck_list_type_kind")),
        sa.CheckConstraint(
            "level IN ('law', 'regulation', 'policy', 'department_rule', 'local_law')",
            name=op.f("ck_list_type_level"),
        ),
        sa.CheckConstraint("scope IN ('public', 'limited', 'none')", name=op.f("ck_list_type_scope")),
        *_refers(
            "list_type",
            {
                "confirmed_by_id": "person",
                "ended_by_id": "person",
                "proposed_by_id": "person",
                "refused_by_id": "person",
                "unit_id": "unit",
            },
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list_type")),
        sa.UniqueConstraint("key", name=op.f("uq_list_type_key")),
    )
    op.create_index(op.f("ix_list_type_unit_id"), "list_type", ["unit_id"])


def _entries() -> None:
    op.create_table(
        "list_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=24), nullable=False),
        sa.Column("type_id", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=True),
        sa.Column("behaviour", sa.String(length=4000), nullable=False),
        sa.Column("basis", sa.String(length=4000), nullable=False),
        sa.Column("measures", sa.JSON(), nullable=False),
        sa.Column("proposed_at", Instant(), nullable=False),
        sa.Column("dropped_at", Instant(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("listed_on", sa.Date(), nullable=True),
        sa.Column("channel", sa.String(length=500), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("explanation", sa.JSON(), nullable=False),
        sa.Column("corrected_on", sa.Date(), nullable=True),
        sa.Column("early_on", sa.Date(), nullable=True),
        sa.Column("restricted_until", sa.Date(), nullable=True),
        sa.Column("restricted_because", sa.String(length=500), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("reminded_on", sa.Date(), nullable=True),
        sa.Column("exited_at", Instant(), nullable=True),
        sa.Column("exit_how", sa.String(length=12), nullable=False),
        sa.Column("exit_case_id", sa.Integer(), nullable=True),
        sa.Column("is_exit_done", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "exit_how IN ('', 'early', 'ex_officio', 'expired', 'annulled')",
            name=op.f("ck_list_entry_exit_how"),
        ),
        *_refers(
            "list_entry",
            {
                "case_id": "case",
                "exit_case_id": "case",
                "record_id": "credit_record",
                "subject_id": "subject",
                "type_id": "list_type",
                "unit_id": "unit",
            },
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list_entry")),
        sa.UniqueConstraint("case_id", name=op.f("uq_list_entry_case_id")),
        sa.UniqueConstraint("record_id", name=op.f("uq_list_entry_record_id")),
        sa.UniqueConstraint("ref", name=op.f("uq_list_entry_ref")),
    )
    standing = sa.text("exited_at IS NULL AND dropped_at IS NULL")
    op.create_index("uq_list_entry_standing", "list_entry", ["type_id", "subject_id"], unique=True,
                    postgresql_where=standing, sqlite_where=standing)  # fmt: skip
    not_left = sa.text("exited_at IS NULL")
    op.create_index(
        "ix_list_entry_ends", "list_entry", ["ends_on"], postgresql_where=not_left, sqlite_where=not_left
    )
    op.create_index("ix_list_entry_shown", "list_entry", ["type_id", "listed_on", "id"])
    for column in ("subject_id", "unit_id"):
        op.create_index(op.f(f"ix_list_entry_{column}"), "list_entry", [column])


def _measures() -> None:
    op.create_table(
        "joint_measure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("basis", sa.String(length=300), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("explanation", sa.JSON(), nullable=False),
        sa.Column("told_overdue", sa.Integer(), nullable=False),
        sa.Column("initiated_at", Instant(), nullable=False),
        sa.Column("answered_at", Instant(), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("answer", sa.String(length=6), nullable=False),
        sa.Column("answer_note", sa.String(length=1000), nullable=False),
        sa.Column("executed_on", sa.Date(), nullable=True),
        sa.Column("executed_at", Instant(), nullable=True),
        sa.Column("executed_by_id", sa.Integer(), nullable=True),
        sa.Column("evidence", sa.String(length=1000), nullable=False),
        sa.Column("evidence_key", sa.String(length=200), nullable=True),
        sa.Column("lift_asked_at", Instant(), nullable=True),
        sa.Column("lift_case_id", sa.Integer(), nullable=True),
        sa.Column("lifted_on", sa.Date(), nullable=True),
        sa.Column("lifted_at", Instant(), nullable=True),
        sa.Column("lifted_by_id", sa.Integer(), nullable=True),
        sa.Column("lift_evidence", sa.String(length=1000), nullable=False),
        sa.Column("lift_evidence_key", sa.String(length=200), nullable=True),
        sa.CheckConstraint("answer IN ('', 'will', 'cannot')", name=op.f("ck_joint_measure_answer")),
        *_refers(
            "joint_measure",
            {
                "answered_by_id": "person",
                "entry_id": "list_entry",
                "executed_by_id": "person",
                "lift_case_id": "case",
                "lifted_by_id": "person",
                "unit_id": "unit",
            },
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_joint_measure")),
    )
    op.create_index("ix_joint_measure_entry", "joint_measure", ["entry_id", "id"])
    op.create_index("ix_joint_measure_unit", "joint_measure", ["unit_id", "due_on", "id"])
    op.create_index(op.f("ix_joint_measure_lift_case_id"), "joint_measure", ["lift_case_id"])


def _restrictions() -> None:
    op.create_table(
        "list_restriction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("because", sa.String(length=240), nullable=False),
        sa.Column("basis", sa.String(length=240), nullable=False),
        sa.Column("proposed_by_id", sa.Integer(), nullable=True),
        sa.Column("proposed_at", Instant(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", Instant(), nullable=True),
        sa.Column("is_noted", sa.Boolean(), nullable=False),
        sa.Column("refused_why", sa.String(length=500), nullable=False),
        *_refers(
            "list_restriction",
            {"decided_by_id": "person", "entry_id": "list_entry", "proposed_by_id": "person"},
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list_restriction")),
    )
    op.create_index("ix_list_restriction_entry", "list_restriction", ["entry_id", "id"])
    waiting = sa.text("decided_at IS NULL")
    op.create_index("uq_list_restriction_waiting", "list_restriction", ["entry_id"], unique=True,
                    postgresql_where=waiting, sqlite_where=waiting)  # fmt: skip


def downgrade() -> None:
    """Take the change back."""
    for table in ("list_restriction", "joint_measure", "list_entry", "list_type"):
        op.drop_table(table)
