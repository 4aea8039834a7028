"""What the program's own services do at the end, so that results, files and the audit trail are as in real work."""

from __future__ import annotations

from training_app.demo.people import Population
from training_app.demo.signins import SignIns
from training_app.demo.training import Year


def finish(year: Year, made: SignIns, population: Population) -> None:
    """Decide results, issue certificates, seal the first archives, nominate people for the coming classes."""
