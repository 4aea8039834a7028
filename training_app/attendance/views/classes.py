"""The attendance of a class: person by lesson, with signs and sums; and as an Excel file."""

from __future__ import annotations

from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from training_app.attendance import labels, rules
from training_app.attendance.permissions import ATTENDANCE
from training_app.attendance.queries.sheets import Sheet, SheetRow, class_sheet
from training_app.attendance.views import bp
from training_app.classes.api import get_class_visible_to
from training_app.core import clock
from training_app.core.actor import current_actor
from training_app.core.tables import Column
from training_app.web.access import requires
from training_app.web.lists import export, wants_export


@bp.get("/classes/<int:class_id>/attendance")
@requires(ATTENDANCE["view"])
def of_class(class_id: int) -> ResponseReturnValue:
    """Show the class's attendance."""
    actor = current_actor()
    klass = get_class_visible_to(actor, class_id, ATTENDANCE["view"])
    sheet = class_sheet(class_id, actor, ATTENDANCE["view"])
    if wants_export():
        return export(
            _columns(sheet), [_row(sheet, row) for row in sheet.rows], _("Attendance of %(name)s", name=klass.name)
        )
    return render_template(
        "attendance/of_class.html",
        klass=klass,
        sheet=sheet,
        signs=rules.SIGNS,
        labels=labels,
        may_scan=ATTENDANCE["scan"].held_by(actor),
        may_correct=ATTENDANCE["correct"].held_by(actor),
    )


def _columns(sheet: Sheet) -> list[Column]:
    lessons = [
        Column(
            f"lesson_{each.lesson.id}",
            f"{each.lesson.day.month}月{each.lesson.day.day}日/{_(labels.HALF_DAY[each.lesson.half_day])}"
            f" {clock.local(each.lesson.starts_at):%H:%M}",
        )
        for each in sheet.lessons
    ]
    return [
        Column("name", _("Name")),
        Column("unit", _("Unit")),
        *lessons,
        Column("due", _("Hours due"), "number"),
        Column("attended", _("Hours attended"), "number"),
        Column("on_leave", _("Hours on leave"), "number"),
        Column("absent", _("Hours absent"), "number"),
        Column("share", _("Share missed"), "number"),
        Column("note", _("Note")),
    ]


def _row(sheet: Sheet, row: SheetRow) -> dict[str, Any]:
    return {
        "name": row.person.name,
        "unit": row.person.unit_name,
        **{
            f"lesson_{each.lesson.id}": rules.SIGNS.get(row.statuses.get(each.lesson.id, ""), "")
            for each in sheet.lessons
        },
        "due": row.sums.due,
        "attended": row.sums.attended,
        "on_leave": row.sums.on_leave,
        "absent": row.sums.absent,
        "share": round(row.share, 4),
        "note": _("More than 1/7 missed") if row.too_much else "",
    }
