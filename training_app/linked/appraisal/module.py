"""What the annual assessment contributes; switched on by its name in ``LINKED_MODULES``."""

from __future__ import annotations

from training_app.core.module import Module
from training_app.linked.appraisal.permissions import APPRAISAL

MODULE = Module(name="linked.appraisal", permissions=(APPRAISAL,))
