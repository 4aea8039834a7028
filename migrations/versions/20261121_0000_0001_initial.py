"""initial

Revision: 0001, after .
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from training_app.core import db as types
from training_app.core.append_only import make_append_only

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this shape."""
    op.create_table('accounts_unit',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('short_name', sa.String(length=120), nullable=False),
    sa.Column('parent_id', sa.Integer(), nullable=True),
    sa.Column('path', sa.String(length=200), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('grade', sa.String(length=40), nullable=False),
    sa.Column('admin_staff', sa.Integer(), nullable=False),
    sa.Column('institution_staff', sa.Integer(), nullable=False),
    sa.Column('chiefs_approved', sa.Integer(), nullable=False),
    sa.Column('deputies_approved', sa.Integer(), nullable=False),
    sa.Column('note', sa.String(length=500), nullable=False),
    sa.ForeignKeyConstraint(['parent_id'], ['accounts_unit.id'], name=op.f('fk_accounts_unit_parent_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_accounts_unit')),
    sa.UniqueConstraint('code', name=op.f('uq_accounts_unit_code'))
    )
    with op.batch_alter_table('accounts_unit', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_accounts_unit_name'), ['name'], unique=False)
        batch_op.create_index(batch_op.f('ix_accounts_unit_parent_id'), ['parent_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_accounts_unit_path'), ['path'], unique=False)

    op.create_table('attendance_wrong_code',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('at', types.Instant(timezone=True), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=True),
    sa.Column('device_hash', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attendance_wrong_code'))
    )
    with op.batch_alter_table('attendance_wrong_code', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_attendance_wrong_code_account_id'), ['account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_attendance_wrong_code_at'), ['at'], unique=False)
        batch_op.create_index(batch_op.f('ix_attendance_wrong_code_device_hash'), ['device_hash'], unique=False)

    op.create_table('audit_entry',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('at', types.Instant(timezone=True), nullable=False),
    sa.Column('kind', sa.String(length=80), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=True),
    sa.Column('actor_name', sa.String(length=100), nullable=False),
    sa.Column('subject_kind', sa.String(length=40), nullable=False),
    sa.Column('subject_id', sa.String(length=40), nullable=False),
    sa.Column('body', sa.JSON(), nullable=False),
    sa.Column('address', sa.String(length=64), nullable=False),
    sa.Column('request_id', sa.String(length=40), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_entry'))
    )
    with op.batch_alter_table('audit_entry', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_audit_entry_account_id'), ['account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_audit_entry_at'), ['at'], unique=False)
        batch_op.create_index(batch_op.f('ix_audit_entry_kind'), ['kind'], unique=False)

    op.create_table('classes_program',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('category', sa.String(length=20), nullable=False),
    sa.Column('for_party_members', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_classes_program')),
    sa.UniqueConstraint('name', name=op.f('uq_classes_program_name'))
    )
    op.create_table('classes_room',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('capacity', sa.Integer(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_classes_room')),
    sa.UniqueConstraint('name', name=op.f('uq_classes_room_name'))
    )
    op.create_table('courses_course',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('course_domain', sa.String(length=40), nullable=False),
    sa.Column('credit_hours', types.Hundredths(), nullable=False),
    sa.Column('method', sa.String(length=40), nullable=False),
    sa.Column('audience', sa.String(length=120), nullable=False),
    sa.Column('objectives', sa.String(length=2000), nullable=False),
    sa.Column('note', sa.String(length=500), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('updated_at', types.Instant(timezone=True), nullable=False),
    sa.CheckConstraint('credit_hours > 0', name=op.f('ck_courses_course_hours')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_courses_course')),
    sa.UniqueConstraint('code', name=op.f('uq_courses_course_code'))
    )
    with op.batch_alter_table('courses_course', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_courses_course_course_domain'), ['course_domain'], unique=False)
        batch_op.create_index(batch_op.f('ix_courses_course_name'), ['name'], unique=False)

    op.create_table('courses_teaching_route',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_courses_teaching_route')),
    sa.UniqueConstraint('code', name=op.f('uq_courses_teaching_route_code'))
    )
    op.create_table('results_certificate_counter',
    sa.Column('year', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('last', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('year', name=op.f('pk_results_certificate_counter'))
    )
    op.create_table('results_hour_requirement',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('rule', sa.String(length=10), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('years', sa.Integer(), nullable=False),
    sa.Column('hours', types.Hundredths(), nullable=False),
    sa.Column('days', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_results_hour_requirement')),
    sa.UniqueConstraint('rule', 'valid_from', name=op.f('uq_results_hour_requirement_rule_valid_from'))
    )
    op.create_table('accounts_account',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('username', sa.String(length=60), nullable=False),
    sa.Column('display_name', sa.String(length=60), nullable=False),
    sa.Column('position', sa.String(length=120), nullable=False),
    sa.Column('family', sa.String(length=10), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=True),
    sa.Column('password_hash', sa.String(length=200), nullable=False),
    sa.Column('password_changed_at', types.Instant(timezone=True), nullable=True),
    sa.Column('must_change_password', sa.Boolean(), nullable=False),
    sa.Column('failed_count', sa.Integer(), nullable=False),
    sa.Column('locked_until', types.Instant(timezone=True), nullable=True),
    sa.Column('disabled_at', types.Instant(timezone=True), nullable=True),
    sa.Column('locale', sa.String(length=10), nullable=False),
    sa.Column('theme', sa.String(length=10), nullable=False),
    sa.Column('large_type', sa.Boolean(), nullable=False),
    sa.Column('is_demo', sa.Boolean(), nullable=False),
    sa.Column('created_at', types.Instant(timezone=True), nullable=False),
    sa.Column('last_sign_in_at', types.Instant(timezone=True), nullable=True),
    sa.CheckConstraint("family IN ('business', 'system', 'security', 'audit')", name=op.f('ck_accounts_account_family')),
    sa.ForeignKeyConstraint(['unit_id'], ['accounts_unit.id'], name=op.f('fk_accounts_account_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_accounts_account')),
    sa.UniqueConstraint('id', 'family', name=op.f('uq_accounts_account_id_family')),
    sa.UniqueConstraint('username', name=op.f('uq_accounts_account_username'))
    )
    with op.batch_alter_table('accounts_account', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_accounts_account_unit_id'), ['unit_id'], unique=False)

    op.create_table('accounts_unit_alias',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('alias', sa.String(length=120), nullable=False),
    sa.ForeignKeyConstraint(['unit_id'], ['accounts_unit.id'], name=op.f('fk_accounts_unit_alias_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_accounts_unit_alias')),
    sa.UniqueConstraint('unit_id', 'alias', name=op.f('uq_accounts_unit_alias_unit_id_alias'))
    )
    with op.batch_alter_table('accounts_unit_alias', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_accounts_unit_alias_alias'), ['alias'], unique=False)

    op.create_table('audit_link',
    sa.Column('seq', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('entry_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('leaf', sa.String(length=64), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['entry_id'], ['audit_entry.id'], name=op.f('fk_audit_link_entry_id')),
    sa.PrimaryKeyConstraint('seq', name=op.f('pk_audit_link')),
    sa.UniqueConstraint('entry_id', name=op.f('uq_audit_link_entry_id'))
    )
    op.create_table('classes_plan_line',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('program_id', sa.Integer(), nullable=False),
    sa.Column('audience', sa.String(length=120), nullable=False),
    sa.Column('seats', sa.Integer(), nullable=False),
    sa.Column('days', sa.Integer(), nullable=False),
    sa.Column('credit_hours', types.Hundredths(), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=False),
    sa.Column('venue', sa.String(length=120), nullable=False),
    sa.Column('host', sa.String(length=120), nullable=False),
    sa.Column('organiser', sa.String(length=120), nullable=False),
    sa.Column('note', sa.String(length=500), nullable=False),
    sa.CheckConstraint('credit_hours > 0', name=op.f('ck_classes_plan_line_hours')),
    sa.CheckConstraint('ends_on >= starts_on', name=op.f('ck_classes_plan_line_dates')),
    sa.ForeignKeyConstraint(['program_id'], ['classes_program.id'], name=op.f('fk_classes_plan_line_program_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_classes_plan_line')),
    sa.UniqueConstraint('code', name=op.f('uq_classes_plan_line_code'))
    )
    with op.batch_alter_table('classes_plan_line', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_classes_plan_line_name'), ['name'], unique=False)
        batch_op.create_index(batch_op.f('ix_classes_plan_line_program_id'), ['program_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_classes_plan_line_starts_on'), ['starts_on'], unique=False)
        batch_op.create_index(batch_op.f('ix_classes_plan_line_year'), ['year'], unique=False)

    op.create_table('courses_teaching_site',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=True),
    sa.Column('unit_name', sa.String(length=120), nullable=False),
    sa.Column('address', sa.String(length=200), nullable=False),
    sa.Column('longitude', sa.Double(), nullable=True),
    sa.Column('latitude', sa.Double(), nullable=True),
    sa.Column('capacity', sa.Integer(), nullable=True),
    sa.Column('minutes', sa.Integer(), nullable=True),
    sa.Column('contact_name', sa.String(length=60), nullable=False),
    sa.Column('contact_phone', sa.String(length=20), nullable=False),
    sa.Column('note', sa.String(length=500), nullable=False),
    sa.ForeignKeyConstraint(['unit_id'], ['accounts_unit.id'], name=op.f('fk_courses_teaching_site_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_courses_teaching_site')),
    sa.UniqueConstraint('name', name=op.f('uq_courses_teaching_site_name'))
    )
    op.create_table('accounts_device',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key_hash', sa.String(length=64), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=True),
    sa.Column('bound_at', types.Instant(timezone=True), nullable=True),
    sa.Column('first_seen_at', types.Instant(timezone=True), nullable=False),
    sa.Column('browser', sa.String(length=60), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts_account.id'], name=op.f('fk_accounts_device_account_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_accounts_device')),
    sa.UniqueConstraint('key_hash', name=op.f('uq_accounts_device_key_hash'))
    )
    with op.batch_alter_table('accounts_device', schema=None) as batch_op:
        batch_op.create_index('ix_accounts_device_account_id_bound_at', ['account_id', 'bound_at'], unique=False)

    op.create_table('accounts_role_grant',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('role', sa.String(length=20), nullable=False),
    sa.Column('family', sa.String(length=10), nullable=False),
    sa.Column('granted_by_id', sa.Integer(), nullable=True),
    sa.Column('granted_at', types.Instant(timezone=True), nullable=False),
    sa.CheckConstraint("(role = 'sysadmin' AND family = 'system') OR (role = 'secadmin' AND family = 'security') OR (role = 'auditor' AND family = 'audit') OR (role NOT IN ('sysadmin', 'secadmin', 'auditor') AND family = 'business')", name=op.f('ck_accounts_role_grant_role_family')),
    sa.CheckConstraint('granted_by_id IS NULL OR granted_by_id <> account_id', name=op.f('ck_accounts_role_grant_not_to_oneself')),
    sa.ForeignKeyConstraint(['account_id', 'family'], ['accounts_account.id', 'accounts_account.family'], name=op.f('fk_accounts_role_grant_account_id_family')),
    sa.ForeignKeyConstraint(['granted_by_id'], ['accounts_account.id'], name=op.f('fk_accounts_role_grant_granted_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_accounts_role_grant')),
    sa.UniqueConstraint('account_id', 'role', name=op.f('uq_accounts_role_grant_account_id_role'))
    )
    with op.batch_alter_table('accounts_role_grant', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_accounts_role_grant_account_id'), ['account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_accounts_role_grant_role'), ['role'], unique=False)

    op.create_table('accounts_session',
    sa.Column('id_hash', sa.String(length=64), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('created_at', types.Instant(timezone=True), nullable=False),
    sa.Column('last_seen_at', types.Instant(timezone=True), nullable=False),
    sa.Column('expires_at', types.Instant(timezone=True), nullable=False),
    sa.Column('confirmed_at', types.Instant(timezone=True), nullable=False),
    sa.Column('browser', sa.String(length=60), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts_account.id'], name=op.f('fk_accounts_session_account_id')),
    sa.PrimaryKeyConstraint('id_hash', name=op.f('pk_accounts_session'))
    )
    with op.batch_alter_table('accounts_session', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_accounts_session_account_id'), ['account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_accounts_session_expires_at'), ['expires_at'], unique=False)

    op.create_table('cadres_cadre',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=True),
    sa.Column('in_register', sa.Boolean(), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('pinyin', sa.String(length=200), nullable=False),
    sa.Column('sex', sa.String(length=4), nullable=False),
    sa.Column('ethnic_group', sa.String(length=20), nullable=False),
    sa.Column('native_place', sa.String(length=60), nullable=False),
    sa.Column('birth_month', sa.String(length=7), nullable=False),
    sa.Column('id_number_encrypted', sa.String(length=120), nullable=False),
    sa.Column('id_number_index', sa.String(length=64), nullable=True),
    sa.Column('id_number_masked', sa.String(length=18), nullable=False),
    sa.Column('phone_encrypted', sa.String(length=120), nullable=False),
    sa.Column('phone_index', sa.String(length=64), nullable=True),
    sa.Column('phone_masked', sa.String(length=20), nullable=False),
    sa.Column('political_status', sa.String(length=20), nullable=False),
    sa.Column('party_joined', sa.String(length=7), nullable=False),
    sa.Column('work_started', sa.String(length=7), nullable=False),
    sa.Column('full_time_education', sa.String(length=40), nullable=False),
    sa.Column('degree', sa.String(length=40), nullable=False),
    sa.Column('in_service_education', sa.String(length=40), nullable=False),
    sa.Column('school_and_major', sa.String(length=120), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=True),
    sa.Column('post_title', sa.String(length=120), nullable=False),
    sa.Column('unit_and_post', sa.String(length=200), nullable=False),
    sa.Column('post_level', sa.String(length=20), nullable=False),
    sa.Column('rank', sa.String(length=20), nullable=False),
    sa.Column('post_since', sa.String(length=7), nullable=False),
    sa.Column('rank_since', sa.String(length=7), nullable=False),
    sa.Column('category', sa.String(length=20), nullable=False),
    sa.Column('note', sa.String(length=500), nullable=False),
    sa.Column('created_at', types.Instant(timezone=True), nullable=False),
    sa.Column('updated_at', types.Instant(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts_account.id'], name=op.f('fk_cadres_cadre_account_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['accounts_unit.id'], name=op.f('fk_cadres_cadre_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_cadres_cadre')),
    sa.UniqueConstraint('account_id', name=op.f('uq_cadres_cadre_account_id')),
    sa.UniqueConstraint('id_number_index', name=op.f('uq_cadres_cadre_id_number_index'))
    )
    with op.batch_alter_table('cadres_cadre', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_cadres_cadre_category'), ['category'], unique=False)
        batch_op.create_index(batch_op.f('ix_cadres_cadre_in_register'), ['in_register'], unique=False)
        batch_op.create_index(batch_op.f('ix_cadres_cadre_name'), ['name'], unique=False)
        batch_op.create_index('ix_cadres_cadre_name_unit_id', ['name', 'unit_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_cadres_cadre_phone_index'), ['phone_index'], unique=False)
        batch_op.create_index(batch_op.f('ix_cadres_cadre_pinyin'), ['pinyin'], unique=False)
        batch_op.create_index(batch_op.f('ix_cadres_cadre_political_status'), ['political_status'], unique=False)
        batch_op.create_index(batch_op.f('ix_cadres_cadre_post_level'), ['post_level'], unique=False)
        batch_op.create_index(batch_op.f('ix_cadres_cadre_unit_id'), ['unit_id'], unique=False)

    op.create_table('classes_seat_allotment',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('plan_line_id', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('seats', sa.Integer(), nullable=False),
    sa.CheckConstraint('seats > 0', name=op.f('ck_classes_seat_allotment_seats')),
    sa.ForeignKeyConstraint(['plan_line_id'], ['classes_plan_line.id'], name=op.f('fk_classes_seat_allotment_plan_line_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['accounts_unit.id'], name=op.f('fk_classes_seat_allotment_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_classes_seat_allotment')),
    sa.UniqueConstraint('plan_line_id', 'unit_id', name=op.f('uq_classes_seat_allotment_plan_line_id_unit_id'))
    )
    with op.batch_alter_table('classes_seat_allotment', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_classes_seat_allotment_unit_id'), ['unit_id'], unique=False)

    op.create_table('classes_training_class',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('plan_line_id', sa.Integer(), nullable=False),
    sa.Column('program_id', sa.Integer(), nullable=False),
    sa.Column('cohort_no', sa.Integer(), nullable=True),
    sa.Column('is_main', sa.Boolean(), nullable=False),
    sa.Column('for_party_members', sa.Boolean(), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=False),
    sa.Column('venue', sa.String(length=120), nullable=False),
    sa.Column('host', sa.String(length=120), nullable=False),
    sa.Column('organiser', sa.String(length=120), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('exam_required', sa.Boolean(), nullable=False),
    sa.Column('step_seconds', sa.Integer(), nullable=False),
    sa.Column('opens_before_minutes', sa.Integer(), nullable=False),
    sa.Column('late_after_minutes', sa.Integer(), nullable=False),
    sa.Column('closes_after_minutes', sa.Integer(), nullable=False),
    sa.Column('opened_at', types.Instant(timezone=True), nullable=False),
    sa.Column('finished_at', types.Instant(timezone=True), nullable=True),
    sa.CheckConstraint("state IN ('enrolling', 'running', 'finished', 'archived', 'cancelled')", name=op.f('ck_classes_training_class_state')),
    sa.CheckConstraint('ends_on >= starts_on', name=op.f('ck_classes_training_class_dates')),
    sa.CheckConstraint('step_seconds BETWEEN 3 AND 15', name=op.f('ck_classes_training_class_step')),
    sa.ForeignKeyConstraint(['plan_line_id'], ['classes_plan_line.id'], name=op.f('fk_classes_training_class_plan_line_id')),
    sa.ForeignKeyConstraint(['program_id'], ['classes_program.id'], name=op.f('fk_classes_training_class_program_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_classes_training_class')),
    sa.UniqueConstraint('code', name=op.f('uq_classes_training_class_code')),
    sa.UniqueConstraint('plan_line_id', name=op.f('uq_classes_training_class_plan_line_id'))
    )
    with op.batch_alter_table('classes_training_class', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_classes_training_class_ends_on'), ['ends_on'], unique=False)
        batch_op.create_index(batch_op.f('ix_classes_training_class_name'), ['name'], unique=False)
        batch_op.create_index(batch_op.f('ix_classes_training_class_program_id'), ['program_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_classes_training_class_starts_on'), ['starts_on'], unique=False)
        batch_op.create_index(batch_op.f('ix_classes_training_class_state'), ['state'], unique=False)

    op.create_table('courses_route_stop',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('route_id', sa.Integer(), nullable=False),
    sa.Column('order_no', sa.Integer(), nullable=False),
    sa.Column('site_id', sa.Integer(), nullable=False),
    sa.Column('stay_minutes', sa.Integer(), nullable=True),
    sa.Column('km_to_next', types.Hundredths(), nullable=True),
    sa.ForeignKeyConstraint(['route_id'], ['courses_teaching_route.id'], name=op.f('fk_courses_route_stop_route_id')),
    sa.ForeignKeyConstraint(['site_id'], ['courses_teaching_site.id'], name=op.f('fk_courses_route_stop_site_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_courses_route_stop')),
    sa.UniqueConstraint('route_id', 'order_no', name=op.f('uq_courses_route_stop_route_id_order_no'))
    )
    op.create_table('archives_item',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('class_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('file_sha256', sa.String(length=64), nullable=True),
    sa.Column('file_name', sa.String(length=200), nullable=False),
    sa.Column('text', sa.String(length=20000), nullable=False),
    sa.Column('waived', sa.Boolean(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=True),
    sa.Column('at', types.Instant(timezone=True), nullable=False),
    sa.Column('removed_at', types.Instant(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['accounts_account.id'], name=op.f('fk_archives_item_account_id')),
    sa.ForeignKeyConstraint(['class_id'], ['classes_training_class.id'], name=op.f('fk_archives_item_class_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_archives_item'))
    )
    with op.batch_alter_table('archives_item', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_archives_item_class_id'), ['class_id'], unique=False)

    op.create_table('archives_package',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('class_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('reason', sa.String(length=300), nullable=False),
    sa.Column('file_sha256', sa.String(length=64), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('checkpoint', sa.String(length=500), nullable=False),
    sa.Column('item_count', sa.Integer(), nullable=False),
    sa.Column('sealed_at', types.Instant(timezone=True), nullable=False),
    sa.Column('sealed_by_id', sa.Integer(), nullable=True),
    sa.Column('approved_by_id', sa.Integer(), nullable=True),
    sa.CheckConstraint('approved_by_id IS NULL OR approved_by_id <> sealed_by_id', name=op.f('ck_archives_package_two_people')),
    sa.ForeignKeyConstraint(['approved_by_id'], ['accounts_account.id'], name=op.f('fk_archives_package_approved_by_id')),
    sa.ForeignKeyConstraint(['class_id'], ['classes_training_class.id'], name=op.f('fk_archives_package_class_id')),
    sa.ForeignKeyConstraint(['sealed_by_id'], ['accounts_account.id'], name=op.f('fk_archives_package_sealed_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_archives_package')),
    sa.UniqueConstraint('class_id', 'number', name=op.f('uq_archives_package_class_id_number'))
    )
    op.create_table('archives_seal_proposal',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('class_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('reason', sa.String(length=300), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('proposed_by_id', sa.Integer(), nullable=True),
    sa.Column('proposed_at', types.Instant(timezone=True), nullable=False),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('decided_at', types.Instant(timezone=True), nullable=True),
    sa.Column('decision_note', sa.String(length=300), nullable=False),
    sa.CheckConstraint("decided_by_id IS NULL OR state = 'withdrawn' OR decided_by_id <> proposed_by_id", name=op.f('ck_archives_seal_proposal_two_people')),
    sa.ForeignKeyConstraint(['class_id'], ['classes_training_class.id'], name=op.f('fk_archives_seal_proposal_class_id')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['accounts_account.id'], name=op.f('fk_archives_seal_proposal_decided_by_id')),
    sa.ForeignKeyConstraint(['proposed_by_id'], ['accounts_account.id'], name=op.f('fk_archives_seal_proposal_proposed_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_archives_seal_proposal'))
    )
    with op.batch_alter_table('archives_seal_proposal', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_archives_seal_proposal_class_id'), ['class_id'], unique=False)

    op.create_table('cadres_party_member',
    sa.Column('cadre_id', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=True),
    sa.Column('branch', sa.String(length=120), nullable=False),
    sa.Column('joined', sa.String(length=7), nullable=False),
    sa.Column('member_type', sa.String(length=20), nullable=False),
    sa.Column('education', sa.String(length=40), nullable=False),
    sa.Column('note', sa.String(length=500), nullable=False),
    sa.ForeignKeyConstraint(['cadre_id'], ['cadres_cadre.id'], name=op.f('fk_cadres_party_member_cadre_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['accounts_unit.id'], name=op.f('fk_cadres_party_member_unit_id')),
    sa.PrimaryKeyConstraint('cadre_id', name=op.f('pk_cadres_party_member'))
    )
    with op.batch_alter_table('cadres_party_member', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_cadres_party_member_unit_id'), ['unit_id'], unique=False)

    op.create_table('cadres_post_holding',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('cadre_id', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=True),
    sa.Column('post_title', sa.String(length=120), nullable=False),
    sa.Column('post_level', sa.String(length=20), nullable=False),
    sa.Column('rank', sa.String(length=20), nullable=False),
    sa.Column('since', sa.Date(), nullable=False),
    sa.Column('until', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['cadre_id'], ['cadres_cadre.id'], name=op.f('fk_cadres_post_holding_cadre_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['accounts_unit.id'], name=op.f('fk_cadres_post_holding_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_cadres_post_holding'))
    )
    with op.batch_alter_table('cadres_post_holding', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_cadres_post_holding_cadre_id'), ['cadre_id'], unique=False)

    op.create_table('classes_class_staff',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('class_id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('duty', sa.String(length=20), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts_account.id'], name=op.f('fk_classes_class_staff_account_id')),
    sa.ForeignKeyConstraint(['class_id'], ['classes_training_class.id'], name=op.f('fk_classes_class_staff_class_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_classes_class_staff')),
    sa.UniqueConstraint('class_id', 'account_id', 'duty', name=op.f('uq_classes_class_staff_class_id_account_id_duty'))
    )
    with op.batch_alter_table('classes_class_staff', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_classes_class_staff_account_id'), ['account_id'], unique=False)

    op.create_table('classes_enrollment',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('class_id', sa.Integer(), nullable=False),
    sa.Column('cadre_id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=True),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=True),
    sa.Column('unit_name', sa.String(length=120), nullable=False),
    sa.Column('post_title', sa.String(length=120), nullable=False),
    sa.Column('post_level', sa.String(length=20), nullable=False),
    sa.Column('rank', sa.String(length=20), nullable=False),
    sa.Column('category', sa.String(length=20), nullable=False),
    sa.Column('group_name', sa.String(length=40), nullable=False),
    sa.Column('class_role', sa.String(length=40), nullable=False),
    sa.Column('status', sa.String(length=16), nullable=False),
    sa.Column('nominated_by_unit_id', sa.Integer(), nullable=True),
    sa.Column('source', sa.String(length=16), nullable=False),
    sa.Column('note', sa.String(length=500), nullable=False),
    sa.Column('created_at', types.Instant(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts_account.id'], name=op.f('fk_classes_enrollment_account_id')),
    sa.ForeignKeyConstraint(['cadre_id'], ['cadres_cadre.id'], name=op.f('fk_classes_enrollment_cadre_id')),
    sa.ForeignKeyConstraint(['class_id'], ['classes_training_class.id'], name=op.f('fk_classes_enrollment_class_id')),
    sa.ForeignKeyConstraint(['nominated_by_unit_id'], ['accounts_unit.id'], name=op.f('fk_classes_enrollment_nominated_by_unit_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['accounts_unit.id'], name=op.f('fk_classes_enrollment_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_classes_enrollment')),
    sa.UniqueConstraint('class_id', 'cadre_id', name=op.f('uq_classes_enrollment_class_id_cadre_id'))
    )
    with op.batch_alter_table('classes_enrollment', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_classes_enrollment_account_id'), ['account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_classes_enrollment_cadre_id'), ['cadre_id'], unique=False)
        batch_op.create_index('ix_classes_enrollment_class_id_status', ['class_id', 'status'], unique=False)
        batch_op.create_index(batch_op.f('ix_classes_enrollment_unit_id'), ['unit_id'], unique=False)

    op.create_table('classes_lesson',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('class_id', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('half_day', sa.String(length=10), nullable=False),
    sa.Column('starts_at', types.Instant(timezone=True), nullable=False),
    sa.Column('ends_at', types.Instant(timezone=True), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('course_id', sa.Integer(), nullable=True),
    sa.Column('method', sa.String(length=40), nullable=False),
    sa.Column('room_id', sa.Integer(), nullable=True),
    sa.Column('site_id', sa.Integer(), nullable=True),
    sa.Column('place', sa.String(length=120), nullable=False),
    sa.Column('teacher_text', sa.String(length=120), nullable=False),
    sa.Column('credit_hours', types.Hundredths(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.CheckConstraint('credit_hours >= 0', name=op.f('ck_classes_lesson_hours')),
    sa.CheckConstraint('ends_at > starts_at', name=op.f('ck_classes_lesson_times')),
    sa.ForeignKeyConstraint(['class_id'], ['classes_training_class.id'], name=op.f('fk_classes_lesson_class_id')),
    sa.ForeignKeyConstraint(['course_id'], ['courses_course.id'], name=op.f('fk_classes_lesson_course_id')),
    sa.ForeignKeyConstraint(['room_id'], ['classes_room.id'], name=op.f('fk_classes_lesson_room_id')),
    sa.ForeignKeyConstraint(['site_id'], ['courses_teaching_site.id'], name=op.f('fk_classes_lesson_site_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_classes_lesson'))
    )
    with op.batch_alter_table('classes_lesson', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_classes_lesson_class_id'), ['class_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_classes_lesson_course_id'), ['course_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_classes_lesson_day'), ['day'], unique=False)
        batch_op.create_index(batch_op.f('ix_classes_lesson_room_id'), ['room_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_classes_lesson_starts_at'), ['starts_at'], unique=False)
        batch_op.create_index('uq_classes_lesson_class_id', ['class_id', 'starts_at'], unique=True, sqlite_where=sa.text("state <> 'cancelled'"), postgresql_where=sa.text("state <> 'cancelled'"))

    op.create_table('imports_batch',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('file_name', sa.String(length=300), nullable=False),
    sa.Column('sheet', sa.String(length=100), nullable=False),
    sa.Column('file_sha256', sa.String(length=64), nullable=False),
    sa.Column('class_id', sa.Integer(), nullable=True),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('rows_read', sa.Integer(), nullable=False),
    sa.Column('accepted', sa.Integer(), nullable=False),
    sa.Column('created', sa.Integer(), nullable=False),
    sa.Column('updated', sa.Integer(), nullable=False),
    sa.Column('unchanged', sa.Integer(), nullable=False),
    sa.Column('refused_count', sa.Integer(), nullable=False),
    sa.Column('flagged_count', sa.Integer(), nullable=False),
    sa.Column('report', sa.JSON(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=True),
    sa.Column('at', types.Instant(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts_account.id'], name=op.f('fk_imports_batch_account_id')),
    sa.ForeignKeyConstraint(['class_id'], ['classes_training_class.id'], name=op.f('fk_imports_batch_class_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_imports_batch'))
    )
    with op.batch_alter_table('imports_batch', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_imports_batch_kind'), ['kind'], unique=False)

    op.create_table('results_result_scheme',
    sa.Column('class_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('exam_weight', sa.Integer(), nullable=False),
    sa.Column('attendance_weight', sa.Integer(), nullable=False),
    sa.Column('conduct_weight', sa.Integer(), nullable=False),
    sa.Column('reflection_weight', sa.Integer(), nullable=False),
    sa.Column('pass_mark', types.Hundredths(), nullable=False),
    sa.Column('missed_numerator', sa.Integer(), nullable=False),
    sa.Column('missed_denominator', sa.Integer(), nullable=False),
    sa.Column('published_at', types.Instant(timezone=True), nullable=True),
    sa.CheckConstraint('exam_weight + attendance_weight + conduct_weight + reflection_weight = 100', name=op.f('ck_results_result_scheme_weights')),
    sa.ForeignKeyConstraint(['class_id'], ['classes_training_class.id'], name=op.f('fk_results_result_scheme_class_id')),
    sa.PrimaryKeyConstraint('class_id', name=op.f('pk_results_result_scheme'))
    )
    op.create_table('teachers_teacher',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=True),
    sa.Column('cadre_id', sa.Integer(), nullable=True),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('pinyin', sa.String(length=200), nullable=False),
    sa.Column('sex', sa.String(length=4), nullable=False),
    sa.Column('birth_month', sa.String(length=7), nullable=False),
    sa.Column('id_number_encrypted', sa.String(length=120), nullable=False),
    sa.Column('id_number_index', sa.String(length=64), nullable=True),
    sa.Column('id_number_masked', sa.String(length=18), nullable=False),
    sa.Column('teacher_kind', sa.String(length=10), nullable=False),
    sa.Column('employment', sa.String(length=10), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=True),
    sa.Column('unit_name', sa.String(length=120), nullable=False),
    sa.Column('post_title', sa.String(length=120), nullable=False),
    sa.Column('title', sa.String(length=60), nullable=False),
    sa.Column('specialities', sa.String(length=300), nullable=False),
    sa.Column('can_teach', sa.String(length=1000), nullable=False),
    sa.Column('phone_encrypted', sa.String(length=120), nullable=False),
    sa.Column('phone_masked', sa.String(length=20), nullable=False),
    sa.Column('admitted_on', sa.String(length=7), nullable=False),
    sa.Column('pool_status', sa.String(length=10), nullable=False),
    sa.Column('at_fields', sa.Boolean(), nullable=False),
    sa.Column('note', sa.String(length=500), nullable=False),
    sa.Column('created_at', types.Instant(timezone=True), nullable=False),
    sa.Column('updated_at', types.Instant(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts_account.id'], name=op.f('fk_teachers_teacher_account_id')),
    sa.ForeignKeyConstraint(['cadre_id'], ['cadres_cadre.id'], name=op.f('fk_teachers_teacher_cadre_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['accounts_unit.id'], name=op.f('fk_teachers_teacher_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_teachers_teacher')),
    sa.UniqueConstraint('account_id', name=op.f('uq_teachers_teacher_account_id')),
    sa.UniqueConstraint('cadre_id', name=op.f('uq_teachers_teacher_cadre_id')),
    sa.UniqueConstraint('id_number_index', name=op.f('uq_teachers_teacher_id_number_index'))
    )
    with op.batch_alter_table('teachers_teacher', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_teachers_teacher_name'), ['name'], unique=False)
        batch_op.create_index(batch_op.f('ix_teachers_teacher_pinyin'), ['pinyin'], unique=False)
        batch_op.create_index(batch_op.f('ix_teachers_teacher_unit_id'), ['unit_id'], unique=False)

    op.create_table('attendance_check_in_window',
    sa.Column('lesson_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('class_id', sa.Integer(), nullable=False),
    sa.Column('key_encrypted', sa.String(length=160), nullable=False),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('step_seconds', sa.Integer(), nullable=False),
    sa.Column('late_from', types.Instant(timezone=True), nullable=False),
    sa.Column('opened_at', types.Instant(timezone=True), nullable=False),
    sa.Column('closed_at', types.Instant(timezone=True), nullable=True),
    sa.Column('head_count', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['class_id'], ['classes_training_class.id'], name=op.f('fk_attendance_check_in_window_class_id')),
    sa.ForeignKeyConstraint(['lesson_id'], ['classes_lesson.id'], name=op.f('fk_attendance_check_in_window_lesson_id')),
    sa.PrimaryKeyConstraint('lesson_id', name=op.f('pk_attendance_check_in_window'))
    )
    with op.batch_alter_table('attendance_check_in_window', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_attendance_check_in_window_class_id'), ['class_id'], unique=False)

    op.create_table('attendance_record',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('lesson_id', sa.Integer(), nullable=False),
    sa.Column('enrollment_id', sa.Integer(), nullable=False),
    sa.Column('status', sa.String(length=16), nullable=False),
    sa.Column('check_in_at', types.Instant(timezone=True), nullable=True),
    sa.Column('check_out_at', types.Instant(timezone=True), nullable=True),
    sa.Column('recorded_at', types.Instant(timezone=True), nullable=False),
    sa.Column('method', sa.String(length=8), nullable=False),
    sa.Column('nonce', sa.String(length=64), nullable=False),
    sa.Column('step_lag', sa.Integer(), nullable=True),
    sa.Column('device_hash', sa.String(length=64), nullable=False),
    sa.Column('operator_id', sa.Integer(), nullable=True),
    sa.Column('reason', sa.String(length=300), nullable=False),
    sa.CheckConstraint("status IN ('present', 'late', 'left_early', 'absent', 'leave_sick', 'leave_personal', 'leave_official', 'exempt')", name=op.f('ck_attendance_record_status')),
    sa.ForeignKeyConstraint(['enrollment_id'], ['classes_enrollment.id'], name=op.f('fk_attendance_record_enrollment_id')),
    sa.ForeignKeyConstraint(['lesson_id'], ['classes_lesson.id'], name=op.f('fk_attendance_record_lesson_id')),
    sa.ForeignKeyConstraint(['operator_id'], ['accounts_account.id'], name=op.f('fk_attendance_record_operator_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attendance_record')),
    sa.UniqueConstraint('lesson_id', 'enrollment_id', name=op.f('uq_attendance_record_lesson_id_enrollment_id'))
    )
    with op.batch_alter_table('attendance_record', schema=None) as batch_op:
        batch_op.create_index('ix_attendance_record_enrollment_id', ['enrollment_id'], unique=False)

    op.create_table('attendance_scan_ticket',
    sa.Column('id_hash', sa.String(length=64), nullable=False),
    sa.Column('lesson_id', sa.Integer(), nullable=False),
    sa.Column('step', sa.Integer(), nullable=False),
    sa.Column('scanned_at', types.Instant(timezone=True), nullable=False),
    sa.Column('device_hash', sa.String(length=64), nullable=False),
    sa.Column('used_by_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['lesson_id'], ['classes_lesson.id'], name=op.f('fk_attendance_scan_ticket_lesson_id')),
    sa.ForeignKeyConstraint(['used_by_id'], ['accounts_account.id'], name=op.f('fk_attendance_scan_ticket_used_by_id')),
    sa.PrimaryKeyConstraint('id_hash', name=op.f('pk_attendance_scan_ticket'))
    )
    with op.batch_alter_table('attendance_scan_ticket', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_attendance_scan_ticket_lesson_id'), ['lesson_id'], unique=False)

    op.create_table('classes_enrollment_step',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('enrollment_id', sa.Integer(), nullable=False),
    sa.Column('status', sa.String(length=16), nullable=False),
    sa.Column('at', types.Instant(timezone=True), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=True),
    sa.Column('reason', sa.String(length=300), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts_account.id'], name=op.f('fk_classes_enrollment_step_account_id')),
    sa.ForeignKeyConstraint(['enrollment_id'], ['classes_enrollment.id'], name=op.f('fk_classes_enrollment_step_enrollment_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_classes_enrollment_step'))
    )
    with op.batch_alter_table('classes_enrollment_step', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_classes_enrollment_step_enrollment_id'), ['enrollment_id'], unique=False)

    op.create_table('classes_lesson_change',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('lesson_id', sa.Integer(), nullable=False),
    sa.Column('at', types.Instant(timezone=True), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=True),
    sa.Column('before', sa.String(length=500), nullable=False),
    sa.Column('after', sa.String(length=500), nullable=False),
    sa.Column('reason', sa.String(length=300), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts_account.id'], name=op.f('fk_classes_lesson_change_account_id')),
    sa.ForeignKeyConstraint(['lesson_id'], ['classes_lesson.id'], name=op.f('fk_classes_lesson_change_lesson_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_classes_lesson_change'))
    )
    with op.batch_alter_table('classes_lesson_change', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_classes_lesson_change_lesson_id'), ['lesson_id'], unique=False)

    op.create_table('classes_teaching_assignment',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('lesson_id', sa.Integer(), nullable=False),
    sa.Column('teacher_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['lesson_id'], ['classes_lesson.id'], name=op.f('fk_classes_teaching_assignment_lesson_id')),
    sa.ForeignKeyConstraint(['teacher_id'], ['teachers_teacher.id'], name=op.f('fk_classes_teaching_assignment_teacher_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_classes_teaching_assignment')),
    sa.UniqueConstraint('lesson_id', 'teacher_id', name=op.f('uq_classes_teaching_assignment_lesson_id_teacher_id'))
    )
    with op.batch_alter_table('classes_teaching_assignment', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_classes_teaching_assignment_teacher_id'), ['teacher_id'], unique=False)

    op.create_table('courses_course_teacher',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('course_id', sa.Integer(), nullable=False),
    sa.Column('teacher_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['course_id'], ['courses_course.id'], name=op.f('fk_courses_course_teacher_course_id')),
    sa.ForeignKeyConstraint(['teacher_id'], ['teachers_teacher.id'], name=op.f('fk_courses_course_teacher_teacher_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_courses_course_teacher')),
    sa.UniqueConstraint('course_id', 'teacher_id', name=op.f('uq_courses_course_teacher_course_id_teacher_id'))
    )
    with op.batch_alter_table('courses_course_teacher', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_courses_course_teacher_teacher_id'), ['teacher_id'], unique=False)

    op.create_table('exams_exam',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('class_id', sa.Integer(), nullable=False),
    sa.Column('lesson_id', sa.Integer(), nullable=True),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('mode', sa.String(length=16), nullable=False),
    sa.Column('attempt_no', sa.Integer(), nullable=False),
    sa.Column('starts_at', types.Instant(timezone=True), nullable=False),
    sa.Column('duration_minutes', sa.Integer(), nullable=False),
    sa.Column('place', sa.String(length=120), nullable=False),
    sa.Column('full_marks', types.Hundredths(), nullable=False),
    sa.Column('pass_mark', types.Hundredths(), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('first_account_id', sa.Integer(), nullable=True),
    sa.Column('second_account_id', sa.Integer(), nullable=True),
    sa.Column('first_submitted_at', types.Instant(timezone=True), nullable=True),
    sa.Column('second_submitted_at', types.Instant(timezone=True), nullable=True),
    sa.Column('published_at', types.Instant(timezone=True), nullable=True),
    sa.Column('published_by_id', sa.Integer(), nullable=True),
    sa.CheckConstraint("state IN ('planned', 'entering', 'settled', 'published')", name=op.f('ck_exams_exam_state')),
    sa.CheckConstraint('attempt_no BETWEEN 1 AND 9', name=op.f('ck_exams_exam_attempt')),
    sa.CheckConstraint('pass_mark > 0 AND pass_mark <= full_marks', name=op.f('ck_exams_exam_marks')),
    sa.CheckConstraint('second_account_id IS NULL OR second_account_id <> first_account_id', name=op.f('ck_exams_exam_two_people')),
    sa.ForeignKeyConstraint(['class_id'], ['classes_training_class.id'], name=op.f('fk_exams_exam_class_id')),
    sa.ForeignKeyConstraint(['first_account_id'], ['accounts_account.id'], name=op.f('fk_exams_exam_first_account_id')),
    sa.ForeignKeyConstraint(['lesson_id'], ['classes_lesson.id'], name=op.f('fk_exams_exam_lesson_id')),
    sa.ForeignKeyConstraint(['published_by_id'], ['accounts_account.id'], name=op.f('fk_exams_exam_published_by_id')),
    sa.ForeignKeyConstraint(['second_account_id'], ['accounts_account.id'], name=op.f('fk_exams_exam_second_account_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_exams_exam')),
    sa.UniqueConstraint('class_id', 'attempt_no', name=op.f('uq_exams_exam_class_id_attempt_no'))
    )
    op.create_table('exams_mark',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('enrollment_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('score', types.Hundredths(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=True),
    sa.Column('at', types.Instant(timezone=True), nullable=False),
    sa.Column('note', sa.String(length=300), nullable=False),
    sa.CheckConstraint("kind IN ('reflection', 'conduct')", name=op.f('ck_exams_mark_kind')),
    sa.CheckConstraint('score BETWEEN 0 AND 10000', name=op.f('ck_exams_mark_score')),
    sa.ForeignKeyConstraint(['account_id'], ['accounts_account.id'], name=op.f('fk_exams_mark_account_id')),
    sa.ForeignKeyConstraint(['enrollment_id'], ['classes_enrollment.id'], name=op.f('fk_exams_mark_enrollment_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_exams_mark')),
    sa.UniqueConstraint('enrollment_id', 'kind', 'version', name=op.f('uq_exams_mark_enrollment_id_kind_version'))
    )
    op.create_table('imports_change',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('batch_id', sa.Integer(), nullable=False),
    sa.Column('row', sa.Integer(), nullable=False),
    sa.Column('entity', sa.String(length=60), nullable=False),
    sa.Column('entity_id', sa.Integer(), nullable=False),
    sa.Column('action', sa.String(length=8), nullable=False),
    sa.Column('before', sa.JSON(), nullable=True),
    sa.ForeignKeyConstraint(['batch_id'], ['imports_batch.id'], name=op.f('fk_imports_change_batch_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_imports_change'))
    )
    with op.batch_alter_table('imports_change', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_imports_change_batch_id'), ['batch_id'], unique=False)

    op.create_table('results_class_result',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('enrollment_id', sa.Integer(), nullable=False),
    sa.Column('class_id', sa.Integer(), nullable=False),
    sa.Column('cadre_id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('class_hours', types.Hundredths(), nullable=False),
    sa.Column('hours_due', types.Hundredths(), nullable=False),
    sa.Column('hours_earned', types.Hundredths(), nullable=False),
    sa.Column('hours_missed', types.Hundredths(), nullable=False),
    sa.Column('attendance_rate', types.Hundredths(), nullable=False),
    sa.Column('exam_score', types.Hundredths(), nullable=True),
    sa.Column('resit_score', types.Hundredths(), nullable=True),
    sa.Column('conduct_score', types.Hundredths(), nullable=True),
    sa.Column('reflection_score', types.Hundredths(), nullable=True),
    sa.Column('total', types.Hundredths(), nullable=True),
    sa.Column('grade', sa.String(length=10), nullable=False),
    sa.Column('completed', sa.Boolean(), nullable=False),
    sa.Column('reason', sa.String(length=20), nullable=False),
    sa.Column('decided_at', types.Instant(timezone=True), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['accounts_account.id'], name=op.f('fk_results_class_result_account_id')),
    sa.ForeignKeyConstraint(['cadre_id'], ['cadres_cadre.id'], name=op.f('fk_results_class_result_cadre_id')),
    sa.ForeignKeyConstraint(['class_id'], ['classes_training_class.id'], name=op.f('fk_results_class_result_class_id')),
    sa.ForeignKeyConstraint(['enrollment_id'], ['classes_enrollment.id'], name=op.f('fk_results_class_result_enrollment_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_results_class_result')),
    sa.UniqueConstraint('enrollment_id', 'version', name=op.f('uq_results_class_result_enrollment_id_version'))
    )
    with op.batch_alter_table('results_class_result', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_results_class_result_cadre_id'), ['cadre_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_results_class_result_class_id'), ['class_id'], unique=False)

    op.create_table('results_completion_certificate',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('serial', sa.Integer(), nullable=False),
    sa.Column('number', sa.String(length=40), nullable=False),
    sa.Column('check_code', sa.String(length=16), nullable=False),
    sa.Column('enrollment_id', sa.Integer(), nullable=False),
    sa.Column('class_id', sa.Integer(), nullable=False),
    sa.Column('cadre_id', sa.Integer(), nullable=False),
    sa.Column('holder_name', sa.String(length=60), nullable=False),
    sa.Column('class_name', sa.String(length=120), nullable=False),
    sa.Column('credit_hours', types.Hundredths(), nullable=False),
    sa.Column('trained_from', sa.Date(), nullable=False),
    sa.Column('trained_to', sa.Date(), nullable=False),
    sa.Column('issued_on', sa.Date(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('state_reason', sa.String(length=300), nullable=False),
    sa.Column('state_at', types.Instant(timezone=True), nullable=True),
    sa.Column('replaced_by_id', sa.Integer(), nullable=True),
    sa.Column('account_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['accounts_account.id'], name=op.f('fk_results_completion_certificate_account_id')),
    sa.ForeignKeyConstraint(['cadre_id'], ['cadres_cadre.id'], name=op.f('fk_results_completion_certificate_cadre_id')),
    sa.ForeignKeyConstraint(['class_id'], ['classes_training_class.id'], name=op.f('fk_results_completion_certificate_class_id')),
    sa.ForeignKeyConstraint(['enrollment_id'], ['classes_enrollment.id'], name=op.f('fk_results_completion_certificate_enrollment_id')),
    sa.ForeignKeyConstraint(['replaced_by_id'], ['results_completion_certificate.id'], name=op.f('fk_results_completion_certificate_replaced_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_results_completion_certificate')),
    sa.UniqueConstraint('check_code', name=op.f('uq_results_completion_certificate_check_code')),
    sa.UniqueConstraint('number', name=op.f('uq_results_completion_certificate_number')),
    sa.UniqueConstraint('year', 'serial', name=op.f('uq_results_completion_certificate_year_serial'))
    )
    with op.batch_alter_table('results_completion_certificate', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_results_completion_certificate_cadre_id'), ['cadre_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_results_completion_certificate_class_id'), ['class_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_results_completion_certificate_enrollment_id'), ['enrollment_id'], unique=False)

    op.create_table('results_hour_entry',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('cadre_id', sa.Integer(), nullable=False),
    sa.Column('class_id', sa.Integer(), nullable=True),
    sa.Column('enrollment_id', sa.Integer(), nullable=True),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('earned_on', sa.Date(), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('hours', types.Hundredths(), nullable=False),
    sa.Column('source_kind', sa.String(length=12), nullable=False),
    sa.Column('source_id', sa.Integer(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('note', sa.String(length=300), nullable=False),
    sa.Column('posted_at', types.Instant(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['cadre_id'], ['cadres_cadre.id'], name=op.f('fk_results_hour_entry_cadre_id')),
    sa.ForeignKeyConstraint(['class_id'], ['classes_training_class.id'], name=op.f('fk_results_hour_entry_class_id')),
    sa.ForeignKeyConstraint(['enrollment_id'], ['classes_enrollment.id'], name=op.f('fk_results_hour_entry_enrollment_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_results_hour_entry')),
    sa.UniqueConstraint('cadre_id', 'source_kind', 'source_id', 'revision', name=op.f('uq_results_hour_entry_cadre_id_source_kind_source_id_revision'))
    )
    with op.batch_alter_table('results_hour_entry', schema=None) as batch_op:
        batch_op.create_index('ix_results_hour_entry_cadre_id_year', ['cadre_id', 'year'], unique=False)
        batch_op.create_index(batch_op.f('ix_results_hour_entry_class_id'), ['class_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_results_hour_entry_enrollment_id'), ['enrollment_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_results_hour_entry_year'), ['year'], unique=False)

    op.create_table('attendance_correction',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('record_id', sa.Integer(), nullable=False),
    sa.Column('at', types.Instant(timezone=True), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=True),
    sa.Column('old_status', sa.String(length=16), nullable=False),
    sa.Column('new_status', sa.String(length=16), nullable=False),
    sa.Column('reason', sa.String(length=300), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts_account.id'], name=op.f('fk_attendance_correction_account_id')),
    sa.ForeignKeyConstraint(['record_id'], ['attendance_record.id'], name=op.f('fk_attendance_correction_record_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attendance_correction'))
    )
    with op.batch_alter_table('attendance_correction', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_attendance_correction_record_id'), ['record_id'], unique=False)

    op.create_table('attendance_flag',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('record_id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=20), nullable=False),
    sa.Column('rule_version', sa.Integer(), nullable=False),
    sa.Column('raised_at', types.Instant(timezone=True), nullable=False),
    sa.Column('settled_at', types.Instant(timezone=True), nullable=True),
    sa.Column('settled_by_id', sa.Integer(), nullable=True),
    sa.Column('settlement', sa.String(length=300), nullable=False),
    sa.ForeignKeyConstraint(['record_id'], ['attendance_record.id'], name=op.f('fk_attendance_flag_record_id')),
    sa.ForeignKeyConstraint(['settled_by_id'], ['accounts_account.id'], name=op.f('fk_attendance_flag_settled_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attendance_flag'))
    )
    with op.batch_alter_table('attendance_flag', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_attendance_flag_record_id'), ['record_id'], unique=False)

    op.create_table('exams_entry_duty',
    sa.Column('exam_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('account_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('entry_no', sa.Integer(), nullable=False),
    sa.Column('at', types.Instant(timezone=True), nullable=False),
    sa.CheckConstraint('entry_no IN (1, 2, 3)', name=op.f('ck_exams_entry_duty_entry_no')),
    sa.ForeignKeyConstraint(['account_id'], ['accounts_account.id'], name=op.f('fk_exams_entry_duty_account_id')),
    sa.ForeignKeyConstraint(['exam_id'], ['exams_exam.id'], name=op.f('fk_exams_entry_duty_exam_id')),
    sa.PrimaryKeyConstraint('exam_id', 'account_id', name=op.f('pk_exams_entry_duty')),
    sa.UniqueConstraint('exam_id', 'account_id', 'entry_no', name=op.f('uq_exams_entry_duty_exam_id_account_id_entry_no'))
    )
    op.create_table('exams_score_change_request',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('exam_id', sa.Integer(), nullable=False),
    sa.Column('enrollment_id', sa.Integer(), nullable=False),
    sa.Column('score', types.Hundredths(), nullable=True),
    sa.Column('code', sa.String(length=12), nullable=False),
    sa.Column('reason', sa.String(length=300), nullable=False),
    sa.Column('asked_by_id', sa.Integer(), nullable=False),
    sa.Column('asked_at', types.Instant(timezone=True), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('decided_at', types.Instant(timezone=True), nullable=True),
    sa.Column('decision_note', sa.String(length=300), nullable=False),
    sa.CheckConstraint("state = 'asked' OR decided_by_id IS NOT NULL", name=op.f('ck_exams_score_change_request_decided_by_somebody')),
    sa.CheckConstraint("state IN ('asked', 'approved', 'refused')", name=op.f('ck_exams_score_change_request_state')),
    sa.CheckConstraint('decided_by_id IS NULL OR decided_by_id <> asked_by_id', name=op.f('ck_exams_score_change_request_two_people')),
    sa.ForeignKeyConstraint(['asked_by_id'], ['accounts_account.id'], name=op.f('fk_exams_score_change_request_asked_by_id')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['accounts_account.id'], name=op.f('fk_exams_score_change_request_decided_by_id')),
    sa.ForeignKeyConstraint(['enrollment_id'], ['classes_enrollment.id'], name=op.f('fk_exams_score_change_request_enrollment_id')),
    sa.ForeignKeyConstraint(['exam_id'], ['exams_exam.id'], name=op.f('fk_exams_score_change_request_exam_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_exams_score_change_request'))
    )
    with op.batch_alter_table('exams_score_change_request', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_exams_score_change_request_exam_id'), ['exam_id'], unique=False)

    op.create_table('exams_score_version',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('exam_id', sa.Integer(), nullable=False),
    sa.Column('enrollment_id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('score', types.Hundredths(), nullable=True),
    sa.Column('code', sa.String(length=12), nullable=False),
    sa.Column('source', sa.String(length=12), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=True),
    sa.Column('at', types.Instant(timezone=True), nullable=False),
    sa.Column('reason', sa.String(length=300), nullable=False),
    sa.CheckConstraint("(score IS NOT NULL AND code = '' AND score >= 0) OR (score IS NULL AND code IN ('absent', 'misconduct', 'open'))", name=op.f('ck_exams_score_version_score_or_code')),
    sa.CheckConstraint("version = 1 OR reason <> ''", name=op.f('ck_exams_score_version_change_has_reason')),
    sa.ForeignKeyConstraint(['account_id'], ['accounts_account.id'], name=op.f('fk_exams_score_version_account_id')),
    sa.ForeignKeyConstraint(['enrollment_id'], ['classes_enrollment.id'], name=op.f('fk_exams_score_version_enrollment_id')),
    sa.ForeignKeyConstraint(['exam_id'], ['exams_exam.id'], name=op.f('fk_exams_score_version_exam_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_exams_score_version')),
    sa.UniqueConstraint('exam_id', 'enrollment_id', 'version', name=op.f('uq_exams_score_version_exam_id_enrollment_id_version'))
    )
    with op.batch_alter_table('exams_score_version', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_exams_score_version_enrollment_id'), ['enrollment_id'], unique=False)

    op.create_table('exams_score_entry',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('exam_id', sa.Integer(), nullable=False),
    sa.Column('enrollment_id', sa.Integer(), nullable=False),
    sa.Column('entry_no', sa.Integer(), nullable=False),
    sa.Column('score', types.Hundredths(), nullable=True),
    sa.Column('code', sa.String(length=12), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('at', types.Instant(timezone=True), nullable=False),
    sa.Column('reason', sa.String(length=300), nullable=False),
    sa.CheckConstraint("code IN ('', 'absent', 'misconduct')", name=op.f('ck_exams_score_entry_code')),
    sa.CheckConstraint("score IS NULL OR (code = '' AND score >= 0)", name=op.f('ck_exams_score_entry_score_or_code')),
    sa.ForeignKeyConstraint(['enrollment_id'], ['classes_enrollment.id'], name=op.f('fk_exams_score_entry_enrollment_id')),
    sa.ForeignKeyConstraint(['exam_id', 'account_id', 'entry_no'], ['exams_entry_duty.exam_id', 'exams_entry_duty.account_id', 'exams_entry_duty.entry_no'], name=op.f('fk_exams_score_entry_exam_id_account_id_entry_no')),
    sa.ForeignKeyConstraint(['exam_id'], ['exams_exam.id'], name=op.f('fk_exams_score_entry_exam_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_exams_score_entry'))
    )
    with op.batch_alter_table('exams_score_entry', schema=None) as batch_op:
        batch_op.create_index('ix_exams_score_entry_exam_id_enrollment_id', ['exam_id', 'enrollment_id'], unique=False)

    make_append_only(
        "audit_entry",
        "audit_link",
        "classes_enrollment_step",
        "classes_lesson_change",
        "attendance_correction",
        "exams_entry_duty",
        "exams_score_entry",
        "exams_score_version",
        "exams_mark",
        "results_class_result",
        "results_hour_entry",
        "archives_package",
    )


def downgrade() -> None:
    """Go back to the shape before."""
    with op.batch_alter_table('exams_score_entry', schema=None) as batch_op:
        batch_op.drop_index('ix_exams_score_entry_exam_id_enrollment_id')

    op.drop_table('exams_score_entry')
    with op.batch_alter_table('exams_score_version', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_exams_score_version_enrollment_id'))

    op.drop_table('exams_score_version')
    with op.batch_alter_table('exams_score_change_request', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_exams_score_change_request_exam_id'))

    op.drop_table('exams_score_change_request')
    op.drop_table('exams_entry_duty')
    with op.batch_alter_table('attendance_flag', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_attendance_flag_record_id'))

    op.drop_table('attendance_flag')
    with op.batch_alter_table('attendance_correction', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_attendance_correction_record_id'))

    op.drop_table('attendance_correction')
    with op.batch_alter_table('results_hour_entry', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_results_hour_entry_year'))
        batch_op.drop_index(batch_op.f('ix_results_hour_entry_enrollment_id'))
        batch_op.drop_index(batch_op.f('ix_results_hour_entry_class_id'))
        batch_op.drop_index('ix_results_hour_entry_cadre_id_year')

    op.drop_table('results_hour_entry')
    with op.batch_alter_table('results_completion_certificate', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_results_completion_certificate_enrollment_id'))
        batch_op.drop_index(batch_op.f('ix_results_completion_certificate_class_id'))
        batch_op.drop_index(batch_op.f('ix_results_completion_certificate_cadre_id'))

    op.drop_table('results_completion_certificate')
    with op.batch_alter_table('results_class_result', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_results_class_result_class_id'))
        batch_op.drop_index(batch_op.f('ix_results_class_result_cadre_id'))

    op.drop_table('results_class_result')
    with op.batch_alter_table('imports_change', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_imports_change_batch_id'))

    op.drop_table('imports_change')
    op.drop_table('exams_mark')
    op.drop_table('exams_exam')
    with op.batch_alter_table('courses_course_teacher', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_courses_course_teacher_teacher_id'))

    op.drop_table('courses_course_teacher')
    with op.batch_alter_table('classes_teaching_assignment', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_classes_teaching_assignment_teacher_id'))

    op.drop_table('classes_teaching_assignment')
    with op.batch_alter_table('classes_lesson_change', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_classes_lesson_change_lesson_id'))

    op.drop_table('classes_lesson_change')
    with op.batch_alter_table('classes_enrollment_step', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_classes_enrollment_step_enrollment_id'))

    op.drop_table('classes_enrollment_step')
    with op.batch_alter_table('attendance_scan_ticket', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_attendance_scan_ticket_lesson_id'))

    op.drop_table('attendance_scan_ticket')
    with op.batch_alter_table('attendance_record', schema=None) as batch_op:
        batch_op.drop_index('ix_attendance_record_enrollment_id')

    op.drop_table('attendance_record')
    with op.batch_alter_table('attendance_check_in_window', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_attendance_check_in_window_class_id'))

    op.drop_table('attendance_check_in_window')
    with op.batch_alter_table('teachers_teacher', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_teachers_teacher_unit_id'))
        batch_op.drop_index(batch_op.f('ix_teachers_teacher_pinyin'))
        batch_op.drop_index(batch_op.f('ix_teachers_teacher_name'))

    op.drop_table('teachers_teacher')
    op.drop_table('results_result_scheme')
    with op.batch_alter_table('imports_batch', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_imports_batch_kind'))

    op.drop_table('imports_batch')
    with op.batch_alter_table('classes_lesson', schema=None) as batch_op:
        batch_op.drop_index('uq_classes_lesson_class_id', sqlite_where=sa.text("state <> 'cancelled'"), postgresql_where=sa.text("state <> 'cancelled'"))
        batch_op.drop_index(batch_op.f('ix_classes_lesson_starts_at'))
        batch_op.drop_index(batch_op.f('ix_classes_lesson_room_id'))
        batch_op.drop_index(batch_op.f('ix_classes_lesson_day'))
        batch_op.drop_index(batch_op.f('ix_classes_lesson_course_id'))
        batch_op.drop_index(batch_op.f('ix_classes_lesson_class_id'))

    op.drop_table('classes_lesson')
    with op.batch_alter_table('classes_enrollment', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_classes_enrollment_unit_id'))
        batch_op.drop_index('ix_classes_enrollment_class_id_status')
        batch_op.drop_index(batch_op.f('ix_classes_enrollment_cadre_id'))
        batch_op.drop_index(batch_op.f('ix_classes_enrollment_account_id'))

    op.drop_table('classes_enrollment')
    with op.batch_alter_table('classes_class_staff', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_classes_class_staff_account_id'))

    op.drop_table('classes_class_staff')
    with op.batch_alter_table('cadres_post_holding', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_cadres_post_holding_cadre_id'))

    op.drop_table('cadres_post_holding')
    with op.batch_alter_table('cadres_party_member', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_cadres_party_member_unit_id'))

    op.drop_table('cadres_party_member')
    with op.batch_alter_table('archives_seal_proposal', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_archives_seal_proposal_class_id'))

    op.drop_table('archives_seal_proposal')
    op.drop_table('archives_package')
    with op.batch_alter_table('archives_item', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_archives_item_class_id'))

    op.drop_table('archives_item')
    op.drop_table('courses_route_stop')
    with op.batch_alter_table('classes_training_class', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_classes_training_class_state'))
        batch_op.drop_index(batch_op.f('ix_classes_training_class_starts_on'))
        batch_op.drop_index(batch_op.f('ix_classes_training_class_program_id'))
        batch_op.drop_index(batch_op.f('ix_classes_training_class_name'))
        batch_op.drop_index(batch_op.f('ix_classes_training_class_ends_on'))

    op.drop_table('classes_training_class')
    with op.batch_alter_table('classes_seat_allotment', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_classes_seat_allotment_unit_id'))

    op.drop_table('classes_seat_allotment')
    with op.batch_alter_table('cadres_cadre', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_cadres_cadre_unit_id'))
        batch_op.drop_index(batch_op.f('ix_cadres_cadre_post_level'))
        batch_op.drop_index(batch_op.f('ix_cadres_cadre_political_status'))
        batch_op.drop_index(batch_op.f('ix_cadres_cadre_pinyin'))
        batch_op.drop_index(batch_op.f('ix_cadres_cadre_phone_index'))
        batch_op.drop_index('ix_cadres_cadre_name_unit_id')
        batch_op.drop_index(batch_op.f('ix_cadres_cadre_name'))
        batch_op.drop_index(batch_op.f('ix_cadres_cadre_in_register'))
        batch_op.drop_index(batch_op.f('ix_cadres_cadre_category'))

    op.drop_table('cadres_cadre')
    with op.batch_alter_table('accounts_session', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_accounts_session_expires_at'))
        batch_op.drop_index(batch_op.f('ix_accounts_session_account_id'))

    op.drop_table('accounts_session')
    with op.batch_alter_table('accounts_role_grant', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_accounts_role_grant_role'))
        batch_op.drop_index(batch_op.f('ix_accounts_role_grant_account_id'))

    op.drop_table('accounts_role_grant')
    with op.batch_alter_table('accounts_device', schema=None) as batch_op:
        batch_op.drop_index('ix_accounts_device_account_id_bound_at')

    op.drop_table('accounts_device')
    op.drop_table('courses_teaching_site')
    with op.batch_alter_table('classes_plan_line', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_classes_plan_line_year'))
        batch_op.drop_index(batch_op.f('ix_classes_plan_line_starts_on'))
        batch_op.drop_index(batch_op.f('ix_classes_plan_line_program_id'))
        batch_op.drop_index(batch_op.f('ix_classes_plan_line_name'))

    op.drop_table('classes_plan_line')
    op.drop_table('audit_link')
    with op.batch_alter_table('accounts_unit_alias', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_accounts_unit_alias_alias'))

    op.drop_table('accounts_unit_alias')
    with op.batch_alter_table('accounts_account', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_accounts_account_unit_id'))

    op.drop_table('accounts_account')
    op.drop_table('results_hour_requirement')
    op.drop_table('results_certificate_counter')
    op.drop_table('courses_teaching_route')
    with op.batch_alter_table('courses_course', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_courses_course_name'))
        batch_op.drop_index(batch_op.f('ix_courses_course_course_domain'))

    op.drop_table('courses_course')
    op.drop_table('classes_room')
    op.drop_table('classes_program')
    with op.batch_alter_table('audit_entry', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_audit_entry_kind'))
        batch_op.drop_index(batch_op.f('ix_audit_entry_at'))
        batch_op.drop_index(batch_op.f('ix_audit_entry_account_id'))

    op.drop_table('audit_entry')
    with op.batch_alter_table('attendance_wrong_code', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_attendance_wrong_code_device_hash'))
        batch_op.drop_index(batch_op.f('ix_attendance_wrong_code_at'))
        batch_op.drop_index(batch_op.f('ix_attendance_wrong_code_account_id'))

    op.drop_table('attendance_wrong_code')
    with op.batch_alter_table('accounts_unit', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_accounts_unit_path'))
        batch_op.drop_index(batch_op.f('ix_accounts_unit_parent_id'))
        batch_op.drop_index(batch_op.f('ix_accounts_unit_name'))

    op.drop_table('accounts_unit')
