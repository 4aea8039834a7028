"""One person, one file (一人一档): the page and its print."""

from __future__ import annotations

from pathlib import Path

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from training_app.archives.permissions import ARCHIVES
from training_app.archives.queries.content import GRADE_WORDS, REASON_WORDS, STATE_WORDS
from training_app.archives.queries.people import PersonalFile, personal_file
from training_app.archives.services.reading import note_personal_file_read
from training_app.archives.views import bp
from training_app.cadres import api as cadres
from training_app.core import clock, documents
from training_app.core.actor import current_actor
from training_app.core.errors import NotFound
from training_app.results import api as results
from training_app.web.access import requires
from training_app.web.lists import download

_TEMPLATE = Path(__file__).parent.parent / "documents" / "personal.typ"
_KINDS = {"group": "集中培训", "external": "上级调训", "online": "网络学习", "lecturing": "授课"}
_RULES = {"annual": "每年{hours}学时或{days}天", "five_year": "五年{hours}学时或{days}天"}


@bp.get("/cadres/<int:cadre_id>/archive")
@requires(ARCHIVES["own"])
def of_person(cadre_id: int) -> ResponseReturnValue:
    """All classes of a person with results, certificates and hours."""
    own = _check(cadre_id)
    note_personal_file_read(cadre_id, printed=False)
    return render_template("archives/of_person.html", file=personal_file(cadre_id), labels=results.labels, is_own=own)


@bp.get("/cadres/<int:cadre_id>/archive.pdf")
@requires(ARCHIVES["own"])
def of_person_pdf(cadre_id: int) -> ResponseReturnValue:
    """The same as PDF."""
    _check(cadre_id)
    note_personal_file_read(cadre_id, printed=True)
    file = personal_file(cadre_id)
    name = _("%(name)s, training file", name=file.cadre.name)
    return download(personal_pdf(file), f"{name}.pdf", "application/pdf", inline=True)


def _check(cadre_id: int) -> bool:
    """Whether it is one's own file; nobody else's without the right to see it."""
    actor = current_actor()
    own = None if actor.account_id is None else cadres.find_cadre_by_account(actor.account_id)
    if own is not None and own.id == cadre_id:
        return True
    visible = cadres.cadre_ids_visible_to(actor)
    if not ARCHIVES["view"].held_by(actor) or (visible is not None and cadre_id not in visible):
        raise NotFound
    return False


def personal_pdf(file: PersonalFile) -> bytes:
    """The training file on paper, in Chinese like every document."""
    cadre = file.cadre
    number = documents.number_text
    return documents.render_pdf(
        _TEMPLATE,
        {
            "name": cadre.name,
            "facts": [
                ["姓名", cadre.name],
                ["性别", cadre.sex],
                ["出生年月", cadre.birth_month],
                ["政治面貌", cadre.political_status],
                ["单位及职务", cadre.unit_and_post],
                ["职务层次", cadre.post_level],
                ["职级", cadre.rank],
                ["人员类别", cadre.category],
            ],
            "years": [
                [
                    str(s.year),
                    _RULES[s.requirement.rule].format(hours=number(s.requirement.hours), days=s.requirement.days),
                    number(s.hours.counted),
                    number(s.hours.online),
                    "已达到" if s.met else f"差{number(s.missing)}学时",
                ]
                for s in file.statements
            ],
            "classes": [_class_row(each) for each in file.classes],
            "certificates": [
                [
                    c.number,
                    c.class_name,
                    number(c.credit_hours),
                    documents.chinese_day(c.issued_on),
                    STATE_WORDS[c.state],
                ]
                for c in file.certificates
            ],
            "lines": [
                [
                    line.number,
                    line.earned_on.isoformat(),
                    line.title,
                    _KINDS[line.kind],
                    number(line.hours),
                    "更正" if line.revision else "记入",
                ]
                for line in file.lines
            ],
            "made": f"{'、'.join(results.letterhead().issuers)}　{documents.chinese_day(clock.today())}打印",
        },
    )


def _class_row(each: results.StatementClass) -> list[str]:
    number = documents.number_text
    score = each.resit_score if each.resit_score is not None else each.exam_score
    attended = f"{each.lessons_attended}/{each.lessons_due}" if each.lessons_due else ""
    outcome = REASON_WORDS.get(each.reason, "") or {"studying": "在学", "approved": "在学", "withdrawn": "退学"}.get(
        each.status, ""
    )
    if each.completed and GRADE_WORDS[each.grade]:
        outcome = f"{outcome}（{GRADE_WORDS[each.grade]}）"
    span = (
        f"{each.starts_on:%Y.%m.%d}"
        if each.starts_on == each.ends_on
        else f"{each.starts_on:%Y.%m.%d}—{each.ends_on:%m.%d}"
    )
    return [
        span,
        each.title,
        _KINDS[each.kind],
        number(each.hours),
        attended,
        number(score) + ("补" if each.resit_score is not None else ""),
        number(each.total),
        outcome,
    ]
