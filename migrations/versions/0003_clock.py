"""The clock: holiday notices and rule changes as dated rows, the ledger of each clock, and what time has to do next.

The ledger, the notices and their like are append-only in meaning; the ledger also by trigger, because due days are
derived from it. Open clocks of before get `act_on` = the day they started, so that the next sweep looks at each.
"""

import sqlalchemy as sa
from alembic import op

from workflow_app.models.base import Instant

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

APPEND_ONLY = ("calendar_notice", "clock_entry")


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
    op.create_table(
        "calendar_notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("off", sa.JSON(), nullable=False),
        sa.Column("working", sa.JSON(), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=True),
        sa.Column("entered_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["person.id"], name=op.f("fk_calendar_notice_entered_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_notice")),
    )
    op.create_index(op.f("ix_calendar_notice_year"), "calendar_notice", ["year"])
    op.create_table(
        "rule_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rule_id", sa.String(length=40), nullable=False),
        sa.Column("place", sa.String(length=6), nullable=False),
        sa.Column("row", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("moves_running", sa.Boolean(), nullable=False),
        sa.Column("proposed_by_id", sa.Integer(), nullable=False),
        sa.Column("proposed_at", Instant(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", Instant(), nullable=True),
        sa.Column("decision", sa.String(length=10), nullable=True),
        sa.Column("decision_reason", sa.String(length=500), nullable=True),
        sa.Column("applied_n", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"], ["person.id"], name=op.f("fk_rule_change_proposed_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["person.id"], name=op.f("fk_rule_change_decided_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_change")),
        sa.UniqueConstraint("applied_n", name=op.f("uq_rule_change_applied_n")),
    )
    op.create_index(op.f("ix_rule_change_rule_id"), "rule_change", ["rule_id"])
    op.create_table(
        "clock_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("deadline_id", sa.Integer(), nullable=False),
        sa.Column("event_seq", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("rule", sa.JSON(), nullable=True),
        sa.Column("was", sa.String(length=40), nullable=False),
        sa.Column("old_due_on", sa.Date(), nullable=False),
        sa.Column("new_due_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["deadline_id"], ["deadline.id"], name=op.f("fk_clock_entry_deadline_id_deadline")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clock_entry")),
    )
    op.create_index("ix_clock_entry_deadline", "clock_entry", ["deadline_id", "id"])
    op.create_table(
        "recount",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("started_at", Instant(), nullable=False),
        sa.Column("finished_at", Instant(), nullable=True),
        sa.Column("reached_id", sa.Integer(), nullable=False),
        sa.Column("looked_at", sa.Integer(), nullable=False),
        sa.Column("moved", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recount")),
    )
    op.add_column("deadline", sa.Column("act_on", sa.Date(), nullable=True))
    op.add_column("deadline", sa.Column("escalated", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("deadline", sa.Column("paused_on", sa.Date(), nullable=True))
    op.create_index(
        "ix_deadline_to_act",
        "deadline",
        ["act_on", "id"],
        postgresql_where=sa.text("closed_seq IS NULL AND act_on IS NOT NULL"),
        sqlite_where=sa.text("closed_seq IS NULL AND act_on IS NOT NULL"),
    )
    op.execute("UPDATE deadline SET act_on = starts_on WHERE closed_seq IS NULL AND expired_at IS NULL")
    op.add_column("notice", sa.Column("mailed_at", Instant(), nullable=True))
    op.execute("UPDATE notice SET mailed_at = created_at")
    for table in APPEND_ONLY:
        refuse_changes(table)


def downgrade() -> None:
    """Undo it."""
    op.drop_column("notice", "mailed_at")
    op.drop_index("ix_deadline_to_act", table_name="deadline")
    for column in ("paused_on", "escalated", "act_on"):
        op.drop_column("deadline", column)
    for table in ("recount", "clock_entry", "rule_change", "calendar_notice"):
        op.drop_table(table)
