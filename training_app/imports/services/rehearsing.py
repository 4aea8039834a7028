"""After a repair: what the import would do, worked out at once; of large files by a job that the page waits for."""

from __future__ import annotations

from sqlalchemy import func, select

from training_app.core import jobs
from training_app.core.actor import current_actor
from training_app.core.db import db, unit_of_work
from training_app.core.errors import DomainError
from training_app.core.jobs import Run
from training_app.imports.models import ImportBatch, Upload
from training_app.imports.services.uploads import as_asked, recheck

REHEARSE = "imports.rehearse"
AT_ONCE_ROWS = 1_500  # more rows are only judged at once, and rehearsed in the background
_UNDER_WAY = ("queued", "running")


def after_repair(upload_id: int) -> None:
    """Judge an upload again, and find out what storing it would do now.

    Raises:
        Conflict: it was imported or discarded meanwhile, or somebody else is importing just now.

    """
    rows = db.session.scalar(select(func.sum(ImportBatch.rows_read)).where(ImportBatch.upload_id == upload_id)) or 0
    if rows <= AT_ONCE_ROWS:
        recheck(upload_id)
        return
    stop_rehearsal(upload_id)
    recheck(upload_id, quick=True)
    with unit_of_work():
        upload = db.session.get(Upload, upload_id, populate_existing=True)
        if upload is not None and upload.state == "checked":
            upload.job_id = jobs.enqueue(REHEARSE, upload.id, current_actor().account_id)


def stop_rehearsal(upload_id: int) -> None:
    """Stop a rehearsal under way: it would hold up whoever wants to put the next thing right, and be stale."""
    upload = db.session.get(Upload, upload_id, populate_existing=True)
    if upload is not None and upload.job_id is not None and is_rehearsed(upload_id):
        jobs.request_cancel(upload.job_id)


def is_rehearsed(upload_id: int) -> bool:
    """Whether what storing this upload would do is being worked out."""
    upload = db.session.get(Upload, upload_id, populate_existing=True)
    if upload is None or upload.state != "checked" or upload.job_id is None:
        return False
    progress = jobs.progress_of(upload.job_id)
    return progress is not None and progress.state in _UNDER_WAY and not progress.cancel


def run_rehearse(run: Run) -> None:
    """Job: rehearse a checked upload; whoever imports it, discards it or repairs on meanwhile comes first."""
    upload = db.session.get(Upload, run.subject_id, populate_existing=True)
    if upload is None or upload.state != "checked" or upload.job_id != run.id:
        return
    with as_asked(run):
        try:
            recheck(upload.id, run=run)
        except DomainError:  # it was imported or put aside meanwhile: there is nothing to rehearse any more
            return


def rehearsal_ended(_upload_id: int, _state: str, _error: str) -> None:
    """Nothing hangs on it: the page offers to work it out anew."""
