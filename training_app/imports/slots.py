"""What imports shows on other pages."""

from __future__ import annotations

from flask import url_for
from flask_babel import gettext as _

from training_app.accounts.api import list_units
from training_app.core.actor import Actor
from training_app.core.ports import Task
from training_app.imports.permissions import IMPORTS


def start_tasks(*, actor: Actor) -> list[Task]:
    """Answer ``start.tasks``: in an empty system the first thing to do is to bring the county in."""
    if "all" not in IMPORTS["run"].reach_of(actor) or list_units():
        return []
    return [
        Task(
            _("Bring in the county's files"),
            _("The registers, the plan and the sheets of the classes, as they are, in one folder"),
            url_for("imports.new_folder"),
            _("Choose the folder"),
            "folder-open",
        )
    ]
