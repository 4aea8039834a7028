"""Browsers trainees sign in with, so that another one can be told to them.

Revision: 0020, after 0019.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from training_app.core import db as types

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this shape."""
    op.create_table(
        "accounts_known_browser",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("browser", sa.String(length=60), nullable=False),
        sa.Column("way", sa.String(length=10), nullable=False),
        sa.Column("first_at", types.Instant(timezone=True), nullable=False),
        sa.Column("last_at", types.Instant(timezone=True), nullable=False),
        sa.Column("session_hash", sa.String(length=64), nullable=False),
        sa.Column("told_at", types.Instant(timezone=True), nullable=True),
        sa.Column("settled_at", types.Instant(timezone=True), nullable=True),
        sa.Column("verdict", sa.String(length=10), nullable=False),
        sa.CheckConstraint("verdict IN ('', 'own', 'foreign')", name=op.f("ck_accounts_known_browser_verdict")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts_account.id"], name=op.f("fk_accounts_known_browser_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts_known_browser")),
        sa.UniqueConstraint("account_id", "key_hash", name=op.f("uq_accounts_known_browser_account_id_key_hash")),
    )
    with op.batch_alter_table("accounts_known_browser") as batch_op:
        batch_op.create_index(op.f("ix_accounts_known_browser_last_at"), ["last_at"])


def downgrade() -> None:
    """Go back."""
    op.drop_table("accounts_known_browser")
