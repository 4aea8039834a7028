"""What reports contribute to the whole."""

from __future__ import annotations

from training_app.core.module import Module
from training_app.reports.commands import figures
from training_app.reports.permissions import REPORTS

MODULE = Module(name="reports", permissions=(REPORTS,), commands=(figures,))
