"""The list of archives, searched by class, year and trainee."""

from __future__ import annotations

from dataclasses import dataclass

from training_app.archives.permissions import ARCHIVES
from training_app.archives.queries.checklist import archive_states, checklist
from training_app.archives.queries.items import proposals
from training_app.archives.values import ArchiveState, ProposalInfo
from training_app.cadres import api as cadres
from training_app.classes import api as classes
from training_app.core.actor import Actor


@dataclass(frozen=True)
class ArchiveRow:
    """One class in the list of archives."""

    info: classes.ClassInfo
    people: int
    state: ArchiveState
    matched: tuple[str, ...] = ()  # trainees the search found


def archives_visible_to(actor: Actor, *, text: str = "", year: str = "", state: str = "") -> list[ArchiveRow]:
    """Classes that have finished or run, with the standing of their archives; the latest first."""
    visible = classes.class_ids_visible_to(actor, ARCHIVES["view"])
    infos = [
        info
        for info in classes.list_classes(visible, states=("running", "finished", "archived"))
        if year in ("", str(info.starts_on.year))
    ]
    matched: dict[int, tuple[str, ...]] = {}
    if text:
        by_trainee = _classes_of_trainees(actor, text)
        kept = []
        for info in infos:
            if text.lower() in info.name.lower() or text.lower() in info.code.lower() or info.id in by_trainee:
                kept.append(info)
                matched[info.id] = by_trainee.get(info.id, ())
        infos = kept
    ids = [info.id for info in infos]
    states = archive_states(ids) if ids else {}
    people = classes.count_enrollments(ids) if ids else {}
    rows = [ArchiveRow(info, people.get(info.id, 0), states[info.id], matched.get(info.id, ())) for info in infos]
    return sorted(
        (row for row in rows if state in ("", row.state.state)), key=lambda row: row.info.starts_on, reverse=True
    )


def open_archives(actor: Actor, *, most: int) -> tuple[list[tuple[classes.ClassInfo, int]], int]:
    """Finished classes that this person may seal and nobody proposed yet, the oldest first, with what each lacks.

    Only the first ``most`` are looked into; the number says how many more there are.
    """
    within = classes.class_ids_visible_to(actor, ARCHIVES["seal"])
    proposed = {p.class_id for p in proposals(within)}
    found = [info for info in classes.list_classes(within, states=("finished",)) if info.id not in proposed]
    found.sort(key=lambda info: (info.ends_on, info.code))
    return [(info, checklist(info.id).missing) for info in found[:most]], max(0, len(found) - most)


def waiting_for(actor: Actor) -> list[ProposalInfo]:
    """Proposals that this person may decide: within reach, and not one's own."""
    if not ARCHIVES["seal"].held_by(actor):
        return []
    visible = classes.class_ids_visible_to(actor, ARCHIVES["seal"])
    return [p for p in proposals(visible) if p.proposed_by_id != actor.account_id]


def _classes_of_trainees(actor: Actor, text: str) -> dict[int, tuple[str, ...]]:
    allowed = cadres.cadre_ids_visible_to(actor)
    found = [c for c in cadres.search_cadres(text, limit=50) if allowed is None or c.id in allowed]
    by_class: dict[int, list[str]] = {}
    for enrollment in classes.enrollments_of_cadres([c.id for c in found], statuses=classes.ACTIVE) if found else []:
        by_class.setdefault(enrollment.class_id, []).append(enrollment.name)
    return {class_id: tuple(names) for class_id, names in by_class.items()}
