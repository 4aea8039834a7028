"""Evidence of attendance: marks taken back, heads counted, corrections with a second person, contests.

Revision: 0013, after 0012.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from training_app.core import db as types
from training_app.core.append_only import make_append_only

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

TABLES = (
    "attendance_mark_before",
    "attendance_mark_taken_back",
    "attendance_head_count",
    "attendance_correction_request",
    "attendance_correction_decision",
    "attendance_contest",
    "attendance_contest_answer",
)


def upgrade() -> None:
    """Go to this shape."""
    _marks()
    _corrections()
    _contests()
    op.execute(
        "INSERT INTO attendance_head_count (lesson_id, at, seen, recorded, note) "
        "SELECT w.lesson_id, coalesce(w.closed_at, w.opened_at), w.head_count, count(r.id), '' "
        "FROM attendance_check_in_window w LEFT JOIN attendance_record r ON r.lesson_id = w.lesson_id "
        "AND r.status IN ('present', 'late', 'left_early') WHERE w.head_count IS NOT NULL "
        "GROUP BY w.lesson_id, w.closed_at, w.opened_at, w.head_count"
    )
    make_append_only(*TABLES)


def _table(name: str, *columns: sa.Column[object], accounts: tuple[str, ...] = (), **links: str) -> None:
    """A table with its key, its links and the names of both as the house gives them."""
    op.create_table(
        name,
        sa.Column("id", sa.Integer(), nullable=False),
        *columns,
        *(
            sa.ForeignKeyConstraint([column], ["accounts_account.id"], name=op.f(f"fk_{name}_{column}"))
            for column in accounts
        ),
        *(
            sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{name}_{column}"))
            for column, other in links.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
    )


def _instant(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, types.Instant(timezone=True), nullable=nullable)


def _text(name: str, length: int) -> sa.Column[object]:
    return sa.Column(name, sa.String(length=length), nullable=False)


def _number(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Integer(), nullable=nullable)


def _of_person(name: str) -> None:
    for column in ("lesson_id", "enrollment_id"):
        op.create_index(op.f(f"ix_{name}_{column}"), name, [column])


def _unique(name: str, column: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(column, name=op.f(f"uq_{name}_{column}"))


def _marks() -> None:
    _table(
        "attendance_mark_before",
        _number("correction_id"),
        _text("method", 8),
        _text("reason", 300),
        _number("operator_id", nullable=True),
        _instant("check_in_at", nullable=True),
        _unique("attendance_mark_before", "correction_id"),
        accounts=("operator_id",),
        correction_id="attendance_correction",
    )
    _table(
        "attendance_mark_taken_back",
        _number("lesson_id"),
        _number("enrollment_id"),
        _instant("at"),
        _number("account_id", nullable=True),
        _text("status", 16),
        _text("restored", 16),
        _instant("marked_at"),
        _number("operator_id", nullable=True),
        _text("reason", 300),
        _text("nonce", 64),
        accounts=("account_id", "operator_id"),
        lesson_id="classes_lesson",
        enrollment_id="classes_enrollment",
    )
    _of_person("attendance_mark_taken_back")
    _table(
        "attendance_head_count",
        _number("lesson_id"),
        _instant("at"),
        _number("account_id", nullable=True),
        _number("seen"),
        _number("recorded"),
        _text("note", 300),
        accounts=("account_id",),
        lesson_id="classes_lesson",
    )
    op.create_index(op.f("ix_attendance_head_count_lesson_id"), "attendance_head_count", ["lesson_id"])


def _corrections() -> None:
    _table(
        "attendance_correction_request",
        _number("lesson_id"),
        _number("enrollment_id"),
        _instant("asked_at"),
        _number("asked_by_id"),
        _text("old_status", 16),
        _text("requested_status", 16),
        _text("reason", 300),
        accounts=("asked_by_id",),
        lesson_id="classes_lesson",
        enrollment_id="classes_enrollment",
    )
    _of_person("attendance_correction_request")
    _table(
        "attendance_correction_decision",
        _number("request_id"),
        _instant("at"),
        _number("account_id"),
        _text("outcome", 10),
        _text("note", 300),
        sa.CheckConstraint(
            "outcome IN ('effective', 'refused', 'withdrawn')", name=op.f("ck_attendance_correction_decision_outcome")
        ),
        _unique("attendance_correction_decision", "request_id"),
        accounts=("account_id",),
        request_id="attendance_correction_request",
    )


def _contests() -> None:
    _table(
        "attendance_contest",
        _number("lesson_id"),
        _number("enrollment_id"),
        _instant("at"),
        _number("account_id"),
        _text("status", 16),
        _text("said", 500),
        _text("paper_sha256", 64),
        _text("paper_name", 120),
        _text("paper_type", 40),
        accounts=("account_id",),
        lesson_id="classes_lesson",
        enrollment_id="classes_enrollment",
    )
    _of_person("attendance_contest")
    _table(
        "attendance_contest_answer",
        _number("contest_id"),
        _instant("at"),
        _number("account_id"),
        sa.Column("upheld", sa.Boolean(), nullable=False),
        _text("words", 300),
        _number("request_id", nullable=True),
        _unique("attendance_contest_answer", "contest_id"),
        accounts=("account_id",),
        contest_id="attendance_contest",
        request_id="attendance_correction_request",
    )


def downgrade() -> None:
    """Go back."""
    for name in reversed(TABLES):
        op.drop_table(name)
