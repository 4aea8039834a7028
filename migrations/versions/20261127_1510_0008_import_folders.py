"""Folders of files brought in at once.

Revision: 0008, after 0007.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from training_app.core import db as types

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this shape."""
    op.create_table(
        "imports_folder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("error", sa.String(length=500), nullable=False),
        sa.Column("job_id", sa.Integer(), nullable=True),
        sa.Column("at", types.Instant(timezone=True), nullable=False),
        sa.Column("updated_at", types.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts_account.id"], name=op.f("fk_imports_folder_account_id")),
        sa.ForeignKeyConstraint(["job_id"], ["core_job.id"], name=op.f("fk_imports_folder_job_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imports_folder")),
    )
    with op.batch_alter_table("imports_folder") as batch_op:
        batch_op.create_index(op.f("ix_imports_folder_account_id"), ["account_id"])
        batch_op.create_index(op.f("ix_imports_folder_state"), ["state"])
    with op.batch_alter_table("imports_upload") as batch_op:
        batch_op.add_column(sa.Column("folder_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("position", sa.Integer(), server_default="0", nullable=False))
        batch_op.create_foreign_key(
            op.f("fk_imports_upload_folder_id"), "imports_folder", ["folder_id"], ["id"]
        )
        batch_op.create_index(op.f("ix_imports_upload_folder_id"), ["folder_id"])


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("imports_upload") as batch_op:
        batch_op.drop_index(op.f("ix_imports_upload_folder_id"))
        batch_op.drop_constraint(op.f("fk_imports_upload_folder_id"), type_="foreignkey")
        batch_op.drop_column("position")
        batch_op.drop_column("folder_id")
    op.drop_table("imports_folder")
