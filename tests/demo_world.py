"""A small demonstration county to test on: made once, copied for each test."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import create_engine

from tests.conftest import Browser, settings_for
from training_app import create_app
from training_app.accounts.api import find_account_by_username
from training_app.core.actor import acting_as, system
from training_app.core.db import db
from training_app.demo import services

CADRES = 240
As = Callable[[str], Browser]


@pytest.fixture(scope="session")
def demo_template(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the small county, and the folder it was made in."""
    folder = tmp_path_factory.mktemp("demo")
    shutil.copyfile(sqlite_template, folder / "demo.db")
    app = create_app(settings_for(f"sqlite:///{folder / 'demo.db'}", folder))
    with app.app_context(), acting_as(system("test")):
        services.load(cadres=CADRES, seed=3, password="demonstration")
        db.session.remove()
        db.engine.dispose()
    with create_engine(f"sqlite:///{folder / 'demo.db'}").connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    return folder


@pytest.fixture
def demo_app(demo_template: Path, tmp_path: Path) -> Iterator[Flask]:
    """The application on a copy of the small county; the system acts."""
    shutil.copytree(demo_template, tmp_path, dirs_exist_ok=True)
    app = create_app(settings_for(f"sqlite:///{tmp_path / 'demo.db'}", tmp_path))
    with app.app_context(), acting_as(system("test")):
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def as_(demo_app: Flask) -> As:
    """``as_("planner")``: the browser of one of the county's sign-ins."""

    def browser(username: str) -> Browser:
        account = find_account_by_username(username)
        assert account is not None
        return Browser(demo_app, account.id)

    return browser
