"""``training-app user``: the first account, and rescue."""

from __future__ import annotations

import click

from training_app.accounts.api import find_account_by_username
from training_app.accounts.services import people
from training_app.core.errors import DomainError
from training_app.core.permissions import ROLES


@click.group()
def user() -> None:
    """Bootstrap and rescue: create an account, grant a role, set a new password."""


@user.command()
@click.argument("username")
@click.option("--name", required=True, help="The person's name.")
@click.option("--role", "roles", multiple=True, type=click.Choice(ROLES), required=True)
@click.password_option(help="The first password; it must be changed at the first sign-in.")
def create(username: str, name: str, roles: tuple[str, ...], password: str) -> None:
    """Create an account."""
    try:
        people.create_account(
            username=username, display_name=name, roles=roles, password=password, must_change_password=True
        )
    except DomainError as error:
        raise click.ClickException("; ".join([str(error), *error.fields.values()])) from error
    click.echo(f"{username}: created")


@user.command()
@click.argument("username")
@click.argument("role", type=click.Choice(ROLES))
def grant(username: str, role: str) -> None:
    """Grant a role."""
    try:
        people.grant_role(_id(username), role)
    except DomainError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{username}: {role} granted")


@user.command("reset-password")
@click.argument("username")
def reset_password(username: str) -> None:
    """Set a random password, shown once, to be changed at the next sign-in."""
    click.echo(people.reset_password(_id(username)))


def _id(username: str) -> int:
    found = find_account_by_username(username)
    if found is None:
        raise click.ClickException(f"no account {username}")
    return found.id
