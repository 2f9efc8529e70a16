"""The table of answers, append-only, and the index that finds the latest of a key."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "answers",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("participant", sa.Text, nullable=False),
        sa.Column("team", sa.Text, nullable=False),
        sa.Column("activity", sa.Text, nullable=False),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("device", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("answers_key", "answers", ["team", "activity", "participant", "question", "id"])
