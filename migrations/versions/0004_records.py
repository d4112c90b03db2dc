"""Credit records in full, licences, their import, repair, and where records went.

The records that breaches of commitments had written keep their ids; what a record says beyond that follows from them:
class 一般 and the periods of Order 36, or of Order 58 for an earlier day.
"""

import secrets
from datetime import UTC, date, datetime

import sqlalchemy as sa
from alembic import op
from dateutil.relativedelta import relativedelta

from workflow_app.models.base import Instant, SealedJSON, SealedText

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ORDER_36_FROM = date(2026, 4, 1)
APPEND_ONLY = ("record_change",)


def refuse_changes(table: str) -> None:
    """Let the database refuse UPDATE and DELETE on this table; the function on PostgreSQL is that of 0001."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
        return
    for change in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )


def upgrade() -> None:
    """Make the change."""
    create_what_records_refer_to()
    rebuild_credit_record()
    create_what_refers_to_records()
    for column, table in (("record_id", "credit_record"), ("application_id", "repair_application")):
        op.execute(
            f'ALTER TABLE "case" ADD COLUMN {column} INTEGER '
            f"CONSTRAINT fk_case_{column}_{table} REFERENCES {table} (id)"
        )
        op.create_index(f"ix_case_{column}", "case", [column])
    with op.batch_alter_table("document") as batch:
        batch.add_column(sa.Column("record_id", sa.Integer(), nullable=True))
        batch.alter_column("case_id", existing_type=sa.Integer(), nullable=True)
        batch.create_index("ix_document_record_id", ["record_id"])
        batch.create_foreign_key(
            "fk_document_record_id_credit_record", "credit_record", ["record_id"], ["id"]
        )
    for table in APPEND_ONLY:
        refuse_changes(table)


def downgrade() -> None:
    """Undo it. Records keep what they had before."""
    op.execute("DELETE FROM document WHERE case_id IS NULL")
    with op.batch_alter_table("document") as batch:
        batch.drop_index("ix_document_record_id")
        batch.drop_constraint("fk_document_record_id_credit_record", type_="foreignkey")
        batch.drop_column("record_id")
        batch.alter_column("case_id", existing_type=sa.Integer(), nullable=False)
    for column in ("record_id", "application_id"):
        op.drop_index(f"ix_case_{column}", table_name="case")
        with op.batch_alter_table("case") as batch:
            batch.drop_column(column)
    for table in LATER:
        op.drop_table(table)
    restore_credit_record()
    op.drop_table("repair_application")
    op.drop_table("import_run")


LATER = (
    "sync_task", "sync_target", "record_mark", "record_change", "penalty_item", "measure", "repair_bar", "prior_check",
    "licence", "cluster_flag",
)  # fmt: skip


def create_what_records_refer_to() -> None:
    """Import runs and applications."""
    op.create_table(
        "import_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=24), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("storage_key", sa.String(length=200), nullable=False),
        sa.Column("rejected_key", sa.String(length=200), nullable=True),
        sa.Column("started_at", Instant(), nullable=False),
        sa.Column("finished_at", Instant(), nullable=True),
        sa.Column("refusal", sa.JSON(), nullable=True),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("created", sa.Integer(), nullable=False),
        sa.Column("updated", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.Integer(), nullable=False),
        sa.Column("reached_line", sa.Integer(), nullable=False),
        sa.Column("faults", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_import_run_by_id_person")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_import_run_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_run")),
        sa.UniqueConstraint("ref", name=op.f("uq_import_run_ref")),
    )
    op.create_index(op.f("ix_import_run_unit_id"), "import_run", ["unit_id"], unique=False)

    op.create_table(
        "repair_application",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=24), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("opened_by_id", sa.Integer(), nullable=True),
        sa.Column("filled_by", sa.String(length=12), nullable=False),
        sa.Column("opened_at", Instant(), nullable=False),
        sa.Column("submitted_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["opened_by_id"], ["person.id"], name=op.f("fk_repair_application_opened_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["subject.id"], name=op.f("fk_repair_application_subject_id_subject")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repair_application")),
        sa.UniqueConstraint("ref", name=op.f("uq_repair_application_ref")),
    )
    op.create_index(
        op.f("ix_repair_application_subject_id"), "repair_application", ["subject_id"], unique=False
    )


def kept_records() -> list[dict[str, object]]:
    """The records there are, before their table is made anew."""
    columns = "id, kind, subject_id, unit_id, case_id, decided_on, title, degree, repaired_at"
    kept = sa.text(f"SELECT {columns} FROM credit_record ORDER BY id").columns(
        decided_on=sa.Date(), repaired_at=Instant()
    )
    return [dict(row) for row in op.get_bind().execute(kept).mappings()]


def rebuild_credit_record() -> None:
    """The table in full, with the records that were there."""
    kept = kept_records()
    op.drop_table("credit_record")
    table = op.create_table(
        "credit_record",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=24), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("decision_no", sa.String(length=128), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("behaviour", sa.String(length=4000), nullable=False),
        sa.Column("basis", sa.String(length=4000), nullable=False),
        sa.Column("content", sa.String(length=4000), nullable=False),
        sa.Column("personal", SealedJSON(), nullable=False),
        sa.Column("degree", sa.String(length=20), nullable=False),
        sa.Column("class", sa.String(length=10), nullable=False),
        sa.Column("class_standard", sa.String(length=300), nullable=False),
        sa.Column("is_special_field", sa.Boolean(), nullable=False),
        sa.Column("scope", sa.String(length=10), nullable=False),
        sa.Column("publicity_from", sa.Date(), nullable=False),
        sa.Column("min_end_on", sa.Date(), nullable=True),
        sa.Column("max_end_on", sa.Date(), nullable=True),
        sa.Column("duties_done_on", sa.Date(), nullable=True),
        sa.Column("not_repairable_because", sa.String(length=300), nullable=False),
        sa.Column("hidden_at", Instant(), nullable=True),
        sa.Column("publicity_ended_at", Instant(), nullable=True),
        sa.Column("sharing_stopped_at", Instant(), nullable=True),
        sa.Column("measures_lifted_at", Instant(), nullable=True),
        sa.Column("evaluation_updated_at", Instant(), nullable=True),
        sa.Column("ended_how", sa.String(length=20), nullable=False),
        sa.Column("repaired_at", Instant(), nullable=True),
        sa.Column("reminded_on", sa.Date(), nullable=True),
        sa.Column("flagged_at", Instant(), nullable=True),
        sa.Column("import_run_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('serious_list', 'penalty', 'abnormal_list', 'other')", name="ck_credit_record_kind"
        ),
        sa.CheckConstraint("class IN ('minor', 'general', 'serious')", name="ck_credit_record_class"),
        sa.CheckConstraint("scope IN ('public', 'limited', 'none')", name="ck_credit_record_scope"),
        sa.ForeignKeyConstraint(["subject_id"], ["subject.id"], name="fk_credit_record_subject_id_subject"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_credit_record_unit_id_unit"),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name="fk_credit_record_case_id_case"),
        sa.ForeignKeyConstraint(
            ["import_run_id"], ["import_run.id"], name="fk_credit_record_import_run_id_import_run"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_credit_record"),
        sa.UniqueConstraint("case_id", name="uq_credit_record_case_id"),
        sa.UniqueConstraint("ref", name="uq_credit_record_ref"),
        sa.UniqueConstraint(
            "kind", "decision_no", "subject_id", name="uq_credit_record_kind_decision_no_subject_id"
        ),
    )
    op.create_index("ix_credit_record_subject_id", "credit_record", ["subject_id"])
    op.create_index("ix_credit_record_unit", "credit_record", ["unit_id", "decided_on", "id"])
    for name, column in (("shown", "decided_on"), ("ends", "max_end_on"), ("reminded", "min_end_on")):
        op.create_index(
            f"ix_credit_record_{name}",
            "credit_record",
            [column, "id"],
            postgresql_where=sa.text("publicity_ended_at IS NULL"),
            sqlite_where=sa.text("publicity_ended_at IS NULL"),
        )
    if kept:
        op.bulk_insert(table, [completed(row) for row in kept])
        if op.get_bind().dialect.name == "postgresql":
            op.execute(
                "SELECT setval(pg_get_serial_sequence('credit_record', 'id'), max(id)) FROM credit_record"
            )


def completed(row: dict[str, object]) -> dict[str, object]:
    """A record of before with what the rules say of it."""
    decided_on = row["decided_on"]
    assert isinstance(decided_on, date)
    longest = relativedelta(years=1 if decided_on >= ORDER_36_FROM else 3)
    return row | {
        "ref": secrets.token_hex(8),
        "decision_no": f"CM-{row['case_id']}",
        "behaviour": "",
        "basis": "",
        "content": "",
        "personal": {},
        "class": "general",
        "class_standard": "",
        "is_special_field": False,
        "scope": "public",
        "publicity_from": decided_on,
        "min_end_on": decided_on + relativedelta(months=3),
        "max_end_on": decided_on + longest,
        "not_repairable_because": "",
        "ended_how": "",
        "recorded_at": datetime.combine(decided_on, datetime.min.time(), UTC),
    }


def restore_credit_record() -> None:
    """The table as it was, with the records that commitments had written."""
    kept = [row for row in kept_records() if row["case_id"] is not None]
    op.drop_table("credit_record")
    table = op.create_table(
        "credit_record",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("degree", sa.String(length=20), nullable=False),
        sa.Column("repaired_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["subject_id"], ["subject.id"], name="fk_credit_record_subject_id_subject"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_credit_record_unit_id_unit"),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name="fk_credit_record_case_id_case"),
        sa.PrimaryKeyConstraint("id", name="pk_credit_record"),
        sa.UniqueConstraint("case_id", name="uq_credit_record_case_id"),
    )
    op.create_index("ix_credit_record_subject_id", "credit_record", ["subject_id"])
    if kept:
        op.bulk_insert(table, kept)


def create_what_refers_to_records() -> None:
    """Everything else."""
    op.create_table(
        "cluster_flag",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("sign", sa.String(length=64), nullable=False),
        sa.Column("shown", SealedText(), nullable=False),
        sa.Column("subject_ids", sa.JSON(), nullable=False),
        sa.Column("raised_at", Instant(), nullable=False),
        sa.Column("verdict", sa.String(length=12), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("looked_at", Instant(), nullable=True),
        sa.Column("looked_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["looked_by_id"], ["person.id"], name=op.f("fk_cluster_flag_looked_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cluster_flag")),
        sa.UniqueConstraint("sign", name=op.f("uq_cluster_flag_sign")),
    )
    op.create_index("ix_cluster_flag_open", "cluster_flag", ["verdict", "id"], unique=False)

    op.create_table(
        "sync_target",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("deliverer", sa.String(length=10), nullable=False),
        sa.Column("address", sa.String(length=500), nullable=False),
        sa.Column("secret", SealedText(), nullable=False),
        sa.Column("does", sa.JSON(), nullable=False),
        sa.Column("page_url", sa.String(length=500), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.CheckConstraint("deliverer IN ('webhook', 'file', 'hand')", name=op.f("ck_sync_target_deliverer")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_sync_target_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sync_target")),
        sa.UniqueConstraint("key", name=op.f("uq_sync_target_key")),
    )
    op.create_table(
        "licence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=24), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("decision_no", sa.String(length=128), nullable=False),
        sa.Column("document_name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=100), nullable=False),
        sa.Column("certificate_name", sa.String(length=200), nullable=False),
        sa.Column("certificate_no", sa.String(length=200), nullable=False),
        sa.Column("content", sa.String(length=4000), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("import_run_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_run_id"], ["import_run.id"], name=op.f("fk_licence_import_run_id_import_run")
        ),
        sa.ForeignKeyConstraint(["subject_id"], ["subject.id"], name=op.f("fk_licence_subject_id_subject")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_licence_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_licence")),
        sa.UniqueConstraint("decision_no", "subject_id", name=op.f("uq_licence_decision_no_subject_id")),
        sa.UniqueConstraint("ref", name=op.f("uq_licence_ref")),
    )
    op.create_index(op.f("ix_licence_decided_on"), "licence", ["decided_on"], unique=False)
    op.create_index(op.f("ix_licence_subject_id"), "licence", ["subject_id"], unique=False)

    op.create_table(
        "prior_check",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("codes", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_prior_check_case_id_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prior_check")),
    )
    op.create_index(op.f("ix_prior_check_case_id"), "prior_check", ["case_id"], unique=False)

    op.create_table(
        "repair_bar",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("basis", sa.String(length=500), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("lifted_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_repair_bar_case_id_case")),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["subject.id"], name=op.f("fk_repair_bar_subject_id_subject")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repair_bar")),
    )
    op.create_index(op.f("ix_repair_bar_subject_id"), "repair_bar", ["subject_id"], unique=False)

    op.create_table(
        "measure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("basis", sa.String(length=300), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("lifted_on", sa.Date(), nullable=True),
        sa.Column("lifted_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["lifted_by_id"], ["person.id"], name=op.f("fk_measure_lifted_by_id_person")),
        sa.ForeignKeyConstraint(
            ["record_id"], ["credit_record.id"], name=op.f("fk_measure_record_id_credit_record")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_measure_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measure")),
    )
    op.create_index(op.f("ix_measure_record_id"), "measure", ["record_id"], unique=False)
    op.create_index(op.f("ix_measure_unit_id"), "measure", ["unit_id"], unique=False)

    op.create_table(
        "penalty_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("amount", sa.Numeric(precision=18, scale=6), nullable=True),
        sa.Column("what", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["record_id"], ["credit_record.id"], name=op.f("fk_penalty_item_record_id_credit_record")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_penalty_item")),
    )
    op.create_index(op.f("ix_penalty_item_record_id"), "penalty_item", ["record_id"], unique=False)

    op.create_table(
        "record_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("old", sa.String(length=4000), nullable=False),
        sa.Column("new", sa.String(length=4000), nullable=False),
        sa.Column("why", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_record_change_by_id_person")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_record_change_case_id_case")),
        sa.ForeignKeyConstraint(
            ["record_id"], ["credit_record.id"], name=op.f("fk_record_change_record_id_credit_record")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_change")),
    )
    op.create_index(op.f("ix_record_change_record_id"), "record_change", ["record_id"], unique=False)

    op.create_table(
        "record_mark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("since", Instant(), nullable=False),
        sa.Column("until", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_record_mark_case_id_case")),
        sa.ForeignKeyConstraint(
            ["record_id"], ["credit_record.id"], name=op.f("fk_record_mark_record_id_credit_record")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_mark")),
    )
    op.create_index(op.f("ix_record_mark_record_id"), "record_mark", ["record_id"], unique=False)

    op.create_table(
        "sync_task",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(length=20), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("explanation", sa.JSON(), nullable=False),
        sa.Column("sent_at", Instant(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(length=500), nullable=True),
        sa.Column("dead_at", Instant(), nullable=True),
        sa.Column("confirmed_at", Instant(), nullable=True),
        sa.Column("confirmed_by_id", sa.Integer(), nullable=True),
        sa.Column("evidence", sa.String(length=1000), nullable=False),
        sa.Column("evidence_key", sa.String(length=200), nullable=True),
        sa.Column("seen_at", Instant(), nullable=True),
        sa.Column("seen_by_id", sa.Integer(), nullable=True),
        sa.Column("seen_note", sa.String(length=1000), nullable=False),
        sa.Column("seen_key", sa.String(length=200), nullable=True),
        sa.Column("told_overdue_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_sync_task_case_id_case")),
        sa.ForeignKeyConstraint(
            ["confirmed_by_id"], ["person.id"], name=op.f("fk_sync_task_confirmed_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["record_id"], ["credit_record.id"], name=op.f("fk_sync_task_record_id_credit_record")
        ),
        sa.ForeignKeyConstraint(["seen_by_id"], ["person.id"], name=op.f("fk_sync_task_seen_by_id_person")),
        sa.ForeignKeyConstraint(
            ["target_id"], ["sync_target.id"], name=op.f("fk_sync_task_target_id_sync_target")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sync_task")),
        sa.UniqueConstraint("key", name=op.f("uq_sync_task_key")),
    )
    op.create_index("ix_sync_task_case", "sync_task", ["case_id", "id"], unique=False)
    op.create_index(
        "ix_sync_task_open",
        "sync_task",
        ["due_on", "id"],
        unique=False,
        postgresql_where=sa.text("confirmed_at IS NULL"),
        sqlite_where=sa.text("confirmed_at IS NULL"),
    )
    op.create_index(op.f("ix_sync_task_record_id"), "sync_task", ["record_id"], unique=False)
    op.create_index(op.f("ix_sync_task_target_id"), "sync_task", ["target_id"], unique=False)
