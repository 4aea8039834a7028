"""Calls within a lesson: a second, unannounced code, and the code for leaving.

Revision: 0010, after 0009.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from training_app.core import db as types
from training_app.core.append_only import make_append_only

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this shape."""
    op.create_table(
        "attendance_roll_call",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("lesson_id", sa.Integer(), nullable=False),
        sa.Column("slot", sa.String(length=4), nullable=False),
        sa.Column("started_at", types.Instant(timezone=True), nullable=False),
        sa.Column("until", types.Instant(timezone=True), nullable=True),
        sa.Column("settled_at", types.Instant(timezone=True), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("slot IN ('mid', 'out')", name=op.f("ck_attendance_roll_call_slot")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts_account.id"], name=op.f("fk_attendance_roll_call_account_id")
        ),
        sa.ForeignKeyConstraint(["lesson_id"], ["classes_lesson.id"], name=op.f("fk_attendance_roll_call_lesson_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance_roll_call")),
    )
    op.create_table(
        "attendance_roll_call_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("roll_call_id", sa.Integer(), nullable=False),
        sa.Column("enrollment_id", sa.Integer(), nullable=False),
        sa.Column("answered_at", types.Instant(timezone=True), nullable=False),
        sa.Column("recorded_at", types.Instant(timezone=True), nullable=False),
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.Column("step_lag", sa.Integer(), nullable=True),
        sa.Column("device_hash", sa.String(length=64), nullable=False),
        sa.Column("operator_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ["roll_call_id"], ["attendance_roll_call.id"], name=op.f("fk_attendance_roll_call_answer_roll_call_id")
        ),
        sa.ForeignKeyConstraint(
            ["enrollment_id"], ["classes_enrollment.id"], name=op.f("fk_attendance_roll_call_answer_enrollment_id")
        ),
        sa.ForeignKeyConstraint(
            ["operator_id"], ["accounts_account.id"], name=op.f("fk_attendance_roll_call_answer_operator_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance_roll_call_answer")),
        sa.UniqueConstraint(
            "roll_call_id", "enrollment_id", name=op.f("uq_attendance_roll_call_answer_roll_call_id_enrollment_id")
        ),
    )
    op.create_index(op.f("ix_attendance_roll_call_lesson_id"), "attendance_roll_call", ["lesson_id"])
    op.create_index(op.f("ix_attendance_roll_call_answer_enrollment_id"), "attendance_roll_call_answer", ["enrollment_id"])
    # Added in place: made anew, the table would lose the triggers that let it only grow.
    op.add_column(
        "attendance_rule", sa.Column("surprise_wanted", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column("attendance_rule", sa.Column("surprise_minutes", sa.Integer(), nullable=False, server_default="5"))
    make_append_only("attendance_roll_call_answer")


def downgrade() -> None:
    """Go back."""
    op.drop_column("attendance_rule", "surprise_minutes")
    op.drop_column("attendance_rule", "surprise_wanted")
    op.drop_table("attendance_roll_call_answer")
    op.drop_table("attendance_roll_call")
