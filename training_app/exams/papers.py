"""Official form of exams: 成绩单."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_DOWN, Decimal

from training_app.classes.api import ClassInfo
from training_app.core import clock, documents
from training_app.core.papers import Column, Line, Paper, Sheet, listing
from training_app.exams import rules
from training_app.exams.admission_rules import AdmissionRules
from training_app.exams.queries.admission import Candidate
from training_app.exams.queries.overview import SheetRow
from training_app.exams.queries.published import ExamInfo

CODE_WORDS = {
    "": "",
    "absent": "缺考",
    "misconduct": "违纪",
    "deferred": "缓考",
    "excluded": "取消资格",
    "open": "未登记",
}
GRADE_WORDS = {"excellent": "优秀", "good": "良好", "passed": "合格", "failed": "不合格"}


def score_text(cell: rules.Cell) -> str:
    """A score as the official sheet prints it."""
    return rules.score_text(cell.score) or CODE_WORDS[cell.code]


def score_sheet(
    klass: ClassInfo,
    exam: ExamInfo,
    resit: ExamInfo | None,
    rows: Sequence[SheetRow],
    publisher: str = "",
) -> Paper:
    """成绩单: the exam, the re-sit, what counts in the end, the class in numbers, room for names and the seal."""
    name = f"{klass.name}成绩单"
    columns = (
        Column("序号", 10),
        Column("姓名", 20, "name"),
        Column("单位及职务", 0, "fit"),
        Column("成绩", 15),
        Column("是否\n补考", 14),
        Column("补考\n成绩", 14),
        Column("最终\n成绩", 14),
        Column("等次", 15),
        Column("备注", 24),
    )
    lines = [
        (
            str(row.number),
            row.name,
            row.unit_name + row.post_title.removeprefix(row.unit_name),
            score_text(row.exam),
            "" if row.resit.is_empty else "是",
            score_text(row.resit),
            score_text(row.final),
            GRADE_WORDS[row.grade],
            f"{documents.chinese_day(clock.local(row.corrected_at).date())}更正" if row.corrected_at else "",
        )
        for row in rows
    ]
    held = documents.chinese_day(clock.local(exam.starts_at).date())
    paper = Paper(name, ())
    facts = [
        Line((f"科目：{exam.title}", f"时间：{held}")),
        Line(
            (
                f"地点：{exam.place or '＿＿＿＿'}　　形式：{'开卷' if exam.mode == 'open_book' else '闭卷'}",
                f"满分：{documents.number_text(exam.full_marks)}　　合格线：{documents.number_text(exam.pass_mark)}",
            )
        ),
    ]
    if resit is not None:
        facts.append(Line((f"补考时间：{documents.chinese_day(clock.local(resit.starts_at).date())}",)))
    foot = [
        Line((statistics_text(exam, rows),), size=10),
        Line((f"评卷人：{'＿' * 6}", f"复核人：{'＿' * 6}", f"教务负责人：{'＿' * 6}")),
    ]
    if publisher:
        foot.append(Line((f"成绩发布：{publisher}", "")))
    foot += [Line(("", "（盖章）　　　　　　　　")), Line(("", "　　　　年　　月　　日"))]
    return Paper(
        name, (Sheet(name, (*facts, listing(columns, lines, paper.width, height=6.8, head_height=11), *foot)),)
    )


_DOOR_WORDS = {"admitted": "准考", "deferred": "缓考", "excluded": "取消考试资格"}
_LEAVE_WORDS = {"leave_sick": "病假", "leave_personal": "事假", "leave_official": "公假"}


def door_list(klass: ClassInfo, exam: ExamInfo, rows: Sequence[Candidate], laid_down: AdmissionRules) -> Paper:
    """考场点名册: who is let in, who is not and why, and a place to sign."""
    name = f"{exam.title}考场点名册"
    columns = (
        Column("序号", 10),
        Column("姓名", 20, "name"),
        Column("单位及职务", 0, "fit"),
        Column("准考情况", 22),
        Column("说明", 52, "fit"),
        Column("签到", 22),
    )
    lines = [
        (
            str(row.number),
            row.person.name,
            row.person.unit_name + row.person.post_title.removeprefix(row.person.unit_name),
            _DOOR_WORDS[row.admission.standing],
            door_reason(row, laid_down),
            "" if row.admission.standing == "admitted" else "／",
        )
        for row in rows
    ]
    admitted = sum(row.admission.standing == "admitted" for row in rows)
    start = clock.local(exam.starts_at)
    facts = (
        Line((f"班次：{klass.name}", f"时间：{documents.chinese_day(start.date())}{start:%H:%M}")),
        Line((f"地点：{exam.place or '＿＿＿＿'}", f"应考{len(rows)}人，准考{admitted}人")),
    )
    foot = Line((f"监考人：{'＿' * 6}", "实到＿＿＿人　　缺考＿＿＿人"))
    paper = Paper(name, ())
    return Paper(name, (Sheet(name, (*facts, listing(columns, lines, paper.width, height=7), foot)),))


def door_reason(row: Candidate, laid_down: AdmissionRules) -> str:
    """Why somebody is not let in, or is all the same, as the list at the door prints it."""
    each = row.admission
    if each.standing == "deferred":
        return f"考试时{_LEAVE_WORDS[each.leave_at_exam]}"
    if each.standing == "excluded":
        line = hours_text(each.planned * laid_down.numerator / laid_down.denominator)
        away = f"请假{hours_text(each.on_leave)}学时" if each.on_leave else ""
        if each.absent and laid_down.counts == "missed":
            away += f"{'、' if away else ''}旷课{hours_text(each.absent)}学时"
        return f"{away}，超过总学时{laid_down.numerator}/{laid_down.denominator}（{line}学时）"
    return f"特准：{each.nevertheless_reason}" if each.nevertheless_at else ""


def hours_text(value: Decimal) -> str:
    """Hours with at most one decimal, never rounded up: 18, 17.1."""
    return documents.number_text(value.quantize(Decimal("0.1"), ROUND_DOWN))


def statistics_text(exam: ExamInfo, rows: Sequence[SheetRow]) -> str:
    """The class in numbers, over what counts in the end."""
    found = rules.statistics([row.final for row in rows], full_marks=exam.full_marks, pass_mark=exam.pass_mark)
    parts = [f"应考{found.expected}人", f"实考{found.sat}人", f"缺考{found.absent}人"]
    if found.misconduct:
        parts.append(f"违纪{found.misconduct}人")
    if found.deferred:
        parts.append(f"缓考{found.deferred}人")
    if found.excluded:
        parts.append(f"取消资格{found.excluded}人")
    for words, number, unit in (
        ("平均分", found.mean, ""),
        ("最高分", found.highest, ""),
        ("最低分", found.lowest, ""),
    ):
        if number is not None:
            parts.append(f"{words}{documents.number_text(number)}{unit}")
    parts.append(f"合格{found.passed}人")
    if found.pass_rate is not None:
        parts.append(f"合格率{documents.number_text(found.pass_rate)}%")
    return "，".join(parts)
