"""The list of classes and the first page of a class."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from training_app.accounts.api import list_units
from training_app.classes import labels, ports
from training_app.classes.permissions import CLASSES
from training_app.classes.ports import ClassAction, NextStep
from training_app.classes.queries.lessons import list_lessons, teachers_of_lessons
from training_app.classes.queries.list import SORTABLE, ClassRow, class_years, count_by_state, page_of_classes
from training_app.classes.queries.overview import Consequences, consequences
from training_app.classes.queries.plan import list_programs
from training_app.classes.queries.scope import class_ids_visible_to
from training_app.classes.queries.seats import SeatUse, seat_use
from training_app.classes.queries.timetable import changes_of, weeks_of
from training_app.classes.values import ClassInfo, LessonInfo
from training_app.classes.views import bp
from training_app.classes.views.common import class_page, visible_class
from training_app.core import clock
from training_app.core.actor import Actor, current_actor
from training_app.core.tables import Column
from training_app.core.text import plural_of
from training_app.web.access import requires
from training_app.web.display import clock_time, day, hours, listing
from training_app.web.lists import export, list_query, wants_export

_NEXT_LESSON = 40  # order of the step that names the next lesson


@dataclass(frozen=True)
class Lack:
    """Something a class still lacks."""

    text: str
    icon: str
    note: str = ""
    verb: str = ""
    url: str = ""
    urgent: bool = False


@bp.get("/classes")
@requires(CLASSES["view"])
def index() -> ResponseReturnValue:
    """Classes within reach, the running ones first in mind."""
    actor = current_actor()
    visible = class_ids_visible_to(actor, CLASSES["view"])
    query = list_query(sortable=SORTABLE, default="starts_on", filters=("state", "program", "year"), descending=True)
    page = page_of_classes(query, visible, everything=bool(wants_export()))
    if wants_export():
        return export(_columns(), [_exported(row) for row in page.items], _("Classes"), query=query, filters=_filters())
    return render_template(
        "classes/list.html",
        page=page,
        states=count_by_state(visible),
        filters=_filters(),
        seats=_own_seats(actor, page.items),
        labels=labels,
    )


def _filters() -> list[dict[str, Any]]:
    states = [(key, _(word)) for key, word in labels.CLASS_STATE.items() if key != "planned"]
    return [
        {"name": "state", "label": _("State"), "options": states},
        {"name": "program", "label": _("Program"), "options": [(each.id, each.name) for each in list_programs()]},
        {"name": "year", "label": _("Year"), "options": [(year, year) for year in class_years()]},
    ]


@bp.get("/classes/<int:class_id>")
@requires(CLASSES["view"])
def show(class_id: int) -> ResponseReturnValue:
    """A class: what comes next, its timetable, what the other rooms say, what it still lacks."""
    klass = visible_class(class_id, CLASSES["view"])
    actor = current_actor()
    lessons = list_lessons(class_id)
    facts = consequences(class_id)
    use = seat_use(klass.plan_line_id)
    asked = ports.next_steps(class_id)
    runs = _may(actor, klass, "run")
    own = _own_steps(klass, facts, lessons) if runs else _steps_of_onlookers(actor, klass, lessons, use)
    if any(step.order < _NEXT_LESSON for step in asked):  # somebody says more precisely what the next lesson wants
        own = [step for step in own if step.order != _NEXT_LESSON]
    steps = sorted([*own, *asked], key=lambda step: step.order)
    return class_page(
        "classes/show.html",
        klass,
        weeks=weeks_of(klass, lessons),
        lessons=[each for each in lessons if each.state != "cancelled"],
        changes=changes_of([each.id for each in lessons]),
        notes=ports.lesson_notes(class_id),
        steps=steps,
        lacks=_lacks(klass, facts, lessons, use) if runs else [],
        use=use,
        may_run=runs,
        actions=[*ports.actions(class_id), *_own_actions(actor, klass, facts, use)],
    )


def _own_steps(klass: ClassInfo, facts: Consequences, lessons: list[LessonInfo]) -> list[NextStep]:
    """What the state of the class itself asks for next."""
    today = clock.today()
    found: list[NextStep] = []
    match klass.state:
        case "enrolling":
            if klass.starts_on <= today and facts.taken_in:
                found.append(
                    NextStep(
                        _(
                            "The class begins on %(day)s. Start it, so that people can check in.",
                            day=day(klass.starts_on),
                        ),
                        5,
                        url_for("classes.start", class_id=klass.id),
                        _("Start the class"),
                    )
                )
            if facts.waiting:
                found.append(
                    NextStep(
                        ngettext(
                            "%(num)d nomination waits for a decision.",
                            "%(num)d nominations wait for a decision.",
                            facts.waiting,
                        ),
                        20,
                        url_for("classes.enrollments", class_id=klass.id, status="nominated"),
                        _("Decide now"),
                    )
                )
            elif not facts.lessons:
                found.append(
                    NextStep(
                        _("The timetable is still empty."),
                        30,
                        url_for("classes.timetable", class_id=klass.id),
                        _("Make the timetable"),
                    )
                )
            if not found:
                found.append(NextStep(_("Begins on %(day)s.", day=day(klass.starts_on)), 60))
        case "running":
            coming = _next_lesson(lessons)
            found += coming
            if facts.unclosed:
                found.append(
                    NextStep(
                        ngettext(
                            "%(num)d lesson has ended but is not closed.",
                            "%(num)d lessons have ended but are not closed.",
                            facts.unclosed,
                        ),
                        15,
                        url_for("classes.timetable", class_id=klass.id),
                        _("Close them"),
                    )
                )
            elif not coming and facts.lessons:
                found.append(
                    NextStep(
                        _("All lessons are closed. The class can be finished."),
                        45,
                        url_for("classes.finish", class_id=klass.id),
                        _("Finish the class"),
                    )
                )
        case "cancelled":
            found.append(NextStep(_("This class was called off."), 90))
        case _:
            pass
    return found


def _next_lesson(lessons: list[LessonInfo]) -> list[NextStep]:
    """The lesson that comes next, as a step; none when there is no more."""
    now = clock.now()
    first = next((each for each in lessons if each.state == "planned" and each.ends_at > now), None)
    if first is None:
        return []
    today = first.day == clock.today()
    when = clock_time(first.starts_at) if today else f"{day(first.day)}{clock_time(first.starts_at)}"
    if first.place:
        text = _("%(when)s %(title)s, %(place)s.", when=when, title=first.title, place=first.place)
    else:
        text = _("%(when)s %(title)s.", when=when, title=first.title)
    return [NextStep(text, _NEXT_LESSON)]


def _steps_of_onlookers(actor: Actor, klass: ClassInfo, lessons: list[LessonInfo], use: SeatUse) -> list[NextStep]:
    """What comes next for somebody who does not run the class: seats to fill, the next lesson."""
    if klass.state == "enrolling":
        if _nominates(actor):
            seats, taken = use.of_unit(actor.unit_path)
            if seats is not None and taken < seats:
                return [
                    NextStep(
                        ngettext(
                            "Your unit can still nominate %(num)d person until %(day)s.",
                            "Your unit can still nominate %(num)d people until %(day)s.",
                            seats - taken,
                            day=day(klass.starts_on),
                        ),
                        20,
                        url_for("classes.nominate", class_id=klass.id),
                        _("Nominate"),
                    )
                ]
        return [NextStep(_("Begins on %(day)s.", day=day(klass.starts_on)), 60)]
    return _next_lesson(lessons) if klass.state == "running" else []


def _lacks(klass: ClassInfo, facts: Consequences, lessons: list[LessonInfo], use: SeatUse) -> list[Lack]:
    """What the class itself still lacks; other rooms add theirs."""
    if klass.state not in ("enrolling", "running"):
        return []
    found: list[Lack] = []
    if not klass.teacher_names:
        found.append(
            Lack(
                _("No class teacher yet"),
                "user-question",
                verb=_("Choose one"),
                url=url_for("classes.staff", class_id=klass.id),
                urgent=True,
            )
        )
    if facts.waiting:
        found.append(
            Lack(
                ngettext("Decide %(num)d nomination", "Decide %(num)d nominations", facts.waiting),
                "user-check",
                note=ngettext("%(num)d seat is free", "%(num)d seats are free", use.free),
                verb=_("Decide now"),
                url=url_for("classes.enrollments", class_id=klass.id, status="nominated"),
            )
        )
    if klass.state == "enrolling" and use.left:
        found.append(
            Lack(
                ngettext("%(num)d seat is not taken", "%(num)d seats are not taken", use.left),
                "armchair",
                note=_("%(taken)s of %(planned)s are taken", taken=use.holding, planned=use.planned),
                verb=_("See seats"),
                url=url_for("plans.show", plan_line_id=klass.plan_line_id),
            )
        )
    open_ = [each for each in lessons if each.state == "planned"]
    taught = [each for each in open_ if each.kind in ("teaching", "discussion", "field")]
    teachers = teachers_of_lessons([each.id for each in taught])
    without_teacher = [each for each in taught if not teachers.get(each.id) and not each.teacher_text]
    if without_teacher:
        found.append(
            Lack(
                ngettext("%(num)d lesson has no teacher", "%(num)d lessons have no teacher", len(without_teacher)),
                "chalkboard",
                note=listing(each.title for each in without_teacher[:2]),
                verb=_("To the timetable"),
                url=url_for("classes.timetable", class_id=klass.id),
            )
        )
    without_place = [each for each in open_ if not each.place]
    if without_place:
        found.append(
            Lack(
                ngettext("%(num)d lesson has no room", "%(num)d lessons have no room", len(without_place)),
                "map-pin-off",
                note=listing(each.title for each in without_place[:2]),
                verb=_("To the timetable"),
                url=url_for("classes.timetable", class_id=klass.id),
            )
        )
    if not lessons:
        found.append(
            Lack(
                _("The timetable is empty"),
                "calendar-plus",
                note=ngettext(
                    "%(hours)s credit hour is planned",
                    "%(hours)s credit hours are planned",
                    plural_of(klass.credit_hours),
                    hours=hours(klass.credit_hours),
                ),
                verb=_("Make the timetable"),
                url=url_for("classes.timetable", class_id=klass.id),
            )
        )
    return found


def _own_actions(actor: Actor, klass: ClassInfo, facts: Consequences, use: SeatUse) -> list[ClassAction]:
    """Buttons the state of the class itself offers to this person."""
    found: list[ClassAction] = []
    seats, taken = use.of_unit(actor.unit_path)
    if klass.state == "enrolling" and _nominates(actor) and seats is not None and taken < seats:
        found.append(ClassAction(_("Nominate people"), url_for("classes.nominate", class_id=klass.id), "user-plus", 60))
    if facts.waiting and klass.state in ("enrolling", "running") and CLASSES["approve"].held_by(actor):
        url = url_for("classes.enrollments", class_id=klass.id, status="nominated")
        found.append(ClassAction(_("Decide the nominations"), url, "user-check", 55))
    if _may(actor, klass, "run"):
        if klass.state == "enrolling" and facts.taken_in:
            found.append(
                ClassAction(_("Start the class"), url_for("classes.start", class_id=klass.id), "player-play", 70)
            )
        if klass.state == "running" and facts.lessons and not facts.to_come and not facts.unclosed:
            found.append(ClassAction(_("Finish the class"), url_for("classes.finish", class_id=klass.id), "flag", 70))
        if klass.state in ("enrolling", "running") and not facts.lessons:
            found.append(
                ClassAction(
                    _("Make the timetable"), url_for("classes.timetable", class_id=klass.id), "calendar-plus", 65
                )
            )
    return sorted(found, key=lambda action: action.order)


def _nominates(actor: Actor) -> bool:
    """Whether this person puts people of a unit forward, rather than deciding about them."""
    return "unit" in CLASSES["nominate"].reach_of(actor) and not CLASSES["approve"].held_by(actor)


def _may(actor: Actor, klass: ClassInfo, level: str) -> bool:
    visible = class_ids_visible_to(actor, CLASSES[level])
    return CLASSES[level].held_by(actor) and (visible is None or klass.id in visible)


def _own_seats(actor: Actor, rows: Any) -> dict[int, tuple[int | None, int]]:
    """Seats of the acting person's unit in each class that takes nominations: how many, how many taken."""
    if not _nominates(actor):
        return {}
    units = {unit.id: unit for unit in list_units()}
    return {
        row.info.id: seat_use(row.info.plan_line_id, units).of_unit(actor.unit_path)
        for row in rows
        if row.info.state == "enrolling"
    }


def _columns() -> list[Column]:
    return [
        Column("code", _("Class code")),
        Column("name", _("Class name")),
        Column("program", _("Program")),
        Column("starts_on", _("First day"), "date"),
        Column("ends_on", _("Last day"), "date"),
        Column("venue", _("Venue")),
        Column("teachers", _("Class teacher")),
        Column("people", _("Trainees"), "number"),
        Column("waiting", _("Waiting"), "number"),
        Column("credit_hours", _("Credit hours"), "number"),
        Column("state", _("State")),
    ]


def _exported(row: ClassRow) -> dict[str, Any]:
    return {
        **vars(row.info),
        "people": row.people,
        "waiting": row.waiting,
        "teachers": listing(row.info.teacher_names),
        "state": _(labels.CLASS_STATE[row.info.state]),
    }
