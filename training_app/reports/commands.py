"""``training-app figures``: the figures of a period as JSON."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import click

from training_app.reports.figures import figures_of


@click.command("figures")
@click.option("--from", "first", required=True, type=click.DateTime(["%Y-%m-%d"]), help="First day of the period.")
@click.option("--to", "last", required=True, type=click.DateTime(["%Y-%m-%d"]), help="Last day of the period.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="File to write; the screen when left out.")
def figures(first: datetime, last: datetime, out: Path | None) -> None:
    """Write the figures of a period."""
    if last < first:
        raise click.BadParameter("the period ends before it begins", param_hint="--to")
    text = json.dumps(figures_of(first.date(), last.date()), ensure_ascii=False, indent=1) + "\n"
    if out is None:
        click.echo(text, nl=False)
    else:
        out.write_text(text, encoding="utf-8")
