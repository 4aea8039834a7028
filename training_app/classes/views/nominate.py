"""Putting people forward, and putting them in by name: the same search, the same reasons."""

from __future__ import annotations

from dataclasses import dataclass

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from training_app.accounts.api import list_units
from training_app.cadres.api import CadreInfo, list_cadres, search_cadres
from training_app.classes import labels, rules
from training_app.classes.permissions import CLASSES
from training_app.classes.queries.candidates import candidates
from training_app.classes.queries.seats import SeatUse, seat_use
from training_app.classes.services import enrolment as services
from training_app.classes.values import ClassInfo
from training_app.classes.views import bp
from training_app.classes.views.common import class_page, say_decisions, visible_class
from training_app.core.actor import current_actor
from training_app.core.errors import NotFound
from training_app.web.access import requires
from training_app.web.display import listing

_SHOWN = 60
_MOST = 200


@dataclass(frozen=True)
class Line:
    """A person found, and whether they can enter the class."""

    person: CadreInfo
    can: bool
    reason: str
    warnings: tuple[str, ...]
    seats_left: int | None


@bp.route("/classes/<int:class_id>/nominate", methods=["GET", "POST"])
@requires(CLASSES["nominate"])
def nominate(class_id: int) -> ResponseReturnValue:
    """A unit's officer puts people of the unit forward, within its seats."""
    klass = visible_class(class_id, CLASSES["nominate"])
    actor = current_actor()
    everywhere = "all" in CLASSES["nominate"].reach_of(actor)
    if not everywhere and "unit" not in CLASSES["nominate"].reach_of(actor):
        raise NotFound
    if request.method == "POST":
        people = _chosen(unit_path="" if everywhere else actor.unit_path)
        decisions = services.nominate(
            class_id, [each.id for each in people], note=request.form.get("note", "").strip()[:300]
        )
        yes = sum(map(bool, decisions.values()))
        say_decisions(
            decisions,
            {each.id: each.name for each in people},
            ngettext(
                "%(num)d person is nominated and waits for approval.",
                "%(num)d people are nominated and wait for approval.",
                yes,
            )
            if yes
            else "",
        )
        return redirect(url_for("classes.enrollments", class_id=class_id))
    text = request.args.get("q", "").strip()[:80]
    use = seat_use(klass.plan_line_id)
    lines = _nominees(klass, use, text, "" if everywhere else actor.unit_path, own=not everywhere)
    return class_page(
        "classes/nominate.html",
        klass,
        lines=lines,
        text=text,
        direct=False,
        use=use,
        own_seats=use.of_unit(actor.unit_path) if not everywhere else None,
        limit=_SHOWN,
    )


@bp.route("/classes/<int:class_id>/enroll", methods=["GET", "POST"])
@requires(CLASSES["approve"])
def enroll(class_id: int) -> ResponseReturnValue:
    """The education section puts people in by name."""
    klass = visible_class(class_id, CLASSES["approve"])
    if request.method == "POST":
        people = _chosen(unit_path="")
        decisions = services.enroll_directly(
            class_id,
            [each.id for each in people],
            reason=request.form.get("note", "").strip()[:300],
            overbook=request.form.get("overbook") == "yes",
        )
        yes = sum(map(bool, decisions.values()))
        say_decisions(
            decisions,
            {each.id: each.name for each in people},
            ngettext("%(num)d person is in the class.", "%(num)d people are in the class.", yes) if yes else "",
        )
        return redirect(url_for("classes.enrollments", class_id=class_id))
    text = request.args.get("q", "").strip()[:80]
    use = seat_use(klass.plan_line_id)
    return class_page(
        "classes/nominate.html",
        klass,
        lines=_enrollees(klass, use, text) if text else [],
        text=text,
        direct=True,
        use=use,
        own_seats=None,
        limit=_SHOWN,
    )


def _nominees(klass: ClassInfo, use: SeatUse, text: str, unit_path: str, *, own: bool) -> list[Line]:
    people = search_cadres(text, limit=_SHOWN, unit_path=unit_path) if text or own else []
    known = candidates(klass.id, people)
    paths = {unit.id: unit.path for unit in list_units()}
    lines = []
    for person in people:
        seats, taken = use.of_unit(paths.get(person.unit_id or 0, ""))
        decision = rules.may_nominate(
            class_state=klass.state,
            own_unit=True,
            seats=seats,
            taken=taken,
            candidate=known[person.id],
            for_party_members=klass.for_party_members,
        )
        left = None if seats is None else max(0, seats - taken)
        lines.append(_line(person, decision, known[person.id], left))
    return lines


def _enrollees(klass: ClassInfo, use: SeatUse, text: str) -> list[Line]:
    people = search_cadres(text, limit=_SHOWN)
    known = candidates(klass.id, people)
    lines = []
    for person in people:
        decision = rules.may_enroll(
            class_state=klass.state,
            seats=use.planned,
            taken=use.holding,
            candidate=known[person.id],
            overbook=True,
            for_party_members=klass.for_party_members,
        )
        lines.append(_line(person, decision, known[person.id], None))
    return lines


def _line(person: CadreInfo, decision: rules.Decision, known: rules.Candidate, left: int | None) -> Line:
    def words(code: str) -> str:
        sentence = str(_(labels.REASON[code]))
        if code == "overlap":
            return str(_("%(reason)s %(classes)s", reason=sentence, classes=listing(known.overlapping)))
        return sentence

    return Line(
        person=person,
        can=bool(decision),
        reason="" if decision else words(decision.code),
        warnings=tuple(words(code) for code in decision.warnings),
        seats_left=left,
    )


def _chosen(*, unit_path: str) -> list[CadreInfo]:
    """The people named in the form; one outside the unit does not exist for its officer."""
    texts = request.form.getlist("id")[:_MOST]
    ids = {int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 10}
    people = list_cadres(ids)
    if unit_path:
        paths = {unit.id: unit.path for unit in list_units()}
        people = [each for each in people if paths.get(each.unit_id or 0, "").startswith(unit_path)]
    if not people or len(people) != len(ids):
        raise NotFound
    return people
