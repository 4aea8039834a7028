"""What the people's records contribute to the whole."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from training_app.cadres.labels import audit_codes, audit_labels, audit_pages
from training_app.cadres.permissions import CADRES
from training_app.cadres.units import columns_of_units
from training_app.cadres.views import blueprint
from training_app.core.module import MenuItem, Module

MODULE = Module(
    name="cadres",
    blueprints=(blueprint,),
    permissions=(CADRES,),
    menu=(
        MenuItem("cadres.index", _l("Cadres"), "users", 70, section="people", phone=True, tables=("cadres.",)),
        MenuItem(
            "cadres.own",
            _l("My file"),
            "user-circle",
            60,
            section="people",
            phone=True,
            short=_l("Own file"),
            audience="trainee",
        ),
    ),
    providers={
        "audit.codes": audit_codes,
        "audit.labels": audit_labels,
        "audit.pages": audit_pages,
        "unit.list_columns": columns_of_units,
    },
)
