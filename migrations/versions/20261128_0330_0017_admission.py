"""Admission to exams.

Revision: 0017, after 0016.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op

from training_app.core import db as types
from training_app.core.append_only import drop_append_only, make_append_only

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_ENTRY = "code IN ('', 'absent', 'misconduct'{})"
_VERSION = (
    "(score IS NOT NULL AND code = '' AND score >= 0)"
    " OR (score IS NULL AND code IN ('absent', 'misconduct', {}'open'))"
)


def upgrade() -> None:
    """Go to this shape."""
    op.create_table(
        "exams_admission_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("class_id", sa.Integer(), nullable=False),
        sa.Column("counts_from", sa.Date(), nullable=False),
        sa.Column("excludes", sa.Boolean(), nullable=False),
        sa.Column("counts", sa.String(length=8), nullable=False),
        sa.Column("numerator", sa.Integer(), nullable=False),
        sa.Column("denominator", sa.Integer(), nullable=False),
        sa.Column("at", types.Instant(timezone=True), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("counts IN ('missed', 'leave')", name=op.f("ck_exams_admission_rule_counts")),
        sa.CheckConstraint("numerator >= 1 AND numerator <= denominator", name=op.f("ck_exams_admission_rule_part")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts_account.id"], name=op.f("fk_exams_admission_rule_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["class_id"], ["classes_training_class.id"], name=op.f("fk_exams_admission_rule_class_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exams_admission_rule")),
    )
    with op.batch_alter_table("exams_admission_rule") as batch_op:
        batch_op.create_index(op.f("ix_exams_admission_rule_class_id"), ["class_id"])
    make_append_only("exams_admission_rule")
    op.create_table(
        "exams_admission",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("exam_id", sa.Integer(), nullable=False),
        sa.Column("enrollment_id", sa.Integer(), nullable=False),
        sa.Column("standing", sa.String(length=10), nullable=False),
        sa.Column("noted", sa.String(length=10), nullable=False),
        sa.Column("on_leave", types.Hundredths(), nullable=False),
        sa.Column("absent", types.Hundredths(), nullable=False),
        sa.Column("planned", types.Hundredths(), nullable=False),
        sa.Column("leave_at_exam", sa.String(length=16), nullable=False),
        sa.Column("changed_at", types.Instant(timezone=True), nullable=False),
        sa.Column("nevertheless_at", types.Instant(timezone=True), nullable=True),
        sa.Column("nevertheless_by_id", sa.Integer(), nullable=True),
        sa.Column("nevertheless_reason", sa.String(length=300), nullable=False),
        sa.CheckConstraint(
            "standing IN ('admitted', 'excluded', 'deferred')", name=op.f("ck_exams_admission_standing")
        ),
        sa.CheckConstraint(
            "noted IN ('', 'admitted', 'excluded', 'deferred')", name=op.f("ck_exams_admission_noted")
        ),
        sa.CheckConstraint(
            "nevertheless_at IS NULL OR nevertheless_reason <> ''",
            name=op.f("ck_exams_admission_nevertheless_has_reason"),
        ),
        sa.ForeignKeyConstraint(
            ["enrollment_id"], ["classes_enrollment.id"], name=op.f("fk_exams_admission_enrollment_id")
        ),
        sa.ForeignKeyConstraint(["exam_id"], ["exams_exam.id"], name=op.f("fk_exams_admission_exam_id")),
        sa.ForeignKeyConstraint(
            ["nevertheless_by_id"], ["accounts_account.id"], name=op.f("fk_exams_admission_nevertheless_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exams_admission")),
        sa.UniqueConstraint("exam_id", "enrollment_id", name=op.f("uq_exams_admission_exam_id_enrollment_id")),
    )
    with op.batch_alter_table("exams_admission") as batch_op:
        batch_op.create_index(op.f("ix_exams_admission_enrollment_id"), ["enrollment_id"])
    _codes(", 'deferred', 'excluded'", "'deferred', 'excluded', ")


def downgrade() -> None:
    """Go back; scores that say put off or not admitted become not recorded."""
    with _unguarded():
        op.execute("UPDATE exams_score_version SET code = 'open' WHERE code IN ('deferred', 'excluded')")
        op.execute("UPDATE exams_score_entry SET code = 'absent' WHERE code IN ('deferred', 'excluded')")
    _codes("", "")
    op.drop_table("exams_admission")
    drop_append_only("exams_admission_rule")
    op.drop_table("exams_admission_rule")


_TABLES = ("exams_score_entry", "exams_score_version")


def _codes(of_entry: str, of_version: str) -> None:
    with _unguarded():
        for table, name, condition in (
            ("exams_score_entry", "ck_exams_score_entry_code", _ENTRY.format(of_entry)),
            ("exams_score_version", "ck_exams_score_version_score_or_code", _VERSION.format(of_version)),
        ):
            with op.batch_alter_table(table) as batch_op:
                batch_op.drop_constraint(op.f(name), type_="check")
                batch_op.create_check_constraint(op.f(name), condition)


@contextmanager
def _unguarded() -> Iterator[None]:
    """Without the triggers that let these tables only grow; SQLite makes a table anew and would lose them for good."""
    bind = op.get_bind()
    if bind.dialect.name == "postgresql":
        for table in _TABLES:
            op.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield
        for table in _TABLES:
            op.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        return
    triggers = bind.execute(
        sa.text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN (:one, :two)"),
        {"one": _TABLES[0], "two": _TABLES[1]},
    ).all()
    for name, _sql in triggers:
        op.execute(f"DROP TRIGGER {name}")
    yield
    for _name, sql in triggers:
        op.execute(sql)
