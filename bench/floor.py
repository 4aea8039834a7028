"""The bare floor: Flask, gunicorn and one INSERT, with the house's server settings and the same database.

No sign-in, no rules, no audit trail, no ORM: what any Flask application has to pay before it does anything.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from datetime import UTC, datetime
from typing import Any

import psycopg
from flask import Flask, jsonify, request
from flask.typing import ResponseReturnValue

TABLE = (
    "CREATE TABLE IF NOT EXISTS bench_floor"
    " (id {key}, lesson_id integer NOT NULL, nonce varchar(64) NOT NULL, at varchar(40) NOT NULL,"
    " UNIQUE (lesson_id, nonce))"
)
_local = threading.local()


def create_app() -> Flask:
    """One route, one INSERT, one durable commit."""
    url = os.environ["TRAINING_APP_DATABASE_URL"]
    app = Flask("floor")
    _connection(url).execute(
        TABLE.format(key="integer PRIMARY KEY" if url.startswith("sqlite") else "serial PRIMARY KEY")
    )

    @app.get("/floor")
    def answer() -> ResponseReturnValue:
        return "", 304

    @app.post("/floor")
    def insert() -> ResponseReturnValue:
        body = request.get_json()
        mark = "?" if url.startswith("sqlite") else "%s"
        _connection(url).execute(
            f"INSERT INTO bench_floor (lesson_id, nonce, at) VALUES ({mark}, {mark}, {mark})",
            (body["lesson_id"], body["nonce"], datetime.now(UTC).isoformat()),
        )
        return jsonify(outcome="accepted"), 201

    return app


def _connection(url: str) -> Any:
    """One connection per thread, each statement its own transaction."""
    if not hasattr(_local, "connection"):
        _local.connection = _sqlite(url) if url.startswith("sqlite") else _postgresql(url)
    return _local.connection


def _sqlite(url: str) -> sqlite3.Connection:
    connection = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
    for pragma in ("busy_timeout=60000", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def _postgresql(url: str) -> psycopg.Connection:
    return psycopg.connect(url.replace("+psycopg", "", 1), autocommit=True)


app = create_app() if "TRAINING_APP_DATABASE_URL" in os.environ else None
