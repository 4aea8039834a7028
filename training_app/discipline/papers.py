"""考勤通报 as an official paper, from what was frozen when it was issued."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from training_app.attendance.api import LEAVE_STATUSES, SIGNS
from training_app.core import clock, documents
from training_app.core.papers import Column, Line, Note, Paper, Sheet, Table, listing
from training_app.discipline.opinions import percent, propose
from training_app.discipline.queries.bulletins import BulletinRow, Content, is_full

WORDS = {"leave_sick": "病假", "leave_personal": "事假", "leave_official": "公假"}
_HALF = {"morning": "上", "afternoon": "下", "evening": "晚"}
OPINION = "六、处理意见"
_ACROSS = 12  # lessons in one table; more go into a second


def heading(content: Content) -> str:
    """关于××班（×月×日—×月×日）学员考勤情况的通报."""
    first, last = _day(content["first_day"]), _day(content["last_day"])
    span = f"{first.month}月{first.day}日"
    if last != first:
        span += f"—{last.month}月{last.day}日"
    return f"关于{content['class_name']}（{span}）学员考勤情况的通报"


def paragraphs(content: Content, *, corrects: str = "", reason: str = "") -> list[str]:
    """The text of a bulletin; lists of names by what happened, with nothing said where nothing happened."""
    totals, people = content["totals"], content["people"]
    texts = []
    if corrects:
        texts.append(f"本通报更正《{corrects}》，以本通报为准。更正原因：{reason}。")
    texts.append(
        f"一、总体情况。应到{totals['people']}人，{len(content['lessons'])}次课，应到{totals['due']}学时，"
        f"实到{totals['attended']}学时，出勤率{percent(totals['rate'])}。全勤{totals['full']}人，"
        f"请假{totals['leave_times']}人次{totals['leave_hours']}学时，迟到{totals['late']}人次，"
        f"早退{totals['left_early']}人次，旷课{totals['absent_times']}人次{totals['absent_hours']}学时。"
    )
    texts.append(f"二、全勤学员。{_names([p for p in people if is_full(p)], lambda _p: '')}")
    away = [p for p in people if any(p["times"].get(kind) for kind in LEAVE_STATUSES)]
    texts.append(f"三、请假学员。{_names(away, _leave_words)}")
    late = [p for p in people if p["late"] or p["left_early"]]
    texts.append(f"四、迟到早退学员。{_names(late, _late_words)}")
    absent = [p for p in people if p["times"].get("absent")]
    texts.append(f"五、旷课学员。{_names(absent, _absence_words)}")
    return [*texts, *f"{OPINION}。{content.get('opinion') or propose(content)}".splitlines()]


def bulletin_paper(content: Content, *, number: str, issued: BulletinRow | None = None) -> Paper:
    """The bulletin with its table of signs, ready to be printed as PDF or Word."""
    name = heading(content)
    margins = (20.0, 18.0, 18.0, 20.0)
    whole = Paper("", (), margins=margins).width
    corrects, reason = (issued.corrects_number, issued.reason) if issued else ("", "")
    units = list(dict.fromkeys(p["unit"] for p in content["people"] if p["unit"]))
    blocks: list[Line | Table | Note] = [
        Note(number, size=11, align="center"),
        Note(f"主送：{'、'.join(units)}", size=11),
        *(Note(f"　　{text}", size=11) for text in paragraphs(content, corrects=corrects, reason=reason)),
    ]
    day = clock.local(issued.issued_at).date() if issued else clock.today()
    blocks += [
        Note(f"{content['host'] or content['class_name']}", size=11, align="right"),
        Note(documents.chinese_day(day), size=11, align="right"),
        Note(f"签发人：{issued.issued_by if issued else '＿＿＿＿'}", size=11, align="right"),
        Note("附表：考勤登记汇总", size=10.5, keep=True),
    ]
    lessons = list(enumerate(content["lessons"]))
    for at in range(0, len(lessons), _ACROSS):
        part = lessons[at : at + _ACROSS]
        blocks.append(_table(content, part, whole, last=at + _ACROSS >= len(lessons)))
    legend = "　".join(f"{SIGNS[code]} {word}" for code, word in _LEGEND.items())
    blocks.append(Note(f"图例：{legend}"))
    return Paper(f"{name}" if not issued else f"{number}", (Sheet(name, tuple(blocks)),), margins=margins)


_LEGEND = {
    "present": "出勤", "late": "迟到", "left_early": "早退", "leave_sick": "病假", "leave_personal": "事假",
    "leave_official": "公假", "absent": "旷课", "exempt": "免考勤",
}  # fmt: skip


def _table(content: Content, part: Sequence[tuple[int, Mapping[str, Any]]], whole: float, *, last: bool) -> Table:
    columns = [Column("序号", 9), Column("姓名", 18, "name"), Column("单位", 0, "fit")]
    for _at, lesson in part:
        day = _day(lesson["day"])
        columns.append(Column(f"{day.month}.{day.day}\n{_HALF.get(lesson['half'], '')}", 8))
    if last:
        columns += [Column("实到\n学时", 11), Column("请假\n学时", 11), Column("旷课\n学时", 11)]
    rows = [
        (
            str(number),
            person["name"],
            person["unit"],
            *(SIGNS.get(person["marks"][at], "") for at, _lesson in part),
            *((person["attended"], person["on_leave"], person["absent"]) if last else ()),
        )
        for number, person in enumerate(content["people"], 1)
    ]
    return listing(columns, rows, whole, size=9.5, height=6.4, head_height=11)


def _names(people: Sequence[Mapping[str, Any]], more: Any) -> str:
    if not people:
        return "无。"
    found = []
    for person in people:
        said = more(person)
        found.append(f"{person['name']}（{person['unit']}{'，' if said else ''}{said}）")
    return "、".join(found) + "。"


def _leave_words(person: Mapping[str, Any]) -> str:
    kinds = "、".join(f"{WORDS[kind]}{n}次" for kind in WORDS if (n := person["times"].get(kind, 0)))
    return f"{kinds}{person['on_leave']}学时"


def _absence_words(person: Mapping[str, Any]) -> str:
    return f"{person['times']['absent']}次{person['absent']}学时"


def _late_words(person: Mapping[str, Any]) -> str:
    late = f"迟到{person['late']}次" if person["late"] else ""
    early = f"早退{person['left_early']}次" if person["left_early"] else ""
    return late + early


def _day(text: str) -> date:
    return date.fromisoformat(text)
