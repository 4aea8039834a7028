"""What leave and bulletins contribute to the whole."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from training_app.attendance.events import AttendanceCorrected, ClassRulesChanged, LessonClosed
from training_app.classes.events import LessonCancelled, LessonMoved, LessonScheduled
from training_app.core.module import MenuItem, Module, Slot
from training_app.discipline import answers, handlers
from training_app.discipline.labels import audit_codes, audit_labels
from training_app.discipline.permissions import DISCIPLINE
from training_app.discipline.queries.leaves import leave_for_lesson
from training_app.discipline.queries.shares import absences_for_exam
from training_app.discipline.views import blueprint
from training_app.exams.events import ExamChanged, ExamScheduled

MODULE = Module(
    name="discipline",
    blueprints=(blueprint,),
    permissions=(DISCIPLINE,),
    menu=(
        MenuItem(
            "discipline.index",
            _l("Leave"),
            "calendar-off",
            32,
            tables=("discipline.show", "discipline.ask_for"),
        ),
        MenuItem(
            "discipline.bulletins",
            _l("Attendance bulletins"),
            "news",
            33,
            tables=("discipline.bulletin", "discipline.preview_bulletin"),
        ),
        MenuItem(
            "discipline.presence", _l("Presence at a glance"), "grid-dots", 34, tables=("discipline.presence_records",)
        ),
        MenuItem("discipline.own", _l("My leave"), "calendar-off", 35, section="home", audience="trainee"),
    ),
    slots=(
        Slot("class.overview", "", 20, answers.class_overview, key="leave"),
        Slot("me.home", _l("My leave"), 20, answers.own_home, key="leave"),
    ),
    subscriptions={
        LessonClosed: handlers.admit_after_lesson,
        AttendanceCorrected: handlers.admit_after_correction,
        ClassRulesChanged: handlers.admit_after_timetable,
        LessonScheduled: handlers.admit_after_timetable,
        LessonMoved: handlers.admit_after_timetable,
        LessonCancelled: handlers.admit_after_timetable,
        ExamScheduled: handlers.admit_after_scheduling,
        ExamChanged: handlers.admit_after_scheduling,
    },
    providers={
        "attendance.leave": leave_for_lesson,
        "exams.absences": absences_for_exam,
        "start.tasks": answers.start_tasks,
        "class.next_steps": answers.next_steps,
        "audit.codes": audit_codes,
        "audit.labels": audit_labels,
    },
)
