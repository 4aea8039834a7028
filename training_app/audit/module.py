"""What the audit trail contributes to the whole: it hears everything."""

from __future__ import annotations

from training_app.audit.permissions import AUDIT
from training_app.audit.services import number_entries, write
from training_app.core.events import Event
from training_app.core.module import Job, Module

MODULE = Module(
    name="audit",
    permissions=(AUDIT,),
    subscriptions={Event: write},
    jobs=(Job("audit.number_entries", number_entries, seconds=0.5),),
)
