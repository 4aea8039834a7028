"""The payload of a package: open formats that say the same thing twice, for programs and for people."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from training_app.archives.queries.content import (
    CODE_WORDS,
    GRADE_WORDS,
    HALF_DAY_WORDS,
    REASON_WORDS,
    STATUS_SIGNS,
    STATUS_WORDS,
    Content,
)
from training_app.archives.values import Checklist
from training_app.core import documents, files, tables
from training_app.core.tables import Column
from training_app.results import api as results

_FOLDER = Path(__file__).parent / "documents"
_WEEKDAYS = "一二三四五六日"


def data_files(content: Content, checklist: Checklist, *, reason: str = "") -> dict[str, bytes]:
    """The part of the payload that follows from the database alone: JSON and CSV."""
    made: dict[str, bytes] = {"data/class.json": _json({**content.about, "exams": content.exams, "supplement": reason})}
    for name, rows in (
        ("roster", content.roster),
        ("timetable", content.timetable),
        ("attendance", content.attendance),
        ("results", content.results),
        ("certificates", content.certificates),
        ("hours", content.hours),
        ("daily", content.daily),
    ):
        made[f"data/{name}.json"] = _json(rows)
        made[f"data/{name}.csv"] = tables.to_csv([Column(key, key) for key in (rows[0] if rows else {})], rows)
    made["data/checklist.json"] = _json(
        [
            {
                "kind": line.kind,
                "state": line.state,
                "done": line.done,
                "total": line.total,
                "items": [
                    {
                        "title": item.title,
                        "file": item.file_name,
                        "sha256": item.file_sha256 or "",
                        "text": item.text,
                        "waived": item.waived,
                        "by": item.account_name,
                        "at": item.at.isoformat(),
                    }
                    for item in line.items
                ],
            }
            for line in checklist.lines
        ]
    )
    for row in content.roster:
        made[f"data/trainees/{_trainee(row)}/record.json"] = _json(_trainee_record(content, row))
    return made


def item_files(checklist: Checklist) -> dict[str, bytes]:
    """The documents that people put in."""
    made = {}
    items = [item for line in checklist.lines for item in line.items] + list(checklist.others)
    for item in items:
        if item.file_sha256:
            made[f"data/items/{item.kind}/{item.id}-{item.file_name}"] = files.read(item.file_sha256)
        elif item.text and not item.waived:
            made[f"data/items/{item.kind}/{item.id}.txt"] = item.text.encode()
    return made


def document_files(content: Content, *, summary: str, certificates: bytes | None) -> dict[str, bytes]:
    """The documents for people, as PDF."""
    made = {
        "data/documents/01-学员名册.pdf": roster_pdf(content),
        "data/documents/02-课程表.pdf": timetable_pdf(content),
        "data/documents/03-考勤汇总表.pdf": attendance_pdf(content),
        "data/documents/04-每日考勤通报汇总.pdf": daily_pdf(content),
        "data/documents/05-成绩单.pdf": scores_pdf(content),
        "data/documents/06-学员考核登记表.pdf": appraisal_pdf(content),
        "data/documents/07-班次总结.pdf": summary_pdf(content, summary),
    }
    if certificates is not None:
        made["data/documents/08-结业证书.pdf"] = certificates
    return made


# --- documents ---------------------------------------------------------------------------------------------------


def roster_pdf(content: Content) -> bytes:
    """学员名册."""
    return _table(
        content,
        "学员名册",
        ["序号", "组别", "姓名", "单位", "职务", "职务层次", "备注"],
        [
            [
                row["number"],
                row["group"],
                row["name"],
                row["unit"],
                row["post"],
                row["post_level"],
                "退学" if row["status"] == "withdrawn" else row["class_role"],
            ]
            for row in content.roster
        ],
        [0, 0, 0, 3, 3, 0, 2],
        signatures=["班主任"],
    )


def timetable_pdf(content: Content) -> bytes:
    """课程表."""
    rows = []
    for row in content.timetable:
        day = date.fromisoformat(row["day"])
        rows.append(
            [
                f"{day.month}月{day.day}日（周{_WEEKDAYS[day.weekday()]}）",
                HALF_DAY_WORDS.get(row["half_day"], ""),
                f"{row['starts']}—{row['ends']}",
                row["title"],
                row["teacher"],
                row["place"],
                row["hours"],
            ]
        )
    return _table(
        content,
        "课程表",
        ["日期", "时段", "时间", "课程", "授课人", "地点", "学时"],
        rows,
        [0, 0, 0, 4, 2, 2, 0],
        right=[6],
    )


def attendance_pdf(content: Content) -> bytes:
    """考勤汇总表: a sign for each lesson, hours due, attended and missed."""
    lessons = [row for row in content.timetable if row["hours"] != "0"]
    signs: dict[tuple[int, int], str] = {
        (row["enrollment_id"], row["lesson_id"]): STATUS_SIGNS[row["status"]] for row in content.attendance
    }
    days = [date.fromisoformat(row["day"]) for row in lessons]
    heads = (
        ["序号", "姓名"]
        + [
            f"{day.month}.{day.day}{HALF_DAY_WORDS.get(row['half_day'], '')[:1]}"
            for day, row in zip(days, lessons, strict=True)
        ]
        + ["应到学时", "实到学时", "缺课学时", "出勤率"]
    )
    rows = [
        [
            row["number"],
            row["name"],
            *[signs.get((row["enrollment_id"], x["lesson_id"]), "") for x in lessons],
            row["hours_due"],
            row["hours_earned"],
            row["hours_missed"],
            f"{row['attendance_rate']}%",
        ]
        for row in content.results
    ]
    legend = "　".join(f"{sign} {STATUS_WORDS[code]}" for code, sign in STATUS_SIGNS.items())
    widths = [0, 0, *[1] * len(lessons), 0, 0, 0, 0]
    return _table(
        content,
        "考勤汇总表",
        heads,
        rows,
        widths,
        right=[len(heads) - 4, len(heads) - 3, len(heads) - 2, len(heads) - 1],
        middle=list(range(2, 2 + len(lessons))),
        flipped=len(lessons) > 6,
        size=9 if len(lessons) <= 10 else 7 if len(lessons) <= 20 else 5.5,
        legend=legend,
        signatures=["班主任", "教务负责人"],
    )


def daily_pdf(content: Content) -> bytes:
    """每日考勤通报汇总."""
    names = ("present", "late", "left_early", "leave_official", "leave_sick", "leave_personal", "absent")
    rows = []
    for row in content.daily:
        day = date.fromisoformat(row["day"])
        rows.append(
            [f"{day.month}月{day.day}日", row["lessons"], row["due"], *[row[name] for name in names], row["rate"]]
        )
    return _table(
        content,
        "每日考勤通报汇总",
        ["日期", "课次", "应到人次", *[STATUS_WORDS[name] for name in names], "到课率"],
        rows,
        [2, 1, 2, *[1] * len(names), 1],
        right=list(range(1, 11)),
        signatures=["班主任"],
    )


def scores_pdf(content: Content) -> bytes:
    """成绩单: the parts, the total, the grade and the completion."""
    scheme = content.about["scheme"]
    rows = [
        [
            row["number"],
            row["name"],
            row["unit"],
            row["exam"] or CODE_WORDS.get(row["exam_code"], ""),
            row["resit"] or CODE_WORDS.get(row["resit_code"], ""),
            row["reflection"],
            row["conduct"],
            row["total"],
            GRADE_WORDS[row["grade"]],
            REASON_WORDS.get(row["reason"], "未定"),
        ]
        for row in content.results
    ]
    legend = (
        f"总评＝考试（有补考的用补考）{scheme['exam']}%＋心得体会{scheme['reflection']}%＋日常表现{scheme['conduct']}%"
        + (f"＋考勤{scheme['attendance']}%" if scheme["attendance"] else "")
    )
    return _table(
        content,
        "成绩单",
        ["序号", "姓名", "单位", "考试", "补考", "心得体会", "日常表现", "总评", "等次", "结业情况"],
        rows,
        [0, 0, 3, 0, 0, 0, 0, 0, 0, 0],
        right=[3, 4, 5, 6, 7],
        legend=legend,
        signatures=["登分人", "复核人", "教务负责人"],
    )


def appraisal_pdf(content: Content) -> bytes:
    """学员考核登记表, one page a person."""
    info = content.info
    marks: dict[int, dict[str, int]] = {}
    for row in content.attendance:
        counted = marks.setdefault(row["enrollment_id"], {})
        counted[row["status"]] = counted.get(row["status"], 0) + 1
    roster = {row["enrollment_id"]: row for row in content.roster}
    people = []
    for row in content.results:
        person = roster[row["enrollment_id"]]
        counted = marks.get(row["enrollment_id"], {})
        people.append(
            {
                "name": row["name"],
                "unit": person["unit"],
                "post": person["post"],
                "level": person["post_level"],
                "rank": person["rank"],
                "group": person["group"],
                "class_name": info.name,
                "dates": documents.chinese_span(info.starts_on, info.ends_on),
                "hours": {
                    "class": content.about["credit_hours"],
                    "due": row["hours_due"],
                    "earned": row["hours_earned"],
                    "missed": row["hours_missed"],
                    "rate": row["attendance_rate"],
                },
                "marks": "，".join(
                    f"{STATUS_WORDS[code]}{counted[code]}次" for code in STATUS_WORDS if counted.get(code)
                ),
                "exam": row["exam"] or CODE_WORDS.get(row["exam_code"], ""),
                "resit": row["resit"] or CODE_WORDS.get(row["resit_code"], ""),
                "reflection": row["reflection"],
                "conduct": row["conduct"],
                "total": row["total"],
                "grade": GRADE_WORDS[row["grade"]],
                "completion": REASON_WORDS.get(row["reason"], "未定"),
                "certificate": row["certificate"],
            }
        )
    return documents.render_pdf(_FOLDER / "appraisal.typ", {"people": people})


def summary_pdf(content: Content, text: str) -> bytes:
    """班次总结."""
    issuers = results.letterhead().issuers
    return documents.render_pdf(
        _FOLDER / "report.typ",
        {
            "title": f"{content.info.name}总结",
            "paragraphs": [line.strip() for line in text.splitlines() if line.strip()],
            "signed": [issuers[-1] if issuers else "", documents.chinese_day(content.info.ends_on)],
        },
    )


def _table(
    content: Content,
    name: str,
    heads: Sequence[str],
    rows: Sequence[Sequence[object]],
    widths: Sequence[int],
    *,
    right: Sequence[int] = (),
    flipped: bool = False,
    size: float = 9,
    legend: str = "",
    signatures: Sequence[str] = (),
    middle: Sequence[int] = (),
) -> bytes:
    info = content.info
    facts = [
        ["时间", documents.chinese_span(info.starts_on, info.ends_on)],
        ["地点", info.venue],
        ["人数", f"{len(content.roster)}人"],
        ["学时", f"{content.about['credit_hours']}学时"],
    ]
    return documents.render_pdf(
        _FOLDER / "table.typ",
        {
            "title": f"{info.name}{name}",
            "facts": facts,
            "heads": list(heads),
            "rows": [[str(cell) for cell in row] for row in rows],
            "widths": list(widths),
            "right": list(right),
            "flipped": flipped,
            "size": size,
            "legend": legend,
            "signatures": list(signatures),
            "middle": list(middle),
        },
    )


# --- records -----------------------------------------------------------------------------------------------------


def _trainee(row: Mapping[str, Any]) -> str:
    name = "".join(c for c in row["name"] if c.isalnum() or c == "·") or "学员"
    return f"{row['number']:03d}-{name}"


def _trainee_record(content: Content, row: Mapping[str, Any]) -> dict[str, Any]:
    number = row["enrollment_id"]

    def own(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        return [
            {key: value for key, value in each.items() if key != "name"}
            for each in rows
            if each["enrollment_id"] == number
        ]

    return {
        "class": {"code": content.info.code, "name": content.info.name},
        "trainee": dict(row),
        "attendance": own(content.attendance),
        "result": next(iter(own(content.results)), {}),
        "certificates": own(content.certificates),
        "hours": own(content.hours),
    }


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
