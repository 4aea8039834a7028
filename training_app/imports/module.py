"""What imports contributes to the whole."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from training_app.core.jobs import Work
from training_app.core.module import MenuItem, Module
from training_app.imports.commands import import_command, template_command
from training_app.imports.labels import audit_codes, audit_labels, audit_pages
from training_app.imports.permissions import IMPORTS
from training_app.imports.registry import IMPORTERS
from training_app.imports.services import folders, rehearsing
from training_app.imports.services.uploads import CHECK, STORE, job_ended, run_check, run_store
from training_app.imports.slots import start_tasks
from training_app.imports.undo_command import undo_command
from training_app.imports.views import blueprint
from training_app.imports.views.templates import class_sheets

MODULE = Module(
    name="imports",
    blueprints=(blueprint,),
    permissions=(IMPORTS,),
    menu=(MenuItem("imports.index", _l("Imports"), "file-import", 98, section="people", tables=("imports.",)),),
    commands=(import_command, template_command, undo_command),
    importers=tuple(IMPORTERS.values()),
    work={
        CHECK: Work(run_check, job_ended),
        STORE: Work(run_store, job_ended),
        rehearsing.REHEARSE: Work(rehearsing.run_rehearse, rehearsing.rehearsal_ended),
        folders.CHECK: Work(folders.run_check, folders.job_ended),
        folders.STORE: Work(folders.run_store, folders.job_ended),
    },
    providers={
        "audit.codes": audit_codes,
        "audit.labels": audit_labels,
        "audit.pages": audit_pages,
        "class.papers": class_sheets,
        "start.tasks": start_tasks,
    },
)
