"""Appointment forms (干部任免审批表) as ``.lrmx`` files: what one holds, reading, writing; no database."""

from __future__ import annotations

from training_app.cadres.lrmx.form import ELEMENTS, FIELDS, TITLES, AppointmentForm, Relative
from training_app.cadres.lrmx.writing import write

__all__ = ["ELEMENTS", "FIELDS", "TITLES", "AppointmentForm", "Relative", "write"]
