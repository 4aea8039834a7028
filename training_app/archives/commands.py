"""``training-app archive``: verification without a database."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from training_app.archives.verify import verify_file


@click.group()
def archive() -> None:
    """Sealed packages."""


@archive.command()
@click.argument("package", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--key",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The school's public key, from elsewhere than the package.",
)
@click.option(
    "--checkpoint",
    "checkpoints",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="An older checkpoint kept outside; may be given several times.",
)
def verify(package: Path, key: Path | None, checkpoints: tuple[Path, ...]) -> None:
    """Say OK, or line by line what is wrong with a package. Nothing is unpacked to disk."""
    report = verify_file(
        package,
        key=key.read_bytes() if key else None,
        checkpoints=[path.read_text(encoding="utf-8", errors="replace") for path in checkpoints],
    )
    for problem in report.problems:
        click.echo(str(problem))
    if not report.is_sound:
        sys.exit(1)
    click.echo("OK")
    click.echo(
        f"{report.files} files, {report.entries} log entries, log {report.origin} of size {report.log_size}", err=True
    )
    click.echo(f"key {report.fingerprint}", err=True)
    if not report.key_was_given:
        click.echo("The key came from the package itself; compare it, or give --key.", err=True)
