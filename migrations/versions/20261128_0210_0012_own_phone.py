"""The history of somebody's phone for checking in.

Revision: 0012, after 0011.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from training_app.core import db as types
from training_app.core.append_only import drop_append_only, make_append_only

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this shape."""
    op.create_table(
        "accounts_device_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("at", types.Instant(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("old_key_hash", sa.String(length=64), nullable=False),
        sa.Column("old_browser", sa.String(length=60), nullable=False),
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("browser", sa.String(length=60), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.CheckConstraint("kind IN ('own', 'staff', 'seen')", name=op.f("ck_accounts_device_change_kind")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts_account.id"], name=op.f("fk_accounts_device_change_account_id")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["accounts_account.id"], name=op.f("fk_accounts_device_change_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts_device_change")),
    )
    with op.batch_alter_table("accounts_device_change") as batch_op:
        batch_op.create_index(op.f("ix_accounts_device_change_account_id"), ["account_id"])
    make_append_only("accounts_device_change")


def downgrade() -> None:
    """Go back."""
    drop_append_only("accounts_device_change")
    op.drop_table("accounts_device_change")
