"""Answers to a call that staff noted and took back.

Revision: 0019, after 0018.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from training_app.core import db as types
from training_app.core.append_only import keep_but_for, keep_for_good, make_append_only

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_ANSWER, _DRAWER = "attendance_roll_call_answer", "attendance_answer_taken_back"
_KEPT = (
    f"SELECT 1 FROM {_DRAWER} t WHERE t.roll_call_id = OLD.roll_call_id AND t.enrollment_id = OLD.enrollment_id"
    " AND t.recorded_at = OLD.recorded_at AND OLD.reason <> ''"
)


def upgrade() -> None:
    """Go to this shape."""
    op.create_table(
        _DRAWER,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("roll_call_id", sa.Integer(), nullable=False),
        sa.Column("enrollment_id", sa.Integer(), nullable=False),
        sa.Column("at", types.Instant(timezone=True), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("answered_at", types.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", types.Instant(timezone=True), nullable=False),
        sa.Column("operator_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("nonce", sa.String(length=64), nullable=False),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_{_DRAWER}_{column}"))
            for column, table in (
                ("roll_call_id", "attendance_roll_call"),
                ("enrollment_id", "classes_enrollment"),
                ("account_id", "accounts_account"),
                ("operator_id", "accounts_account"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{_DRAWER}")),
    )
    for column in ("roll_call_id", "enrollment_id"):
        op.create_index(op.f(f"ix_{_DRAWER}_{column}"), _DRAWER, [column])
    make_append_only(_DRAWER)
    keep_but_for(_ANSWER, _KEPT)


def downgrade() -> None:
    """Go back."""
    keep_for_good(_ANSWER)
    op.drop_table(_DRAWER)
