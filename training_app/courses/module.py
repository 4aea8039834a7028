"""What the catalogue contributes to the whole."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from training_app.core.module import MenuItem, Module, Slot
from training_app.courses.labels import audit_codes, audit_labels, audit_pages
from training_app.courses.permissions import COURSES
from training_app.courses.slots import courses_of_teacher
from training_app.courses.views import blueprint

_COURSE_PAGES = ("courses.show", "courses.new", "courses.add", "courses.edit", "courses.change")

MODULE = Module(
    name="courses",
    blueprints=(blueprint,),
    permissions=(COURSES,),
    menu=(
        MenuItem("courses.index", _l("Courses"), "book", 12, section="plan", tables=_COURSE_PAGES),
        MenuItem(
            "courses.site_list",
            _l("Teaching sites"),
            "map-pin",
            16,
            section="plan",
            tables=("courses.site_", "courses.route_"),
        ),
    ),
    slots=(Slot("teacher.file", _l("Courses"), 10, courses_of_teacher, key="courses"),),
    providers={"audit.codes": audit_codes, "audit.labels": audit_labels, "audit.pages": audit_pages},
)
