"""What archives put into other pages and onto the start page."""

from __future__ import annotations

from flask import render_template, url_for
from flask_babel import gettext as _

from training_app.archives import labels
from training_app.archives.permissions import ARCHIVES
from training_app.archives.queries.checklist import checklist
from training_app.archives.queries.overview import open_archives, waiting_for
from training_app.archives.queries.people import personal_file
from training_app.cadres import api as cadres
from training_app.classes import api as classes
from training_app.core.actor import Actor, current_actor
from training_app.core.ports import Task
from training_app.core.text import N_
from training_app.results import api as results

_MOST_TASKS = 3  # each costs a look at the whole class; the list has the rest


def cadre_file(*, cadre_id: int) -> str:
    """One person, one file: as a part of the cadre's page, with the way to its print."""
    actor = current_actor()
    own = actor.account_id is not None and cadres.get_cadre(cadre_id).account_id == actor.account_id
    if not ARCHIVES["view"].held_by(actor) and not (own and ARCHIVES["own"].held_by(actor)):
        return ""
    return render_template(
        "archives/_file.html",
        file=personal_file(cadre_id),
        labels=results.labels,
        is_own=own and not ARCHIVES["view"].held_by(actor),
    )


def class_checklist(*, class_id: int) -> str:
    """What the archive of a finished class still lacks."""
    if not classes.may_see_class(current_actor(), class_id, ARCHIVES["seal"]):
        return ""
    if classes.get_class(class_id).state != "finished":
        return ""
    lines = checklist(class_id)
    return render_template("archives/_checklist.html", lines=lines, labels=labels)


def start_tasks(*, actor: Actor) -> list[Task]:
    """Archives that wait for this person: to approve, to complete, to seal."""
    if not ARCHIVES["seal"].held_by(actor):
        return []
    names = {info.id: info.name for info in classes.list_classes()}
    tasks = [
        Task(
            _("Approve sealing the archive of %(name)s", name=names[p.class_id]),
            _("proposed by %(who)s", who=p.proposed_by),
            url_for("archives.of_class", class_id=p.class_id),
            _("Look and approve"),
            icon="lock",
        )
        for p in waiting_for(actor)
    ]
    oldest, more = open_archives(actor, most=_MOST_TASKS)
    for info, missing in oldest:
        url = url_for("archives.of_class", class_id=info.id)
        title = _("Archive of %(name)s", name=info.name)
        if missing:
            note = _("%(n)s parts are missing", n=missing)
            tasks.append(Task(title, note, url, _("Complete the archive"), icon="archive"))
        else:
            tasks.append(Task(title, _("complete, can be sealed"), url, _("Propose sealing"), icon="archive"))
    if more:
        title = _("%(n)s more archives are not sealed", n=more)
        url = url_for("archives.index", state="open")
        tasks.append(Task(title, _("of classes that have finished"), url, _("See the open archives"), icon="archive"))
    return tasks


def audit_labels() -> dict[str, str]:
    """How the audit trail names our codes."""
    return {
        "paper": N_("Exam paper and key"),
        "reflections": N_("Reflections or compendium"),
        "evaluation": N_("Evaluation of teaching"),
        "summary": N_("Summary of the class"),
        "scores": N_("Score sheet"),
        "certificates": N_("Certificates"),
    }
