"""What the teacher pool contributes to the whole."""

from __future__ import annotations

from flask import Blueprint
from flask_babel import lazy_gettext as _l

from training_app.core.module import MenuItem, Module
from training_app.teachers.labels import audit_codes, audit_labels, audit_pages
from training_app.teachers.permissions import TEACHERS
from training_app.teachers.views import bp


def _pages() -> Blueprint:
    return bp


MODULE = Module(
    name="teachers",
    blueprints=(_pages,),
    permissions=(TEACHERS,),
    menu=(MenuItem("teachers.index", _l("Teaching staff"), "chalkboard", 14, section="plan", tables=("teachers.",)),),
    providers={"audit.codes": audit_codes, "audit.labels": audit_labels, "audit.pages": audit_pages},
)
