"""What the audit trail contributes to the whole: it hears everything."""

from __future__ import annotations

from flask import Blueprint
from flask_babel import lazy_gettext as _l

from training_app.audit.permissions import AUDIT
from training_app.audit.services import number_entries, write, write_all
from training_app.audit.tasks import start_tasks
from training_app.audit.views import bp
from training_app.core.events import Event, ManyHandler
from training_app.core.module import Job, MenuItem, Module


def _pages() -> Blueprint:
    return bp


MODULE = Module(
    name="audit",
    blueprints=(_pages,),
    permissions=(AUDIT,),
    menu=(MenuItem("audit.index", _l("Audit trail"), "history", 92, section="admin", phone=True, tables=("audit.",)),),
    subscriptions={Event: ManyHandler(write, write_all)},
    jobs=(Job("audit.number_entries", number_entries, seconds=0.5),),
    providers={"start.tasks": start_tasks},
)
