"""What the annual assessment contributes; switched on by its name in ``LINKED_MODULES``."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from training_app.core.module import MenuItem, Module, Slot
from training_app.linked.appraisal.permissions import APPRAISAL
from training_app.linked.appraisal.slots import cadre_file
from training_app.linked.appraisal.views import blueprint

MODULE = Module(
    name="linked.appraisal",
    blueprints=(blueprint,),
    permissions=(APPRAISAL,),
    menu=(
        MenuItem(
            "appraisal.index", _l("Annual assessment"), "clipboard-check", 90, section="people", tables=("appraisal.",)
        ),
    ),
    slots=(Slot("cadre.file", _l("Annual assessment"), 60, cadre_file, key="appraisal"),),
)
