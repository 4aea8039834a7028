"""What exams put into other pages, and onto the start page."""

from __future__ import annotations

from flask import render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from training_app.classes import api as classes
from training_app.core import clock
from training_app.core.actor import Actor, current_actor
from training_app.core.ports import Task
from training_app.exams import labels
from training_app.exams.permissions import EXAMS
from training_app.exams.queries import grids, overview, published
from training_app.exams.queries.overview import Waiting
from training_app.exams.queries.own import own_exams


def class_panel(*, class_id: int) -> str:
    """The small panel on a class's first page; nothing for a class without examination."""
    if not classes.may_see_class(current_actor(), class_id, EXAMS["view"]):
        return ""
    standing = overview.class_exams(class_id)
    if not standing.exams and not standing.klass.exam_required:
        return ""
    return render_template(
        "exams/_class_panel.html",
        standing=standing,
        progress={exam.id: grids.exam_progress(exam) for exam in standing.exams if exam.state != "published"},
        statistics={e.id: published.statistics_of_exam(e.id) for e in standing.exams if e.state == "published"},
        labels=labels,
    )


def class_checklist(*, class_id: int) -> str:
    """What a class still lacks here: an exam, its publication, the re-sit."""
    if not classes.may_see_class(current_actor(), class_id, EXAMS["view"]):
        return ""
    standing = overview.class_exams(class_id)
    klass = standing.klass
    if not klass.exam_required or klass.state == "cancelled":
        return ""
    url = url_for("exams.of_class", class_id=class_id)
    items = []
    if not standing.exams:
        items.append((_("The exam is not scheduled"), _("Every class has an exam (逢学必考)"), url))
    for exam in standing.exams:
        if exam.state != "published":
            note = str(labels.STATES[exam.state][0])
            words = (
                _("Scores of the exam are not published")
                if exam.attempt_no == 1
                else _("Scores of the re-sit are not published")
            )
            items.append((words, note, url_for("exams.show", exam_id=exam.id)))
    if standing.may_resit and not any(exam.attempt_no > 1 for exam in standing.exams):
        items.append(
            (
                ngettext(
                    "%(num)d person may sit a re-sit; none is scheduled",
                    "%(num)d people may sit a re-sit; none is scheduled",
                    standing.may_resit,
                ),
                "",
                url,
            )
        )
    return render_template("exams/_checklist.html", items=items) if items else ""


def start_tasks(*, actor: Actor) -> list[Task]:
    """What about exams waits for this person."""
    return [_task(each) for each in overview.waiting_for(actor)]


def _task(each: Waiting) -> Task:
    exam = each.exam
    overdue = (clock.now() - exam.starts_at).days >= 3
    match each.what:
        case "take" | "continue":
            title = _("%(entry)s of %(exam)s", entry=labels.ENTRIES[each.entry_no], exam=exam.title)
            note = _("%(done)s of %(total)s entered", done=each.done, total=each.total)
            if each.what == "take":
                note = _("%(total)s papers; nobody has it yet", total=each.total)
                return Task(
                    title, note, url_for("exams.show", exam_id=exam.id), _("Take over"), "pencil", None, overdue
                )
            url = url_for("exams.entry", exam_id=exam.id, entry_no=each.entry_no)
            return Task(title, note, url, _("Go on entering"), "pencil", None, overdue)
        case "settle":
            title = _("Differences in %(exam)s", exam=exam.title)
            note = ngettext(
                "%(num)d score differs between the two entries",
                "%(num)d scores differ between the two entries",
                each.done,
            )
            return Task(
                title, note, url_for("exams.differences", exam_id=exam.id), _("Settle"), "arrows-diff", None, overdue
            )
        case "publish":
            title = _("Scores of %(exam)s are complete", exam=exam.title)
            note = ngettext("%(num)d score, entered twice", "%(num)d scores, entered twice", each.total)
            return Task(title, note, url_for("exams.publish", exam_id=exam.id), _("Publish"), "send", None, overdue)
        case _:
            title = _("A change of a published score in %(exam)s", exam=exam.title)
            url = url_for("exams.change", request_id=each.request_id)
            return Task(title, _("Asked for; a second person decides"), url, _("Decide"), "gavel", None, overdue)


def own_scores_panel(*, account_id: int | None = None) -> str:
    """A trainee's exams to come with the own admission, and the latest scores, on the own start page."""
    account_id = account_id or current_actor().account_id
    if account_id is None:
        return ""
    scores, _marks = overview.own_scores(account_id)
    exams = own_exams(account_id)
    if not scores and not exams:
        return ""
    return render_template("exams/_own_panel.html", exams=exams, scores=scores[:2], labels=labels)
