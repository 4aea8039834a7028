"""Absence without leave as a ground to propose withdrawal.

Revision: 0018, after 0017.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from training_app.core import db as types

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this shape."""
    # Added in place: made anew, the tables would lose the triggers that let them only grow.
    op.add_column("attendance_rule", sa.Column("absent_days", types.Hundredths(), nullable=False, server_default="200"))
    op.add_column("discipline_withdrawal", sa.Column("absent", types.Hundredths(), nullable=True))
    op.add_column(
        "discipline_withdrawal", sa.Column("grounds", sa.String(length=20), nullable=False, server_default="share")
    )


def downgrade() -> None:
    """Go back."""
    op.drop_column("discipline_withdrawal", "grounds")
    op.drop_column("discipline_withdrawal", "absent")
    op.drop_column("attendance_rule", "absent_days")
