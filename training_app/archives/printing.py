"""The documents of a package: the very forms a unit prints, and two that only an archive has."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from training_app.archives.queries.content import STATUS_WORDS, Content
from training_app.attendance import api as attendance
from training_app.classes import api as classes
from training_app.core import documents
from training_app.core.papers import Column, Line, Paper, Sheet, listing, to_pdf
from training_app.exams import api as exams
from training_app.results import api as results

_FOLDER = Path(__file__).parent / "documents"
_DAILY = ("present", "late", "left_early", "leave_official", "leave_sick", "leave_personal", "absent")


def _roster(content: Content) -> Paper:
    return classes.roster_paper(content.info, classes.list_enrollments(content.info.id))


def _timetable(content: Content) -> Paper | None:
    return classes.timetable_paper(content.info)


def _attendance(content: Content) -> Paper:
    return attendance.summary_paper(content.info.id)


def _scores(content: Content) -> Paper | None:
    made = exams.score_sheet_paper(content.info.id)
    return made[0] if made else None


def _outcomes(content: Content) -> Paper:
    return results.outcomes_paper(content.info, content.outcomes)


def _appraisal(content: Content) -> Paper:
    return results.appraisal_paper(content.info, content.outcomes)


def _registration(content: Content) -> Paper:
    return results.registration_paper(content.info, content.outcomes)


def _daily(content: Content) -> Paper:
    """每日考勤通报汇总."""
    info, name = content.info, f"{content.info.name}每日考勤通报汇总"
    columns = (
        Column("日期", 26),
        Column("课次", 12),
        Column("应到\n人次", 0),
        *(Column(STATUS_WORDS[status], 0) for status in _DAILY),
        Column("到课率", 18),
    )
    rows = []
    for row in content.daily:
        day = date.fromisoformat(row["day"])
        counted = (row["lessons"], row["due"], *(row[status] for status in _DAILY))
        rows.append((f"{day.month}月{day.day}日", *map(str, counted), row["rate"]))
    facts = Line((f"时间：{documents.chinese_span(info.starts_on, info.ends_on)}", f"共{len(content.roster)}人"))
    signed = Line(("", f"班主任（签字）：{'＿' * 8}"))
    return Paper(name, (Sheet(name, (facts, listing(columns, rows, Paper(name, ()).width, head_height=11), signed)),))


FORMS: dict[str, tuple[str, Callable[[Content], Paper | None]]] = {
    "roster": ("学员名册", _roster),
    "timetable": ("课程表", _timetable),
    "attendance": ("考勤汇总表", _attendance),
    "daily": ("每日考勤通报汇总", _daily),
    "scores": ("成绩单", _scores),
    "outcomes": ("考核结果汇总表", _outcomes),
    "appraisal": ("学员考核登记表", _appraisal),
    "registration": ("培训登记表", _registration),
}
"""The forms by name, in the order of a package; one without content (no exam was held) is left out."""


def form_pdf(content: Content, name: str) -> bytes | None:
    """One form of the archive; None when it has no content."""
    paper = FORMS[name][1](content)
    return to_pdf(paper) if paper is not None and paper.sheets else None


def document_files(content: Content, *, summary: str, certificates: bytes | None) -> dict[str, bytes]:
    """The documents for people, as PDF, numbered as they lie in the package."""
    found = [(title, form_pdf(content, name)) for name, (title, _make) in FORMS.items()]
    found += [("班次总结", summary_pdf(content, summary)), ("结业证书", certificates)]
    made = [(title, data) for title, data in found if data is not None]
    return {f"data/documents/{number:02d}-{title}.pdf": data for number, (title, data) in enumerate(made, 1)}


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
