"""The ``training-app`` command: what belongs to no feature; the features' own commands come from their manifests."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import click
from alembic.util.exc import CommandError
from flask import Flask, current_app
from flask_migrate import check as migrations_check
from flask_migrate import upgrade as migrations_upgrade
from gunicorn.app.base import BaseApplication

from training_app import maintenance
from training_app.app import create_app, load_modules
from training_app.core import jobs
from training_app.core.actor import acting_as, system
from training_app.core.db import db
from training_app.core.errors import DomainError
from training_app.core.shape import shape_fault
from training_app.leader import Leader
from training_app.settings import ROOT, Settings

_LOOK_SECONDS, _IDLE_SECONDS = 0.5, 30.0


class _Group(click.Group):
    """The features' commands beside our own; each runs inside the application, as the command line."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *self._features()})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return super().get_command(ctx, cmd_name) or self._features().get(cmd_name)

    def _features(self) -> dict[str, click.Command]:
        found: dict[str, click.Command] = {}
        for module in load_modules(Settings()):
            for command in module.commands:
                found[command.name] = command
        return found


@click.group(cls=_Group)
@click.pass_context
def main(ctx: click.Context) -> None:
    """Zhixing: run it, set it up, look after it."""
    if ctx.invoked_subcommand not in ("serve", "archive") and "--help" not in sys.argv:
        app = create_app()
        ctx.with_resource(app.app_context())
        ctx.with_resource(acting_as(system("command line")))


class _Server(BaseApplication):  # type: ignore[misc]
    """gunicorn, configured by our own options."""

    def __init__(self, options: dict[str, object]) -> None:
        self._options = options
        super().__init__()

    def load_config(self) -> None:
        for key, value in self._options.items():
            self.cfg.set(key, value)

    def load(self) -> Flask:
        app = create_app()
        Leader(app).start()
        return app


_SHAPES = {
    "empty": "The database has no tables yet. Run: training-app db upgrade",
    "old": "The database is older than this program. Run: training-app db upgrade",
    "newer": "The database was made by a newer program: install that one; training-app db upgrade cannot go back.",
}


@main.command()
@click.option("--host", default="127.0.0.1", envvar="HOST", show_default=True)
@click.option("--port", default=5000, envvar="PORT", show_default=True)
@click.option("--workers", default=None, type=int, help="Processes; by default as many as cores, at most 4.")
@click.option("--threads", default=16, show_default=True)
def serve(host: str, port: int, workers: int | None, threads: int) -> None:
    """Serve; the process that gets the leader's lock also runs the timers."""
    settings = Settings()  # refuses to start with missing or default keys before any worker is made
    fault = shape_fault(settings.database_url, ROOT / "migrations")
    if fault:
        raise click.ClickException(_SHAPES[fault])
    _Server(
        {
            "bind": f"{host}:{port}",
            "workers": workers or min(4, os.cpu_count() or 1),
            "threads": threads,
            "worker_class": "training_app.worker.Worker",
            "timeout": 120,
            "graceful_timeout": 30,
            "keepalive": 5,
            "accesslog": None,
            "worker_tmp_dir": "/dev/shm" if Path("/dev/shm").is_dir() else None,  # noqa: S108 - gunicorn's heartbeat file
            "limit_request_line": 4094,
            "forwarded_allow_ips": "127.0.0.1",
            "control_socket_disable": True,  # it would lie in the home folder, and nothing here is steered through it
        }
    ).run()


@main.command()
def scheduler() -> None:
    """Run only the timers (one leader among all that try)."""
    Leader(create_app()).run()


@main.command()
@click.option("--until-idle", is_flag=True, help="End when nothing has waited for a while, instead of waiting on.")
def worker(*, until_idle: bool) -> None:
    """Do long work (large imports), one after the other; any number of workers may run."""
    waited = 0.0
    while not until_idle or waited < _IDLE_SECONDS:
        done = jobs.run_next()
        db.session.remove()
        waited = 0.0 if done else waited + _LOOK_SECONDS
        if not done:
            time.sleep(_LOOK_SECONDS)


@main.group("db")
def database() -> None:
    """The database's shape."""


@database.command()
def upgrade() -> None:
    """Bring the database to the newest shape."""
    migrations_upgrade()


@database.command()
def check() -> None:
    """Fail when the models and the migrations disagree."""
    try:
        migrations_check()
    except CommandError as error:
        raise click.ClickException(str(error)) from error


@main.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Write a consistent backup of the database and the stored files; the keys are not in it."""
    counts = maintenance.backup(file)
    click.echo(f"{file}: {sum(counts.values())} rows of {len(counts)} tables")


@main.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def restore(file: Path) -> None:
    """Bring a backup into an empty database."""
    try:
        counts = maintenance.restore(file)
    except DomainError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{sum(counts.values())} rows of {len(counts)} tables restored")


@main.command()
def doctor() -> None:
    """One line per thing checked."""
    found = maintenance.doctor(current_app)
    for name, good, hint in found:
        click.echo(f"{'ok  ' if good else 'LOOK'}  {name}{f': {hint}' if hint else ''}")
    if not all(good for name, good, _hint in found if name != "production settings"):
        raise SystemExit(1)
