"""All classes with what came of them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from training_app.classes import api as classes
from training_app.core.actor import Actor
from training_app.results import rules
from training_app.results.permissions import RESULTS
from training_app.results.queries.certificates import count_certificates
from training_app.results.queries.results import results_of_classes
from training_app.results.values import ResultInfo


@dataclass(frozen=True)
class ClassSummary:
    """One class in numbers. ``standing``: running, undecided, due (certificates), done."""

    info: classes.ClassInfo
    people: int
    completed: int
    not_completed: int
    open: int
    average: Decimal | None
    certificates: int
    standing: str


def summaries_visible_to(actor: Actor) -> list[ClassSummary]:
    """Classes that have begun, within reach of the actor's grant."""
    visible = classes.class_ids_visible_to(actor, RESULTS["view"])
    infos = classes.list_classes(visible, states=("running", "finished", "archived"))
    ids = [info.id for info in infos]
    by_class: dict[int, list[ResultInfo]] = {}
    for result in results_of_classes(ids):
        by_class.setdefault(result.class_id, []).append(result)
    people = classes.count_enrollments(ids)
    certificates = count_certificates(ids)
    return [
        _summary(info, by_class.get(info.id, []), people.get(info.id, 0), certificates.get(info.id, 0))
        for info in infos
    ]


def _summary(info: classes.ClassInfo, results: list[ResultInfo], people: int, certificates: int) -> ClassSummary:
    totals = [result.total for result in results if result.total is not None]
    completed = sum(result.completed for result in results)
    studying = [result for result in results if result.reason != rules.WITHDRAWN]
    undecided = sum(result.reason in rules.UNDECIDED for result in results)
    open_ = undecided + max(0, people - len(studying)) if results else 0
    if not results:
        standing = "running" if info.state == "running" else "undecided"
    elif open_:
        standing = "undecided"
    else:
        standing = "due" if certificates < completed else "done"
    return ClassSummary(
        info=info,
        people=people,
        completed=completed,
        not_completed=len(results) - completed - undecided,
        open=open_,
        average=rules.two_places(sum(totals, Decimal(0)) / len(totals)) if totals else None,
        certificates=certificates,
        standing=standing,
    )
