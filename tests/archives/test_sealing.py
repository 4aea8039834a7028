"""The checklist, two people, supplements; on both databases."""

import io
import json
import zipfile

import pypdfium2
import pytest

from tests.archives.sealed_class import complete, files_of, seal, two_people
from tests.results.class_with_scores import person, teach
from training_app.archives.printing import document_files
from training_app.archives.queries.checklist import archive_states, checklist
from training_app.archives.queries.content import content_of
from training_app.archives.queries.items import packages_of_class
from training_app.archives.services import items, sealing
from training_app.archives.verify import verify
from training_app.attendance import api as attendance
from training_app.classes import api as classes
from training_app.core import files as stored_files
from training_app.core.actor import acting_as
from training_app.core.errors import Conflict, InvalidInput, Refused
from training_app.core.papers import to_pdf
from training_app.exams import api as exams
from training_app.results import api as results


@pytest.mark.usefixtures("app")
def test_checklist_shows_what_is_missing():
    taught = teach()

    missing = {line.kind for line in checklist(taught.class_id).lines if not line.is_settled}
    assert missing == {
        "attendance",
        "paper",
        "scores",
        "reflections",
        "evaluation",
        "summary",
        "results",
        "certificates",
    }

    taught.attend()
    taught.score()
    results.decide_results(taught.class_id)
    missing = {line.kind for line in checklist(taught.class_id).lines if not line.is_settled}
    assert missing == {"paper", "reflections", "evaluation", "summary", "certificates"}
    assert archive_states([taught.class_id])[taught.class_id].missing == 5


@pytest.mark.usefixtures("app")
def test_incomplete_archive_is_not_sealed():
    taught = teach()
    with acting_as(person("one")), pytest.raises(Refused) as error:
        sealing.propose_seal(taught.class_id)
    assert error.value.code == "incomplete"


@pytest.mark.usefixtures("app")
def test_sealing_takes_two_people_and_archives_the_class():
    taught = complete()
    first, second = two_people()
    with acting_as(first):
        sealing.propose_seal(taught.class_id)
        with pytest.raises(Refused) as error:
            sealing.approve_seal(taught.class_id, base_url="https://x.example")
    assert error.value.code == "two_people"
    assert packages_of_class(taught.class_id) == []

    with acting_as(second):
        package = sealing.approve_seal(taught.class_id, base_url="https://x.example")

    assert (package.sealed_by, package.approved_by) == ("proposer", "approver")
    assert classes.get_class(taught.class_id).state == "archived"
    assert archive_states([taught.class_id])[taught.class_id].state == "sealed"
    assert verify(stored_files.read(package.file_sha256)).problems == []


@pytest.mark.usefixtures("app")
def test_package_holds_every_trainee_and_every_part():
    taught = complete()
    files = files_of(seal(taught, *two_people()))

    roster = json.loads(files["data/roster.json"])
    assert [row["name"] for row in roster] == [e.name for e in classes.list_enrollments(taught.class_id)]
    records = [name for name in files if name.startswith("data/trainees/")]
    assert len(records) == 6
    by_name = {row["name"]: row for row in json.loads(files["data/results.json"])}
    assert by_name["普学珍"]["reason"] == "exam_failed"
    assert by_name["李云"]["reason"] == "hours_missed"
    assert sum(name.endswith(".pdf") for name in files) == 11
    assert files["data/items/paper/1-试卷.pdf"].startswith(b"%PDF")
    waived = {
        line["kind"]: line["items"][0]["text"]
        for line in json.loads(files["data/checklist.json"])
        if line["state"] == "waived"
    }
    assert set(waived) == {"reflections", "evaluation"}


@pytest.mark.usefixtures("app")
def test_refused_proposal_says_why_and_can_be_made_again():
    taught = complete()
    first, second = two_people()
    with acting_as(first):
        sealing.propose_seal(taught.class_id)
        with pytest.raises(Conflict):
            items.store_summary(taught.class_id, text="改")
    with acting_as(second):
        with pytest.raises(InvalidInput):
            sealing.refuse_seal(taught.class_id, note="")
        with pytest.raises(Conflict):
            sealing.withdraw_seal(taught.class_id)
        sealing.refuse_seal(taught.class_id, note="总结缺少问题与改进")
    with acting_as(first):
        items.store_summary(taught.class_id, text="一、基本情况\n补充后的总结。")
        sealing.propose_seal(taught.class_id)
        sealing.withdraw_seal(taught.class_id)
        sealing.propose_seal(taught.class_id)


@pytest.mark.usefixtures("app")
def test_supplement_needs_a_reason_and_continues_the_log():
    taught = complete()
    first, second = two_people()
    seal(taught, first, second)
    with pytest.raises(Refused):
        results.decide_results(taught.class_id)
    items.add_item(
        taught.class_id, kind="other", title="会议照片", data=b"\x89PNG\r\n\x1a\n" + b"\0" * 40, file_name="照片.png"
    )
    with acting_as(first), pytest.raises(InvalidInput):
        sealing.propose_seal(taught.class_id)

    package = seal(taught, first, second, reason="补入会议照片")

    assert verify(package).problems == []
    assert "anchor/older-checkpoints/00001" in files_of(package)
    assert [p.number for p in packages_of_class(taught.class_id)] == [1, 2]
    assert json.loads(files_of(package)["data/class.json"])["supplement"] == "补入会议照片"
    with pytest.raises(Conflict) as error:
        items.remove_item(taught.class_id, 1, reason="已经封存的材料")
    assert error.value.code == "sealed"


@pytest.mark.usefixtures("app")
def test_log_shorter_than_an_earlier_checkpoint_is_not_signed():
    from sqlalchemy import insert

    from training_app.archives import keys, notes
    from training_app.archives.models import ArchivePackage
    from training_app.core import clock
    from training_app.core.db import unit_of_work

    other = teach("BC2026009", name="知行学堂第9期")
    key = keys.signing_key()
    ahead = notes.sign(notes.Checkpoint(notes.origin_of(key.public_key()), 10**6, b"\1" * 32), key)
    with unit_of_work() as session:
        session.execute(
            insert(ArchivePackage),
            {
                "class_id": other.class_id,
                "number": 1,
                "file_sha256": "0" * 64,
                "size": 1,
                "checkpoint": ahead,
                "item_count": 1,
                "sealed_at": clock.now(),
            },
        )
    taught = complete()

    with pytest.raises(Conflict) as error:
        seal(taught, *two_people())
    assert error.value.code == "log_cut"


def office(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, "<x/>")
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "fits"),
    [
        ("a.pdf", b"%PDF-1.7\n", True),
        ("a.pdf", b"MZ\x90\0", False),
        ("a.exe", b"MZ\x90\0", False),
        ("a.docx", office("[Content_Types].xml", "word/document.xml"), True),
        ("a.docx", office("[Content_Types].xml", "word/vbaProject.bin"), False),
        ("a.docm", office("[Content_Types].xml"), False),
        ("a.xlsx", office("x"), False),
        ("a.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 40, True),
        ("a.svg", b"<svg onload='x'/>", False),
        ("a.txt", "总结".encode(), True),
        ("a.txt", "总结".encode("gb18030"), False),
        ("a.pdf", b"", False),
        ("noname", b"%PDF-1.7\n", False),
    ],
)
def test_only_documents_get_into_an_archive(name, data, fits):
    if fits:
        items.check_file(data, name)
    else:
        with pytest.raises(InvalidInput):
            items.check_file(data, name)


@pytest.mark.parametrize(
    ("given", "clean"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\x\\a.pdf", "a.pdf"),
        ("a\u202efdp.exe", "a_fdp.exe"),
        ("", "文件"),
        ("..", "文件"),
    ],
)
def test_file_names_lead_nowhere(given, clean):
    assert items.clean_name(given) == clean


@pytest.mark.usefixtures("app")
def test_the_archive_holds_the_very_forms_that_a_unit_prints():
    taught = complete()
    content = content_of(taught.class_id)
    made = document_files(content, summary="一、基本情况", certificates=None)
    sheet = exams.score_sheet_paper(taught.class_id)
    assert sheet is not None
    printed = {
        "学员名册": classes.roster_paper(content.info, classes.list_enrollments(taught.class_id)),
        "考勤汇总表": attendance.summary_paper(taught.class_id),
        "成绩单": sheet[0],
        "学员考核登记表": results.appraisal_paper(content.info, results.preview_of_class(taught.class_id).rows),
    }
    sealed = {name.rpartition("-")[2].removesuffix(".pdf"): data for name, data in made.items()}

    assert [name.rpartition("/")[2][:2] for name in made] == [f"{n:02d}" for n in range(1, len(made) + 1)]
    for title, paper in printed.items():
        assert words_of(sealed[title]) == words_of(to_pdf(paper)), title


def words_of(data: bytes) -> str:
    return "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(data))
