"""Two people import at once: one waits, both files are in, nobody is stored twice; nobody sees another's uploads."""

from __future__ import annotations

import threading

from sqlalchemy import func, select

from tests.imports.test_background import citizen_number
from tests.imports.test_services import UNITS, sheet
from training_app.cadres.models import Cadre
from training_app.core.actor import acting_as, system
from training_app.core.db import db
from training_app.imports.models import Upload
from training_app.imports.services import uploads
from training_app.imports.services.files import import_file

HEAD = ["姓名", "身份证号码", "工作单位及职务"]


def test_two_people_who_store_at_once_both_get_their_rows_in(app):
    import_file(sheet("单位.xlsx", *UNITS))
    shared = ["李明", citizen_number(1), "县财政局科员"]
    ids = []
    for number in (2, 3):
        file = sheet(
            f"名册{number}.xlsx", HEAD, shared, ["王芳", citizen_number(number), "县财政局科员"], title="干部名册"
        )
        ids.append(uploads.receive(file))
    db.session.rollback()
    start, failed = threading.Barrier(2), []

    def store(upload_id: int) -> None:
        with app.app_context(), acting_as(system("test")):
            start.wait(20)
            try:
                uploads.ask_to_store(upload_id)
            except Exception as error:  # noqa: BLE001 - the test looks at it
                failed.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=store, args=(each,)) for each in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert failed == []
    db.session.rollback()
    assert {upload.state for upload in db.session.scalars(select(Upload).where(Upload.id.in_(ids)))} == {"stored"}
    assert db.session.scalar(select(func.count()).select_from(Cadre)) == 3


def test_a_class_teacher_does_not_see_the_uploads_of_others(sqlite_app, sign_in):
    with acting_as(system("test")):
        import_file(sheet("单位.xlsx", *UNITS))
        upload_id = uploads.receive(
            sheet("名册.xlsx", HEAD, ["李明", citizen_number(1), "县财政局科员"], title="干部名册")
        )
        import_id = uploads._batches(upload_id)[0].id
        db.session.rollback()
    teacher, officer = sign_in(sqlite_app, "class_teacher"), sign_in(sqlite_app, "planner")

    for path in (
        f"/imports/uploads/{upload_id}/progress",
        f"/imports/{import_id}/columns",
        f"/imports/{import_id}/corrected",
    ):
        assert teacher.get(path).status_code == 404, path
        assert officer.get(path).status_code == 200, path
    for path in (
        f"/imports/{import_id}/repair",
        f"/imports/{import_id}/rehearse",
        f"/imports/uploads/{upload_id}/cancel",
    ):
        assert teacher.post(path, data={"act": "undo"}).status_code == 404, path
