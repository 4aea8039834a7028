"""Rules of a class, leave.

Revision: 0006, after 0005.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from training_app.core import db as types

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this shape."""
    op.create_table('attendance_lesson_note',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('lesson_id', sa.Integer(), nullable=False),
    sa.Column('at', types.Instant(timezone=True), nullable=False),
    sa.Column('what', sa.String(length=10), nullable=False),
    sa.Column('kept', sa.Integer(), nullable=False),
    sa.Column('taken_back', sa.Integer(), nullable=False),
    sa.Column('added', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['lesson_id'], ['classes_lesson.id'], name=op.f('fk_attendance_lesson_note_lesson_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attendance_lesson_note'))
    )
    with op.batch_alter_table('attendance_lesson_note', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_attendance_lesson_note_lesson_id'), ['lesson_id'], unique=False)

    op.create_table('attendance_rule',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('class_id', sa.Integer(), nullable=False),
    sa.Column('from_lesson_id', sa.Integer(), nullable=True),
    sa.Column('counts_from', types.Instant(timezone=True), nullable=False),
    sa.Column('at', types.Instant(timezone=True), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=True),
    sa.Column('opens_before_minutes', sa.Integer(), nullable=False),
    sa.Column('late_after_minutes', sa.Integer(), nullable=False),
    sa.Column('closes_after_minutes', sa.Integer(), nullable=False),
    sa.Column('check_out_needed', sa.Boolean(), nullable=False),
    sa.Column('early_minutes', sa.Integer(), nullable=False),
    sa.Column('lates_per_absence', sa.Integer(), nullable=False),
    sa.Column('half_day_hours', types.Hundredths(), nullable=False),
    sa.Column('academic_over_half_days', sa.Integer(), nullable=False),
    sa.Column('organisation_over_half_days', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts_account.id'], name=op.f('fk_attendance_rule_account_id')),
    sa.ForeignKeyConstraint(['class_id'], ['classes_training_class.id'], name=op.f('fk_attendance_rule_class_id')),
    sa.ForeignKeyConstraint(['from_lesson_id'], ['classes_lesson.id'], name=op.f('fk_attendance_rule_from_lesson_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attendance_rule'))
    )
    with op.batch_alter_table('attendance_rule', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_attendance_rule_class_id'), ['class_id'], unique=False)

    op.create_table('discipline_leave',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('class_id', sa.Integer(), nullable=False),
    sa.Column('enrollment_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('first_day', sa.Date(), nullable=False),
    sa.Column('first_half', sa.String(length=10), nullable=False),
    sa.Column('last_day', sa.Date(), nullable=False),
    sa.Column('last_half', sa.String(length=10), nullable=False),
    sa.Column('reason', sa.String(length=500), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('step', sa.String(length=16), nullable=False),
    sa.Column('half_days', sa.Integer(), nullable=False),
    sa.Column('hours', types.Hundredths(), nullable=False),
    sa.Column('asked_at', types.Instant(timezone=True), nullable=False),
    sa.Column('asked_by_id', sa.Integer(), nullable=True),
    sa.Column('by_staff', sa.Boolean(), nullable=False),
    sa.Column('decided_at', types.Instant(timezone=True), nullable=True),
    sa.Column('told_back_at', types.Instant(timezone=True), nullable=True),
    sa.Column('back_day', sa.Date(), nullable=True),
    sa.Column('back_half', sa.String(length=10), nullable=False),
    sa.Column('back_at', types.Instant(timezone=True), nullable=True),
    sa.Column('back_by_id', sa.Integer(), nullable=True),
    sa.CheckConstraint("kind IN ('leave_sick', 'leave_personal', 'leave_official')", name=op.f('ck_discipline_leave_kind')),
    sa.CheckConstraint("state IN ('asked', 'approved', 'refused', 'withdrawn', 'returned')", name=op.f('ck_discipline_leave_state')),
    sa.CheckConstraint('last_day >= first_day', name=op.f('ck_discipline_leave_days')),
    sa.ForeignKeyConstraint(['asked_by_id'], ['accounts_account.id'], name=op.f('fk_discipline_leave_asked_by_id')),
    sa.ForeignKeyConstraint(['back_by_id'], ['accounts_account.id'], name=op.f('fk_discipline_leave_back_by_id')),
    sa.ForeignKeyConstraint(['class_id'], ['classes_training_class.id'], name=op.f('fk_discipline_leave_class_id')),
    sa.ForeignKeyConstraint(['enrollment_id'], ['classes_enrollment.id'], name=op.f('fk_discipline_leave_enrollment_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_discipline_leave'))
    )
    with op.batch_alter_table('discipline_leave', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_discipline_leave_asked_at'), ['asked_at'], unique=False)
        batch_op.create_index('ix_discipline_leave_class_id_state', ['class_id', 'state'], unique=False)
        batch_op.create_index(batch_op.f('ix_discipline_leave_enrollment_id'), ['enrollment_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_discipline_leave_state'), ['state'], unique=False)

    op.create_table('discipline_withdrawal',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('class_id', sa.Integer(), nullable=False),
    sa.Column('enrollment_id', sa.Integer(), nullable=False),
    sa.Column('withdrawn', sa.Boolean(), nullable=False),
    sa.Column('missed', types.Hundredths(), nullable=False),
    sa.Column('planned', types.Hundredths(), nullable=False),
    sa.Column('note', sa.String(length=300), nullable=False),
    sa.Column('at', types.Instant(timezone=True), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['accounts_account.id'], name=op.f('fk_discipline_withdrawal_account_id')),
    sa.ForeignKeyConstraint(['class_id'], ['classes_training_class.id'], name=op.f('fk_discipline_withdrawal_class_id')),
    sa.ForeignKeyConstraint(['enrollment_id'], ['classes_enrollment.id'], name=op.f('fk_discipline_withdrawal_enrollment_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_discipline_withdrawal'))
    )
    with op.batch_alter_table('discipline_withdrawal', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_discipline_withdrawal_class_id'), ['class_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_discipline_withdrawal_enrollment_id'), ['enrollment_id'], unique=False)

    op.create_table('discipline_leave_paper',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('leave_id', sa.Integer(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('media_type', sa.String(length=40), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('at', types.Instant(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['leave_id'], ['discipline_leave.id'], name=op.f('fk_discipline_leave_paper_leave_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_discipline_leave_paper'))
    )
    with op.batch_alter_table('discipline_leave_paper', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_discipline_leave_paper_leave_id'), ['leave_id'], unique=False)

    op.create_table('discipline_leave_step',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('leave_id', sa.Integer(), nullable=False),
    sa.Column('step', sa.String(length=16), nullable=False),
    sa.Column('approved', sa.Boolean(), nullable=False),
    sa.Column('note', sa.String(length=300), nullable=False),
    sa.Column('at', types.Instant(timezone=True), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['accounts_account.id'], name=op.f('fk_discipline_leave_step_account_id')),
    sa.ForeignKeyConstraint(['leave_id'], ['discipline_leave.id'], name=op.f('fk_discipline_leave_step_leave_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_discipline_leave_step')),
    sa.UniqueConstraint('leave_id', 'step', name=op.f('uq_discipline_leave_step_leave_id_step'))
    )
    with op.batch_alter_table('attendance_check_in_window', schema=None) as batch_op:
        batch_op.add_column(sa.Column('closes_after_minutes', sa.Integer(), nullable=True))


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table('attendance_check_in_window', schema=None) as batch_op:
        batch_op.drop_column('closes_after_minutes')
    for name in (
        'discipline_leave_step', 'discipline_leave_paper', 'discipline_withdrawal', 'discipline_leave',
        'attendance_rule', 'attendance_lesson_note',
    ):
        op.drop_table(name)
