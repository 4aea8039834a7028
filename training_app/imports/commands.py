"""``training-app import``: the same code as the screens, for the command line."""

from __future__ import annotations

from pathlib import Path

import click
from flask_babel import gettext

from training_app.accounts.api import find_unit_by_code
from training_app.core.errors import DomainError
from training_app.imports.registry import KINDS, QUESTIONS
from training_app.imports.services.choices import remembered_for
from training_app.imports.services.files import File, Wishes, import_file, import_folder
from training_app.imports.services.reports import Entry, dump_report
from training_app.imports.services.templates import template_of


@click.command("import")
@click.argument("kind", type=click.Choice(["auto", "folder", *KINDS, QUESTIONS]), metavar="KIND")
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--class", "class_code", default="", metavar="CODE", help="The class that a class sheet is of.")
@click.option("--unit", "unit_code", default="", metavar="CODE", help="Whose settled columns count; else all units'.")
@click.option("--dry-run", is_flag=True, help="Read, judge and rehearse; store nothing.")
@click.option("--report", type=click.Path(dir_okay=False, path_type=Path), help="Write the report (JSON) here.")
def import_command(
    kind: str, path: Path, class_code: str, unit_code: str, report: Path | None, *, dry_run: bool
) -> None:
    """Bring in a file (KIND, or auto) or a whole FOLDER. Refused rows are the report's content, not a failure.

    Kinds: see the documentation; "auto" finds the kind of each worksheet, "folder" takes everything below a folder.
    """
    wishes = Wishes(remembered=remembered_for(_unit_id(unit_code), everybody=not unit_code))
    try:
        if kind == "folder":
            if not path.is_dir():
                raise click.UsageError("import folder takes a folder")
            entries = import_folder(path, dry_run=dry_run, tell=_tell, wishes=wishes)
        else:
            file = File(path.name, path.read_bytes(), path.resolve().parent.name)
            entries = import_file(file, kind=kind, class_code=class_code, dry_run=dry_run, wishes=wishes)
            for entry in entries:
                _tell(entry)
    except DomainError as error:
        text = gettext(error.message)
        raise click.ClickException(text % error.params if error.params else text) from error
    if report is not None:
        report.write_text(dump_report(entries) + "\n", encoding="utf-8")
    if not any(entry.error is None for entry in entries):
        raise click.ClickException(gettext("Nothing could be read."))


@click.command("import-template")
@click.argument("kind", type=click.Choice(KINDS), metavar="KIND")
@click.argument("path", type=click.Path(dir_okay=False, path_type=Path))
def template_command(kind: str, path: Path) -> None:
    """Write an empty Excel file for a KIND, with what to type in each column."""
    path.write_bytes(template_of(kind))
    click.echo(str(path))


def _unit_id(code: str) -> int | None:
    if not code:
        return None
    unit = find_unit_by_code(code)
    if unit is None:
        raise click.UsageError(gettext("There is no unit with this code."))
    return unit.id


def _tell(entry: Entry) -> None:
    place = f"{entry.file} [{entry.sheet}] {entry.kind}"
    if entry.error is not None:
        click.echo(f"{place}: {entry.error['message']}")
        return
    click.echo(
        f"{place}: {entry.rows_read} → {entry.accepted} (+{entry.created} ~{entry.updated} ={entry.unchanged}),"
        f" {len(entry.refused)} refused, {len(entry.flagged)} flagged"
    )
