"""The first draft of a class's summary, from its figures; a person finishes it."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Any

from training_app.archives.queries.content import REASON_WORDS, STATUS_WORDS, Content
from training_app.core.documents import chinese_span, number_text


def draft(content: Content) -> str:
    """Six paragraphs: overview, courses, attendance, exam, results, what remains to be written."""
    return "\n".join(
        [
            "一、基本情况",
            _overview(content),
            "二、课程与师资",
            _courses(content),
            "三、考勤情况",
            _attendance(content),
            "四、考试情况",
            _exams(content),
            "五、学习成果",
            _results(content),
            "六、问题与改进",
            "（请补充：存在的问题、意见建议和改进措施。）",
        ]
    )


def _overview(content: Content) -> str:
    info, people = content.info, content.roster
    units = len({row["unit"] for row in people})
    levels = Counter(row["post_level"] for row in people if row["post_level"])
    by_level = "，其中" + "、".join(f"{name}{count}人" for name, count in levels.most_common(5)) if levels else ""
    where = f"在{info.venue}" if info.venue else ""
    host = f"由{info.host}主办，" if info.host else ""
    return (
        f"{info.name}于{chinese_span(info.starts_on, info.ends_on)}{where}举办，{host}"
        f"共{len(people)}名学员参加，来自{units}个单位{by_level}。"
    )


def _courses(content: Content) -> str:
    taught = [row for row in content.timetable if row["kind"] in ("teaching", "discussion", "field")]
    teachers = {name for row in taught for name in row["teacher"].replace("，", "、").split("、") if name}
    field = sum(row["kind"] == "field" for row in taught)
    on_site = f"，现场教学{field}次" if field else ""
    with_teachers = f"，由{len(teachers)}名教师授课" if teachers else ""
    return f"本期共安排课程{len(content.timetable)}次，计{content.about['credit_hours']}学时{with_teachers}{on_site}。"


def _attendance(content: Content) -> str:
    counted = Counter(row["status"] for row in content.attendance)
    total = sum(counted.values())
    if not total:
        return "（本期没有考勤记录。）"
    present = counted["present"] + counted["late"]
    rate = number_text((Decimal(present) * 100 / total).quantize(Decimal("0.1")))
    full = _full_attendance(content)
    rest = "、".join(
        f"{STATUS_WORDS[name]}{counted[name]}人次"
        for name in ("late", "left_early", "leave_official", "leave_sick", "leave_personal", "absent")
        if counted[name]
    )
    return f"应到{total}人次，实到{present}人次，到课率{rate}%，全勤{full}人{'；' + rest if rest else ''}。"


def _full_attendance(content: Content) -> int:
    missed = {row["enrollment_id"] for row in content.attendance if row["status"] not in ("present", "late", "exempt")}
    return len({row["enrollment_id"] for row in content.attendance} - missed)


def _exams(content: Content) -> str:
    scores = [Decimal(row["exam"]) for row in content.results if row["exam"]]
    if not scores:
        return "本期未组织考试。" if not content.info.exam_required else "（考试成绩尚未公布。）"
    mark = Decimal(next((exam["pass_mark"] for exam in content.exams if exam["attempt_no"] == 1), "60"))
    passed = sum(score >= mark for score in scores)
    resits = [row for row in content.results if row["resit"]]
    average = number_text((sum(scores, Decimal(0)) / len(scores)).quantize(Decimal("0.01")))
    absent = sum(row["exam_code"] == "absent" for row in content.results)
    text = (
        f"参加考试{len(scores)}人，平均{average}分，最高{number_text(max(scores))}分，最低{number_text(min(scores))}分，"
        f"合格{passed}人"
    )
    text += f"，缺考{absent}人" if absent else ""
    text += f"；补考{len(resits)}人，补考合格{sum(Decimal(row['resit']) >= mark for row in resits)}人" if resits else ""
    return f"{text}。"


def _results(content: Content) -> str:
    rows: list[dict[str, Any]] = content.results
    completed = sum(row["completed"] for row in rows)
    grades = Counter(row["grade"] for row in rows)
    others = Counter(row["reason"] for row in rows if row["reason"] and not row["completed"])
    reasons = "，".join(f"{REASON_WORDS[code]}{count}人" for code, count in others.most_common())
    valid = sum(row["state"] == "valid" for row in content.certificates)
    return (
        f"准予结业{completed}人，其中优秀{grades['excellent']}人、良好{grades['good']}人、合格{grades['pass']}人"
        f"{'；未结业：' + reasons if reasons else ''}。颁发结业证书{valid}本。"
    )
