"""Bulletins.

Revision: 0007, after 0006.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from training_app.core import db as types
from training_app.core.append_only import make_append_only

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this shape."""
    op.create_table('discipline_bulletin',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('class_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('first_day', sa.Date(), nullable=False),
    sa.Column('last_day', sa.Date(), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('serial', sa.Integer(), nullable=False),
    sa.Column('number', sa.String(length=160), nullable=False),
    sa.Column('content', sa.Text(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('issued_at', types.Instant(timezone=True), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=True),
    sa.Column('corrects_id', sa.Integer(), nullable=True),
    sa.Column('reason', sa.String(length=300), nullable=False),
    sa.CheckConstraint("kind IN ('daily', 'weekly')", name=op.f('ck_discipline_bulletin_kind')),
    sa.ForeignKeyConstraint(['account_id'], ['accounts_account.id'], name=op.f('fk_discipline_bulletin_account_id')),
    sa.ForeignKeyConstraint(['class_id'], ['classes_training_class.id'], name=op.f('fk_discipline_bulletin_class_id')),
    sa.ForeignKeyConstraint(['corrects_id'], ['discipline_bulletin.id'], name=op.f('fk_discipline_bulletin_corrects_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_discipline_bulletin')),
    sa.UniqueConstraint('class_id', 'year', 'serial', name=op.f('uq_discipline_bulletin_class_id_year_serial'))
    )
    with op.batch_alter_table('discipline_bulletin', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_discipline_bulletin_corrects_id'), ['corrects_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_discipline_bulletin_first_day'), ['first_day'], unique=False)
        batch_op.create_index(batch_op.f('ix_discipline_bulletin_issued_at'), ['issued_at'], unique=False)
    make_append_only('discipline_bulletin', 'discipline_leave_step', 'discipline_withdrawal')


def downgrade() -> None:
    """Go back."""
    op.drop_table('discipline_bulletin')
    for table in ('discipline_leave_step', 'discipline_withdrawal'):
        if op.get_bind().dialect.name == 'postgresql':
            names = (f'{table}_only_grows', f'{table}_not_truncated')
            for name in names:
                op.execute(f'DROP TRIGGER {name} ON {table}')
        else:
            for act in ('update', 'delete'):
                op.execute(f'DROP TRIGGER {table}_no_{act}')
