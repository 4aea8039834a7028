"""What undoing an import needs.

Revision: 0003, after 0002.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from training_app.core.append_only import drop_append_only, keep_for_good, let_go_with_import, make_append_only
from training_app.core.db import Instant

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# The lines an import posts; what it posted may leave these tables with it, into imports_taken_back.
_POSTED = (
    "classes_enrollment_step",
    "attendance_correction",
    "exams_score_version",
    "exams_mark",
    "results_class_result",
    "results_hour_entry",
)


def upgrade() -> None:
    """Go to this shape."""
    op.create_table(
        "imports_taken_back",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("entity", sa.String(length=60), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("at", Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["imports_batch.id"], name=op.f("fk_imports_taken_back_batch_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imports_taken_back")),
    )
    with op.batch_alter_table("imports_taken_back", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_imports_taken_back_batch_id"), ["batch_id"], unique=False)
        batch_op.create_index("ix_imports_taken_back_entity_entity_id", ["entity", "entity_id"], unique=False)
    with op.batch_alter_table("imports_change", schema=None) as batch_op:
        batch_op.add_column(sa.Column("after", sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column("digest", sa.String(length=32), server_default="", nullable=False))
        batch_op.create_index("ix_imports_change_entity_entity_id", ["entity", "entity_id"], unique=False)
    make_append_only("imports_taken_back")
    let_go_with_import(*_POSTED)


def downgrade() -> None:
    """Go back."""
    keep_for_good(*_POSTED)
    drop_append_only("imports_taken_back")
    op.drop_table("imports_taken_back")
    with op.batch_alter_table("imports_change", schema=None) as batch_op:
        batch_op.drop_index("ix_imports_change_entity_entity_id")
        batch_op.drop_column("digest")
        batch_op.drop_column("after")
