"""A person's appointment form: read it, take it away as .lrmx, PDF or Word; many at once as a ZIP."""

from __future__ import annotations

import io
import re
import zipfile

from flask import Response, make_response, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from training_app.cadres.forms import TakeFormForm, TakeFormsForm
from training_app.cadres.lrmx import TITLES, AppointmentForm, write
from training_app.cadres.lrmx.form import Stage, stages_of
from training_app.cadres.papers import appointment_form, day_shown, month_shown
from training_app.cadres.permissions import CADRES
from training_app.cadres.queries import appointment_forms as queries
from training_app.cadres.queries import people
from training_app.cadres.rules import mask_citizen_number
from training_app.cadres.services import appointment_forms as services
from training_app.cadres.views import bp
from training_app.core import clock
from training_app.core.actor import current_actor
from training_app.core.errors import InvalidInput, NotFound
from training_app.core.pages import ListQuery
from training_app.core.papers import to_pdf, to_word
from training_app.web.access import requires
from training_app.web.lists import download, list_query

_LRMX = "application/xml"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_PICTURES = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG": "image/png"}


@bp.get("/<int:cadre_id>/appointment-form")
@requires(CADRES["reveal"])
def form_show(cadre_id: int) -> ResponseReturnValue:
    """The form on record, or what the register would put on one; that it was read is noted."""
    cadre = _visible(cadre_id)
    form = queries.form_of(cadre_id)
    services.note_reading(cadre_id)
    return _private(
        render_template(
            "cadres/appointment_form.html",
            cadre=cadre,
            form=form,
            titles=TITLES,
            number=mask_citizen_number(form.id_number),
            versions=queries.versions_of(cadre_id),
            stages=[_stage_shown(each) for each in stages_of(form.resume)],
            month=month_shown,
            day=day_shown,
        )
    )


@bp.get("/<int:cadre_id>/appointment-form/photo")
@requires(CADRES["reveal"])
def form_photo(cadre_id: int) -> ResponseReturnValue:
    """The photo of the form on record."""
    _visible(cadre_id)
    photo = queries.form_of(cadre_id).photo
    kind = next((kind for start, kind in _PICTURES.items() if photo.startswith(start)), "")
    if not kind:
        raise NotFound
    return _private(Response(photo, mimetype=kind))


@bp.get("/<int:cadre_id>/appointment-form/take")
@requires(CADRES["reveal"])
def form_ask(cadre_id: int) -> ResponseReturnValue:
    """Ask what for, before a form leaves in clear."""
    return render_template("cadres/take_form.html", cadre=_visible(cadre_id), form=TakeFormForm())


@bp.post("/<int:cadre_id>/appointment-form/take")
@requires(CADRES["reveal"])
def form_take(cadre_id: int) -> ResponseReturnValue:
    """The form as a file, for a reason that is kept."""
    cadre = _visible(cadre_id)
    form = TakeFormForm()
    if form.validate_on_submit():
        try:
            services.take_forms([cadre_id], reason=form.reason.data, file_format=form.file_format.data)
        except InvalidInput as error:
            form.take(error)
        else:
            return _private(_file_of(queries.form_of(cadre_id), form.file_format.data))
    return render_template("cadres/take_form.html", cadre=cadre, form=form), 422


@bp.get("/appointment-forms")
@requires(CADRES["reveal"])
def forms_ask() -> ResponseReturnValue:
    """Ask what for, before the forms of a list leave in clear."""
    query, chosen = _chosen()
    return render_template(
        "cadres/take_forms.html", form=TakeFormsForm(), total=len(chosen), most=services.MOST_TAKEN, query=query
    )


@bp.post("/appointment-forms")
@requires(CADRES["reveal"])
def forms_take() -> ResponseReturnValue:
    """The forms of a list as .lrmx files in a ZIP, for a reason that is kept."""
    query, chosen = _chosen()
    form = TakeFormsForm()
    if form.validate_on_submit():
        try:
            ids = [each.id for each in chosen]
            services.take_forms(ids, reason=form.reason.data, file_format="lrmx")
        except InvalidInput as error:
            form.take(error)
        else:
            name = ngettext("Appointment form of %(num)d person", "Appointment forms of %(num)d people", len(ids))
            return _private(download(_zip(chosen, queries.forms_of(ids)), f"{name}.zip", "application/zip"))
    page = render_template(
        "cadres/take_forms.html", form=form, total=len(chosen), most=services.MOST_TAKEN, query=query
    )
    return page, 422


def _stage_shown(stage: Stage) -> str:
    """A line of the résumé; a stage within another one in brackets, as the form has it."""
    end = stage.end or _(" to this day")
    months = f"{stage.begin}—{end.strip()}" if stage.begin else ""
    text = f"{months}　{stage.text}".strip()
    return f"（{text}）" if stage.inner else text


def _chosen() -> tuple[ListQuery, list[people.CadreInfo]]:
    """The people of the list as its address says it."""
    query = list_query(sortable=people.SORTABLE, default="unit", filters=people.FILTERS)
    return query, list(people.page_of_cadres(query, current_actor(), everything=True).items)


def _zip(chosen: list[people.CadreInfo], forms: dict[int, AppointmentForm]) -> bytes:
    out = io.BytesIO()
    used: dict[str, int] = {}
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for each in chosen:
            stem = _safe(f"{each.unit_name}/{each.name}")
            used[stem] = used.get(stem, 0) + 1
            number = f"（{used[stem]}）" if used[stem] > 1 else ""
            archive.writestr(f"{stem}{number}.lrmx", write(forms[each.id]))
    return out.getvalue()


def _safe(path: str) -> str:
    return "/".join(re.sub(r'[\\:*?"<>|\x00-\x1f]', "_", part).strip(" .") or "_" for part in path.split("/", 1))


def _file_of(form: AppointmentForm, file_format: str) -> Response:
    if file_format == "lrmx":
        return download(write(form), f"{form.name}.lrmx", _LRMX)
    paper = appointment_form(form, today=f"{clock.today():%Y%m%d}")
    if file_format == "docx":
        return download(to_word(paper), f"{paper.name}.docx", _WORD)
    return download(to_pdf(paper), f"{paper.name}.pdf", "application/pdf")


def _private(answer: str | Response) -> Response:
    page = make_response(answer)
    page.headers["Cache-Control"] = "no-store"
    return page


def _visible(cadre_id: int) -> people.CadreInfo:
    return people.get_cadre_visible_to(current_actor(), cadre_id, CADRES["reveal"])
