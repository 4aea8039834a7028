"""Leave in every state, made by the program's own services, so that the pages of leave have something to show."""

from __future__ import annotations

from training_app.classes.api import enrollments_of_account
from training_app.core import clock
from training_app.core.actor import acting_as
from training_app.core.handed_in import Paper
from training_app.demo.signins import SignIns
from training_app.demo.training import Course, Year
from training_app.discipline import rules
from training_app.discipline.queries.bulletins import due_bulletins
from training_app.discipline.queries.leaves import get_leave
from training_app.discipline.services import leave as leaves
from training_app.discipline.services.bulletins import issue_bulletin

_PAPER = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n%%EOF\n"
_STORIES = 9


def write(year: Year, made: SignIns) -> int:
    """Requests in the running classes and the next one; says how many."""
    count = 0
    for course in year.running():
        count += _running(course, made)
        _bulletins(course, made)
    return count


def _bulletins(course: Course, made: SignIns) -> None:
    """Bulletins of the days that are closed; the first one corrected."""
    teacher = made.actor(course.teacher_account_id or made.staff["class_teacher"][0])
    with acting_as(teacher):
        due = [each for each in due_bulletins(teacher) if each.class_id == course.class_id][::-1]
        for number, each in enumerate(due):
            first = issue_bulletin(each.class_id, each.kind, each.day)
            if number == 0:
                issue_bulletin(each.class_id, each.kind, each.day, corrects_id=first, reason="补登一名学员的公假")


def _running(course: Course, made: SignIns) -> int:
    """To be decided, one step further, granted, refused, taken back, back again."""
    first = max(course.term.starts_on, min(clock.today(), course.term.ends_on))
    last_half = rules.Half(course.term.ends_on, 1)
    own = {each.id for each in enrollments_of_account(made.accounts["trainee"])}
    taken = [seat.enrollment_id for seat in course.seats if seat.status in ("approved", "studying")]
    people = iter([each for each in taken[::-1] if each not in own])
    if len(taken) < _STORIES + 1:
        return 0
    teacher = made.actor(course.teacher_account_id or made.staff["class_teacher"][0])
    planner = made.actor(made.accounts["planner"])

    def ask(kind: str, reason: str, *, papers: int = 0, from_today: bool = False, person: int | None = None) -> int:
        period = rules.Period(rules.Half(first, 0) if from_today else last_half, last_half)
        files = [Paper("医院证明.pdf", _PAPER)] * papers
        request = leaves.Request(kind, period, reason, files)
        return leaves.ask_leave(person or next(people), request, by_staff=person is None)

    def decide(leave_id: int, *, yes: bool = True, note: str = "") -> None:
        with acting_as(teacher):
            leaves.decide_leave(leave_id, step="class_teacher", approved=yes, note=note)

    with acting_as(teacher):
        ask("leave_sick", "感冒发烧，需到县医院就诊", papers=1)
        ask("leave_official", "单位通知参加县防汛会商会")
        higher = ask("leave_personal", "直系亲属住院手术，需陪护", from_today=True)
        granted = [ask("leave_official", "参加县政府常务会议列席汇报"), ask("leave_sick", "牙科急诊", papers=1)]
        refused = ask("leave_personal", "办理车辆年检")
        back_again = ask("leave_sick", "胃病复查", from_today=True)
        told = ask("leave_personal", "家中老人走失，已报警寻找", from_today=True)
        taken_back = ask("leave_official", "原定出差")
    for each in own & set(taken):
        with acting_as(made.actor(made.accounts["trainee"])):
            ask("leave_personal", "孩子学校召开家长会", person=each)
    decide(higher, note="情况属实")
    for leave_id in granted:
        decide(leave_id, note="同意")
    decide(refused, yes=False, note="可安排在培训结束后办理")
    for leave_id in (back_again, told):
        decide(leave_id, note="同意")
        if get_leave(leave_id).state == "asked":
            with acting_as(planner):
                leaves.decide_leave(leave_id, step="academic", approved=True)
    with acting_as(teacher):
        leaves.report_back(told, rules.Half(first, 1))
        leaves.confirm_return(back_again, rules.Half(first, 1))
        leaves.withdraw_leave(taken_back)
    return _STORIES
