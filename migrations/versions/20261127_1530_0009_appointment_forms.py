"""Appointment forms.

Revision: 0009, after 0008.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from training_app.core import db as types

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this shape."""
    op.create_table(
        "cadres_appointment_form",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cadre_id", sa.Integer(), nullable=False),
        sa.Column("content_index", sa.String(length=64), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("at", types.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts_account.id"], name=op.f("fk_cadres_appointment_form_account_id")
        ),
        sa.ForeignKeyConstraint(["cadre_id"], ["cadres_cadre.id"], name=op.f("fk_cadres_appointment_form_cadre_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cadres_appointment_form")),
    )
    with op.batch_alter_table("cadres_appointment_form") as batch_op:
        batch_op.create_index(op.f("ix_cadres_appointment_form_cadre_id"), ["cadre_id"])


def downgrade() -> None:
    """Go back."""
    op.drop_table("cadres_appointment_form")
