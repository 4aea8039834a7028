"""The question bank.

Revision: 0004, after 0003.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from training_app.core import db as types

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this shape."""
    op.create_table(
        "exams_question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(length=16), nullable=False),
        sa.Column("stem", sa.Text(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.Column("difficulty", sa.String(length=8), nullable=False),
        sa.Column("category", sa.String(length=200), nullable=False),
        sa.Column("score", types.Hundredths(), nullable=True),
        sa.Column("tolerance", sa.String(length=40), nullable=False),
        sa.Column("pairs", sa.JSON(), nullable=False),
        sa.Column("distractors", sa.JSON(), nullable=False),
        sa.Column("pictures", sa.JSON(), nullable=False),
        sa.Column("findings", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.Column("updated_at", types.Instant(), nullable=False),
        sa.CheckConstraint("difficulty IN ('', 'easy', 'medium', 'hard')", name=op.f("ck_exams_question_difficulty")),
        sa.CheckConstraint("score IS NULL OR score > 0", name=op.f("ck_exams_question_score")),
        sa.CheckConstraint("state IN ('draft', 'active', 'retired')", name=op.f("ck_exams_question_state")),
        sa.CheckConstraint(
            "type IN ('single', 'multiple', 'true_false', 'short_answer', 'numerical', 'essay', 'matching')",
            name=op.f("ck_exams_question_type"),
        ),
        sa.CheckConstraint("version > 0", name=op.f("ck_exams_question_version")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exams_question")),
        sa.UniqueConstraint("fingerprint", name=op.f("uq_exams_question_fingerprint")),
    )
    op.create_index("ix_exams_question_category_type", "exams_question", ["category", "type"])
    op.create_table(
        "exams_question_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("replaced_at", types.Instant(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts_account.id"], name=op.f("fk_exams_question_version_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["question_id"], ["exams_question.id"],
            name=op.f("fk_exams_question_version_question_id"), ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exams_question_version")),
        sa.UniqueConstraint("question_id", "version", name=op.f("uq_exams_question_version_question_id_version")),
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table("exams_question_version")
    op.drop_index("ix_exams_question_category_type", table_name="exams_question")
    op.drop_table("exams_question")
