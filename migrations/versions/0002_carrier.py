"""The sign of life of whoever looks after the outbox; and on PostgreSQL the tables that carry it.

The statements for PostgreSQL are procrastinate's own, kept as they were published (`migrations/procrastinate`), so
that this migration means the same for ever. A newer procrastinate brings its changes in a migration of its own.
"""

from pathlib import Path

import sqlalchemy as sa
from alembic import op

from workflow_app.models.base import Instant

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SCHEMA = Path(__file__).resolve().parents[1] / "procrastinate" / "3.10.0.sql"
DROP_FUNCTIONS = """
    DO $$ DECLARE found record; BEGIN
        FOR found IN SELECT oid::regprocedure AS name FROM pg_proc WHERE proname LIKE 'procrastinate\\_%'
            AND pronamespace = current_schema()::regnamespace
        LOOP EXECUTE 'DROP FUNCTION ' || found.name || ' CASCADE'; END LOOP;
    END $$
"""


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "heartbeat",
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("seen_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_heartbeat")),
    )
    if op.get_bind().dialect.name == "postgresql":
        # Many statements at once: only the driver itself takes them, and only without parameters.
        op.get_bind().connection.driver_connection.execute(SCHEMA.read_text(encoding="utf-8"))


def downgrade() -> None:
    """Undo it."""
    if op.get_bind().dialect.name == "postgresql":
        op.get_bind().connection.driver_connection.execute(DROP_FUNCTIONS)
        for table in ("events", "periodic_defers", "jobs", "workers"):
            op.execute(f"DROP TABLE procrastinate_{table}")
        for name in ("job_to_defer_v1", "job_event_type", "job_status"):
            op.execute(f"DROP TYPE procrastinate_{name}")
    op.drop_table("heartbeat")
