"""Whether a phone was where the lesson was, for classes that ask.

Revision: 0016, after 0015.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this shape."""
    op.create_table(
        "attendance_place",
        sa.Column("record_id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("verdict", sa.String(length=8), nullable=False),
        sa.Column("accuracy", sa.Integer(), nullable=True),
        sa.CheckConstraint("verdict IN ('inside', 'outside', 'unknown')", name=op.f("ck_attendance_place_verdict")),
        sa.ForeignKeyConstraint(
            ["record_id"], ["attendance_record.id"], name=op.f("fk_attendance_place_record_id")
        ),
        sa.PrimaryKeyConstraint("record_id", name=op.f("pk_attendance_place")),
    )
    # Added in place: made anew, the table would lose the triggers that let it only grow.
    op.add_column(
        "attendance_rule", sa.Column("location_asked", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column("attendance_rule", sa.Column("location_radius", sa.Integer(), nullable=False, server_default="300"))


def downgrade() -> None:
    """Go back."""
    op.drop_column("attendance_rule", "location_radius")
    op.drop_column("attendance_rule", "location_asked")
    op.drop_table("attendance_place")
