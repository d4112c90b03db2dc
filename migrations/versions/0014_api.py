"""The API: tokens, calls, answers kept for a repeat, hooks, what targets hold, and sign-in by the city's own provider."""

import sqlalchemy as sa
from alembic import op

from workflow_app.models.base import Instant, SealedText

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

TABLES = (
    "oidc_identity",
    "difference",
    "target_file",
    "hook_call",
    "hook",
    "api_call",
    "api_token",
    "api_answer",
)


def upgrade() -> None:
    """Make the change."""
    op.add_column("person", sa.Column("is_system", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "api_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("headers", sa.JSON(), nullable=False),
        sa.Column("body", SealedText(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_api_answer_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_answer")),
        sa.UniqueConstraint("person_id", "key", name=op.f("uq_api_answer_person_id_key")),
    )
    op.create_index("ix_api_answer_at", "api_answer", ["at"], unique=False)

    op.create_table(
        "api_token",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("prefix", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("purpose", sa.String(length=200), nullable=False),
        sa.Column("networks", sa.JSON(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.Column("replaced_by_id", sa.Integer(), nullable=True),
        sa.Column("last_used_at", Instant(), nullable=True),
        sa.Column("last_used_ip", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["person.id"], name=op.f("fk_api_token_created_by_id_person")
        ),
        sa.ForeignKeyConstraint(["ended_by_id"], ["person.id"], name=op.f("fk_api_token_ended_by_id_person")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_api_token_person_id_person")),
        sa.ForeignKeyConstraint(
            ["replaced_by_id"], ["api_token.id"], name=op.f("fk_api_token_replaced_by_id_api_token")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("digest", name=op.f("uq_api_token_digest")),
    )
    op.create_index("ix_api_token_person_id", "api_token", ["person_id"], unique=False)

    op.create_table(
        "hook",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=24), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("secret", SealedText(), nullable=False),
        sa.Column("kinds", sa.JSON(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("after_event_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["created_by_id"], ["person.id"], name=op.f("fk_hook_created_by_id_person")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_hook_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hook")),
        sa.UniqueConstraint("ref", name=op.f("uq_hook_ref")),
    )
    op.create_index("ix_hook_person_id", "hook", ["person_id"], unique=False)

    op.create_table(
        "oidc_identity",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("issuer", sa.String(length=300), nullable=False),
        sa.Column("sub", sa.String(length=255), nullable=False),
        sa.Column("bound_at", Instant(), nullable=False),
        sa.Column("bound_by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["bound_by_id"], ["person.id"], name=op.f("fk_oidc_identity_bound_by_id_person")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_oidc_identity_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_oidc_identity")),
        sa.UniqueConstraint("issuer", "sub", name=op.f("uq_oidc_identity_issuer_sub")),
    )
    op.create_index("ix_oidc_identity_person_id", "oidc_identity", ["person_id"], unique=False)

    op.create_table(
        "api_call",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("token_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("method", sa.String(length=10), nullable=False),
        sa.Column("path", sa.String(length=300), nullable=False),
        sa.Column("endpoint", sa.String(length=80), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("ip", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(length=200), nullable=False),
        sa.Column("subjects", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_api_call_person_id_person")),
        sa.ForeignKeyConstraint(["token_id"], ["api_token.id"], name=op.f("fk_api_call_token_id_api_token")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_call")),
    )
    op.create_index("ix_api_call_at", "api_call", ["at"], unique=False)
    op.create_index("ix_api_call_person_id_id", "api_call", ["person_id", "id"], unique=False)
    op.create_index("ix_api_call_token_id", "api_call", ["token_id"], unique=False)

    op.create_table(
        "hook_call",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hook_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("sent_at", Instant(), nullable=True),
        sa.Column("dead_at", Instant(), nullable=True),
        sa.Column("error", sa.String(length=500), nullable=True),
        sa.ForeignKeyConstraint(["hook_id"], ["hook.id"], name=op.f("fk_hook_call_hook_id_hook")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hook_call")),
        sa.UniqueConstraint("hook_id", "key", name=op.f("uq_hook_call_hook_id_key")),
    )
    op.create_index(
        "ix_hook_call_dead",
        "hook_call",
        ["hook_id", "id"],
        unique=False,
        postgresql_where=sa.text("dead_at IS NOT NULL"),
        sqlite_where=sa.text("dead_at IS NOT NULL"),
    )

    op.create_table(
        "target_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("unreadable", sa.JSON(), nullable=False),
        sa.Column("storage_key", sa.String(length=200), nullable=False),
        sa.Column("taken_in_at", Instant(), nullable=False),
        sa.Column("taken_in_by_id", sa.Integer(), nullable=True),
        sa.Column("compared_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["taken_in_by_id"], ["person.id"], name=op.f("fk_target_file_taken_in_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["target_id"], ["sync_target.id"], name=op.f("fk_target_file_target_id_sync_target")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_target_file")),
    )
    op.create_index("ix_target_file_target_id", "target_file", ["target_id"], unique=False)

    op.create_table(
        "difference",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=True),
        sa.Column("decision_no", sa.String(length=200), nullable=False),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("ours", SealedText(), nullable=False),
        sa.Column("theirs", SealedText(), nullable=False),
        sa.Column("found_on", sa.Date(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("explanation", sa.JSON(), nullable=False),
        sa.Column("gone_on", sa.Date(), nullable=True),
        sa.Column("settled_at", Instant(), nullable=True),
        sa.Column("settled_by_id", sa.Integer(), nullable=True),
        sa.Column("verdict", sa.String(length=10), nullable=False),
        sa.Column("note", sa.String(length=1000), nullable=False),
        sa.Column("told_overdue_at", Instant(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('missing_there', 'missing_here', 'differs')", name=op.f("ck_difference_kind")
        ),
        sa.CheckConstraint(
            "verdict IN ('', 'ours', 'theirs', 'accepted')", name=op.f("ck_difference_verdict")
        ),
        sa.ForeignKeyConstraint(
            ["file_id"], ["target_file.id"], name=op.f("fk_difference_file_id_target_file")
        ),
        sa.ForeignKeyConstraint(
            ["record_id"], ["credit_record.id"], name=op.f("fk_difference_record_id_credit_record")
        ),
        sa.ForeignKeyConstraint(
            ["settled_by_id"], ["person.id"], name=op.f("fk_difference_settled_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["target_id"], ["sync_target.id"], name=op.f("fk_difference_target_id_sync_target")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_difference_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_difference")),
        sa.UniqueConstraint(
            "target_id", "key", "found_on", name=op.f("uq_difference_target_id_key_found_on")
        ),
    )
    op.create_index(
        "ix_difference_open",
        "difference",
        ["due_on", "id"],
        unique=False,
        postgresql_where=sa.text("gone_on IS NULL AND settled_at IS NULL"),
        sqlite_where=sa.text("gone_on IS NULL AND settled_at IS NULL"),
    )
    op.create_index("ix_difference_record_id", "difference", ["record_id"], unique=False)


def downgrade() -> None:
    """Take the change back."""
    for table in TABLES:
        op.drop_table(table)
    op.drop_column("person", "is_system")
