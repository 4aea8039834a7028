"""Papers of leave as PDF."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from training_app.core import clock
from training_app.core import documents as core
from training_app.discipline import rules
from training_app.discipline.queries.leaves import LeaveRow, StepRow
from training_app.discipline.queries.shares import Share

_FOLDER = Path(__file__).parent / "documents"
KIND = {"leave_sick": "病假", "leave_personal": "事假", "leave_official": "公假"}
HALF = ("上午", "下午")
OPINIONS = (("class_teacher", "班主任意见"), ("academic", "教务处意见"), ("deputy", "分管校长意见"),
            ("organisation", "组织部意见"))  # fmt: skip


def half_text(half: rules.Half) -> str:
    """2026年12月2日上午."""
    return f"{core.chinese_day(half.day)}{HALF[half.half]}"


def leave_form(row: LeaveRow, steps: Sequence[StepRow], share: Share) -> bytes:
    """学员请假审批单: what was asked, everybody's word, the return. Steps not taken stay blank for the pen."""
    done = {step.step: step for step in steps}
    opinions = []
    for code, title in OPINIONS:
        step = done.get(code)
        word = "" if step is None else _opinion(step)
        day = core.chinese_day(clock.local(step.at).date()) if step else ""
        opinions.append({"title": title, "text": word, "by": step.by if step else "", "day": day})
    back = row.period.back
    data = {
        "title": "学员请假审批单",
        "class_name": row.class_name,
        "name": row.name,
        "post": row.unit_name + row.post_title,
        "kinds": [{"word": word, "on": code == row.kind} for code, word in KIND.items()],
        "first": half_text(row.period.first),
        "last": half_text(row.period.last),
        "days": core.number_text(rules.days_of(row.half_days)),
        "hours": core.number_text(row.hours),
        "total": core.number_text(share.on_leave),
        "ratio": f"{share.on_leave * 100 / share.planned:.1f}%" if share.planned else "",
        "reason": row.reason,
        "papers": f"{row.papers}份" if row.papers else "无",
        "opinions": opinions,
        "back": half_text(back) if back else "",
        "back_by": row.back_by,
        "back_day": core.chinese_day(clock.local(row.back_at).date()) if row.back_at and back else "",
        "asked": core.chinese_day(clock.local(row.asked_at).date()),
    }
    return core.render_pdf(_FOLDER / "leave.typ", data)


def _opinion(step: StepRow) -> str:
    verdict = "同意" if step.approved else "不同意"
    return step.note if step.note.startswith(verdict) else f"{verdict}。{step.note}"
