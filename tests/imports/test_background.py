"""Large files: read and stored by a worker of their own; killed or stopped at any point they leave nothing behind."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import func, select

from tests.imports.test_services import UNITS, sheet
from training_app.accounts.services import people
from training_app.cadres.models import Cadre
from training_app.core import jobs
from training_app.core.actor import acting_as
from training_app.core.db import db
from training_app.imports.models import ImportBatch, ImportChange, Upload
from training_app.imports.services import uploads
from training_app.imports.services.files import File, import_file

pytestmark = pytest.mark.slow(seconds=12)  # one of the longest files: where work is shared, it begins early

ROWS = 2_000
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def citizen_number(number: int) -> str:
    head = f"532527{1960 + number // 1000}{1 + number % 12:02}{1 + number % 28:02}{number % 1000:03}"
    return head + "10X98765432"[sum(int(c) * w for c, w in zip(head, _WEIGHTS, strict=True)) % 11]


@pytest.fixture(scope="module")
def register() -> File:
    """A register of cadres too large to be checked while somebody waits."""
    book = openpyxl.Workbook(write_only=True)
    page = book.create_sheet("干部名册")
    page.append(["姓名", "身份证号码", "工作单位及职务", "毕业院校及专业", "备注"])
    for number in range(ROWS):
        name = "".join(chr(0x4E00 + (number * 7 + at * 131) % 5000) for at in range(3))
        page.append(
            [name, citizen_number(number), "县财政局科员", f"学校{number}专业{number * 3}", f"备注{number * 7919}"]
        )
    out = io.BytesIO()
    book.save(out)
    return File("干部名册.xlsx", out.getvalue())


@pytest.fixture
def officer(app, monkeypatch):
    monkeypatch.setattr(uploads, "AT_ONCE_BYTES", 20_000)
    monkeypatch.setattr(uploads, "AT_ONCE_ROWS", 100)
    import_file(sheet("单位.xlsx", *UNITS))
    account_id = people.create_account(
        username="officer", display_name="officer", roles=["org_dept"], unit_id=None, password="a long test passphrase"
    )
    with acting_as(uploads.act_as_account(account_id)) as actor:
        yield actor


@pytest.fixture
def worker(app):
    """``worker()``: a worker process on this test's database, killed at the end."""
    settings = app.config["SETTINGS"]
    started: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        env = {
            **os.environ,
            "TRAINING_APP_ENV": "test",
            "TRAINING_APP_INSTANCE": str(settings.instance),
            "TRAINING_APP_DATABASE_URL": settings.database_url,
            "TRAINING_APP_SECRET_KEY": settings.secret_key,
            "TRAINING_APP_FIELD_KEY": settings.field_key,
        }
        code = "from training_app.cli import main; main()"
        command = [sys.executable, "-c", code, "worker", "--until-idle"]
        started.append(subprocess.Popen(command, env=env, cwd=Path(__file__).parents[2]))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


def wait_for(job_id: int, *doing: str) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        seen = jobs._seen(job_id)
        if seen and seen[1] in doing:
            return
        time.sleep(0.01)
    raise AssertionError(f"never saw {doing}: {jobs.progress_of(job_id)}")


def wait_for_state(upload_id: int, *states: str) -> str:
    end = time.monotonic() + 120
    while time.monotonic() < end:
        upload = fresh(upload_id)
        if upload.state in states:
            return upload.state
        time.sleep(0.1)
    raise AssertionError(f"it stayed {fresh(upload_id).state}")


def fresh(upload_id: int) -> Upload:
    db.session.rollback()
    found = db.session.get(Upload, upload_id, populate_existing=True)
    assert found is not None
    db.session.expunge(found)  # asked again by itself, it would leave a transaction open while the test waits
    db.session.rollback()
    return found


def count(table) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def job_of(upload_id: int) -> int:
    job_id = fresh(upload_id).job_id
    assert job_id is not None
    return job_id


def test_a_killed_check_and_a_killed_store_leave_nothing_and_are_taken_up_again(officer, worker, register):
    batches, changes = count(ImportBatch), count(ImportChange)
    upload_id = uploads.receive(register)
    assert fresh(upload_id).state == "queued"

    first = worker()
    wait_for(job_of(upload_id), "checking", "storing")
    os.kill(first.pid, signal.SIGKILL)
    first.wait()

    assert fresh(upload_id).state == "checking"
    assert (count(ImportBatch), count(Cadre)) == (batches, 0)

    second = worker()
    assert wait_for_state(upload_id, "checked", "failed") == "checked"
    assert count(Cadre) == 0
    batch = db.session.scalars(select(ImportBatch).where(ImportBatch.upload_id == upload_id)).one()
    assert (batch.rows_read, batch.accepted, batch.created) == (ROWS, ROWS, ROWS)
    second.kill()
    second.wait()

    assert not uploads.ask_to_store(upload_id)
    third = worker()
    wait_for(job_of(upload_id), "storing")
    os.kill(third.pid, signal.SIGKILL)
    third.wait()

    assert fresh(upload_id).state == "storing"
    assert (count(Cadre), count(ImportChange)) == (0, changes)

    worker()
    assert wait_for_state(upload_id, "stored", "checked", "failed") == "stored"
    assert count(Cadre) == ROWS


def test_a_cancelled_check_and_a_cancelled_store_leave_nothing(officer, worker, register):
    upload_id = uploads.receive(register)
    worker()
    wait_for(job_of(upload_id), "checking", "storing")
    uploads.cancel(upload_id)
    assert wait_for_state(upload_id, "cancelled", "checked") == "cancelled"
    assert count(Cadre) == 0

    again = uploads.receive(register)
    assert wait_for_state(again, "checked") == "checked"
    uploads.ask_to_store(again)
    wait_for(job_of(again), "checking", "storing")
    uploads.cancel(again)
    assert wait_for_state(again, "checked", "stored") == "checked"
    assert count(Cadre) == 0
    assert uploads.discard_upload(again) is None
    assert fresh(again).state == "discarded"


def test_a_large_file_that_is_no_table_says_so_on_its_page(officer):
    upload_id = uploads.receive(File("名册.xlsx", b"PK\x03\x04" + b"x" * uploads.AT_ONCE_BYTES))
    jobs.run_next()

    upload = fresh(upload_id)
    assert upload.state == "failed"
    assert upload.error
