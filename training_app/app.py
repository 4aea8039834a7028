"""Application factory: reads settings, collects the features' manifests, wires them; the only file that knows all."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from flask import Flask, g, has_request_context, request
from flask_babel import Babel
from flask_migrate import Migrate
from sqlalchemy import text
from werkzeug.middleware.proxy_fix import ProxyFix

from training_app.accounts.module import county_name, identify, unit_name
from training_app.accounts.services import passwords, sessions
from training_app.archives import keys as archive_keys
from training_app.attendance.queries import class_rules
from training_app.attendance.rules import ClassRules
from training_app.audit.api import clock_is_sane, scheduler_keeps_up
from training_app.core import crypto, documents, events, files, jobs, logs, ports
from training_app.core.clock_offset import read_offset
from training_app.core.db import db
from training_app.core.module import Module
from training_app.settings import ROOT, Settings
from training_app.web import access, assets, carried, csrf, display, errors, headers, health, ids, navigation, slots
from training_app.web import json as web_json

# The order of the floors, lowest first: handlers run and answers are given in this order.
FEATURES = (
    "audit",
    "accounts",
    "cadres",
    "teachers",
    "courses",
    "classes",
    "attendance",
    "exams",
    "discipline",
    "results",
    "archives",
    "imports",
    "reports",
    "demo",
)


def create_app(settings: Settings | None = None) -> Flask:
    """Make the application from its settings (the environment's, when none are given)."""
    settings = settings or Settings()
    app = Flask("training_app", static_folder="web/static", template_folder="web/templates")
    ids.init_app(app)
    _configure(app, settings)
    crypto.configure(field_key=settings.field_key, secret_key=settings.secret_key)
    files.configure(settings.storage_url)
    documents.configure(
        letterhead=documents.Letterhead(
            settings.county_name, settings.certificate_prefix, settings.certificate_issuers
        ),
        font_dir=settings.font_dir,
    )
    archive_keys.configure(settings.signing_key or settings.instance / "log-signing-key.pem")
    class_rules.configure(
        ClassRules(
            check_out_needed=settings.attendance_check_out,
            early_minutes=settings.attendance_early_minutes,
            lates_per_absence=settings.attendance_lates_per_absence,
            half_day_hours=Decimal(str(settings.attendance_half_day_hours)),
            academic_over_half_days=settings.leave_academic_over_half_days,
            organisation_over_half_days=settings.leave_organisation_over_half_days,
            absent_days=Decimal(str(settings.attendance_absent_days)),
        )
    )
    passwords.configure(time_cost=settings.password_hash_cost)
    db.init_app(app)
    Migrate(app, db, directory=str(ROOT / "migrations"))
    modules = load_modules(settings)
    _wire(app, modules, settings)
    _babel(app, modules, settings)
    return app


def load_modules(settings: Settings) -> list[Module]:
    """The manifests of the features, in the order of the floors, and of the linked modules switched on."""
    names = [f"training_app.{name}" for name in FEATURES] + list(settings.linked_modules)
    return [importlib.import_module(f"{name}.module").MODULE for name in names]


def _configure(app: Flask, settings: Settings) -> None:
    app.config.update(
        SECRET_KEY=crypto_key(settings),
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=_engine_options(settings),
        MAX_CONTENT_LENGTH=32 * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        MAX_FORM_PARTS=5000,
        SESSION_COOKIE_NAME="__Host-notes" if settings.is_https else "notes",
        SESSION_COOKIE_SECURE=settings.is_https,
        SESSION_COOKIE_SAMESITE="Lax",
        SEND_FILE_MAX_AGE_DEFAULT=timedelta(days=365),
        TRUSTED_HOSTS=list(settings.trusted_hosts) or None,
        IS_HTTPS=settings.is_https,
        BASE_URL=settings.base_url,
        TESTING=settings.env == "test",
        SETTINGS=settings,
        COUNTY_NAME=lambda: settings.county_name or county_name(),
        UNIT_NAME=unit_name,
    )
    app.json.ensure_ascii = False  # type: ignore[attr-defined]


def crypto_key(settings: Settings) -> str:
    """Flask's own key, for the cookie that carries short notes from page to page; derived, never the secret itself."""
    return crypto.digest(f"flask|{settings.secret_key}")


def _engine_options(settings: Settings) -> dict[str, Any]:
    private = {"hide_parameters": True}  # the values of a statement that fails are personal: not for the log
    if settings.is_sqlite:
        Path(settings.database_url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
        return {"connect_args": {"check_same_thread": False}, **private}
    limits = (
        "-c lock_timeout=3000 -c statement_timeout=60000 -c idle_in_transaction_session_timeout=30000 -c timezone=UTC"
    )
    return {"pool_size": 10, "max_overflow": 20, "connect_args": {"options": limits}, **private}


def _wire(app: Flask, modules: list[Module], settings: Settings) -> None:
    groups = [group for module in modules for group in module.permissions]
    sessions.configure(hours=settings.session_hours, idle_minutes=settings.idle_minutes, groups=groups)
    app.extensions["permissions"] = {p.code: p for group in groups for p in group.levels}
    app.extensions["permission_groups"] = groups
    app.extensions["jobs"] = [job for module in modules for job in module.jobs]
    app.extensions["modules"] = modules
    app.extensions["importers"] = [importer for module in modules for importer in module.importers]
    app.extensions["readiness"] = {
        "database": _database_writes,
        "storage": files.is_writable,
        "scheduler": scheduler_keeps_up,
        "clock": clock_is_sane,
    }
    app.extensions["clock_offset"] = read_offset

    heard: dict[type[events.Event], list[events.Handler]] = {}
    answers: dict[str, list[Callable[..., Any]]] = {}
    for module in modules:
        for kind, handler in module.subscriptions.items():
            heard.setdefault(kind, []).append(handler)
        for port, provider in module.providers.items():
            answers.setdefault(port, []).append(provider)
    events.wire(heard)
    jobs.wire({kind: work for module in modules for kind, work in module.work.items()})
    ports.wire(answers)
    slots.wire([slot for module in modules for slot in module.slots])
    navigation.wire([item for module in modules for item in module.menu])

    access.init_app(app, identify)
    assets.init_app(app)
    carried.init_app(app)
    headers.init_app(app)
    csrf.init_app(app)
    errors.init_app(app)
    display.init_app(app)
    app.register_blueprint(health.bp)
    app.register_blueprint(web_json.bp)
    for module in modules:
        for make in module.blueprints:
            blueprint = make()
            app.register_blueprint(blueprint)
            if blueprint.static_folder:
                access.declare(app, f"{blueprint.name}.static", access.Access("public", identify=False))
                assets.pack(app, f"{blueprint.name}.static")
    _in_front(app, modules, settings)


def _in_front(app: Flask, modules: list[Module], settings: Settings) -> None:
    """What sees a request before Flask does: the log first, then the proxy's headers, then short lanes."""
    for module in modules:
        for lane in module.lanes:
            lane(app)
    if settings.is_https:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]
    logs.init_app(app)


def _babel(app: Flask, modules: list[Module], settings: Settings) -> None:
    app.config["BABEL_DEFAULT_LOCALE"] = settings.default_locale
    app.config["BABEL_DEFAULT_TIMEZONE"] = settings.timezone
    here = Path(__file__).parent
    places = [here / "web", here / "core", *(here / module.name.replace(".", "/") for module in modules)]
    # An empty place would bring English plurals with it.
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = ";".join(
        str(p / "translations") for p in places if any(p.glob("translations/*/*/messages.mo"))
    )

    def locale() -> str:
        if not has_request_context():  # the command line, jobs
            return settings.default_locale
        identity = g.get("identity")
        chosen = (identity.locale if identity else "") or request.cookies.get("locale", "")
        return chosen if chosen in ("zh_CN", "en") else settings.default_locale

    Babel(app, locale_selector=locale)


def _database_writes() -> bool:
    """A write that leaves nothing behind."""
    with db.engine.begin() as connection:
        connection.execute(text("CREATE TEMPORARY TABLE IF NOT EXISTS readiness (at integer)"))
        connection.execute(text("DELETE FROM readiness"))
    return True
