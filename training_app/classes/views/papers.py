"""学员名册 and 课程表, to print or to work on; and what every page of a class offers under 打印与下载."""

from __future__ import annotations

from dataclasses import replace

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from training_app.classes import papers_seating, ports
from training_app.classes.api import list_enrollments_visible_to
from training_app.classes.permissions import CLASSES
from training_app.classes.ports import ClassPaper
from training_app.classes.queries import forms
from training_app.classes.queries.seating import seating_of
from training_app.classes.views import bp
from training_app.classes.views.common import visible_class
from training_app.core.actor import current_actor
from training_app.core.errors import NotFound
from training_app.web.access import requires
from training_app.web.papers import Form, answer


@bp.get("/classes/<int:class_id>/roster.pdf", defaults={"form": "pdf"})
@bp.get("/classes/<int:class_id>/roster.docx", defaults={"form": "docx"})
@requires(CLASSES["view"])
def roster(class_id: int, form: Form) -> ResponseReturnValue:
    """The roster as far as the reader's grant reaches."""
    klass = visible_class(class_id, CLASSES["view"])
    people = list_enrollments_visible_to(current_actor(), class_id, CLASSES["view"])
    return answer(forms.roster_paper(klass, people), form, class_id=class_id, people=len(people))


@bp.get("/classes/<int:class_id>/timetable.pdf", defaults={"form": "pdf"})
@bp.get("/classes/<int:class_id>/timetable.docx", defaults={"form": "docx"})
@requires(CLASSES["view"])
def timetable_paper(class_id: int, form: Form) -> ResponseReturnValue:
    """The timetable on paper."""
    klass = visible_class(class_id, CLASSES["view"])
    paper = forms.timetable_paper(klass)
    if paper is None:
        raise NotFound
    return answer(paper, form, class_id=class_id, people=0)


def class_papers(class_id: int) -> list[ClassPaper]:
    """Answer ``class.papers``: what classes themselves have to print."""
    if not CLASSES["view"].held_by(current_actor()):
        return []
    return [
        ClassPaper(
            _("Roster (学员名册)"),
            url_for("classes.roster", class_id=class_id, form="pdf"),
            url_for("classes.roster", class_id=class_id, form="docx"),
            "enrollments",
        ),
        *_seat_plan(class_id),
        ClassPaper(
            _("Timetable (课程表)"),
            url_for("classes.timetable_paper", class_id=class_id, form="pdf"),
            url_for("classes.timetable_paper", class_id=class_id, form="docx"),
            "timetable",
        ),
    ]


@bp.get("/classes/<int:class_id>/seating.pdf", defaults={"form": "pdf"})
@bp.get("/classes/<int:class_id>/seating.docx", defaults={"form": "docx"})
@requires(CLASSES["view"])
def seat_plan(class_id: int, form: Form) -> ResponseReturnValue:
    """Who sits where, as far as the reader's grant reaches, with the front of the hall at the top."""
    klass = visible_class(class_id, CLASSES["view"])
    seating = seating_of(class_id)
    if seating is None:
        raise NotFound
    people = list_enrollments_visible_to(current_actor(), class_id, CLASSES["view"])
    return answer(papers_seating.seat_plan(klass, seating, people), form, class_id=class_id, people=len(people))


def _seat_plan(class_id: int) -> list[ClassPaper]:
    if seating_of(class_id) is None:
        return []
    pdf, word = (url_for("classes.seat_plan", class_id=class_id, form=form) for form in ("pdf", "docx"))
    return [ClassPaper(_("Seat plan (座次表)"), pdf, word, "enrollments")]


@bp.app_template_global("class_papers")
def papers_menu(class_id: int, *tabs: str) -> list[dict[str, str]]:
    """Entries for the menu 打印与下载: every form of the class, or those of some tabs."""
    return paper_entries([each for each in ports.papers(class_id) if not tabs or each.tab in tabs])


@bp.app_template_global("person_papers")
def person_papers(class_id: int, enrollment_id: int) -> list[dict[str, str]]:
    """Entries for the forms of one trainee."""
    found = [each for each in ports.papers(class_id) if each.by_person]
    return paper_entries(
        [
            replace(each, pdf=f"{each.pdf}?person={enrollment_id}", word=f"{each.word}?person={enrollment_id}")
            for each in found
        ]
    )


def paper_entries(found: list[ClassPaper]) -> list[dict[str, str]]:
    """Each form twice, as PDF and as Word; a sheet to fill in as Excel."""
    return [
        {"label": label, "url": url, "icon": icon}
        for each in found
        for label, url, icon in (
            (_("%(title)s, PDF", title=each.label), each.pdf, "file-text"),
            (_("%(title)s, Word", title=each.label), each.word, "download"),
            (_("%(title)s, Excel", title=each.label), each.excel, "file-spreadsheet"),
        )
        if url
    ]
