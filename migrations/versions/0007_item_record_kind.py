"""An item of the repair type says for which kind of credit record its letter is meant.

The items there are told it once, by the words their titles have carried so far.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

IN_TITLES = (("penalty", "行政处罚"), ("abnormal_list", "异常名录"), ("serious_list", "严重失信主体名单"))


def upgrade() -> None:
    """Make the change."""
    op.add_column(
        "commitment_item", sa.Column("record_kind", sa.String(length=20), nullable=False, server_default="")
    )
    for kind, words in IN_TITLES:
        told = sa.text(
            "UPDATE commitment_item SET record_kind = :kind WHERE type = 'XYXF' AND title LIKE :words"
        )
        op.get_bind().execute(told, {"kind": kind, "words": f"%{words}%"})


def downgrade() -> None:
    """Take the change back."""
    op.drop_column("commitment_item", "record_kind")
