"""Files made to do harm: each is read, or refused with a reason; in time, in memory, and the server goes on."""

from __future__ import annotations

import contextlib
import io
import re
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from tests.imports import hostile
from tests.imports.hostile import CSV, MEGABYTE, TABLE, XLS, XLSX, noise, row, workbook
from training_app.core import confined, jobs
from training_app.core.db import db
from training_app.core.spreadsheets.grids import FORMULA_ERROR, Book
from training_app.core.spreadsheets.guards import MAX_CELL, Unreadable
from training_app.core.spreadsheets.reading import read_book
from training_app.core.spreadsheets.workbooks import parse_book
from training_app.imports.models import Upload
from training_app.imports.services import uploads
from training_app.imports.services.files import File, import_file, recognise_file

HARD_CAP_SECONDS = 60  # on a loaded machine; the child's own limit is 30 seconds of CPU
READ = "read"


def outcome_of(read: Callable[[], object]) -> str:
    """The code of the refusal, which has words; "read" without one. Anything else that is raised fails the test."""
    try:
        read()
    except Unreadable as error:
        return error.code if error.message % error.params else "no words"
    return READ


def numbered(rows: int, numbers: bool) -> str:
    return "".join(f'<row r="{n}"/>' if numbers else "<row/>" for n in range(1, rows + 1))


FILES: dict[str, tuple[Callable[[], bytes], str]] = {
    # archives
    "flat bomb": (lambda: workbook(**{"xl/media/a.bin": bytes(201 * MEGABYTE)}), "bomb"),
    "bomb in the worksheet": (lambda: workbook(" " * 60 * MEGABYTE), "bomb"),
    "bomb of many parts": (lambda: workbook(**{f"xl/media/{n}.bin": bytes(MEGABYTE) for n in range(250)}), "bomb"),
    "nested bomb": (
        lambda: workbook(**{"xl/embeddings/in.zip": workbook(**{"xl/media/a.bin": bytes(30 * MEGABYTE)})}),
        READ,  # what is inside is not unpacked
    ),
    "overlapping parts": (lambda: hostile.overlapping(150), "bomb"),
    "size said too small": (
        lambda: hostile.lying(workbook(" " * 5 * MEGABYTE + TABLE), "xl/worksheets/sheet1.xml", 900),
        "damaged",
    ),
    "size said too large": (lambda: hostile.lying(workbook(), "xl/worksheets/sheet1.xml", 199 * MEGABYTE), "bomb"),
    "too many parts": (lambda: workbook(**{f"xl/media/{n}": b"" for n in range(2_100)}), "bomb"),
    "a name twice": (lambda: hostile.with_entries(workbook(), ("xl/workbook.xml", b"<other/>")), "damaged"),
    "paths out of the archive": (
        lambda: hostile.with_entries(
            workbook(), ("../../../../tmp/zhixing-was-here", b"x"), ("/etc/zhixing", b"x"), ("C:\\zhixing", b"x")
        ),
        READ,
    ),
    "a worksheet elsewhere": (
        lambda: workbook(
            **{
                "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
                'relationships"><Relationship Id="r1" Type="x/worksheet" Target="../../../../../etc/passwd"/>'
                "</Relationships>"
            }
        ),
        "damaged",
    ),
    "a link": (lambda: hostile.with_entries(workbook(), hostile.symlink("xl/media/a.png", "/etc/passwd")), READ),
    "a worksheet that is a link": (
        lambda: workbook(**{"xl/worksheets/sheet1.xml": "/etc/passwd"}),
        "damaged",
    ),
    # XML
    "external entity in the worksheet": (
        lambda: workbook(**{"xl/worksheets/sheet1.xml": hostile.XXE + hostile.sheet(row(1, "&x;"))}),
        "entities",
    ),
    "a billion laughs in the texts": (
        lambda: workbook(**{"xl/sharedStrings.xml": hostile.LAUGHS + "<sst><si><t>&j;</t></si></sst>"}),
        "entities",
    ),
    "a billion laughs in the workbook": (
        lambda: workbook(**{"xl/workbook.xml": hostile.LAUGHS + "<workbook>&j;</workbook>"}),
        "entities",
    ),
    "entities behind a long comment": (
        lambda: workbook(
            **{"xl/workbook.xml": "<!--" + noise(1).randbytes(150_000).hex() + "-->" + hostile.LAUGHS + "<w/>"}
        ),
        "entities",
    ),
    "entities in UTF-16": (
        lambda: workbook(**{"xl/workbook.xml": (hostile.LAUGHS + "<workbook>&j;</workbook>").encode("utf-16")}),
        "entities",
    ),
    "deep nesting": (
        lambda: workbook(**{"xl/workbook.xml": f"<workbook>{'<a>' * 300_000}{'</a>' * 300_000}</workbook>"}),
        "bomb",
    ),
    "many attributes": (
        lambda: workbook("<row " + " ".join(f"a{n}='1'" for n in range(60_000)) + "/>" + TABLE),
        READ,
    ),
    "tags never closed": (lambda: workbook("<c " * 400_000, method=zipfile.ZIP_STORED), "damaged"),
    "a quadratic blow-up": (lambda: workbook(**{"xl/sharedStrings.xml": hostile.quadratic(50_000)}), "entities"),
    # more archives
    "an entry under a password": (lambda: hostile.flagged(workbook(), "xl/worksheets/sheet1.xml"), "damaged"),
    "an unknown way of packing": (lambda: hostile.packed_as(workbook(), "xl/workbook.xml", 9), "damaged"),
    "two names for one entry": (
        lambda: hostile.renamed_inside(workbook(), "xl/workbook.xml", "xl/wOrkbook.xml"),
        "damaged",
    ),
    "names of 60,000 signs": (
        lambda: hostile.with_entries(workbook(), *((f"{n}{'x' * 60_000}", b"") for n in range(200))),
        READ,
    ),
    "a directory of 60,000 entries": (
        lambda: workbook(**{f"xl/{n}": b"" for n in range(60_000)}),
        "bomb",
    ),
    # areas
    "16,384 columns": (
        lambda: workbook('<row r="1">' + "<c><v>1</v></c>" * 16_383 + '<c r="XFD1"><v>1</v></c></row>'),
        "too_many_cells",
    ),
    "merged over everything": (
        lambda: workbook(TABLE + '</sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells><sheetData>'),
        "*",
    ),
    "20,000 merges": (
        lambda: workbook(
            TABLE
            + "</sheetData><mergeCells>"
            + "".join(f'<mergeCell ref="A{n}:ZZ{n + 1}"/>' for n in range(3, 40_003, 2))
            + "</mergeCells><sheetData>"
        ),
        "*",
    ),
    "a cell of 10 MB": (lambda: workbook(row(1, "x" * 10 * MEGABYTE), method=zipfile.ZIP_STORED), "cell_too_long"),
    "a million empty rows": (
        lambda: workbook(numbered(1_048_576, numbers=True), method=zipfile.ZIP_STORED),
        "too_many_cells",
    ),
    "a million rows without numbers": (
        lambda: workbook(TABLE + "<row/>" * 1_048_576, method=zipfile.ZIP_STORED),
        "too_many_cells",
    ),
    "one cell in the last corner": (
        lambda: workbook(TABLE + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
        "too_many_cells",
    ),
    "200 worksheets": (lambda: workbook(names=[f"表{n}" for n in range(200)]), "too_many_sheets"),
    "texts of 180 MB": (lambda: hostile.shared_strings(180 * MEGABYTE), "too_big"),
    "one long text in every cell": (lambda: hostile.amplified(800_000), "too_big"),
    "a cell of 32,767 signs": (lambda: workbook(row(1, "长" * MAX_CELL)), READ),
    "a cell of 32,768 signs": (lambda: workbook(row(1, "长" * (MAX_CELL + 1))), "cell_too_long"),
    "huge pictures": (lambda: workbook(**{"xl/media/a.png": noise(2).randbytes(25 * MEGABYTE)}), READ),
    "huge styles": (
        lambda: workbook(**{"xl/styles.xml": f"<styleSheet>{'<xf/>' * 20_000_000}</styleSheet>"}),
        "bomb",
    ),
    # what they contain
    "macros": (lambda: workbook(**{"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0" + bytes(5000)}), READ),
    "names with control and bidi signs": (
        lambda: workbook(
            row(1, "姓\u202e名", "单\u200b位") + row(2, "张\u202e三\u2066", "县\u0085委"), names=["名\u202e册"]
        ),
        READ,
    ),
    "links to elsewhere and DDE": (
        lambda: workbook(
            row(1, "姓名", "单位") + row(2, "=cmd|'/C calc'!A0", "file:///etc/passwd"),
            **{
                "xl/externalLinks/externalLink1.xml": '<externalLink><ddeLink ddeService="cmd" ddeTopic="/C calc"/>'
                "</externalLink>",
                "xl/worksheets/_rels/sheet1.xml.rels": '<Relationships><Relationship Id="h" TargetMode="External" '
                'Type="x/hyperlink" Target="file:///etc/passwd"/><Relationship Id="c" TargetMode="External" '
                'Type="x/comments" Target="http://127.0.0.1:9/x"/></Relationships>',
            },
        ),
        READ,
    ),
    # .xls
    "a .xls cell in the last corner": (lambda: hostile.moved_cell(65_535, 65_535), "too_big"),
    "a .xls cell in the last column": (lambda: hostile.moved_cell(5, 20_000), "too_many_cells"),
    "a .xls under a password": (hostile.locked_xls, "locked"),
    "a .xlsx under a password": (hostile.encrypted, "locked"),
    "a .doc": (
        lambda: (
            XLS.replace("Workbook".encode("utf-16-le"), "WordDocu".encode("utf-16-le"))
            + "WordDocument".encode("utf-16-le")
        ),
        "damaged",
    ),
    # text
    "100 MB": (lambda: b"a,b\n" * (25 * MEGABYTE), "too_large"),
    "one line of 29 MB": (lambda: b"a" * (29 * MEGABYTE), "cell_too_long"),
    "one quoted cell of 29 MB": (lambda: b'a,"' + b"\n" * (29 * MEGABYTE), "cell_too_long"),
    "a million columns": (lambda: b"," * 1_000_000 + b"\n", "too_many_cells"),
    "a million lines": (lambda: b"a,b\n" * 1_000_000, "too_many_cells"),
    "only quotes": (lambda: b'"' * (5 * MEGABYTE), "cell_too_long"),
    "NULs": (lambda: "姓名,单位\n".encode() * 2000 + b"\x00\x00,x\n", "wrong_type"),
    "NULs in UTF-16": (lambda: "姓名,单位\n\0,x\n".encode("utf-16"), "wrong_type"),
    "UTF-16": (lambda: "姓名\t单位\n张三\t县委\n".encode("utf-16"), READ),
    "half a sign of UTF-16": (lambda: "姓名\t单位\n张三\t县委\n".encode("utf-16")[:-1], "encoding"),
    "mixed encodings": (lambda: "姓名,单位\n".encode() + "张三,县委组织部\n".encode("gb18030") * 3, READ),
    # not what their names say
    "a program": (lambda: b"\x7fELF\x02\x01\x01" + bytes(500), "wrong_type"),
    "a picture": (lambda: b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + noise(3).randbytes(900), "wrong_type"),
    "a gzip": (lambda: b"\x1f\x8b\x08\x00" + noise(4).randbytes(900), "wrong_type"),
    "a PDF": (lambda: b"%PDF-1.7\n" + b"x" * 900, "wrong_type"),
    "HTML that calls itself .xls": (lambda: b"<html><table><tr><td>x</td></tr></table></html>", READ),
}


@pytest.mark.parametrize("name", FILES)
def test_each_is_read_or_refused_within_its_limits(name):
    make, expected = FILES[name]
    data = make()
    start = time.monotonic()
    outcome = outcome_of(lambda: read_book(data))
    seconds = time.monotonic() - start

    assert expected in (outcome, "*"), outcome
    assert outcome not in ("busy", "too_slow"), f"{outcome} after {seconds:.0f} s"
    assert seconds < HARD_CAP_SECONDS
    used = confined.last_used()
    assert used is not None or outcome in ("too_large", "too_big")
    if used is not None:
        assert used.memory_kb < 340 * 1024
        assert used.cpu_seconds < 32
    assert not Path("/tmp/zhixing-was-here").exists()  # noqa: S108 - where such a file would have written


def test_formulas_give_what_was_stored_and_are_never_worked_out():
    cells = (
        '<row r="1"><c r="A1"><f>1+1</f><v>7</v></c><c r="B1"><f>2+2</f></c>'
        '<c r="C1" t="str"><f>WEBSERVICE("http://127.0.0.1:9/")</f><v>kept</v></c>'
        '<c r="D1" t="e"><f>A9/0</f><v>#DIV/0!</v></c><c r="E1" t="e"><v>#REF!</v></c>'
        '<c r="F1" t="inlineStr"><is><t>=cmd|\' /C calc\'!A0</t></is></c></row>'
    )

    grid = read_book(workbook(cells)).grids[0]

    assert grid.rows == [[7, None, "kept", FORMULA_ERROR, FORMULA_ERROR, "=cmd|' /C calc'!A0"]]


def test_a_failed_formula_is_told_and_is_nobodys_name(sqlite_app):
    units = (
        row(1, "单位代码", "机构名称", "上级编码", "备注")
        + row(2, "001", "某县", "", "")
        + '<row r="3"><c r="A3" t="inlineStr"><is><t>001.001</t></is></c>'
        '<c r="B3" t="inlineStr"><is><t>县委</t></is></c>'
        '<c r="C3" t="inlineStr"><is><t>001</t></is></c><c r="D3" t="e"><v>#N/A</v></c></row>'
        '<row r="4"><c r="A4" t="inlineStr"><is><t>001.002</t></is></c><c r="B4" t="e"><v>#REF!</v></c>'
        '<c r="C4" t="inlineStr"><is><t>001</t></is></c></row>'
    )

    (entry,) = import_file(File("单位名册.xlsx", workbook(units)))

    assert [(f["row"], f["code"]) for f in entry.flagged if f["code"] == "formula_error"] == [(3, "formula_error")]
    assert [(f["row"], f["code"]) for f in entry.refused] == [(4, "name_missing")]
    assert entry.created == 2


@pytest.mark.parametrize("sixteenth", range(16))
@pytest.mark.parametrize("whole", [XLSX, XLS, CSV], ids=["xlsx", "xls", "csv"])
def test_a_file_cut_off_is_read_or_refused(whole, sixteenth):
    cut = whole[: len(whole) * sixteenth // 16]

    assert outcome_of(lambda: read_book(cut)) in {READ, "empty", "damaged", "encoding", "wrong_type"}


@pytest.mark.parametrize("name", ["单位名册.csv", "单位名册.xls", "../../单位\u202e名册\0.exe", "x" * 5_000])
def test_a_files_name_plays_no_part(name):
    assert [each.kind for each in recognise_file(File(name, XLSX), "auto")] == ["units"]
    assert [each.kind for each in recognise_file(File("网络学习学时.xlsx", CSV), "auto")] == ["online-hours"]


QUESTIONS: dict[str, tuple[Callable[[], bytes], str]] = {
    "entities in Moodle XML": ((hostile.LAUGHS + "<quiz><question>&j;</question></quiz>").encode, "entities"),
    "an external entity in QTI": (  # read as a package's item would be: one question, refused as broken
        (hostile.XXE + "<assessmentItem>&x;</assessmentItem>").encode,
        READ,
    ),
    "a package of 30,000 entries": (lambda: hostile.package(**{f"{n}.xml": b"" for n in range(30_000)}), "bomb"),
    "tables in tables": (
        lambda: hostile.word(
            f"<w><body>{'<tbl><tr><tc>' * 3_000}<p><r><t>1.x</t></r></p>{'</tc></tr></tbl>' * 3_000}</body></w>"
        ),
        "empty",
    ),
    "a Moodle file of openings": (lambda: b"<quiz>" + b"<question>&" * 90_000, "damaged"),
    "entities in a package": (
        lambda: hostile.package(**{"q.xml": hostile.LAUGHS + "<assessmentItem/>"}),
        "entities",
    ),
    "a package that is a bomb": (lambda: hostile.package(**{"a.png": bytes(150 * MEGABYTE)}), "bomb"),
    "a package with paths": (lambda: hostile.package(**{"../../../../tmp/zhixing-was-here": "x"}), "empty"),
    "a Word bomb": (lambda: hostile.word("<w/>" + " " * 150 * MEGABYTE), "bomb"),
    "entities in Word": (lambda: hostile.word(hostile.LAUGHS + "<w:document>&j;</w:document>"), "entities"),
    "deep Moodle XML": (lambda: b"<quiz>" + b"<question>" * 200_000, "damaged"),
    # text on which a careless pattern takes hours
    "lines of blanks": (lambda: b"{=}" + b"\n" * 190_000, READ),
    "lines of colons": (lambda: b"{=}\n" + b"::" * 90_000, READ),
    "lines of braces": (lambda: b"{" * 200_000, "cell_too_long"),
    "lines of answers": (lambda: b"ANSWER: A\n" * 60_000, "empty"),
    "lines of numbers": (("1." * 90_000 + "（ A ）").encode, "cell_too_long"),
    "lines of points": (("一、单项选择题（每题2分）\n" + "1.题（" * 60_000).encode, READ),
}


@pytest.mark.parametrize("name", QUESTIONS)
def test_hostile_question_files_are_refused_or_read(name):
    make, expected = QUESTIONS[name]
    data = make()
    start = time.monotonic()

    outcome = outcome_of(lambda: recognise_file(File("题库.txt", data), "auto"))

    assert outcome == expected
    assert time.monotonic() - start < HARD_CAP_SECONDS
    assert not Path("/tmp/zhixing-was-here").exists()  # noqa: S108


def resident() -> tuple[int, int]:
    """This process's resident memory now, and its highest since it was last asked to forget; in MB."""
    lines = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines())
    return tuple(int(lines[name].split()[0]) // 1024 for name in ("VmRSS", "VmHWM"))  # type: ignore[return-value]


def test_a_large_hostile_file_fails_in_its_job_with_a_reason(sqlite_app):
    data = FILES["one long text in every cell"][0]()
    assert len(data) > uploads.AT_ONCE_BYTES

    upload_id = uploads.receive(File("名册.xlsx", data))
    assert jobs.run_next()

    upload = db.session.get(Upload, upload_id, populate_existing=True)
    assert upload is not None
    assert upload.state == "failed"
    assert "memory" in upload.error or "内存" in upload.error
    assert not jobs.run_next()


WORDS = {  # what the officer reads of each code
    "bomb": "解压后过大",
    "entities": "声明",
    "damaged": "损坏",
    "too_many_cells": "行",
    "too_many_sheets": "60",
    "too_big": "内存",
    "cell_too_long": "32767",
    "locked": "密码",
    "too_large": "30",
    "wrong_type": "Excel",
    "encoding": "编码",
    "empty": "空",
    "old_word": "docx",
}
# the file that is a .doc is told so by whoever reads questions, before it is looked at as a workbook
TOLD = {name: "old_word" if name == "a .doc" else code for name, (_, code) in FILES.items() if code not in (READ, "*")}


def refusal_of(officer, name: str, data: bytes) -> str:
    """What the officer is told of a file: beside the field, or of a large one when its job has run."""
    answer = officer.post(
        "/imports/new",
        data={"file": (io.BytesIO(data), name), "kind": "auto", "class_code": ""},
        content_type="multipart/form-data",
    )
    if answer.status_code == 413:
        return "30"
    page = answer.get_data(as_text=True)
    if answer.status_code == 422:
        at = page.index('aria-invalid="true"')
        return re.sub("<[^>]+>", " ", page[at - 600 : at + 600])
    assert answer.status_code == 302, page[:500]
    while jobs.run_next():
        pass
    upload = db.session.scalars(select(Upload).order_by(Upload.id.desc()).limit(1)).one()
    assert upload.state == "failed"
    page = officer.get(answer.location).get_data(as_text=True)
    assert upload.error
    return page


@pytest.mark.parametrize("name", TOLD)
def test_each_upload_is_refused_in_words_and_the_server_goes_on(name, sqlite_app, sign_in):
    officer = sign_in(sqlite_app, "org_dept")
    data = FILES[name][0]()
    officer.get("/imports/new")
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    before, _ = resident()
    start = time.monotonic()

    told = refusal_of(officer, "名册\u202e.xlsx", data)

    after, highest = resident()
    assert WORDS[TOLD[name]] in told
    assert time.monotonic() - start < HARD_CAP_SECONDS
    assert highest - before < 60 + 3 * len(data) // MEGABYTE
    assert after - before < 40
    assert officer.get("/imports").status_code == 200


def test_an_upload_of_100_mb_is_turned_away_before_it_is_read(sqlite_app, sign_in):
    officer = sign_in(sqlite_app, "org_dept")

    answer = officer.post(
        "/imports/new",
        data={"file": (io.BytesIO(bytes(100 * MEGABYTE)), "名册.xlsx"), "kind": "auto", "class_code": ""},
        content_type="multipart/form-data",
    )

    assert answer.status_code == 413
    assert "文件过大" in answer.get_data(as_text=True) or "太大" in answer.get_data(as_text=True)
    assert officer.get("/imports").status_code == 200


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from([XLSX, XLS, CSV]), st.integers(0, 2**32), st.integers(1, 40))
def test_flipped_bytes_give_a_book_or_a_refusal(whole, seed, flips):
    chance = noise(seed)
    broken = bytearray(whole)
    for _ in range(flips):
        broken[chance.randrange(len(broken))] = chance.randrange(256)
    with contextlib.suppress(Unreadable):
        assert isinstance(read_book(bytes(broken)), Book)


@settings(max_examples=60)
@given(st.integers(0, 2**32), st.integers(1, 12))
def test_flipped_bytes_inside_the_parts_give_a_book_or_a_refusal(seed, flips):
    """The archive itself is whole: what breaks is the XML, which the parsers see."""
    chance = noise(seed)
    old = zipfile.ZipFile(io.BytesIO(XLSX))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = bytearray(old.read(name))
            for _ in range(flips):
                part[chance.randrange(len(part))] = chance.randrange(256)
            new.writestr(name, bytes(part))
    with contextlib.suppress(Unreadable):
        assert isinstance(read_book(out.getvalue()), Book)


@settings(max_examples=200)
@given(st.binary(max_size=400))
def test_any_bytes_at_all_give_a_book_or_a_refusal(data):
    for head in (b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\xff\xfe"):
        with contextlib.suppress(Unreadable):
            assert isinstance(parse_book(head + data), Book)


def test_no_child_is_left_running():
    read_book(CSV)
    pid = confined.nursery_pid()

    assert Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split() == []
