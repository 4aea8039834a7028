"""``training-app undo-import``: the same as the button on the page of an import."""

from __future__ import annotations

from collections.abc import Sequence

import click
from flask_babel import gettext

from training_app.core.errors import DomainError
from training_app.imports.entities import word_of
from training_app.imports.obstacle_words import title_of
from training_app.imports.services.obstacles import Obstacle
from training_app.imports.services.undoing import StandsInTheWayError, plan_of, undo_import


@click.command("undo-import")
@click.argument("import_id", type=int, metavar="ID")
@click.option("--dry-run", is_flag=True, help="Only say what would be taken away and what stands in the way.")
def undo_command(import_id: int, *, dry_run: bool) -> None:
    """Undo a whole import by its number, as long as nothing was built on it."""
    try:
        plan = plan_of(import_id) if dry_run else undo_import(import_id)
    except StandsInTheWayError as error:
        _tell_obstacles(error.obstacles)
        raise click.ClickException(gettext(error.message)) from error
    except DomainError as error:
        text = gettext(error.message)
        raise click.ClickException(text % error.params if error.params else text) from error
    for each in plan.amounts:
        back = each.changed_back + each.put_back
        click.echo(f"{gettext(word_of(each.entity))}: -{each.taken_away} ~{back}")
    _tell_obstacles(plan.obstacles)
    if plan.obstacles:
        raise click.ClickException(gettext(StandsInTheWayError.message))


def _tell_obstacles(obstacles: Sequence[Obstacle]) -> None:
    for obstacle in obstacles:
        click.echo(f"! {title_of(obstacle)} ({obstacle.count})")
