"""What archives contribute to the whole."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from training_app.archives import slots
from training_app.archives.commands import archive
from training_app.archives.permissions import ARCHIVES
from training_app.archives.queries.sealed import sealed_before
from training_app.archives.views import blueprint
from training_app.core.module import MenuItem, Module, Slot

MODULE = Module(
    name="archives",
    blueprints=(blueprint,),
    permissions=(ARCHIVES,),
    menu=(MenuItem("archives.index", _l("Archives"), "archive", 60, tables=("archives.",)),),
    slots=(
        Slot("cadre.file", _l("One person, one file"), 30, slots.cadre_file, key="archive"),
        Slot("class.checklist", _l("Archive"), 60, slots.class_checklist, key="archive"),
    ),
    providers={
        "start.tasks": slots.start_tasks,
        "audit.labels": slots.audit_labels,
        "class.sealed_before": sealed_before,
    },
    commands=(archive,),
)
