"""Seats of a class in its hall; how names stand on the big screen.

Revision: 0011, after 0010.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this shape."""
    op.create_table(
        "classes_seating_hall",
        sa.Column("class_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("column_count", sa.Integer(), nullable=False),
        sa.Column("aisles", sa.String(length=120), nullable=False),
        sa.CheckConstraint(
            "row_count BETWEEN 1 AND 60 AND column_count BETWEEN 1 AND 60", name=op.f("ck_classes_seating_hall_size")
        ),
        sa.ForeignKeyConstraint(
            ["class_id"], ["classes_training_class.id"], name=op.f("fk_classes_seating_hall_class_id")
        ),
        sa.PrimaryKeyConstraint("class_id", name=op.f("pk_classes_seating_hall")),
    )
    op.create_table(
        "classes_person_seat",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("class_id", sa.Integer(), nullable=False),
        sa.Column("enrollment_id", sa.Integer(), nullable=False),
        sa.Column("row_no", sa.Integer(), nullable=False),
        sa.Column("column_no", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["class_id"], ["classes_training_class.id"], name=op.f("fk_classes_person_seat_class_id")
        ),
        sa.ForeignKeyConstraint(
            ["enrollment_id"], ["classes_enrollment.id"], name=op.f("fk_classes_person_seat_enrollment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_classes_person_seat")),
        sa.UniqueConstraint("class_id", "row_no", "column_no", name=op.f("uq_classes_person_seat_class_id_row_no_column_no")),
        sa.UniqueConstraint("enrollment_id", name=op.f("uq_classes_person_seat_enrollment_id")),
    )
    with op.batch_alter_table("classes_training_class") as batch_op:
        batch_op.add_column(sa.Column("names_shown", sa.String(length=8), server_default="full", nullable=False))


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("classes_training_class") as batch_op:
        batch_op.drop_column("names_shown")
    op.drop_table("classes_person_seat")
    op.drop_table("classes_seating_hall")
