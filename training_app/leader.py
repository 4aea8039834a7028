"""One leader among all processes runs the timers (APScheduler); whoever holds the lock leads.

SQLite means one machine, so a locked file decides; on PostgreSQL an advisory lock on a connection of its own.
"""

from __future__ import annotations

import fcntl
import logging
import os
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import structlog
from apscheduler.events import EVENT_JOB_MAX_INSTANCES, EVENT_JOB_MISSED, JobEvent
from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask
from sqlalchemy import create_engine, text
from sqlalchemy.engine import Connection

from training_app.core import jobs
from training_app.core.actor import acting_as, system
from training_app.core.module import Job
from training_app.settings import Settings

log = structlog.get_logger()
_LOCK_ID = 5_417_023
_RETRY_SECONDS = 1.0


class FileLock:
    """A lock on a file beside the database; released by the kernel when the process dies."""

    def __init__(self, path: Path) -> None:
        """Name the file."""
        self._path = path
        self._handle: int | None = None

    def acquire(self) -> bool:
        """Try once."""
        if self._handle is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._handle = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True

    def is_held(self) -> bool:
        """Whether it is still ours; the kernel never takes a file lock away."""
        return True


class AdvisoryLock:
    """A PostgreSQL advisory lock on an own connection; lost when that connection is."""

    def __init__(self, url: str) -> None:
        """Prepare an engine of one connection."""
        self._engine = create_engine(url, isolation_level="AUTOCOMMIT", pool_size=1, max_overflow=0)
        self._connection: Connection | None = None

    def acquire(self) -> bool:
        """Try once."""
        try:
            if self._connection is None:
                self._connection = self._engine.connect()
            return bool(self._connection.scalar(text("SELECT pg_try_advisory_lock(:id)"), {"id": _LOCK_ID}))
        except Exception:  # noqa: BLE001 - the database is away; try again later
            self._drop()
            return False

    def is_held(self) -> bool:
        """Whether the connection that holds it lives."""
        try:
            return self._connection is not None and self._connection.scalar(text("SELECT 1")) == 1
        except Exception:  # noqa: BLE001 - a lost connection is a lost lock
            self._drop()
            return False

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.invalidate()
            self._connection.close()
        self._connection = None


class _Behind:
    """Says once in a while, and with how often, that a timer does not come in time."""

    EVERY_SECONDS = 300.0

    def __init__(self) -> None:
        """Nothing is behind yet."""
        self._said: dict[str, float] = {}
        self._times: Counter[str] = Counter()

    def __call__(self, event: JobEvent) -> None:
        """Count one run that was left out."""
        name, now = str(event.job_id), time.monotonic()
        self._times[name] += 1
        if now - self._said.get(name, -self.EVERY_SECONDS) >= self.EVERY_SECONDS:
            log.info("timer behind", job=name, times=self._times.pop(name))
            self._said[name] = now


class Leader:
    """Tries to lead; while leading, runs the jobs."""

    def __init__(self, app: Flask) -> None:
        """Take the application whose jobs are to run."""
        settings: Settings = app.config["SETTINGS"]
        self._app = app
        self._lock: FileLock | AdvisoryLock = (
            FileLock(Path(settings.database_url.removeprefix("sqlite:///")).with_suffix(".leader"))
            if settings.is_sqlite
            else AdvisoryLock(settings.database_url)
        )
        self._stop = threading.Event()
        self._scheduler: BackgroundScheduler | None = None
        self._worker: subprocess.Popen[bytes] | None = None

    def start(self) -> threading.Thread:
        """Try to lead from a thread of its own, so that a server process can carry on."""
        thread = threading.Thread(target=self.run, name="leader", daemon=True)
        thread.start()
        return thread

    def stop(self) -> None:
        """Step down."""
        self._stop.set()

    def run(self) -> None:
        """Try, lead, step down when the lock is lost, try again; until stopped."""
        while not self._stop.is_set():
            if self._scheduler is None and self._lock.acquire():
                self._lead()
            elif self._scheduler is not None and not self._lock.is_held():
                self._step_down()
            self._stop.wait(_RETRY_SECONDS)
        self._step_down()

    def _lead(self) -> None:
        log.info("leading", pid=os.getpid())
        scheduler = BackgroundScheduler(
            timezone=self._app.config["SETTINGS"].timezone,
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": 60},
        )
        for job in self._app.extensions["jobs"]:
            trigger: dict[str, Any] = (
                {"trigger": "interval", "seconds": job.seconds}
                if job.seconds
                else {"trigger": "cron", **(job.cron or {})}
            )
            scheduler.add_job(self._runner(job), id=job.name, **trigger)
        scheduler.add_job(self._runner(Job("long work", self._start_worker)), "interval", id="long work", seconds=1)
        # A timer whose last run still goes on, or that comes late, is no news: each runs again at its next time. What
        # the scheduler says of it would fill the log of a busy machine; see _Behind.
        for name in ("apscheduler.scheduler", "apscheduler.executors.default"):
            logging.getLogger(name).setLevel(logging.ERROR)
        scheduler.add_listener(_Behind(), EVENT_JOB_MAX_INSTANCES | EVENT_JOB_MISSED)
        scheduler.start()
        self._scheduler = scheduler

    def _start_worker(self) -> None:
        """Start a process for long work when some waits; it ends by itself when there is nothing left to do.

        A process of its own: parsing and checking a large file must not slow down or endanger those that serve pages.
        """
        if (self._worker is not None and self._worker.poll() is None) or not jobs.is_waiting():
            return
        code = "from training_app.cli import main; main()"
        self._worker = subprocess.Popen([sys.executable, "-c", code, "worker", "--until-idle"])  # noqa: S603 - ourselves

    def _step_down(self) -> None:
        if self._scheduler is not None:
            self._scheduler.shutdown(wait=False)
            self._scheduler = None

    def _runner(self, job: Job) -> Callable[[], None]:
        def run() -> None:
            try:
                with self._app.app_context(), acting_as(system("scheduler")):
                    job.run()
            except Exception:
                # A failing job must not stop the others; it runs again at its next time.
                log.exception("job failed", job=job.name)

        return run
