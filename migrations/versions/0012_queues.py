"""Queues at any size: since when a case has ended, a search index of names, and what reviewers leave around cases.

The search index is a table of the database's own kind (FTS5 on SQLite, a GIN index on PostgreSQL), kept by triggers from
`subject.name_parts`; the application only ever asks it.
"""

import sqlalchemy as sa
from alembic import op

from workflow_app.domain.name_parts import parts
from workflow_app.models.base import Instant, SealedJSON

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

TABLES = (
    "figure_month",
    "batch_row",
    "batch",
    "second_look",
    "urging",
    "taken_list",
    "stand_in",
    "saved_view",
    "hand_over",
)
ENDED = {
    "commitment": ("fulfilled", "breached", "refused", "withdrawn", "discarded"),
    "objection": ("corrected", "maintained", "unclear", "refused", "withdrawn", "discarded"),
    "repair": ("repaired", "not_accepted", "rejected", "restored", "revoked", "withdrawn", "discarded"),
    "training": ("certified", "declined", "cancelled", "failed", "incomplete", "discarded"),
    "listing": ("listed", "dropped", "discarded"),
    "list_exit": ("exited", "not_accepted", "rejected", "revoked", "withdrawn", "discarded"),
}
OPEN, DONE = sa.text("ended_at IS NULL"), sa.text("ended_at IS NOT NULL")
INDEXES = {
    "ix_case_unit_open": (["unit_id", "due_on", "id"], OPEN),
    "ix_case_subject_open": (["subject_id", "due_on", "id"], OPEN),
    "ix_case_open": (["due_on", "id"], OPEN),
    "ix_case_unit_done": (["unit_id", "ended_at", "id"], DONE),
    "ix_case_done": (["ended_at", "id"], DONE),
    "ix_case_unit_all": (["unit_id", "workflow", "id"], None),
    "ix_case_opened_by": (["opened_by_id", "id"], None),
    "ix_case_opened_by_open": (["opened_by_id", "due_on", "id"], OPEN),
}


def upgrade() -> None:
    """Make the change."""
    _ends()
    op.execute(
        "ALTER TABLE event ADD COLUMN acted_for_id INTEGER "
        "CONSTRAINT fk_event_acted_for_id_person REFERENCES person (id)"
    )  # as it stands: made anew, the table would lose the triggers that keep it from being changed
    op.add_column("unit", sa.Column("shares_out", sa.Boolean(), nullable=False, server_default=sa.false()))
    _search()
    _around_cases()
    _figures()


def _ends() -> None:
    """Since when a case has ended: its last event that led into the state in which it rests."""
    op.add_column("case", sa.Column("ended_at", Instant(), nullable=True))
    for workflow, states in ENDED.items():
        listed = ", ".join(f"'{state}'" for state in states)
        op.execute(
            'UPDATE "case" SET ended_at = coalesce((SELECT max(event.at) FROM event WHERE event.case_id = "case".id '
            'AND event.target = "case".state AND event.source != event.target), updated_at) '
            f"WHERE workflow = '{workflow}' AND state IN ({listed})"
        )
    for name, (columns, where) in INDEXES.items():
        op.create_index(name, "case", columns, postgresql_where=where, sqlite_where=where)


def _search() -> None:
    op.add_column("subject", sa.Column("name_parts", sa.Text(), nullable=False, server_default=""))
    if op.get_bind().dialect.name == "postgresql":
        op.execute("CREATE TABLE subject_search (id integer PRIMARY KEY, parts tsvector NOT NULL)")
        op.execute("CREATE INDEX ix_subject_search_parts ON subject_search USING gin (parts)")
        op.execute(
            "CREATE FUNCTION index_subject() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "INSERT INTO subject_search VALUES "
            "(NEW.id, array_to_tsvector(array_remove(string_to_array(NEW.name_parts, ' '), ''))) "
            "ON CONFLICT (id) DO UPDATE SET parts = EXCLUDED.parts; RETURN NULL; END $$"
        )
        op.execute(
            "CREATE TRIGGER subject_search AFTER INSERT OR UPDATE OF name_parts ON subject "
            "FOR EACH ROW EXECUTE FUNCTION index_subject()"
        )
    else:
        op.execute("CREATE VIRTUAL TABLE subject_search USING fts5(parts, tokenize = 'unicode61')")
        op.execute(
            "CREATE TRIGGER subject_search_insert AFTER INSERT ON subject "
            "BEGIN INSERT INTO subject_search (rowid, parts) VALUES (NEW.id, NEW.name_parts); END"
        )
        op.execute(
            "CREATE TRIGGER subject_search_update AFTER UPDATE OF name_parts ON subject BEGIN "
            "DELETE FROM subject_search WHERE rowid = NEW.id; "
            "INSERT INTO subject_search (rowid, parts) VALUES (NEW.id, NEW.name_parts); END"
        )
    subject = sa.table("subject", sa.column("id"), sa.column("name"), sa.column("name_parts"))
    rows = op.get_bind().execute(sa.select(subject.c.id, subject.c.name)).all()
    known = (
        sa.update(subject).where(subject.c.id == sa.bindparam("of")).values(name_parts=sa.bindparam("cut"))
    )
    if rows:
        op.get_bind().execute(known, [{"of": row.id, "cut": parts(row.name)} for row in rows])


def _around_cases() -> None:
    op.create_table(
        "batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=24), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(length=10), nullable=False),
        sa.Column("given", SealedJSON(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("done_at", Instant(), nullable=True),
        sa.CheckConstraint(
            "act IN ('claim', 'release', 'assign', 'step', 'urge')", name=op.f("ck_batch_act")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_batch_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch")),
        sa.UniqueConstraint("ref", name=op.f("uq_batch_ref")),
    )
    op.create_table(
        "hand_over",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("what", sa.String(length=10), nullable=False),
        sa.Column("from_id", sa.Integer(), nullable=True),
        sa.Column("to_id", sa.Integer(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("why", sa.String(length=500), nullable=False),
        sa.CheckConstraint(
            "what IN ('claimed', 'released', 'assigned', 'shared_out')", name=op.f("ck_hand_over_what")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_hand_over_by_id_person")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_hand_over_case_id_case")),
        sa.ForeignKeyConstraint(["from_id"], ["person.id"], name=op.f("fk_hand_over_from_id_person")),
        sa.ForeignKeyConstraint(["to_id"], ["person.id"], name=op.f("fk_hand_over_to_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hand_over")),
    )
    op.create_index("ix_hand_over_case", "hand_over", ["case_id", "id"])
    op.create_index("ix_hand_over_to", "hand_over", ["to_id", "at"])

    op.create_table(
        "saved_view",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_saved_view_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
        sa.UniqueConstraint("person_id", "name", name=op.f("uq_saved_view_person_id_name")),
    )
    op.create_table(
        "stand_in",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=24), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("deputy_id", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("why", sa.String(length=500), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("from_on <= until_on", name=op.f("ck_stand_in_days")),
        sa.CheckConstraint("person_id != deputy_id", name=op.f("ck_stand_in_another_person")),
        sa.ForeignKeyConstraint(["deputy_id"], ["person.id"], name=op.f("fk_stand_in_deputy_id_person")),
        sa.ForeignKeyConstraint(["ended_by_id"], ["person.id"], name=op.f("fk_stand_in_ended_by_id_person")),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"], name=op.f("fk_stand_in_made_by_id_person")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_stand_in_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stand_in")),
        sa.UniqueConstraint("ref", name=op.f("uq_stand_in_ref")),
    )
    op.create_index("ix_stand_in_deputy", "stand_in", ["deputy_id", "until_on"])
    op.create_index("ix_stand_in_person", "stand_in", ["person_id", "until_on"])

    op.create_table(
        "taken_list",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=24), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.Column("format", sa.String(length=4), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("done_at", Instant(), nullable=True),
        sa.Column("cases", sa.Integer(), nullable=False),
        sa.Column("storage_key", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_taken_list_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_taken_list")),
        sa.UniqueConstraint("ref", name=op.f("uq_taken_list_ref")),
    )
    op.create_index(op.f("ix_taken_list_person_id"), "taken_list", ["person_id"])

    op.create_table(
        "batch_row",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("seen_version", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("why", sa.JSON(), nullable=True),
        sa.Column("done_at", Instant(), nullable=True),
        sa.CheckConstraint(
            "outcome IN ('', 'done', 'refused', 'stale', 'failed')", name=op.f("ck_batch_row_outcome")
        ),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_batch_row_batch_id_batch")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_batch_row_case_id_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch_row")),
        sa.UniqueConstraint("batch_id", "position", name=op.f("uq_batch_row_batch_id_position")),
    )
    op.create_index(op.f("ix_batch_row_case_id"), "batch_row", ["case_id"])

    op.create_table(
        "second_look",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("seed", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("drawn_by_id", sa.Integer(), nullable=False),
        sa.Column("drawn_at", Instant(), nullable=False),
        sa.Column("verdict", sa.String(length=10), nullable=False),
        sa.Column("note", sa.String(length=1000), nullable=False),
        sa.Column("looked_by_id", sa.Integer(), nullable=True),
        sa.Column("looked_at", Instant(), nullable=True),
        sa.CheckConstraint("verdict IN ('', 'sound', 'flawed')", name=op.f("ck_second_look_verdict")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_second_look_case_id_case")),
        sa.ForeignKeyConstraint(
            ["drawn_by_id"], ["person.id"], name=op.f("fk_second_look_drawn_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["looked_by_id"], ["person.id"], name=op.f("fk_second_look_looked_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_second_look")),
        sa.UniqueConstraint("month", "case_id", name=op.f("uq_second_look_month_case_id")),
    )
    op.create_table(
        "urging",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=24), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("acting_as", sa.String(length=20), nullable=False),
        sa.Column("acted_for_id", sa.Integer(), nullable=True),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("why", sa.String(length=1000), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=False),
        sa.Column("answer", sa.String(length=1000), nullable=False),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("answered_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["acted_for_id"], ["person.id"], name=op.f("fk_urging_acted_for_id_person")),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["person.id"], name=op.f("fk_urging_answered_by_id_person")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_urging_by_id_person")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_urging_case_id_case")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_urging_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_urging")),
        sa.UniqueConstraint("ref", name=op.f("uq_urging_ref")),
    )
    op.create_index("ix_urging_case", "urging", ["case_id", "id"])
    op.create_index(
        "ix_urging_open",
        "urging",
        ["unit_id", "answer_by", "id"],
        postgresql_where=sa.text("answered_at IS NULL"),
        sqlite_where=sa.text("answered_at IS NULL"),
    )


def _figures() -> None:
    op.create_table(
        "figure_month",
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("month", name=op.f("pk_figure_month")),
    )


def downgrade() -> None:
    """Take the change back."""
    for table in TABLES:
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER subject_search ON subject")
        op.execute("DROP FUNCTION index_subject()")
    else:
        op.execute("DROP TRIGGER subject_search_insert")
        op.execute("DROP TRIGGER subject_search_update")
    op.execute("DROP TABLE subject_search")
    for name in INDEXES:
        op.drop_index(name, table_name="case")
    op.drop_column("subject", "name_parts")
    op.drop_column("unit", "shares_out")
    op.drop_column("case", "ended_at")
    if op.get_bind().dialect.name == "postgresql":
        op.drop_column("event", "acted_for_id")
        return
    with op.batch_alter_table(
        "event", recreate="always"
    ) as table:  # SQLite keeps a column that refers elsewhere
        table.drop_column("acted_for_id")
