"""What waits for a person about attendance, in one list; who was recorded by hand, and by whom."""

from __future__ import annotations

from operator import attrgetter
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from training_app.attendance import labels, rules
from training_app.attendance.forms import SettleForm
from training_app.attendance.permissions import ATTENDANCE, OVERSIGHT
from training_app.attendance.queries.people import lesson_of_flag
from training_app.attendance.queries.review import (
    KINDS,
    OWN_WORDS,
    ReviewItem,
    operators,
    reason_group,
    records_by_hand,
    waiting_items,
)
from training_app.attendance.rest import lesson_of
from training_app.attendance.services import staff
from training_app.attendance.views import bp
from training_app.classes.api import class_ids_visible_to
from training_app.core.actor import Actor, current_actor
from training_app.core.errors import DomainError, NotFound
from training_app.core.tables import Column
from training_app.web.access import requires
from training_app.web.errors import translated
from training_app.web.lists import export, list_query, page_of, wants_export


def items_for(actor: Actor) -> list[ReviewItem]:
    """Everything that waits for this person, the oldest first."""
    settles: Any = class_ids_visible_to(actor, ATTENDANCE["correct"]) if ATTENDANCE["correct"].held_by(actor) else ()
    approves: Any = class_ids_visible_to(actor, OVERSIGHT["approve"]) if OVERSIGHT["approve"].held_by(actor) else ()
    return waiting_items(settles, approves)


def url_of(item: ReviewItem) -> str:
    """Where it is settled."""
    if item.enrollment_id is None:
        return url_for("attendance.lesson", lesson_id=item.lesson_id, _anchor="heads")
    anchors = {"contest": "contest", "correction": "second", "doubt": "doubts"}
    return url_for(
        "attendance.person",
        lesson_id=item.lesson_id,
        enrollment_id=item.enrollment_id,
        _anchor=anchors.get(item.kind),
    )


def words_of(item: ReviewItem) -> str:
    """What it is about, in one sentence."""
    said = item.said
    if item.kind == "doubt":
        said = _(labels.FLAG[item.said])
    if item.kind == "heads":
        said = _("Seen %(seen)s, recorded %(recorded)s", seen=item.counted[0], recorded=item.counted[1])
    if item.kind == "correction":
        reason = _(labels.REASON[item.said]) if item.said in labels.REASON else item.said
        old, new = _(labels.STATUS[item.status]), _(labels.STATUS[item.wanted])
        said = _("%(old)s → %(new)s, asked by %(by)s: %(reason)s", old=old, new=new, by=item.by, reason=reason)
    return said


@bp.get("/attendance/review")
@requires(OVERSIGHT["approve"])
def review() -> ResponseReturnValue:
    """List what waits for a person: doubts, contests, corrections for a second person, heads that differ."""
    actor = current_actor()
    query = list_query(
        sortable=("at", "kind", "class", "lesson", "name"), default="at", filters=("kind", "class", "doubt")
    )
    items = items_for(actor)
    classes = sorted({(str(each.class_id), each.class_name) for each in items}, key=lambda each: each[1])
    codes = sorted({each.said for each in items if each.kind == "doubt"})
    filters = [
        {"name": "kind", "label": _("Kind"), "options": [(kind, _(labels.REVIEW[kind])) for kind in KINDS]},
        {"name": "class", "label": _("Class"), "options": classes},
        {"name": "doubt", "label": _("Doubt"), "options": [(code, _(labels.FLAG[code])) for code in codes]},
    ]
    kind, klass, code = (query.filters.get(name, "") for name in ("kind", "class", "doubt"))
    of_class = [each for each in items if klass in ("", str(each.class_id))]
    found = [
        each
        for each in of_class
        if kind in ("", each.kind) and (not code or (each.kind == "doubt" and each.said == code))
    ]
    page = page_of(
        found,
        query,
        words=lambda each: f"{each.name} {each.unit_name} {each.lesson_title} {each.class_name} {words_of(each)}",
        keys={
            "at": lambda each: each.at,
            "kind": lambda each: KINDS.index(each.kind),
            "class": lambda each: each.class_name,
            "lesson": lambda each: each.starts_at,
            "name": lambda each: each.name,
        },
    )
    if wants_export():
        return _export(page.items, query, filters)
    return render_template(
        "attendance/review.html",
        page=page,
        filters=filters,
        kinds=[(each, sum(1 for item in of_class if item.kind == each)) for each in KINDS],
        total=len(of_class),
        labels=labels,
        url_of=url_of,
        words_of=words_of,
        settle=SettleForm(formdata=None),
        may_settle=ATTENDANCE["correct"].held_by(actor),
        may_report=OVERSIGHT["report"].held_by(actor),
    )


def _export(items: Any, query: Any, filters: Any) -> ResponseReturnValue:
    columns = [
        Column("at", _("Waiting since"), "date"),
        Column("kind", _("Kind")),
        Column("said", _("What it is about")),
        Column("name", _("Name")),
        Column("unit_name", _("Unit")),
        Column("class_name", _("Class")),
        Column("lesson_title", _("Lesson")),
        Column("starts_at", _("Begins at"), "date"),
        Column("status", _("Status")),
    ]
    rows = [
        {
            **{column.key: getattr(each, column.key) for column in columns},
            "kind": _(labels.REVIEW[each.kind]),
            "said": words_of(each),
            "status": _(labels.STATUS[each.status]) if each.status else "",
        }
        for each in items
    ]
    return export(columns, rows, _("Attendance review"), query=query, filters=filters)


@bp.post("/attendance/review/settle")
@requires(ATTENDANCE["correct"])
def settle_several() -> ResponseReturnValue:
    """Settle the chosen doubts with the same words; those settled meanwhile are left as they are."""
    form, done, passed = SettleForm(), 0, 0
    chosen = sorted({int(each) for each in request.form.getlist("id") if each.isascii() and each.isdigit()})
    if not form.validate() or not form.said:
        flash(_("Please say how it was settled."), "danger")
        return redirect(url_for("attendance.review", kind="doubt"), 303)
    for flag_id in chosen:
        lesson_id = lesson_of_flag(flag_id)
        if lesson_id is None:
            raise NotFound
        lesson_of(lesson_id, ATTENDANCE["correct"])
    for flag_id in chosen:
        try:
            staff.settle_flag(flag_id, form.said)
        except DomainError as error:
            if error.code != "settled":
                flash(translated(error), "danger")
                break
            passed += 1
        else:
            done += 1
    if done:
        flash(ngettext("%(num)d doubt is settled.", "%(num)d doubts are settled.", done), "success")
    if passed:
        flash(
            ngettext(
                "%(num)d had been settled by somebody else.", "%(num)d had been settled by somebody else.", passed
            ),
            "info",
        )
    return redirect(url_for("attendance.review", kind="doubt"), 303)


def _word(reason: str) -> str:
    said: str = _("Other reasons") if reason == OWN_WORDS else _(labels.REASON[reason])
    return said


@bp.get("/attendance/overrides")
@requires(OVERSIGHT["report"])
def overrides() -> ResponseReturnValue:
    """Say who recorded how many people by hand, with which reasons, and which share of all marks that is."""
    visible = class_ids_visible_to(current_actor(), OVERSIGHT["report"])
    query = list_query(
        sortable=("name", "by_hand", "badges", "taken_back", "share"), default="by_hand", descending=True
    )
    page = page_of(
        operators(visible),
        query,
        words=lambda each: each.name,
        keys={name: attrgetter(name) for name in ("name", "by_hand", "badges", "taken_back", "share")},
    )
    reasons = [*rules.STAFF_REASONS, OWN_WORDS]
    if wants_export():
        columns = [
            Column("name", _("Recorded by")),
            Column("by_hand", _("By hand"), "number"),
            *(Column(reason, _word(reason), "number") for reason in reasons),
            Column("badges", _("Badges scanned"), "number"),
            Column("taken_back", _("Undone marks"), "number"),
            Column("share", _("Share of all marks in percent"), "number"),
        ]
        rows = [
            {
                **{reason: each.reasons.get(reason, 0) for reason in reasons},
                "name": each.name,
                "by_hand": each.by_hand,
                "badges": each.badges,
                "taken_back": each.taken_back,
                "share": round(each.share * 100, 1),
            }
            for each in page.items
        ]
        return export(columns, rows, _("Recorded by hand"), query=query)
    return render_template("attendance/overrides.html", page=page, reasons=[(code, _word(code)) for code in reasons])


@bp.get("/attendance/overrides/<int:account_id>")
@requires(OVERSIGHT["report"])
def overrides_of(account_id: int) -> ResponseReturnValue:
    """List what one person recorded by hand; marks that were taken back are there, too."""
    visible = class_ids_visible_to(current_actor(), OVERSIGHT["report"])
    rows = records_by_hand(visible, account_id)
    if not rows:
        raise NotFound
    query = list_query(
        sortable=("at", "name", "class", "lesson"), default="at", descending=True, filters=("reason", "kind", "class")
    )
    classes = sorted({(str(each.class_id), each.class_name) for each in rows}, key=lambda each: each[1])
    words = [(code, _word(code)) for code in (*rules.STAFF_REASONS, "badge", OWN_WORDS)]
    kinds = [("hand", _("By hand")), ("badge", _("Badge scanned")), ("back", _("Undone marks"))]
    filters = [
        {"name": "kind", "label": _("Kind"), "options": kinds},
        {"name": "reason", "label": _("Reason"), "options": words},
        {"name": "class", "label": _("Class"), "options": classes},
    ]
    reason, kind, klass = (query.filters.get(name, "") for name in ("reason", "kind", "class"))

    def kind_of(each: Any) -> str:
        return "back" if each.taken_back_at else "badge" if each.reason == "badge" else "hand"

    page = page_of(
        [
            each
            for each in rows
            if kind in ("", kind_of(each))
            and (not reason or (reason_group(each.reason) == reason and not each.taken_back_at))
            and klass in ("", str(each.class_id))
        ],
        query,
        words=lambda each: f"{each.name} {each.unit_name} {each.lesson_title} {each.class_name} {each.reason}",
        keys={
            "at": lambda each: each.recorded_at,
            "name": lambda each: each.name,
            "class": lambda each: each.class_name,
            "lesson": lambda each: each.starts_at,
        },
    )
    if wants_export():
        columns = [
            Column("recorded_at", _("Written"), "date"),
            Column("name", _("Name")),
            Column("unit_name", _("Unit")),
            Column("status", _("Status")),
            Column("reason", _("Reason")),
            Column("class_name", _("Class")),
            Column("lesson_title", _("Lesson")),
            Column("starts_at", _("Begins at"), "date"),
            Column("taken_back_at", _("Undone marks"), "date"),
        ]
        lines = [
            {
                **{column.key: getattr(each, column.key) for column in columns},
                "status": _(labels.STATUS[each.status]),
                "reason": _(labels.REASON[each.reason]) if each.reason in labels.REASON else each.reason,
            }
            for each in page.items
        ]
        return export(
            columns, lines, _("Recorded by hand by %(name)s", name=rows[0].operator), query=query, filters=filters
        )
    return render_template(
        "attendance/overrides_of.html", page=page, operator=rows[0].operator, filters=filters, labels=labels
    )
