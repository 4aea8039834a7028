"""What the program's own services do at the end, so that results, files and the audit trail are as in real work."""

from __future__ import annotations

from datetime import timedelta

from training_app.archives.services.items import add_item, store_summary
from training_app.archives.services.sealing import approve_seal, propose_seal
from training_app.classes.services.enrolment import approve, nominate
from training_app.core import clock
from training_app.core.actor import acting_as
from training_app.demo.people import Population
from training_app.demo.signins import SignIns
from training_app.demo.training import OFFICER_UNIT, Course, Year
from training_app.results import api as results

UNDECIDED = 2  # the classes that finished last still wait for their results
UNFILED = 2  # of those decided, the last ones' files still lack documents


def finish(year: Year, made: SignIns, population: Population) -> None:
    """Decide results, issue certificates, nominate people for the coming classes."""
    results.ensure_requirements()
    decided = _decide(year, made)
    for course in decided[:-UNFILED]:
        _file(course, made)
    _nominate(year, made, population)


def seal(year: Year, made: SignIns, *, base_url: str) -> int:
    """Seal the class files that are proposed: proposed by the class teacher, approved by the department."""
    chosen = [course for course in year.classes if course.term.phase == "archived"]
    for course in chosen:
        with acting_as(made.actor(_teacher_of(course, made))):
            propose_seal(course.class_id)
        with acting_as(made.actor(made.accounts["org_dept"])):
            approve_seal(course.class_id, base_url=base_url)
    return len(chosen)


def _decide(year: Year, made: SignIns) -> list[Course]:
    """The results of the classes that are over, class by class in the order of their ends; say which."""
    over = sorted(
        (c for c in year.classes if c.term.phase in ("archived", "finished")), key=lambda c: (c.term.ends_on, c.code)
    )
    today = clock.today()
    for course in over[:-UNDECIDED]:
        with acting_as(made.actor(_teacher_of(course, made))):
            results.decide_results(course.class_id)
            results.issue_certificates(course.class_id, issued_on=min(course.term.ends_on + timedelta(days=9), today))
    return over[:-UNDECIDED]


def _file(course: Course, made: SignIns) -> None:
    """What a class's file needs besides what the program knows itself."""
    name, people = course.term.name, len(course.seats)
    shelf = f"县委党校档案室第{course.class_id % 6 + 1}柜"
    papers = [
        ("paper", "结业考试试卷、答题卡和评分标准", f"纸质试卷{people}份，装订成册，存{shelf}。"),
        ("reflections", "学员心得体会汇编", f"收录心得体会{people}篇，编辑成册，存{shelf}。"),
        ("evaluation", "教学质量评估汇总", "学员匿名评估，内容、方法、效果三项均在90分以上，建议增加案例教学。"),
    ]
    with acting_as(made.actor(_teacher_of(course, made))):
        for kind, title, text in papers:
            add_item(course.class_id, kind=kind, title=title, text=text)
        store_summary(
            course.class_id,
            text=f"{name}于{course.term.starts_on:%Y年%m月%d日}开班，学制{course.term.days}天，参训{people}人。"
            "班次按计划完成全部课程，严格考勤，组织闭卷考试，收齐心得体会。下一步将加强训前调研，增加现场教学比重。",
        )


def _teacher_of(course: Course, made: SignIns) -> int:
    return course.teacher_account_id or made.staff["class_teacher"][0]


def _nominate(year: Year, made: SignIns, population: Population) -> None:
    """The unit's officer puts people forward for a coming class; the department takes one of them."""
    officer = made.actor(made.accounts["unit_officer"])
    unit = population.unit(OFFICER_UNIT)
    coming = [c for c in year.classes if c.term.phase == "enrolling"]
    busy = {seat.person.id for c in (*coming, *year.running()) for seat in c.seats} | made.people
    people = [p.id for p in population.within(unit) if p.id not in busy and p.post_level in ("", "股级")][:2]
    for course in coming[-1:]:
        with acting_as(officer):
            nominate(course.class_id, people, note="熟悉业务，工作需要")
        waiting = [seat.enrollment_id for seat in course.seats if seat.status == "nominated"][:2]
        with acting_as(made.actor(made.accounts["org_dept"])):
            approve(waiting)
