"""A backup brings everything back, on either database, and a damaged one brings nothing."""

from __future__ import annotations

import zipfile

import pytest
from flask_migrate import upgrade
from sqlalchemy import func, select

from tests.conftest import settings_for
from training_app import create_app, maintenance
from training_app.accounts.models import Account
from training_app.accounts.services import people, units
from training_app.audit.models import AuditEntry
from training_app.audit.services import number_all_entries, verify_chain
from training_app.core import files
from training_app.core.db import db
from training_app.core.errors import Conflict, InvalidInput


@pytest.fixture
def kept(app, tmp_path):
    """A backup of a small database, and what was in it."""
    root = units.store_unit(code="001", name="县")
    units.store_unit(code="001.001", name="县委", parent_code="001")
    people.create_account(username="planner", display_name="罗文静", roles=["planner"], unit_id=root)
    digest = files.store("课件".encode()).sha256
    number_all_entries()
    maintenance.backup(tmp_path / "backup.zip")
    return tmp_path / "backup.zip", digest


def test_everything_is_there_after_a_restore(kept, tmp_path):
    file, digest = kept
    restored = create_app(settings_for(f"sqlite:///{tmp_path / 'other.db'}", tmp_path / "other"))
    with restored.app_context():
        upgrade()
        maintenance.restore(file)

        assert db.session.scalar(select(Account.display_name)) == "罗文静"
        assert db.session.scalar(select(func.count()).select_from(AuditEntry)) == 3
        assert verify_chain().broken_at is None
        assert files.read(digest).decode() == "课件"
        assert people.create_account(username="next", display_name="x", roles=["leader"]) > 1
        db.session.remove()
        db.engine.dispose()


def test_a_database_with_data_is_left_alone(kept):
    with pytest.raises(Conflict):
        maintenance.restore(kept[0])


def test_one_changed_byte_is_refused(kept, tmp_path):
    file, _digest = kept
    damaged = tmp_path / "damaged.zip"
    with zipfile.ZipFile(file) as source, zipfile.ZipFile(damaged, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            target.writestr(name, data.replace("罗文静".encode(), "罗文敬".encode()))
    restored = create_app(settings_for(f"sqlite:///{tmp_path / 'other.db'}", tmp_path / "other"))
    with restored.app_context():
        upgrade()
        with pytest.raises(InvalidInput, match="damaged"):
            maintenance.restore(damaged)
        db.session.remove()
        db.engine.dispose()


def test_a_file_that_is_no_backup_is_refused(app, tmp_path):
    (tmp_path / "x.zip").write_bytes(b"not a zip")
    with pytest.raises(InvalidInput):
        maintenance.restore(tmp_path / "x.zip")
