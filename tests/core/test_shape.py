"""A database of the wrong shape is not served from: one sentence says what to do."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from flask_migrate import downgrade, upgrade

from training_app import create_app
from training_app.core.db import db
from training_app.core.shape import shape_fault
from training_app.settings import ROOT, Settings

MIGRATIONS = ROOT / "migrations"


@pytest.fixture(scope="module")
def newest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database made by all migrations."""
    folder = tmp_path_factory.mktemp("newest")
    app = create_app(Settings(env="test", instance=folder))
    with app.app_context():
        upgrade()
        db.engine.dispose()  # so that all of it stands in the file
    return folder / "zhixing.db"


def url(path: Path) -> str:
    return f"sqlite:///{path}"


def test_the_newest_shape_is_served(newest):
    assert shape_fault(url(newest), MIGRATIONS) == ""


def test_nothing_there_and_no_tables_are_empty_and_nothing_is_made(tmp_path):
    assert shape_fault(url(tmp_path / "none.db"), MIGRATIONS) == "empty"
    assert list(tmp_path.iterdir()) == []
    sqlite3.connect(tmp_path / "bare.db").execute("CREATE TABLE other (id INTEGER)").connection.close()
    assert shape_fault(url(tmp_path / "bare.db"), MIGRATIONS) == "empty"


def test_an_older_and_a_newer_database_are_told_apart(newest, tmp_path):
    old = tmp_path / "zhixing.db"
    shutil.copy(newest, old)
    app = create_app(Settings(env="test", instance=tmp_path))
    with app.app_context():
        downgrade(revision="-1")
        db.engine.dispose()
    assert shape_fault(url(old), MIGRATIONS) == "old"
    newer = tmp_path / "newer.db"
    shutil.copy(newest, newer)
    with sqlite3.connect(newer) as raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
    assert shape_fault(url(newer), MIGRATIONS) == "newer"


def test_a_database_that_does_not_answer_does_not_keep_the_server_down():
    assert shape_fault("postgresql+psycopg://nobody@127.0.0.1:1/none?connect_timeout=1", MIGRATIONS) == ""


def test_serve_refuses_in_one_sentence_and_ends(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "training_app", "serve", "--port", "0"],
        env={**os.environ, "TRAINING_APP_INSTANCE": str(tmp_path), "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.strip() == "Error: The database has no tables yet. Run: training-app db upgrade"
    assert not (tmp_path / ".gunicorn").exists()
