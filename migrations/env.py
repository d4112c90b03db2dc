"""Alembic's environment: the application's engine and metadata, one transaction per migration."""

from alembic import context
from flask import current_app

database = current_app.extensions["migrate"].db


def is_ours(name: str | None, kind: str, _parents: object) -> bool:
    """Whether a table belongs to our models; those of procrastinate and of the search index are not."""
    return kind != "table" or not (name or "").startswith(("procrastinate_", "subject_search"))


def run() -> None:
    """Run the migrations on the application's own engine."""
    with database.engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=database.metadata,
            compare_type=True,
            include_name=is_ours,
            render_as_batch=connection.dialect.name == "sqlite",
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()


run()
