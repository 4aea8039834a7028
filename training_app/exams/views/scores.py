"""Differences, publishing, published scores with their list and sheet, and changes afterwards."""

from __future__ import annotations

from datetime import datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from training_app.classes import api as classes
from training_app.core import clock
from training_app.core.actor import current_actor
from training_app.core.errors import DomainError, NotFound
from training_app.core.tables import Column
from training_app.exams import labels, rules
from training_app.exams.forms import ChangeForm, DecisionForm, SettleForm
from training_app.exams.permissions import EXAMS
from training_app.exams.queries import grids, overview, published
from training_app.exams.queries.overview import ScoreRow, SheetRow
from training_app.exams.queries.published import ExamInfo
from training_app.exams.services import entering, publishing
from training_app.exams.views import bp
from training_app.web.access import requires
from training_app.web.errors import translated
from training_app.web.lists import export, wants_export


@bp.get("/exams/<int:exam_id>/differences")
@requires(EXAMS["enter"])
def differences(exam_id: int) -> ResponseReturnValue:
    """Both entries side by side where they differ, once both are handed in."""
    exam = overview.exam_visible_to(current_actor(), exam_id, "enter")
    return _differences_page(exam)


@bp.post("/exams/<int:exam_id>/differences/<int:enrollment_id>")
@requires(EXAMS["publish"])
def settle(exam_id: int, enrollment_id: int) -> ResponseReturnValue:
    """Decide one difference."""
    exam = overview.exam_visible_to(current_actor(), exam_id, "publish")
    form = SettleForm()
    chosen = request.form.get("choice") or form.score.data or ""
    try:
        entering.settle_difference(exam_id, enrollment_id, chosen, reason=(form.reason.data or "")[:300])
    except DomainError as error:
        if isinstance(error, NotFound):
            raise
        message = next(iter(error.fields.values()), None)
        return _differences_page(exam, enrollment_id, _(message) if message else translated(error)), 422
    flash(_("Settled."), "success")
    return redirect(url_for("exams.differences", exam_id=exam_id))


def _differences_page(exam: ExamInfo, wrong: int = 0, message: str = "") -> str:
    actor = current_actor()
    both = exam.first_submitted_at is not None and exam.second_submitted_at is not None
    rows = grids.differences(exam) if both else []
    names = overview.names_of({exam.first_account_id, exam.second_account_id, *(row.decided_by_id for row in rows)})
    me = actor.account_id
    enrollment = classes.find_enrollment(exam.class_id, me) if me is not None else None
    sits = enrollment is not None and enrollment.status in classes.ACTIVE
    why_not = rules.may_settle(held=grids.duty_of(exam.id, me) if me is not None else None, sits_exam=sits)
    return render_template(
        "exams/differences.html",
        exam=exam,
        klass=classes.get_class(exam.class_id),
        both=both,
        rows=rows,
        names=names,
        may_publish=classes.may_see_class(actor, exam.class_id, EXAMS["publish"]),
        why_not=_(why_not) if why_not else "",
        wrong=wrong,
        message=message,
        labels=labels,
    )


@bp.route("/exams/<int:exam_id>/publish", methods=["GET", "POST"])
@requires(EXAMS["publish"], fresh=True)
def publish(exam_id: int) -> ResponseReturnValue:
    """Show in numbers what publishing does, then publish and lock."""
    exam = overview.exam_visible_to(current_actor(), exam_id, "publish")
    if request.method == "POST":
        try:
            count = publishing.publish_scores(exam_id)
        except DomainError as error:
            flash(translated(error), "danger")
            return redirect(url_for("exams.show", exam_id=exam_id))
        flash(
            ngettext("%(num)d score is published and locked.", "%(num)d scores are published and locked.", count),
            "success",
        )
        return redirect(url_for("exams.show", exam_id=exam_id))
    progress = grids.exam_progress(exam)
    preview = rules.statistics(list(progress.final.values()), full_marks=exam.full_marks, pass_mark=exam.pass_mark)
    return render_template(
        "exams/publish.html",
        exam=exam,
        klass=classes.get_class(exam.class_id),
        progress=progress,
        preview=preview,
        names=overview.names_of({exam.first_account_id, exam.second_account_id}),
        labels=labels,
    )


@bp.get("/exams/<int:exam_id>/scores")
@requires(EXAMS["view"])
def scores(exam_id: int) -> ResponseReturnValue:
    """The published scores: all, or those behind one bar or one figure."""
    exam = overview.exam_visible_to(current_actor(), exam_id)
    rows, filter_text = _filtered(exam, overview.score_rows(exam))
    if wants_export():
        title = _("Scores of %(title)s", title=exam.title)
        said = [(_("Filter"), filter_text)] if filter_text else []
        return export(_score_columns(), [_plain_score(row) for row in rows], title, notes=said)
    return render_template(
        "exams/scores.html",
        exam=exam,
        klass=classes.get_class(exam.class_id),
        rows=rows,
        filter_text=filter_text,
        args=request.args,
        labels=labels,
    )


def _filtered(exam: ExamInfo, rows: list[ScoreRow]) -> tuple[list[ScoreRow], str]:
    """Keep what the address asks for, and say it in words."""
    low, high, only = request.args.get("low", ""), request.args.get("high", ""), request.args.get("only", "")
    if low in _EDGES and high in _EDGES:
        bar = int(low), int(high)
        kept = [
            row
            for row in rows
            if row.score.cell.score is not None
            and rules.in_bar(row.score.cell.score, low=bar[0], high=bar[1], full_marks=exam.full_marks)
        ]
        return kept, labels.band(*bar, int(exam.full_marks))
    match only:
        case "passed":
            return [row for row in rows if row.passed], _("passed")
        case "failed":
            return [row for row in rows if not row.passed and not row.score.cell.code], _("failed")
        case "absent" | "misconduct" | "deferred" | "excluded" | "open":
            return [row for row in rows if row.score.cell.code == only], str(labels.CODES[only])
        case "corrected":
            return [row for row in rows if row.score.is_corrected], _("corrected")
        case _:
            return rows, ""


_EDGES = {str(edge) for edge in range(0, 101, 10)}


def _score_columns() -> list[Column]:
    return [
        Column("number", _("No."), "number"),
        Column("name", _("Name")),
        Column("unit_name", _("Unit")),
        Column("group_name", _("Study group")),
        Column("score", _("Score"), "number"),
        Column("code", _("Remark")),
        Column("grade", _("Grade")),
        Column("corrected", _("Corrected on"), "date"),
    ]


def _plain_score(row: ScoreRow) -> dict[str, object]:
    cell = row.score.cell
    return {
        "number": row.number,
        "name": row.name,
        "unit_name": row.unit_name,
        "group_name": row.group_name,
        "score": cell.score,
        "code": labels.shown(cell) if cell.code else "",
        "grade": str(labels.GRADES[row.grade]) if not cell.code else "",
        "corrected": row.score.at if row.score.is_corrected else None,
    }


@bp.get("/classes/<int:class_id>/exams/sheet")
@requires(EXAMS["view"])
def sheet(class_id: int) -> ResponseReturnValue:
    """The score sheet (成绩单) of a class, for paper or Excel."""
    klass = overview.class_within_reach(current_actor(), class_id)
    exam, resit = published.find_exam(class_id, 1), published.find_exam(class_id, 2)
    rows = overview.sheet_rows(class_id)
    if exam is None or not rows:
        raise NotFound
    if wants_export():
        return export(_sheet_columns(), [_plain_line(row) for row in rows], f"{klass.name}成绩单")
    return render_template(
        "exams/sheet.html",
        klass=klass,
        exam=exam,
        resit=resit if resit is not None and resit.state == "published" else None,
        rows=rows,
        statistics=rules.statistics([row.final for row in rows], full_marks=exam.full_marks, pass_mark=exam.pass_mark),
        names=overview.names_of({exam.first_account_id, exam.second_account_id, exam.published_by_id}),
    )


def _sheet_columns() -> list[Column]:
    """Official, so always in Chinese."""
    return [
        Column("number", "序号", "number"),
        Column("name", "姓名"),
        Column("unit_name", "单位"),
        Column("post_title", "职务"),
        Column("exam", "成绩"),
        Column("is_resit", "是否补考"),
        Column("resit", "补考成绩"),
        Column("final", "最终成绩"),
        Column("grade", "等次"),
        Column("corrected", "更正日期", "date"),
    ]


def _plain_line(row: SheetRow) -> dict[str, object]:
    return {
        "number": row.number,
        "name": row.name,
        "unit_name": row.unit_name,
        "post_title": row.post_title,
        "exam": row.exam.score if row.exam.score is not None else SHEET_WORDS[row.exam.code],
        "is_resit": "" if row.resit.is_empty else "是",
        "resit": row.resit.score if row.resit.score is not None else SHEET_WORDS[row.resit.code],
        "final": row.final.score if row.final.score is not None else SHEET_WORDS[row.final.code],
        "grade": SHEET_GRADES[row.grade],
        "corrected": row.corrected_at,
    }


SHEET_WORDS = {
    "": "",
    "absent": "缺考",
    "misconduct": "违纪",
    "deferred": "缓考",
    "excluded": "取消资格",
    "open": "未登记",
}
SHEET_GRADES = {"excellent": "优秀", "good": "良好", "passed": "合格", "failed": "不合格"}


@bp.app_template_filter("sheet_score")
def sheet_score(cell: rules.Cell) -> str:
    """A score as the official sheet prints it."""
    return rules.score_text(cell.score) or SHEET_WORDS[cell.code]


@bp.app_template_filter("sheet_day")
def sheet_day(at: datetime | None) -> str:
    """A day as the official sheet prints it: 2023年5月11日."""
    if at is None:
        return ""
    day = clock.local(at).date()
    return f"{day.year}年{day.month}月{day.day}日"


@bp.app_template_filter("sheet_grade")
def sheet_grade(grade: str) -> str:
    """A grade as the official sheet prints it."""
    return SHEET_GRADES[grade]


@bp.get("/exams/<int:exam_id>/scores/<int:enrollment_id>")
@requires(EXAMS["view"])
def score(exam_id: int, enrollment_id: int) -> ResponseReturnValue:
    """One published score: its versions, and the way to change it."""
    exam = overview.exam_visible_to(current_actor(), exam_id)
    return _score_page(exam, enrollment_id, ChangeForm())


@bp.post("/exams/<int:exam_id>/scores/<int:enrollment_id>")
@requires(EXAMS["enter"])
def ask_change(exam_id: int, enrollment_id: int) -> ResponseReturnValue:
    """Ask for a change of a published score."""
    exam = overview.exam_visible_to(current_actor(), exam_id, "enter")
    form = ChangeForm()
    if form.validate_on_submit():
        try:
            publishing.ask_change(exam_id, enrollment_id, form.score.data, reason=form.reason.data)
        except NotFound:
            raise
        except DomainError as error:
            if error.fields:
                form.take(error)
            else:
                form.score.errors = [*form.score.errors, translated(error)]
        else:
            flash(_("Asked for. Another person decides."), "success")
            return redirect(url_for("exams.score", exam_id=exam_id, enrollment_id=enrollment_id))
    return _score_page(exam, enrollment_id, form), 422


def _score_page(exam: ExamInfo, enrollment_id: int, form: ChangeForm) -> str:
    history = published.history_of_score(exam.id, enrollment_id)
    if not history:
        raise NotFound
    changes = [row for row in overview.change_rows(exam_id=exam.id) if row.enrollment_id == enrollment_id]
    return render_template(
        "exams/score.html",
        exam=exam,
        klass=classes.get_class(exam.class_id),
        person=classes.get_enrollment(enrollment_id),
        history=history,
        names=overview.names_of({each.account_id for each in history}),
        changes=changes,
        waiting=next((row for row in changes if row.state == "asked"), None),
        may_ask=classes.may_see_class(current_actor(), exam.class_id, EXAMS["enter"]),
        form=form,
        labels=labels,
        passed=rules.passed(history[-1].cell, exam.pass_mark),
    )


@bp.route("/exams/changes/<int:request_id>", methods=["GET", "POST"])
@requires(EXAMS["publish"], fresh=True)
def change(request_id: int) -> ResponseReturnValue:
    """Decide, as a second person, about a change."""
    row = overview.get_change(request_id)
    actor = current_actor()
    exam = overview.exam_visible_to(actor, row.exam_id, "publish")
    form = DecisionForm()
    if form.validate_on_submit():
        approve = request.form.get("decision") == "approve"
        try:
            publishing.decide_change(request_id, approve=approve, note=form.note.data or "")
        except DomainError as error:
            form.take(error)
        else:
            flash(_("The score was corrected.") if approve else _("The change was turned down."), "success")
            return redirect(url_for("exams.score", exam_id=row.exam_id, enrollment_id=row.enrollment_id))
    page = render_template(
        "exams/change.html",
        row=row,
        exam=exam,
        klass=classes.get_class(row.class_id),
        form=form,
        is_own=row.asked_by_id == actor.account_id,
        labels=labels,
    )
    return page, 422 if form.is_submitted() else 200
