"""Long work: one row per run, claimed by exactly one worker, with progress that others can see while it goes on.

Two halves. ``core_job`` says what is to be done and how it ended; it is part of the database proper. What changes every
second (progress, heartbeat, the wish to stop) is ``core_job_progress``, written by connections of its own: on SQLite
that table stands in a file beside the database, because a long transaction holds the database's only write lock and
nobody could say "stop" or see how far it has come. See docs/decisions/0012-jobs.md.
"""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Engine, String, create_engine, select, update
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.pool import NullPool

from training_app.core import clock
from training_app.core.db import Base, command, db, table_of, unit_of_work

log = structlog.get_logger()
STALE_AFTER = timedelta(seconds=20)  # without a heartbeat for so long a worker counts as dead
MOST_ATTEMPTS = 3
_BEAT_SECONDS = 1.0


class JobRow(Base):
    """One run of long work. ``state``: queued, running, done, failed, cancelled."""

    __tablename__ = "core_job"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int]
    account_id: Mapped[int | None]  # no foreign key: accounts lie above; None is the system
    state: Mapped[str] = mapped_column(String(10), index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    worker: Mapped[str] = mapped_column(String(120), default="")
    error: Mapped[str] = mapped_column(String(500), default="")
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class JobProgress(Base):
    """What changes while a job runs; on SQLite the table of this name in the file beside the database counts."""

    __tablename__ = "core_job_progress"

    job_id: Mapped[int] = mapped_column(primary_key=True)
    heartbeat_at: Mapped[datetime]
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    doing: Mapped[str] = mapped_column(String(60), default="")
    cancel: Mapped[bool] = mapped_column(default=False)


class Cancelled(Exception):
    """Somebody asked for the work to stop; what it did is rolled back."""


@dataclass(frozen=True)
class Progress:
    """How a job stands, for a page."""

    state: str
    doing: str
    done: int
    total: int
    cancel: bool
    error: str


@dataclass
class Run:
    """A claimed job, as its work sees it: who asked, and how to tell how far it has come."""

    id: int
    kind: str
    subject_id: int
    account_id: int | None
    doing: str = ""
    done: int = 0
    total: int = 0
    cancel: threading.Event = field(default_factory=threading.Event)
    beat: Callable[[], None] | None = None  # writes the progress and hears of a wish to stop

    def tell(self, doing: str, done: int = 0, total: int = 0) -> None:
        """Say what is being done, and stop here when that was asked for.

        Raises:
            Cancelled: somebody asked for it.
        """
        fresh = doing != self.doing
        self.doing, self.done, self.total = doing, done, total
        if fresh and self.beat is not None:
            self.beat()
        if self.cancel.is_set():
            raise Cancelled


@dataclass(frozen=True)
class Work:
    """What a feature does for a kind of job; ``ended`` hears of jobs that were cancelled or failed for good."""

    run: Callable[[Run], None]
    ended: Callable[[int, str, str], None]  # subject, state, error


_works: dict[str, Work] = {}
_boards: dict[str, Engine] = {}


def wire(works: Mapping[str, Work]) -> None:
    """Set who does what; called once by the factory."""
    _works.clear()
    _works.update(works)


@command
def enqueue(kind: str, subject_id: int, account_id: int | None) -> int:
    """Ask for work to be done; a worker takes it up after this transaction."""
    job = JobRow(kind=kind, subject_id=subject_id, account_id=account_id, state="queued", made_at=clock.now())
    db.session.add(job)
    db.session.flush()
    return job.id


def progress_of(job_id: int) -> Progress | None:
    """How a job stands; None when there is none of this id."""
    job = db.session.get(JobRow, job_id, populate_existing=True)
    if job is None:
        return None
    seen = _seen(job_id)
    doing, done, total, cancel = (seen[1], seen[2], seen[3], seen[4]) if seen else ("", 0, 0, False)
    return Progress(job.state, doing, done, total, cancel, job.error)


def request_cancel(job_id: int) -> str:
    """Ask a job to stop. One that nobody has begun is cancelled at once; gives its state afterwards."""
    _put(job_id, cancel=True)
    claimed = db.session.get(JobRow, job_id, populate_existing=True)
    if claimed is None or claimed.state != "queued":
        return claimed.state if claimed else ""
    with unit_of_work():
        stopped = db.session.execute(
            update(JobRow)
            .where(JobRow.id == job_id, JobRow.state == "queued")
            .values(state="cancelled", ended_at=clock.now())
        )
        if getattr(stopped, "rowcount", 0):
            _works[claimed.kind].ended(claimed.subject_id, "cancelled", "")
            return "cancelled"
    return "running"


def is_waiting() -> bool:
    """Whether there is work that nobody does: queued, or left behind by a dead worker."""
    open_jobs = db.session.execute(
        select(JobRow.id, JobRow.state, JobRow.worker).where(JobRow.state.in_(("queued", "running")))
    ).all()
    return any(state == "queued" or _is_dead(job_id, worker) for job_id, state, worker in open_jobs)


def claim() -> Run | None:
    """Take one job that nobody does; no two workers ever get the same one."""
    me = f"{socket.gethostname()}:{os.getpid()}:{threading.get_ident()}"
    with unit_of_work():
        waiting = select(JobRow).where(JobRow.state == "queued").order_by(JobRow.id).limit(1)
        job = db.session.scalar(waiting.with_for_update(skip_locked=True).execution_options(populate_existing=True))
        if job is None:
            running = select(JobRow).where(JobRow.state == "running").order_by(JobRow.id)
            left = db.session.scalars(
                running.with_for_update(skip_locked=True).execution_options(populate_existing=True)
            )
            job = next((each for each in left if _is_dead(each.id, each.worker)), None)
        if job is None:
            return None
        seen = _seen(job.id)
        if job.attempts >= MOST_ATTEMPTS or (job.attempts and seen and seen[4]):
            job.state, job.ended_at = ("cancelled" if seen and seen[4] else "failed"), clock.now()
            _works[job.kind].ended(job.subject_id, job.state, "")
            return None
        job.state, job.worker, job.attempts = "running", me, job.attempts + 1
        _put(job.id)
        return Run(job.id, job.kind, job.subject_id, job.account_id)


def run_next() -> bool:
    """Do one job, if one waits."""
    run = claim()
    if run is None:
        return False
    with _beating(run):
        try:
            _works[run.kind].run(run)
        except Cancelled:
            _end(run, "cancelled")
        except Exception as error:
            log.exception("job failed", job=run.id, kind=run.kind)
            _end(run, "failed", str(error))
        else:
            _end(run, "done")
    return True


@command
def _end(run: Run, state: str, error: str = "") -> None:
    db.session.execute(
        update(JobRow).where(JobRow.id == run.id).values(state=state, error=error[:500], ended_at=clock.now())
    )
    if state != "done":
        _works[run.kind].ended(run.subject_id, state, error)


@contextmanager
def _beating(run: Run) -> Iterator[None]:
    """While the work goes on: tell the progress, hear whether it is to stop."""
    engine, over = _board(), threading.Event()

    def beat() -> None:
        try:
            _put(run.id, engine=engine, done=run.done, total=run.total, doing=run.doing)
            seen = _seen(run.id, engine)
            if seen and seen[4]:
                run.cancel.set()
        except Exception:  # noqa: BLE001 - one beat missed; the next one may reach it
            log.warning("no heartbeat", job=run.id)

    def keep_beating() -> None:
        while not over.wait(_BEAT_SECONDS):
            beat()

    run.beat = beat
    thread = threading.Thread(target=keep_beating, name=f"job-{run.id}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(timeout=5)


def _is_dead(job_id: int, worker: str) -> bool:
    host, pid, _ = [*worker.split(":"), "", ""][:3]
    if host == socket.gethostname() and pid.isdigit() and not _lives(int(pid)):
        return True
    seen = _seen(job_id)
    return seen is None or seen[0] < clock.now() - STALE_AFTER


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


_progress = table_of(JobProgress)


def _board() -> Engine:
    """Where progress is written: the database, or the file beside it."""
    if db.engine.dialect.name != "sqlite":
        return db.engine
    path = f"{db.engine.url.database}-jobs"
    engine = _boards.get(path)
    if engine is None:
        engine = create_engine(f"sqlite:///{path}", poolclass=NullPool, hide_parameters=True)
        _progress.create(engine, checkfirst=True)
        _boards[path] = engine
    return engine


def _seen(job_id: int, engine: Engine | None = None) -> tuple[datetime, str, int, int, bool] | None:
    columns = _progress.c
    asked = select(columns.heartbeat_at, columns.doing, columns.done, columns.total, columns.cancel)
    with (engine or _board()).connect() as connection:
        found = connection.execute(asked.where(columns.job_id == job_id)).first()
    return tuple(found) if found else None


def _put(job_id: int, *, engine: Engine | None = None, **values: object) -> None:
    given = {"heartbeat_at": clock.now(), **values}
    with (engine or _board()).begin() as connection:
        changed = connection.execute(update(_progress).where(_progress.c.job_id == job_id).values(given))
        if not changed.rowcount:
            fresh = {"done": 0, "total": 0, "doing": "", "cancel": False}
            connection.execute(_progress.insert().values(job_id=job_id, **{**fresh, **given}))
