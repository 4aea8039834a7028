"""The audit trail: written with its cause, numbered without gaps, tampering found."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select, text

from training_app.accounts.services import people
from training_app.audit.models import AuditEntry, AuditLink
from training_app.audit.services import chain_state, number_all_entries, verify_chain
from training_app.core.db import db, unit_of_work


def make_accounts(count):
    for number in range(count):
        people.create_account(username=f"user{number}", display_name="x", roles=["planner"])


def test_an_event_is_written_with_what_caused_it(app):
    make_accounts(1)

    kinds = list(db.session.scalars(select(AuditEntry.kind)))

    assert kinds == ["accounts.AccountCreated"]


def test_an_event_disappears_with_what_was_rolled_back(app):
    def break_off_half_way():
        with unit_of_work():
            make_accounts(1)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        break_off_half_way()

    assert db.session.scalar(select(func.count()).select_from(AuditEntry)) == 0


def test_numbers_have_no_gaps_and_the_chain_verifies(app):
    make_accounts(3)
    number_all_entries()
    make_accounts_again = people.create_account(username="later", display_name="x", roles=["planner"])
    number_all_entries()

    assert make_accounts_again
    assert list(db.session.scalars(select(AuditLink.seq).order_by(AuditLink.seq))) == [1, 2, 3, 4]
    assert verify_chain().broken_at is None
    assert chain_state().waiting == 0


def test_the_database_refuses_to_change_or_delete_entries(app):
    make_accounts(1)

    for statement in ("UPDATE audit_entry SET kind = 'x'", "DELETE FROM audit_entry"):
        with pytest.raises(Exception, match="only grows"), unit_of_work() as session:
            session.execute(text(statement))


def test_an_entry_changed_behind_our_back_is_found(app):
    make_accounts(3)
    number_all_entries()
    with db.engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("ALTER TABLE audit_entry DISABLE TRIGGER USER"))
        else:
            connection.execute(text("DROP TRIGGER audit_entry_no_update"))
        connection.execute(text("UPDATE audit_entry SET actor_name = 'somebody else' WHERE id = 2"))
    db.session.rollback()

    assert verify_chain().broken_at == 2
