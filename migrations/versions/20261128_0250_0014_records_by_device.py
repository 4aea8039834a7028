"""Find at once whether a phone has checked somebody else in to the same lesson.

Revision: 0014, after 0013.
"""

from __future__ import annotations

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this shape."""
    op.create_index(
        op.f("ix_attendance_record_lesson_id_device_hash"), "attendance_record", ["lesson_id", "device_hash"]
    )


def downgrade() -> None:
    """Go back."""
    op.drop_index(op.f("ix_attendance_record_lesson_id_device_hash"), table_name="attendance_record")
