"""Use cases on the teacher pool: entering, changing, admitting and removing, a whole register at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

from sqlalchemy import select

from training_app.accounts.api import get_unit
from training_app.cadres.api import (
    check_citizen_number,
    find_cadre_by_id_number,
    get_cadre,
    mask_citizen_number,
    mask_phone,
    normalise_citizen_number,
    normalise_phone,
    pinyin_of,
)
from training_app.core import clock
from training_app.core.crypto import blind_index, decrypt, encrypt
from training_app.core.db import command, db, row
from training_app.core.errors import Conflict, InvalidInput, NotFound, Refused
from training_app.core.events import publish
from training_app.core.text import N_
from training_app.teachers import rules
from training_app.teachers.events import (
    PoolStatusChanged,
    TeacherAccountLinked,
    TeacherAdded,
    TeacherChanged,
    TeacherNumberRevealed,
    TeachersStored,
)
from training_app.teachers.models import Teacher

_PLAIN = (
    "name",
    "sex",
    "birth_month",
    "teacher_kind",
    "employment",
    "unit_id",
    "unit_name",
    "post_title",
    "title",
    "specialities",
    "can_teach",
    "admitted_on",
    "at_fields",
    "note",
)
_MOBILE_DIGITS = 11


@dataclass(frozen=True, kw_only=True)
class TeacherValues:
    """A teacher as a form or a file gives one; number and phone in clear, '' for what is not known."""

    name: str
    id_number: str = ""
    sex: str = ""
    birth_month: str = ""
    phone: str = ""
    teacher_kind: str = "school"
    employment: str = "part_time"
    unit_id: int | None = None
    unit_name: str = ""
    post_title: str = ""
    title: str = ""
    specialities: str = ""
    can_teach: str = ""
    admitted_on: str = ""
    at_fields: bool = False
    note: str = ""

    def normalised(self) -> TeacherValues:
        """Without stray spaces, number and phone as they are stored."""
        text = {f.name: getattr(self, f.name).strip() for f in fields(self) if isinstance(getattr(self, f.name), str)}
        text |= {"id_number": normalise_citizen_number(self.id_number), "phone": normalise_phone(self.phone)}
        return replace(self, **text)


@dataclass(frozen=True)
class Stored:
    """What became of the rows of a file: their ids in the order of the rows, and how many were new or changed."""

    ids: tuple[int, ...]
    created: int
    updated: int
    unchanged: int


@command
def add_teacher(values: TeacherValues, *, pool_status: str = "candidate") -> int:
    """Enter somebody into the pool, first as a candidate; a local person is linked to the cadre record.

    Raises:
        InvalidInput: something entered cannot be.
        Conflict: the citizen number is in the pool already.
    """
    values = _checked(values)
    _refuse_taken(values.id_number, except_id=None)
    now = clock.now()
    teacher = Teacher(created_at=now, updated_at=now, pool_status=pool_status)
    _take(teacher, values)
    db.session.add(teacher)
    db.session.flush()
    publish(TeacherAdded(teacher_id=teacher.id, name=teacher.name))
    return teacher.id


@command
def change_teacher(teacher_id: int, values: TeacherValues) -> dict[str, tuple[str, str]]:
    """Correct a teacher's particulars; an empty number or phone leaves what is stored. Returns what changed."""
    teacher = _locked(teacher_id)
    values = _checked(values)
    _refuse_taken(values.id_number, except_id=teacher_id)
    before = row(teacher)
    _take(teacher, values)
    after = row(teacher)
    watched = (*_PLAIN, "id_number_masked", "phone_masked", "cadre_id")
    changes = {n: (_text(before[n]), _text(after[n])) for n in watched if _text(before[n]) != _text(after[n])}
    if changes:
        teacher.updated_at = clock.now()
        publish(TeacherChanged(teacher_id=teacher_id, name=teacher.name, changes=changes))
    return changes


@command
def change_pool_status(teacher_id: int, status: str, *, reason: str) -> None:
    """Admit, suspend, remove or take back a teacher; the reason is kept (动态管理).

    Raises:
        InvalidInput: no reason given.
        Refused: the pool does not know this step.
    """
    teacher = _locked(teacher_id)
    reason = reason.strip()
    if not reason:
        raise InvalidInput(fields={"reason": N_("Please give a reason.")})
    if not rules.may_follow(teacher.pool_status, status):
        raise Refused(N_("The teacher's present status does not allow this step."), code="pool_status")
    old = teacher.pool_status
    teacher.pool_status = status
    if status == "active" and not teacher.admitted_on:
        teacher.admitted_on = f"{clock.today():%Y-%m}"
    teacher.updated_at = clock.now()
    publish(
        PoolStatusChanged(teacher_id=teacher_id, name=teacher.name, old_status=old, new_status=status, reason=reason)
    )


@command
def link_cadre(teacher_id: int, cadre_id: int | None) -> None:
    """Say which cadre record a teacher is, or that there is none.

    Raises:
        Conflict: the cadre is another teacher already.
    """
    teacher = _locked(teacher_id)
    if cadre_id is not None:
        get_cadre(cadre_id)
        other = db.session.execute(select(Teacher.id).where(Teacher.cadre_id == cadre_id)).scalar_one_or_none()
        if other is not None and other != teacher_id:
            raise Conflict(N_("This cadre is another teacher of the pool already."), code="cadre_taken")
    old, teacher.cadre_id = teacher.cadre_id, cadre_id
    changes = {"cadre_id": (_text(old), _text(cadre_id))}
    publish(TeacherChanged(teacher_id=teacher_id, name=teacher.name, changes=changes))


@command
def link_account(teacher_id: int, account_id: int) -> None:
    """Let a teacher sign in under an account.

    Raises:
        Conflict: the account belongs to another teacher.
    """
    teacher = _locked(teacher_id)
    if teacher.account_id == account_id:
        return
    if db.session.execute(select(Teacher.id).where(Teacher.account_id == account_id)).first() is not None:
        message = N_("This account belongs to another teacher.")
        raise Conflict(message, code="account_taken", fields={"username": message})
    teacher.account_id = account_id
    db.session.flush()
    publish(TeacherAccountLinked(teacher_id=teacher_id, name=teacher.name, account_id=account_id))


@command
def unlink_account(teacher_id: int) -> None:
    """Take a teacher's account away from the record."""
    teacher = _locked(teacher_id)
    if teacher.account_id is None:
        return
    changes = {"account_id": (_text(teacher.account_id), "")}
    teacher.account_id = None
    publish(TeacherChanged(teacher_id=teacher_id, name=teacher.name, changes=changes))


@command
def reveal(teacher_id: int, *, what: str, reason: str) -> str:
    """Give out a teacher's citizen number or phone in full; why is kept for good.

    Raises:
        InvalidInput: no reason given, or nothing is on record.
        NotFound: no such teacher, or nothing of this kind is ever kept.
    """
    reason = reason.strip()
    if len(reason) < 2:
        raise InvalidInput(fields={"reason": N_("Please say what it is needed for.")})
    teacher = _locked(teacher_id)
    kept = {"id_number": teacher.id_number_encrypted, "phone": teacher.phone_encrypted}
    if what not in kept:
        raise NotFound
    stored = kept[what]
    if not stored:
        raise InvalidInput(fields={"what": N_("Nothing is on record here.")})
    publish(TeacherNumberRevealed(teacher_id=teacher_id, name=teacher.name, what=what, reason=reason))
    return decrypt(stored)


@command
def store_teachers(rows: Sequence[TeacherValues], *, source: str) -> Stored:
    """Take in the pool's register, each person known again by the citizen number, else by name and unit.

    The caller has judged the rows: nothing is refused here. Who is listed in the register has been admitted.
    """
    known = list(db.session.execute(select(Teacher)).scalars())
    by_number = {t.id_number_index: t for t in known if t.id_number_index}
    by_name = {(t.name, t.unit_name): t for t in known if not t.id_number_index}
    now = clock.now()
    stored: list[Teacher] = []
    created = updated = 0
    for values in (r.normalised() for r in rows):
        index = blind_index(values.id_number, "id_number") if values.id_number else None
        teacher = by_number.get(index) if index else by_name.get((values.name, values.unit_name))
        is_new = teacher is None
        if teacher is None:
            teacher = Teacher(created_at=now, updated_at=now, pool_status="active")
            db.session.add(teacher)
        before = {} if is_new else row(teacher)
        _take(teacher, values)
        if index:
            by_number[index] = teacher
        else:
            by_name[values.name, values.unit_name] = teacher
        if is_new:
            created += 1
        elif before != row(teacher):
            teacher.updated_at = now
            updated += 1
        stored.append(teacher)
    db.session.flush()
    done = Stored(tuple(t.id for t in stored), created, updated, len(rows) - created - updated)
    publish(TeachersStored(created=created, updated=updated, unchanged=done.unchanged, source=source))
    return done


def _checked(values: TeacherValues) -> TeacherValues:
    values = values.normalised()
    wrong: dict[str, str] = {}
    if not values.name:
        wrong["name"] = N_("Please enter the name.")
    if values.id_number and check_citizen_number(values.id_number, clock.today()) is not None:
        wrong["id_number"] = N_("This is no citizen number: please compare it with the card.")
    if values.phone and len(values.phone) != _MOBILE_DIGITS:
        wrong["phone"] = N_("A mobile number has eleven digits.")
    if values.teacher_kind not in rules.KINDS:
        wrong["teacher_kind"] = N_("Please choose a kind.")
    if values.employment not in rules.EMPLOYMENTS:
        wrong["employment"] = N_("Please choose full-time or part-time.")
    if values.admitted_on > f"{clock.today():%Y-%m}":
        wrong["admitted_on"] = N_("This month lies in the future.")
    if wrong:
        raise InvalidInput(fields=wrong)
    return values


def _refuse_taken(id_number: str, *, except_id: int | None) -> None:
    if not id_number:
        return
    chosen = select(Teacher.id).where(Teacher.id_number_index == blind_index(id_number, "id_number"))
    found = db.session.execute(chosen).scalar_one_or_none()
    if found is not None and found != except_id:
        raise Conflict(code="id_taken", fields={"id_number": N_("This citizen number is in the pool already.")})


def _take(teacher: Teacher, values: TeacherValues) -> None:
    for name in _PLAIN:
        value = getattr(values, name)
        if getattr(teacher, name, None) != value:
            setattr(teacher, name, value)
    teacher.pinyin = pinyin_of(values.name)
    if values.unit_id is not None and not values.unit_name:
        teacher.unit_name = get_unit(values.unit_id).name
    if values.phone and not (teacher.phone_encrypted and decrypt(teacher.phone_encrypted) == values.phone):
        teacher.phone_encrypted = encrypt(values.phone)
        teacher.phone_masked = mask_phone(values.phone)
    if not values.id_number:
        return
    index = blind_index(values.id_number, "id_number")
    if teacher.id_number_index != index:
        teacher.id_number_encrypted = encrypt(values.id_number)
        teacher.id_number_index = index
        teacher.id_number_masked = mask_citizen_number(values.id_number)
    cadre = find_cadre_by_id_number(values.id_number)
    if cadre is not None and teacher.cadre_id != cadre.id:
        taken = db.session.execute(select(Teacher.id).where(Teacher.cadre_id == cadre.id)).first()
        if taken is None:
            teacher.cadre_id = cadre.id


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _locked(teacher_id: int) -> Teacher:
    """The teacher, read under a lock, so that two changes at once follow one another."""
    teacher = db.session.execute(select(Teacher).where(Teacher.id == teacher_id).with_for_update()).scalar_one_or_none()
    if teacher is None:
        raise NotFound
    return teacher
