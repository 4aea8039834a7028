"""The Excel file of a kind to fill in: the importer's columns, lists to choose from, of a class its people and days."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from training_app.accounts.api import list_units
from training_app.cadres import api as cadres
from training_app.classes import api as classes
from training_app.core.exports import note_list
from training_app.core.spreadsheets.columns import ColumnSet
from training_app.core.spreadsheets.templates import write_template
from training_app.courses import api as courses
from training_app.imports.registry import IMPORTERS
from training_app.teachers.api import list_teachers

_LISTS: Mapping[str, Callable[[], Sequence[str]]] = {
    "units": lambda: [unit.name for unit in list_units()],
    "educations": lambda: cadres.EDUCATIONS,
    "post_levels": lambda: cadres.POST_LEVELS,
    "ranks": lambda: cadres.RANKS,
    "cadre_categories": lambda: cadres.CATEGORIES,
    "course_domains": lambda: courses.DOMAINS,
    "teaching_methods": lambda: courses.METHODS,
    "site_kinds": lambda: courses.SITE_KINDS,
    "sites": lambda: [site.name for site in courses.list_sites()],
    "teachers": lambda: [teacher.name for teacher in list_teachers()],
    "programs": lambda: [program.name for program in classes.list_programs()],
}


def template_of(kind: str) -> bytes:
    """The template of a kind; it holds no personal data but the names of the teacher pool."""
    columns = IMPORTERS[kind].columns
    return write_template(columns, _lists_of(columns))


def template_of_class(kind: str, class_id: int) -> bytes:
    """The template of a class's sheet with its people and days; that it left the system is noted."""
    importer = IMPORTERS[kind]
    filling = importer.fill(class_id) if importer.fill is not None else None
    data = write_template(importer.columns, _lists_of(importer.columns), filling)
    title = filling.title if filling is not None else kind
    rows = len(filling.rows) if filling is not None else 0
    note_list(title=title, place="imports.template_of_class", rows=rows, file_format="xlsx", filters="", search="")
    return data


def _lists_of(columns: ColumnSet) -> dict[str, Sequence[str]]:
    wanted = {each.help.living for each in columns.fields.values() if each.help.living}
    return {name: _LISTS[name]() for name in wanted}
