"""Every list leaves the program as Excel and CSV: all rows that fit, what was asked in words, and a fact of it."""

from __future__ import annotations

import csv
import html
import io
import re
from typing import Any

import openpyxl
from sqlalchemy import select, text

from training_app.audit.models import AuditEntry
from training_app.core.db import db
from training_app.web.access import access_of, may_open

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


def pages(demo_app, as_) -> list[tuple[str, str, str]]:
    """(endpoint, role, address) of every page that shows a table."""
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
