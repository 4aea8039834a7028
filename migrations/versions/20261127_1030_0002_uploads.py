"""Uploads, jobs, remembered columns.

Revision: 0002, after 0001.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from training_app.core.db import Instant

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this shape."""
    op.create_table(
        "core_job",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer()),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("worker", sa.String(120), nullable=False),
        sa.Column("error", sa.String(500), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("ended_at", Instant()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_job")),
    )
    op.create_index(op.f("ix_core_job_state"), "core_job", ["state"])
    op.create_table(
        "core_job_progress",
        sa.Column("job_id", sa.Integer(), nullable=False),
        sa.Column("heartbeat_at", Instant(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("doing", sa.String(60), nullable=False),
        sa.Column("cancel", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("job_id", name=op.f("pk_core_job_progress")),
    )
    op.create_table(
        "imports_upload",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(300), nullable=False),
        sa.Column("file_sha256", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("class_code", sa.String(100), nullable=False),
        sa.Column("account_id", sa.Integer()),
        sa.Column("unit_id", sa.Integer()),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("error", sa.String(500), nullable=False),
        sa.Column("edits", sa.JSON(), nullable=False),
        sa.Column("job_id", sa.Integer()),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("updated_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imports_upload")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts_account.id"], name=op.f("fk_imports_upload_account_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["accounts_unit.id"], name=op.f("fk_imports_upload_unit_id")),
        sa.ForeignKeyConstraint(["job_id"], ["core_job.id"], name=op.f("fk_imports_upload_job_id")),
    )
    op.create_index(op.f("ix_imports_upload_account_id"), "imports_upload", ["account_id"])
    op.create_index(op.f("ix_imports_upload_state"), "imports_upload", ["state"])
    op.create_table(
        "imports_column_choice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer()),
        sa.Column("unit_key", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("header_key", sa.String(120), nullable=False),
        sa.Column("header", sa.String(120), nullable=False),
        sa.Column("field", sa.String(40), nullable=False),
        sa.Column("account_id", sa.Integer()),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imports_column_choice")),
        sa.ForeignKeyConstraint(["unit_id"], ["accounts_unit.id"], name=op.f("fk_imports_column_choice_unit_id")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts_account.id"], name=op.f("fk_imports_column_choice_account_id")
        ),
        sa.UniqueConstraint(
            "unit_key", "kind", "header_key", name=op.f("uq_imports_column_choice_unit_key_kind_header_key")
        ),
    )
    with op.batch_alter_table("imports_batch") as table:
        table.add_column(sa.Column("upload_id", sa.Integer()))
        table.create_foreign_key(op.f("fk_imports_batch_upload_id"), "imports_upload", ["upload_id"], ["id"])
        table.create_index(op.f("ix_imports_batch_upload_id"), ["upload_id"])


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("imports_batch") as table:
        table.drop_index(op.f("ix_imports_batch_upload_id"))
        table.drop_constraint(op.f("fk_imports_batch_upload_id"), type_="foreignkey")
        table.drop_column("upload_id")
    for name in ("imports_column_choice", "imports_upload", "core_job_progress", "core_job"):
        op.drop_table(name)
