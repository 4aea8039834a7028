"""What reports contribute to the whole."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from training_app.core.module import MenuItem, Module
from training_app.reports.commands import figures
from training_app.reports.permissions import REPORTS
from training_app.reports.views import blueprint

MODULE = Module(
    name="reports",
    blueprints=(blueprint,),
    permissions=(REPORTS,),
    menu=(
        MenuItem("reports.start", _l("Today"), "home", 1, section="home", phone=True),
        MenuItem("reports.overview", _l("Overview"), "chart-dots", 2, section="home"),
        MenuItem(
            "reports.index",
            _l("Statistics"),
            "chart-bar",
            80,
            section="people",
            tables=("reports.people_behind_figure",),
        ),
    ),
    commands=(figures,),
)
