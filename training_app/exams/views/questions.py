"""Pages of the question bank: the list, one question, entering and changing, taking away as files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from training_app.core import clock, files
from training_app.core.actor import current_actor
from training_app.core.errors import DomainError, InvalidInput, NotFound
from training_app.core.pages import ListQuery
from training_app.core.tables import Column
from training_app.exams import question_labels as labels
from training_app.exams.formats import write_gift, write_moodle, write_qti, write_word
from training_app.exams.formats.questions import (
    CHINESE,
    DIFFICULTIES,
    LETTERS,
    TYPES,
    Question,
    shown_answer,
    shown_number,
)
from training_app.exams.permissions import QUESTIONS
from training_app.exams.queries import questions as queries
from training_app.exams.question_forms import QuestionForm, known
from training_app.exams.services import questions as services
from training_app.web.access import requires
from training_app.web.lists import download, export, list_query, note_export, wants_export

bp = Blueprint("questions", "training_app.exams", url_prefix="/exams/questions")
_MOST_CHOSEN = 5_000
_FEWEST_OPTIONS = 6


@bp.get("")
@requires(QUESTIONS["view"])
def index() -> ResponseReturnValue:
    """The bank: what one searches for, and how many there are."""
    query = _query()
    if wants_export():
        return _table(query)
    return render_template(
        "exams/questions.html",
        page=queries.page_of_questions(query),
        counts=queries.counts_by_state(),
        filters=_filters(),
        labels=labels,
    )


def _query() -> ListQuery:
    return list_query(sortable=queries.SORTABLE, default="id", filters=queries.FILTERS)


def _table(query: ListQuery) -> ResponseReturnValue:
    """The list in the columns of the import template; answers for those who may read them."""
    chosen = [question for _id, question in queries.questions_of(query)]
    with_answers = QUESTIONS["answers"].held_by(current_actor())
    most = max([_FEWEST_OPTIONS, *(len(q.options) for q in chosen)])
    columns, rows = _columns(most, with_answers=with_answers), [_row(question) for question in chosen]
    return export(columns, rows, _("Question bank"), query=query, filters=_filters())


def _columns(options: int, *, with_answers: bool) -> list[Column]:
    named = [Column("type", "题型"), Column("stem", "题干")]
    named += [Column(f"option_{at}", f"选项{LETTERS[at]}") for at in range(options)]
    if with_answers:
        named += [Column("answer", "正确答案"), Column("explanation", "答案解析")]
    return [*named, Column("difficulty", "难度"), Column("category", "类别"), Column("score", "分值", "number")]


def _row(question: Question) -> dict[str, Any]:
    options = {f"option_{at}": "" for at in range(len(LETTERS))}
    options |= {f"option_{at}": text for at, text in enumerate(question.options)}
    return options | {
        "type": CHINESE[question.type], "stem": question.stem, "answer": shown_answer(question),
        "explanation": question.explanation, "difficulty": DIFFICULTIES.get(question.difficulty, ""),
        "category": question.category, "score": question.score,
    }  # fmt: skip


@bp.get("/file")
@requires(QUESTIONS["answers"])
def file() -> ResponseReturnValue:
    """All questions that fit the search, in a format of other systems."""
    return _file(request.args.get("as", ""), queries.questions_of(_query()))


@bp.post("/file")
@requires(QUESTIONS["answers"])
def chosen_file() -> ResponseReturnValue:
    """The questions ticked in the list, in a format of other systems."""
    ids = [int(i) for i in request.form.getlist("id")[:_MOST_CHOSEN] if i.isascii() and i.isdigit() and len(i) < 10]
    return _file(request.args.get("as", ""), queries.questions_of(_query(), ids) if ids else [])


def _file(form: str, chosen: list[tuple[int, Question]]) -> ResponseReturnValue:
    if form not in labels.FORMATS:
        raise NotFound
    if not chosen:
        flash(_("No question was chosen."), "warning")
        return redirect(url_for("questions.index"))
    questions = [question for _id, question in chosen]
    note_export(
        _("Question bank, with answers"), rows=len(questions), file_format=form, query=_query(), filters=_filters()
    )
    name = f"{_('Question bank')}-{clock.local(clock.now()):%Y%m%d-%H%M}"
    if form == "gift":
        return download(write_gift.write(questions), f"{name}.gift.txt", "text/plain; charset=utf-8")
    if form == "moodle":
        return download(write_moodle.write(questions), f"{name}.xml", "application/xml")
    if form == "word":
        media = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
        return download(write_word.write(questions, _("Question bank")), f"{name}.docx", media)
    version = "3.0" if form == "qti3" else "2.1"
    return download(write_qti.write(questions, version=version), f"{name}-qti.zip", "application/zip")


@bp.get("/<int:question_id>")
@requires(QUESTIONS["view"])
def show(question_id: int) -> ResponseReturnValue:
    """One question; its answer stays covered until somebody asks for it."""
    return _page(question_id, answer=False)


@bp.post("/<int:question_id>/answer")
@requires(QUESTIONS["answers"])
def show_answer(question_id: int) -> ResponseReturnValue:
    """The same with its answer; that it was read is written down."""
    queries.get_question(question_id)
    services.note_answer_read(question_id)
    page = make_response(_page(question_id, answer=True))
    page.headers["Cache-Control"] = "no-store"
    return page


def _page(question_id: int, *, answer: bool) -> str:
    found = queries.get_question(question_id)
    return render_template(
        "exams/question.html",
        found=found,
        question=found.question,
        answer=answer,
        answer_text=_answer_text(found.question) if answer else "",
        right=found.question.right() if answer else [],
        letters=LETTERS,
        labels=labels,
        score=shown_number(found.question.score),
    )


def _answer_text(question: Question) -> str:
    if question.type == "true_false":
        return str(labels.TRUTHS.get(question.answer, ""))
    return shown_answer(question)


@bp.get("/<int:question_id>/pictures/<int:number>")
@requires(QUESTIONS["view"])
def picture(question_id: int, number: int) -> ResponseReturnValue:
    """A picture of a question."""
    found = queries.picture_of(question_id, number)
    kind = found["media_type"].rpartition("/")[2]
    return download(files.read(found["sha256"]), f"{question_id}-{number}.{kind}", found["media_type"], inline=True)


@bp.get("/new")
@requires(QUESTIONS["edit"])
def new() -> ResponseReturnValue:
    """The empty form of a type."""
    kind = _kind()
    return _form_page(QuestionForm().for_type(kind), kind)


@bp.post("/new")
@requires(QUESTIONS["edit"])
def add() -> ResponseReturnValue:
    """Enter a question."""
    kind = _kind()
    form = QuestionForm().for_type(kind)
    if form.validate_on_submit():
        try:
            question_id = services.add_question(form.question(kind))
        except DomainError as error:
            _take(form, error)
        else:
            flash(_("The question has been entered."), "success")
            return redirect(url_for("questions.show", question_id=question_id))
    return _form_page(form, kind), 422


@bp.get("/<int:question_id>/edit")
@requires(QUESTIONS["edit"])
def edit(question_id: int) -> ResponseReturnValue:
    """The form with the question as it stands; it shows the answer, so that is written down."""
    found = queries.get_question(question_id)
    services.note_answer_read(question_id)
    form = QuestionForm(data=known(found.question)).for_type(found.question.type)
    page = make_response(_form_page(form, found.question.type, found))
    page.headers["Cache-Control"] = "no-store"
    return page


@bp.post("/<int:question_id>/edit")
@requires(QUESTIONS["edit"])
def change(question_id: int) -> ResponseReturnValue:
    """Change a question; the version before is kept."""
    found = queries.get_question(question_id)
    kind = found.question.type
    form = QuestionForm().for_type(kind)
    if form.validate_on_submit():
        try:
            changed = services.change_question(question_id, form.question(kind, found.question))
        except DomainError as error:
            _take(form, error)
        else:
            flash(_("The question has been changed.") if changed else _("Nothing was changed."), "success")
            return redirect(url_for("questions.show", question_id=question_id))
    return _form_page(form, kind, found), 422


@bp.post("/<int:question_id>/state")
@requires(QUESTIONS["edit"])
def set_state(question_id: int) -> ResponseReturnValue:
    """Take a question out of use, or back into it."""
    queries.get_question(question_id)
    state = request.form.get("state", "")
    services.change_question_state(question_id, state)
    flash(_("The question is out of use.") if state == "retired" else _("The question is in use."), "success")
    return redirect(url_for("questions.show", question_id=question_id))


def _kind() -> str:
    kind = request.args.get("type", TYPES[0])
    if kind not in TYPES:
        raise NotFound
    return kind


def _take(form: QuestionForm, error: DomainError) -> None:
    if isinstance(error, InvalidInput) and error.fields:
        error.fields = form.take_fault(error.fields)
    elif error.code == "question_duplicate":
        error.fields = {"stem": error.message}
    form.take(error)


def _form_page(form: QuestionForm, kind: str, found: queries.QuestionFile | None = None) -> str:
    return render_template(
        "exams/question_form.html",
        form=form,
        kind=kind,
        types=TYPES,
        found=found,
        labels=labels,
        categories=queries.categories_in_use(),
    )


def _filters() -> list[Mapping[str, Any]]:
    return [
        {"name": "type", "label": _("Type"), "options": [(k, str(t)) for k, t in labels.TYPES.items()]},
        {"name": "category", "label": _("Category"), "options": [(c, c) for c in queries.categories_in_use()]},
        {
            "name": "difficulty",
            "label": _("Difficulty"),
            "options": [(k, str(t)) for k, t in labels.DIFFICULTIES.items()],
        },
        {
            "name": "state",
            "label": _("State"),
            "blank": _("All but retired"),
            "options": [(k, str(t[0])) for k, t in labels.STATES.items()],
        },
        {"name": "noted", "label": _("Notes from its file"), "options": [("yes", _("has some"))]},
    ]
