"""Passkeys.

Revision: 0015, after 0014.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from training_app.core import db as types

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this shape."""
    op.create_table(
        "accounts_passkey",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("credential_id", sa.String(length=1400), nullable=False),
        sa.Column("public_key", sa.String(length=2000), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("counter_fell_at", types.Instant(timezone=True), nullable=True),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("transports", sa.String(length=100), nullable=False),
        sa.Column("backed_up", sa.Boolean(), nullable=False),
        sa.Column("created_at", types.Instant(timezone=True), nullable=False),
        sa.Column("last_used_at", types.Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts_account.id"], name=op.f("fk_accounts_passkey_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts_passkey")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_accounts_passkey_credential_id")),
    )
    with op.batch_alter_table("accounts_passkey") as batch_op:
        batch_op.create_index(op.f("ix_accounts_passkey_account_id"), ["account_id"])
    op.create_table(
        "accounts_passkey_challenge",
        sa.Column("holder", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(length=10), nullable=False),
        sa.Column("challenge", sa.String(length=100), nullable=False),
        sa.Column("expires_at", types.Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("holder", "purpose", name=op.f("pk_accounts_passkey_challenge")),
    )
    with op.batch_alter_table("accounts_passkey_challenge") as batch_op:
        batch_op.create_index(op.f("ix_accounts_passkey_challenge_expires_at"), ["expires_at"])
    with op.batch_alter_table("accounts_session") as batch_op:
        batch_op.add_column(sa.Column("way", sa.String(length=10), nullable=False, server_default="password"))
    with op.batch_alter_table("accounts_session") as batch_op:
        batch_op.alter_column("way", server_default=None)


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("accounts_session") as batch_op:
        batch_op.drop_column("way")
    op.drop_table("accounts_passkey_challenge")
    op.drop_table("accounts_passkey")
