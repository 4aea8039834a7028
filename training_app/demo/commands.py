"""``training-app demo``: load the demonstration county; sign in a class for a load test."""

from __future__ import annotations

import csv
from pathlib import Path

import click
from flask import current_app

from training_app.core import crypto
from training_app.core.errors import DomainError
from training_app.demo import services
from training_app.web import cookies, csrf

SIGN_INS = (
    "org_dept",
    "planner",
    "class_teacher",
    "instructor",
    "exam_officer",
    "unit_officer",
    "leader",
    "trainee",
    "sysadmin",
    "secadmin",
    "auditor",
)


@click.group("demo")
def demo() -> None:
    """The demonstration county: invented people and classes, for trying and for load tests."""


@demo.command("load")
@click.option("--cadres", default=services.USUAL_SIZE, show_default=True, help="How many cadres the county has.")
@click.option("--seed", default=1, show_default=True, help="Another seed, other people.")
def load(cadres: int, seed: int) -> None:
    """Write the demonstration county into an empty database."""
    if services.state() == "demo":
        click.echo("The demonstration county is loaded already.")
        return
    settings = current_app.config["SETTINGS"]
    try:
        loaded = services.load(cadres=cadres, seed=seed, password=settings.demo_password, base_url=settings.base_url)
    except DomainError as error:
        raise click.ClickException(str(error)) from error
    click.echo("Demonstration county: " + ", ".join(f"{n} {what}" for what, n in loaded.counts.items()))
    click.echo(f"Class running today: {loaded.running_class}")
    click.echo("Sign in as: " + " ".join(SIGN_INS))
    click.echo(f"Password of all: {loaded.password}")


@demo.command("sessions")
@click.option("--class", "code", required=True, help="Code of the class.")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="CSV file to write.")
def sessions(code: str, out: Path) -> None:
    """Write one signed-in session per trainee of a class: enrollment_id, cookie, csrf_token."""
    try:
        made = services.make_sessions(code)
    except DomainError as error:
        raise click.ClickException(str(error)) from error
    is_https = current_app.config["IS_HTTPS"]
    out.touch(mode=0o600)  # whoever reads this file is signed in
    with out.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(("enrollment_id", "cookie", "csrf_token"))
        for one in made:
            writer.writerow(
                (
                    one.enrollment_id,
                    cookies.header(cookies.SESSION, one.cookie, is_https=is_https),
                    csrf.token_for(crypto.digest(one.cookie)),
                )
            )
    click.echo(f"{len(made)} sessions in {out}")
