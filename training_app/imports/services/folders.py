"""A whole folder of files at once: each recognised, all rehearsed together in their order, then stored one by one.

The order matters: a class sheet names people whom the register of cadres brings. So the rehearsal of all files is one
transaction that is rolled back; storing is one transaction per file, each an import of its own that can be undone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from flask_babel import gettext
from sqlalchemy import func, select

from training_app.core import clock, files, jobs
from training_app.core.actor import current_actor
from training_app.core.db import as_stored, be_patient, command, db, locked, unit_of_work
from training_app.core.errors import Conflict, DomainError, InvalidInput
from training_app.core.events import publish
from training_app.core.jobs import Run
from training_app.core.spreadsheets.guards import MAX_BYTES
from training_app.core.spreadsheets.importers import Stored
from training_app.core.text import N_
from training_app.imports.events import FolderImported, FolderReceived, FolderStopped
from training_app.imports.models import Folder, ImportBatch, Upload
from training_app.imports.registry import Recognised, order_of
from training_app.imports.services.files import OTHER_FILES, TABLES, File, carry_out, one_of_many, recognise_file
from training_app.imports.services.keeping import keep, new_upload
from training_app.imports.services.reports import Entry, translated
from training_app.imports.services.uploads import as_asked, discard_upload, fail, store_upload, wishes_of

CHECK, STORE = "imports.folder_check", "imports.folder_store"
MOST_FILES = 500
WAITING = ("queued", "checking", "storing")


@dataclass(frozen=True)
class _Found:
    """A file that was read, and where its kind stands in the order."""

    order: int
    upload_id: int
    file: File
    recognised: list[Recognised]


def is_noise(path: str) -> bool:
    """Whether a file of a folder is nobody's: hidden, or what Office leaves beside an open file."""
    parts = PurePosixPath(path).parts
    return not parts or any(part.startswith((".", "~$", "__MACOSX")) for part in parts) or parts[-1] in _NOISE


_NOISE = frozenset({"Thumbs.db", "desktop.ini"})


@command
def receive_folder(name: str, given: Sequence[File]) -> int:
    """Take in many files; a job reads and rehearses them. Gives the folder's id.

    What no importer reads (a picture, a PDF) stays in the list as not taken in: nothing is dropped without a word.

    Raises:
        InvalidInput: there is no file, or there are too many.

    """
    wanted = [file for file in given if not is_noise(file.name)]
    if not wanted:
        raise InvalidInput(fields={"files": N_("Please choose a folder or files.")})
    if len(wanted) > MOST_FILES:
        raise InvalidInput(fields={"files": N_("More than 500 files: please bring them in in parts.")})
    actor = current_actor()
    now = clock.now()
    folder = Folder(name=name[:200], account_id=actor.account_id, state="queued", at=now, updated_at=now)
    db.session.add(folder)
    db.session.flush()
    for place, file in enumerate(wanted, start=1):
        error = _unfit(file)
        digest = "" if error else files.store(file.data).sha256
        upload = new_upload(file.name, digest, state="failed" if error else "queued")
        upload.folder_id, upload.position, upload.error = folder.id, place, error
    publish(FolderReceived(folder_id=folder.id, folder=folder.name, files=len(wanted)))
    folder.job_id = jobs.enqueue(CHECK, folder.id, actor.account_id)
    return folder.id


def _unfit(file: File) -> str:
    if not file.name.lower().endswith((*TABLES, *OTHER_FILES)):
        return str(gettext("Not a kind of file that can be brought in."))
    if not file.data:
        return str(gettext("The file is empty."))
    return str(gettext("The file is larger than 30 MB.")) if len(file.data) > MAX_BYTES else ""


def run_check(run: Run) -> None:
    """Job: read all files, put them in order, rehearse them together, keep what was found."""
    if not _enter(run.subject_id, ("queued", "checking"), "checking"):
        return
    with as_asked(run):
        found = sorted(_read(run), key=lambda each: (each.order, each.file.name))
        entries = _rehearse(run, found)
        run.tell("writing")
        with unit_of_work():
            folder = locked(Folder, run.subject_id)
            for place, each in enumerate(found, start=1):
                upload = db.session.get_one(Upload, each.upload_id)
                for entry in entries[each.upload_id]:
                    keep(entry, upload, state="checked", changes=Stored())
                upload.state, upload.position, upload.updated_at = "checked", place, clock.now()
            folder.state, folder.updated_at = "ready", clock.now()


def _read(run: Run) -> Iterator[_Found]:
    uploads = _uploads(run.subject_id, "queued")
    for count, upload in enumerate(uploads):
        run.tell("reading_files", count, len(uploads))
        file = File(upload.file_name, files.read(upload.file_sha256))
        try:
            recognised = recognise_file(file, "auto", wishes_of(upload))
        except DomainError as error:
            fail(upload.id, translated(error))
            continue
        yield _Found(min(order_of(each.kind) for each in recognised), upload.id, file, recognised)


def _rehearse(run: Run, found: Sequence[_Found]) -> dict[int, list[Entry]]:
    """What each file would do after those before it; everything is rolled back."""
    wishes = {each.upload_id: wishes_of(db.session.get_one(Upload, each.upload_id)) for each in found}
    entries: dict[int, list[Entry]] = {}

    def work() -> list[Entry]:
        be_patient()
        for count, each in enumerate(found):
            run.tell("rehearsing_files", count, len(found))
            wish = wishes[each.upload_id]
            entries[each.upload_id] = one_of_many(each.file, each.recognised, dry_run=True, wishes=wish)
        return []

    carry_out(work, dry_run=True)
    return entries


@command
def ask_to_store_folder(folder_id: int) -> None:
    """Have everything stored that can be taken in, file by file in their order.

    Raises:
        Conflict: it is under way, or put aside meanwhile.

    """
    folder = locked(Folder, folder_id)
    if folder.state != "ready":
        raise Conflict(N_("This folder is being worked on, or was put aside meanwhile."))
    folder.state, folder.error, folder.updated_at = "storing", "", clock.now()
    folder.job_id = jobs.enqueue(STORE, folder.id, current_actor().account_id)


def run_store(run: Run) -> None:
    """Job: store the files one after the other, each in its own transaction; taken up again it goes on where it was."""
    folder = as_stored(Folder, run.subject_id)
    if folder.state != "storing":
        return
    with as_asked(run):
        waiting = [upload.id for upload in _uploads(folder.id, "checked") if _accepted(upload.id)]
        stored = 0
        for count, upload_id in enumerate(waiting):
            run.tell("storing_files", count, len(waiting))
            try:
                store_upload(upload_id, patient=True)
            except DomainError as error:
                _note(upload_id, translated(error))
            else:
                stored += 1
        with unit_of_work():
            folder = locked(Folder, folder.id)
            folder.state, folder.updated_at = "ready", clock.now()
            left = len(_uploads(folder.id, "checked"))
            publish(FolderImported(folder_id=folder.id, folder=folder.name, files=stored, left=left))


def job_ended(folder_id: int, state: str, _error: str) -> None:
    """A job stopped before its end: of a check nothing stays; of storing, what is stored stays, file by file."""
    folder = db.session.get(Folder, folder_id, populate_existing=True)
    if folder is None or folder.state not in WAITING:
        return
    stopped = state == "cancelled"
    if folder.state == "storing":
        folder.state = "ready"
        folder.error = (
            gettext("Stopped. The files imported so far stay imported; the others wait.")
            if stopped
            else gettext("Importing stopped because of a fault. The files imported so far stay imported.")
        )
    else:
        folder.state = state
        folder.error = "" if stopped else gettext("Reading stopped because of a fault.")
        for upload in _uploads(folder_id, "queued"):
            upload.state = state
    folder.updated_at = clock.now()
    db.session.flush()
    publish(FolderStopped(folder_id=folder.id, folder=folder.name, outcome=state))


def cancel_folder(folder_id: int) -> None:
    """Stop what is going on with a folder."""
    folder = as_stored(Folder, folder_id)
    if folder.state in WAITING and folder.job_id is not None:
        jobs.request_cancel(folder.job_id)


@command
def discard_folder(folder_id: int) -> None:
    """Put aside whatever of a folder is not imported.

    Raises:
        Conflict: it is being worked on.

    """
    folder = locked(Folder, folder_id)
    if folder.state not in ("ready", "failed", "cancelled"):
        raise Conflict(N_("This folder is being worked on, or was put aside meanwhile."))
    for upload in _uploads(folder.id, "checked", "failed", "cancelled"):
        discard_upload(upload.id)
    folder.state, folder.updated_at = "discarded", clock.now()


def _accepted(upload_id: int) -> int:
    chosen = select(func.coalesce(func.sum(ImportBatch.accepted), 0)).where(ImportBatch.upload_id == upload_id)
    return db.session.scalar(chosen) or 0


def _uploads(folder_id: int, *states: str) -> list[Upload]:
    chosen = select(Upload).where(Upload.folder_id == folder_id, Upload.state.in_(states))
    return list(db.session.scalars(chosen.order_by(Upload.position, Upload.id)))


@command
def _note(upload_id: int, error: str) -> None:
    upload = db.session.get_one(Upload, upload_id)
    upload.error, upload.updated_at = error[:500], clock.now()


@command
def _enter(folder_id: int, from_states: Sequence[str], state: str) -> bool:
    folder = locked(Folder, folder_id)
    if folder.state not in from_states:
        return False
    folder.state = state
    return True
