"""How people come into a class: nominated by their unit, put in directly, or taken over from a roster."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from sqlalchemy import insert, select

from training_app.accounts.api import get_unit, list_units
from training_app.cadres.api import CadreInfo, get_cadre, list_cadres
from training_app.classes import rules
from training_app.classes.events import (
    Enrolled,
    GroupsArranged,
    Nominated,
    NominationRefused,
    RosterImported,
)
from training_app.classes.models import Enrollment, EnrollmentStep, TrainingClass
from training_app.classes.permissions import CLASSES
from training_app.classes.queries.candidates import candidates
from training_app.classes.queries.seats import SeatUse, seat_use
from training_app.classes.services.steps import record_step, take_status
from training_app.classes.values import ENROLLMENT_STATUSES, NewEnrollment
from training_app.core import clock
from training_app.core.actor import Actor, current_actor
from training_app.core.db import command, db, serialise
from training_app.core.errors import Conflict, InvalidInput, NotFound, Refused
from training_app.core.events import publish
from training_app.core.text import N_


@command
def nominate(class_id: int, cadre_ids: Sequence[int], *, note: str = "") -> dict[int, rules.Decision]:
    """Put people of one's own unit forward, as long as its seats last; each gets a decision of their own."""
    training_class = _locked_class(class_id)
    people = list_cadres(cadre_ids)
    known = candidates(class_id, people)
    units = {unit.id: unit for unit in list_units()}
    use = seat_use(training_class.plan_line_id, units)
    added: list[str] = []  # paths of those nominated in this very act
    decisions: dict[int, rules.Decision] = {}
    actor = current_actor()
    for person in people:
        path = units[person.unit_id].path if person.unit_id in units else ""
        seats, taken = use.of_unit(path)
        taken += _sharing_seats(use, path, added)
        decision = rules.may_nominate(
            class_state=training_class.state,
            own_unit=_is_own(actor, path),
            seats=seats,
            taken=taken,
            candidate=known[person.id],
            for_party_members=training_class.for_party_members,
        )
        decisions[person.id] = decision
        if not decision:
            publish(NominationRefused(class_id=class_id, cadre_id=person.id, code=decision.code))
            continue
        added.append(path)
        _nominate_one(class_id, person, note)
    return decisions


def _nominate_one(class_id: int, person: CadreInfo, note: str) -> None:
    enrollment = _put_in(class_id, NewEnrollment(person.id, note=note), person, status="nominated", source="nomination")
    enrollment.nominated_by_unit_id = current_actor().unit_id or person.unit_id
    record_step(enrollment, note)
    publish(
        Nominated(
            enrollment_id=enrollment.id,
            class_id=class_id,
            cadre_id=person.id,
            name=person.name,
            reason=note,
            unit_id=enrollment.nominated_by_unit_id,
        )
    )


@command
def approve(enrollment_ids: Sequence[int], *, reason: str = "") -> dict[int, rules.Decision]:
    """Take nominated people into their class, in the order they were nominated, as long as there are seats."""
    enrollments = _load(enrollment_ids)
    decisions: dict[int, rules.Decision] = {}
    for class_id in sorted({each.class_id for each in enrollments}):
        training_class = _locked_class(class_id)
        serialise("timetable")
        mine = [each for each in enrollments if each.class_id == class_id]
        for each in mine:
            db.session.refresh(each)  # what somebody else decided while this waited
        known = candidates(class_id, list_cadres([each.cadre_id for each in mine]))
        use = seat_use(training_class.plan_line_id)
        taken = use.taking_part
        for each in mine:
            decision = rules.may_approve(
                class_state=training_class.state,
                status=each.status,
                seats=use.planned,
                taken=taken,
                candidate=known[each.cadre_id],
            )
            decisions[each.id] = decision
            if decision:
                taken += 1
                take_status(each, rules.status_after_approval(training_class.state), reason)
            else:
                publish(NominationRefused(class_id=class_id, cadre_id=each.cadre_id, code=decision.code))
    return decisions


@command
def decline(enrollment_ids: Sequence[int], *, reason: str) -> dict[int, rules.Decision]:
    """Do not take nominated people, and say why."""
    decisions: dict[int, rules.Decision] = {}
    for each in _load(enrollment_ids):
        if not reason.strip():
            decisions[each.id] = rules.refuse("reason_missing")
        elif each.status != "nominated":
            decisions[each.id] = rules.refuse("wrong_status")
        else:
            decisions[each.id] = rules.ALLOWED
            take_status(each, "declined", reason)
    return decisions


@command
def withdraw(enrollment_ids: Sequence[int], *, reason: str) -> dict[int, rules.Decision]:
    """Take people out of a class, or nominations back; their seats are free again."""
    decisions: dict[int, rules.Decision] = {}
    for each in _load(enrollment_ids):
        decision = rules.may_withdraw(status=each.status, reason=reason)
        decisions[each.id] = decision
        if decision:
            take_status(each, "withdrawn", reason)
    return decisions


@command
def enroll_directly(
    class_id: int, cadre_ids: Sequence[int], *, reason: str, overbook: bool = False
) -> dict[int, rules.Decision]:
    """Put people in by name (点名调训); beyond the seats only when that is wanted."""
    training_class = _locked_class(class_id)
    serialise("timetable")
    people = list_cadres(cadre_ids)
    known = candidates(class_id, people)
    use = seat_use(training_class.plan_line_id)
    taken = use.holding
    decisions: dict[int, rules.Decision] = {}
    for person in people:
        decision = rules.may_enroll(
            class_state=training_class.state,
            seats=use.planned,
            taken=taken,
            candidate=known[person.id],
            overbook=overbook,
            for_party_members=training_class.for_party_members,
        )
        if decision and not reason.strip():
            decision = rules.refuse("reason_missing")
        decisions[person.id] = decision
        if not decision:
            publish(NominationRefused(class_id=class_id, cadre_id=person.id, code=decision.code))
            continue
        taken += 1
        status = rules.status_after_approval(training_class.state)
        enrollment = _put_in(class_id, NewEnrollment(person.id, note=reason), person, status=status, source="direct")
        record_step(enrollment, reason)
        _publish_enrolled(enrollment, reason)
    return decisions


@command
def enroll(class_id: int, person: NewEnrollment, *, status: str = "", source: str = "roster", reason: str = "") -> int:
    """Put one person into a class as such, without the rules of seats (imports, demonstration).

    Raises:
        Conflict: the person holds a place in it already.

    """
    training_class = _get_class(class_id)
    cadre = get_cadre(person.cadre_id)
    found = _find(class_id, person.cadre_id)
    if found is not None and found.status in rules.SEAT_HOLDING:
        raise Conflict(rules.REASONS["already_in_class"], code="already_in_class")
    enrollment = _put_in(class_id, person, cadre, status=status or _usual(training_class), source=source)
    record_step(enrollment, reason)
    _publish_enrolled(enrollment, reason)
    return enrollment.id


@command
def enroll_many(
    class_id: int, people: Sequence[NewEnrollment], *, status: str = "", source: str = "roster"
) -> dict[int, int]:
    """Take over a whole roster: cadre → enrollment. Who is in the class already stays as they are."""
    training_class = _get_class(class_id)
    status = status or _usual(training_class)
    there: dict[int, int] = {
        cadre_id: enrollment_id
        for enrollment_id, cadre_id in db.session.execute(
            select(Enrollment.id, Enrollment.cadre_id).where(Enrollment.class_id == class_id)
        )
    }
    new = {person.cadre_id: person for person in people if person.cadre_id not in there}
    cadres = {cadre.id: cadre for cadre in list_cadres(list(new))}
    now = clock.now()
    rows = [
        {
            "class_id": class_id,
            "cadre_id": cadre_id,
            "account_id": cadres[cadre_id].account_id,
            **_snapshot(person, cadres[cadre_id]),
            "status": status,
            "source": source,
            "created_at": now,
        }
        for cadre_id, person in new.items()
    ]
    if rows:
        made = db.session.execute(insert(Enrollment).returning(Enrollment.id, Enrollment.cadre_id), rows).all()
        account_id = current_actor().account_id
        db.session.execute(
            insert(EnrollmentStep),
            [
                {"enrollment_id": each.id, "status": status, "at": now, "account_id": account_id, "reason": ""}
                for each in made
            ],
        )
        there.update({each.cadre_id: each.id for each in made})
        publish(RosterImported(class_id=class_id, people=len(rows)))
    return {person.cadre_id: there[person.cadre_id] for person in people}


@command
def set_enrollment_status(enrollment_id: int, status: str, reason: str = "") -> None:
    """Give an enrollment a status as such (results, imports, demonstration)."""
    set_enrollment_statuses([(enrollment_id, status, reason)])


@command
def set_enrollment_statuses(changes: Sequence[tuple[int, str, str]]) -> None:
    """Give many enrollments their status at once: (enrollment, status, reason). Those that have it stay."""
    enrollments = {each.id: each for each in _load([enrollment_id for enrollment_id, _, _ in changes])}
    for enrollment_id, status, reason in changes:
        if status not in ENROLLMENT_STATUSES:
            raise InvalidInput(code="unknown_status")
        if enrollments[enrollment_id].status != status:
            take_status(enrollments[enrollment_id], status, reason)


@command
def put_in_group(class_id: int, enrollment_ids: Collection[int], group_name: str) -> int:
    """Put people of a class into a group ('' takes them out); answers how many changed."""
    changed = 0
    for each in _load(enrollment_ids):
        if each.class_id != class_id:
            raise NotFound
        if each.group_name != group_name:
            each.group_name = group_name
            changed += 1
    if changed:
        publish(GroupsArranged(class_id=class_id, people=changed, group_name=group_name))
    return changed


@command
def divide_into_groups(class_id: int, groups: int, name_of: Callable[[int], str]) -> int:
    """Divide the people of a class evenly into groups, colleagues of one unit apart from one another."""
    if not 1 <= groups <= 20:
        raise Refused(N_("Between 1 and 20 groups."), code="groups")
    people = db.session.scalars(
        select(Enrollment)
        .where(Enrollment.class_id == class_id, Enrollment.status.in_(rules.TAKING_PART))
        .order_by(Enrollment.unit_id, Enrollment.id)
    ).all()
    for number, each in enumerate(people):
        each.group_name = name_of(number % groups + 1)
    publish(GroupsArranged(class_id=class_id, people=len(people)))
    return len(people)


@command
def link_enrollments(cadre_id: int, account_id: int) -> None:
    """Give the enrollments of a person the account they have got since."""
    for each in db.session.scalars(select(Enrollment).where(Enrollment.cadre_id == cadre_id)):
        each.account_id = account_id


def _sharing_seats(use: SeatUse, path: str, added: Sequence[str]) -> int:
    """How many of those added just now use the same seats as a person of the unit with this path."""
    if not use.allotted:
        return len(added)
    unit_id = rules.seat_unit(path, use.allotted)
    return sum(rules.seat_unit(other, use.allotted) == unit_id for other in added)


def _is_own(actor: Actor, path: str) -> bool:
    if actor.is_system:
        return True
    reach = CLASSES["nominate"].reach_of(actor)
    return "all" in reach or ("unit" in reach and bool(actor.unit_path) and path.startswith(actor.unit_path))


def _usual(training_class: TrainingClass) -> str:
    return "approved" if training_class.state == "enrolling" else "studying"


def _put_in(class_id: int, person: NewEnrollment, cadre: CadreInfo, *, status: str, source: str) -> Enrollment:
    """A new enrollment, or the old one of somebody who had left, with unit and post as they are now."""
    enrollment = _find(class_id, person.cadre_id)
    if enrollment is None:
        enrollment = Enrollment(class_id=class_id, cadre_id=person.cadre_id, created_at=clock.now())
        db.session.add(enrollment)
    for name, value in _snapshot(person, cadre).items():
        setattr(enrollment, name, value)
    enrollment.account_id = cadre.account_id
    enrollment.status = status
    enrollment.source = source
    db.session.flush()
    return enrollment


def _snapshot(person: NewEnrollment, cadre: CadreInfo) -> Mapping[str, object]:
    """Unit, post, level, rank and category as they are at this time: an old roster says its own."""

    def then(said: str | None, now: str) -> str:
        return now if said is None else said

    unit_id = person.unit_id if person.unit_id is not None else cadre.unit_id
    unit_name = person.unit_name
    if unit_name is None and unit_id is not None and unit_id != cadre.unit_id:
        unit_name = get_unit(unit_id).name
    return {
        "name": cadre.name,
        "unit_id": unit_id,
        "unit_name": then(unit_name, cadre.unit_name),
        "post_title": then(person.post_title, cadre.post_title),
        "post_level": then(person.post_level, cadre.post_level),
        "rank": then(person.rank, cadre.rank),
        "category": then(person.category, cadre.category),
        "group_name": person.group_name,
        "class_role": person.class_role,
        "note": person.note,
    }


def _publish_enrolled(enrollment: Enrollment, reason: str) -> None:
    publish(
        Enrolled(
            enrollment_id=enrollment.id,
            class_id=enrollment.class_id,
            cadre_id=enrollment.cadre_id,
            name=enrollment.name,
            reason=reason,
        )
    )


def _find(class_id: int, cadre_id: int) -> Enrollment | None:
    return db.session.scalar(select(Enrollment).where(Enrollment.class_id == class_id, Enrollment.cadre_id == cadre_id))


def _load(enrollment_ids: Collection[int]) -> list[Enrollment]:
    found = list(
        db.session.scalars(select(Enrollment).where(Enrollment.id.in_(set(enrollment_ids))).order_by(Enrollment.id))
    )
    if len(found) != len(set(enrollment_ids)):
        raise NotFound
    return found


def _get_class(class_id: int) -> TrainingClass:
    found = db.session.get(TrainingClass, class_id)
    if found is None:
        raise NotFound
    return found


def _locked_class(class_id: int) -> TrainingClass:
    """The class, with its seats to oneself; read again, since somebody else may just have let go of them."""
    found = _get_class(class_id)
    serialise(f"seats:{found.plan_line_id}")
    db.session.refresh(found)
    return found
