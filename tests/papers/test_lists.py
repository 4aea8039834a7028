"""Every list leaves the program as Excel and CSV: all rows that fit, what was asked in words, and a fact of it."""

from __future__ import annotations

import csv
import html
import io
import re
import unicodedata
from typing import Any

import openpyxl
import pytest
from sqlalchemy import select, text

from training_app.audit.models import AuditEntry
from training_app.core.db import db
from training_app.web.access import access_of, may_open

pytestmark = pytest.mark.slow(seconds=10)  # one of the longest files: where work is shared, it begins early

# Pages with a table that is a part of one thing's page, a form, or an entry grid, and no list of its own.
NO_LISTS = {
    "accounts.own_settings": "one's own devices and sessions",
    "appraisal.person": "one person's statement",
    "archives.of_class": "the checklist of one archive",
    "archives.of_person": "one person's file, to be had as PDF",
    "cadres.own": "one's own file",
    "cadres.show": "one person's file; its ledger of hours is a list of its own",
    "courses.route_show": "the stops of one route",
    "courses.show": "the last lessons of one course",
    "courses.site_show": "the last lessons at one site",
    "discipline.presence_map": "a map of signs; attendance.of_class is the list",
    "discipline.preview_bulletin": "the draft of one bulletin",
    "results.of_person": "the versions of one result",
    "teachers.own": "one's own file",
    "teachers.show": "the last lessons of one teacher",
}
# Lists that are looked at as a whole, so that searching, ordering and paging would be in the way.
WHOLE_SHEETS = {
    "appraisal.index": "the units of a county side by side; what is taken out are the statements of their people",
    "appraisal.unit": "the people of one unit by finding, as the assessment goes through them",
    "attendance.lesson": "the people of one lesson in groups, worked through while they come in",
    "attendance.of_class": "person by lesson, as the official sheet prints it",
    "audit.index": "the trail is read in its own order; it is searched and divided",
    "discipline.presence": "units by month, compared as a whole",
    "exams.scores": "the score sheet of one exam, as the official form prints it",
    "reports.index": "the figures of a period",
    "results.ledger": "one person's year, in the order of the ledger's numbers",
}
OPEN_NUMBERS = ("courses.site_list",)  # whom to call about a visit, as the page shows it
ROLES = ("org_dept", "sysadmin", "secadmin", "auditor", "exam_officer", "class_teacher", "planner")


def values_of(demo_app) -> dict[str, int]:
    one = lambda sql: db.session.execute(text(sql)).scalar()  # noqa: E731 - a word for a word
    class_id = one("select class_id from exams_exam where state = 'published' and attempt_no = 1 order by id limit 1")
    return {
        "class_id": class_id,
        "exam_id": one(f"select id from exams_exam where class_id = {class_id}"),
        "lesson_id": one(f"select id from classes_lesson where class_id = {class_id}"),
        "enrollment_id": one(f"select id from classes_enrollment where class_id = {class_id} and status = 'completed'"),
        "cadre_id": one("select cadre_id from results_hour_entry limit 1"),
        "unit_id": one("select unit_id from cadres_cadre where unit_id is not null limit 1"),
        "course_id": 1,
        "site_id": 1,
        "route_id": 1,
        "teacher_id": 1,
        "plan_line_id": 1,
        "certificate_id": 1,
        "entry_id": 1,
        "account_id": 1,
        "program_id": 1,
        "room_id": 1,
    }


_PAGES: list[tuple[str, str, str]] = []


def pages(demo_app, as_) -> list[tuple[str, str, str]]:
    """(endpoint, role, address) of every page that shows a table; looked for once, all tests begin on one county."""
    if not _PAGES:
        _PAGES.extend(pages_with_tables(demo_app, as_))
    return _PAGES


def pages_with_tables(demo_app, as_) -> list[tuple[str, str, str]]:
    values, found = values_of(demo_app), []
    browsers = {role: as_(role) for role in ROLES}
    for rule in sorted(demo_app.url_map.iter_rules(), key=lambda each: each.rule):
        if "GET" not in rule.methods or "/api/" in rule.rule or not set(rule.arguments) <= set(values):
            continue
        if access_of(demo_app, rule.endpoint).kind == "public" or rule.rule.endswith((".pdf", ".docx", ".ics")):
            continue
        with demo_app.test_request_context():
            url = demo_app.url_map.bind("localhost").build(rule.endpoint, {n: values[n] for n in rule.arguments})
        for role, browser in browsers.items():
            if not may_open(demo_app, rule.endpoint, browser.actor):
                continue
            answer = browser.get(url, follow_redirects=False)
            if answer.status_code == 302 and "?" in answer.headers["Location"]:
                url = answer.headers["Location"]
                answer = browser.get(url)
            if answer.status_code == 200 and answer.mimetype == "text/html":
                if re.search(r'<table class="zx-table', answer.text):
                    found.append((rule.endpoint, role, url))
                break
    return found


TYPED = re.compile(r"-?\d+(\.\d+)?%?|\d{4}-\d{2}-\d{2}( \d{2}:\d{2})?")
CODES = "号|编码|代码|年月|电话|手机|考试成绩|选项|答案"  # text on purpose: what one does not reckon with


def wide(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def width_of(sheet, column: int) -> float:
    """Neighbours of one width are kept together in a workbook."""
    return next(each.width for each in sheet.column_dimensions.values() if each.min <= column <= each.max)


def with_format(url: str, form: str) -> str:
    return url + ("&" if "?" in url else "?") + f"format={form}"


def sheets(data: bytes) -> tuple[Any, dict[str, list[str]]]:
    """The first worksheet, and what the second says by name."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    said: dict[str, list[str]] = {}
    for name, value in book["说明"].iter_rows(values_only=True):
        said.setdefault(name, []).append(value)
    return book.worksheets[0], said


def rows_of_csv(data: bytes) -> list[list[str]]:
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_every_list_can_be_taken_away_whole(demo_app, as_):
    found = pages(demo_app, as_)
    assert len(found) > 30
    offences, walked = [], 0
    for endpoint, role, url in found:
        browser = as_(role)
        excel, plain = browser.get(with_format(url, "xlsx")), browser.get(with_format(url, "csv"))
        if endpoint in NO_LISTS:
            if excel.mimetype != "text/html":
                offences.append(f"{endpoint}: is a list after all")
            continue
        if "spreadsheetml" not in excel.mimetype or plain.mimetype != "text/csv":
            offences.append(f"{endpoint}: no export")
            continue
        walked += 1
        sheet, said = sheets(excel.data)
        lines = rows_of_csv(plain.data)
        heads = [cell.value for cell in sheet[1]]
        if heads != lines[0] or not all(re.search(r"[\u4e00-\u9fff]", head) for head in heads):
            offences.append(f"{endpoint}: heads {heads}")
        grown = endpoint == "audit.index"  # by every export
        if not grown and (
            sheet.max_row != len(lines) or str(len(lines) - 1) not in said.get("行数", said.get("人数", []))
        ):
            offences.append(f"{endpoint}: {sheet.max_row - 1} rows in Excel, {len(lines) - 1} in CSV, said {said}")
        if endpoint not in OPEN_NUMBERS and (re.search(r"(?<!\d)(\d{17}[\dXx]|1[3-9]\d{9})(?!\d)", plain.text)):
            offences.append(f"{endpoint}: a whole citizen number or phone")
        if sheet.freeze_panes != "A2" or not sheet.auto_filter.ref:
            offences.append(f"{endpoint}: no frozen head or filter")
        page = browser.get(url).text
        if (counted := re.search(r'class="zx-list-count"><b>([\d,]+)</b>', page)) is not None:
            shown = int(counted[1].replace(",", ""))
            if shown != len(lines) - 1 and not grown:
                offences.append(f"{endpoint}: page says {shown}, file holds {len(lines) - 1}")
        if "format=xlsx" not in page or "format=csv" not in page:
            offences.append(f"{endpoint}: no button")
    assert not offences, "\n".join(offences)
    assert walked >= 25


def test_cells_are_typed_columns_wide_enough_and_the_second_sheet_says_who_and_when(demo_app, as_):
    offences, seen_types = [], set()
    for endpoint, role, url in pages(demo_app, as_):
        if endpoint in NO_LISTS:
            continue
        sheet, said = sheets(as_(role).get(with_format(url, "xlsx")).data)
        for column in sheet.iter_cols():
            head, *values = column
            filled = [cell for cell in values if cell.value is not None]
            seen_types |= {cell.data_type for cell in filled}
            offences += [
                f"{endpoint} {head.value}: {cell.value!r} is text"
                for cell in filled[:200]
                if cell.data_type == "s" and TYPED.fullmatch(cell.value) and not re.search(CODES, head.value)
            ][:2]
            shown = [head, *(cell for cell in filled if cell.data_type == "s")]
            needed = min(max(wide(str(cell.value).split("\n")[0]) for cell in shown[:500]), 50)
            width = width_of(sheet, head.column)
            if width < needed:
                offences.append(f"{endpoint} {head.value}: {width} wide, needs {needed}")
            if any(cell.data_type == "f" for cell in filled):
                offences.append(f"{endpoint} {head.value}: a formula")
        if not any(re.match(r"20\d\d-\d\d-\d\d", value or "") for values in said.values() for value in values):
            offences.append(f"{endpoint}: no date on the second sheet: {said}")
        if not said.get("导出人"):
            offences.append(f"{endpoint}: nobody named on the second sheet: {list(said)}")
    assert not offences, "\n".join(offences)
    assert {"s", "n", "d"} <= seen_types


def test_every_list_is_searched_ordered_and_divided(demo_app, as_):
    """A list that grows has a search, an order and pages; a sheet that does without is named with its reason."""
    offences, seen = [], set()
    for endpoint, role, url in pages(demo_app, as_):
        if endpoint in NO_LISTS:
            continue
        seen.add(endpoint)
        page = as_(role).get(url).text
        marks = {
            "search": r'zx-list-head">\s*<form class="zx-search"',
            "order": 'class="zx-sort"',
            "pages": 'class="zx-pager"',
        }
        lacking = [name for name, mark in marks.items() if not re.search(mark, page)]
        if endpoint in WHOLE_SHEETS:
            if not lacking:
                offences.append(f"{endpoint}: has all of it; take it off the exceptions")
        elif lacking:
            offences.append(f"{endpoint}: no {', '.join(lacking)}")
    assert not offences, "\n".join(offences)
    assert set(WHOLE_SHEETS) <= seen
    assert len(seen) >= 25


def test_the_filter_is_said_in_words(demo_app, as_):
    """For every list with conditions: choose each option, and read it on the second sheet as the page words it."""
    offences, tried = [], 0
    for endpoint, role, url in pages(demo_app, as_):
        browser = as_(role)
        page = browser.get(url).text
        selects = re.findall(
            r'<label class="zx-label" for="filter-(\w+)">([^<]+)</label>\s*<select[^>]*>(.*?)</select>', page, re.DOTALL
        )
        for name, label, inner in selects:
            options = [each for each in re.findall(r'<option value="([^"]+)"[^>]*>([^<]*)</option>', inner) if each[0]]
            for value, words in options[:1]:
                base = re.sub(rf"\b{name}=[^&]*&?", "", with_format(url, "xlsx"))
                answer = browser.get(f"{base}&{name}={value}")
                tried += 1
                if "spreadsheetml" not in answer.mimetype:
                    offences.append(f"{endpoint} {name}={value}: {answer.status_code} {answer.mimetype}")
                    continue
                _sheet, said = sheets(answer.data)
                if f"{html.unescape(label)}：{html.unescape(words).strip()}" not in said.get("筛选", []):
                    offences.append(f"{endpoint} {name}={value}: {said.get('筛选')}, not {label}：{words}")
    assert not offences, "\n".join(offences)
    assert tried >= 15


def test_an_export_is_a_fact_with_list_rows_form_and_filter(demo_app, as_):
    as_("org_dept").get("/cadres?format=csv&q=张&category=公务员")
    db.session.rollback()
    entry = db.session.scalars(
        select(AuditEntry).where(AuditEntry.kind == "core.ListExported").order_by(AuditEntry.id.desc())
    ).first()
    assert entry is not None
    assert entry.body["place"] == "cadres.index"
    assert entry.body["file_format"] == "csv"
    assert entry.body["search"] == "张"
    assert entry.body["filters"] == "干部类别：公务员"
    assert entry.body["rows"] >= 1
