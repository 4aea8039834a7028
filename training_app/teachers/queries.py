"""Who is in the teacher pool."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, case, false, func, or_, select

from training_app.accounts.api import unit_ids_within
from training_app.core.actor import Actor
from training_app.core.db import db
from training_app.core.errors import NotFound
from training_app.core.pages import ListQuery, Page
from training_app.teachers import rules
from training_app.teachers.models import Teacher
from training_app.teachers.permissions import TEACHERS

IN_POOL = ("candidate", "active", "suspended")
SORTABLE = ("name", "unit", "kind", "employment", "admitted_on")
FILTERS = ("kind", "employment", "status", "speciality", "at_fields")


@dataclass(frozen=True)
class TeacherInfo:
    """A teacher as others and the list see one."""

    id: int
    account_id: int | None
    cadre_id: int | None
    name: str
    unit_id: int | None
    unit_name: str
    post_title: str
    title: str
    teacher_kind: str
    employment: str
    specialities: str
    pool_status: str
    at_fields: bool
    admitted_on: str


@dataclass(frozen=True)
class TeacherFile(TeacherInfo):
    """Everything the pool says of a teacher; number and phone masked."""

    pinyin: str
    sex: str
    birth_month: str
    id_number_masked: str
    phone_masked: str
    can_teach: str
    note: str


_INFO = [getattr(Teacher, name) for name in TeacherInfo.__dataclass_fields__]
_FILE = [getattr(Teacher, name) for name in TeacherFile.__dataclass_fields__]


def get_teacher(teacher_id: int) -> TeacherInfo:
    """The teacher.

    Raises:
        NotFound: there is none.
    """
    return _found(_one(Teacher.id == teacher_id))


def get_teacher_file(teacher_id: int, actor: Actor) -> TeacherFile:
    """Everything about a teacher the actor may see.

    Raises:
        NotFound: there is none, or not for this actor.
    """
    row = db.session.execute(select(*_FILE).where(Teacher.id == teacher_id, *scope_of(actor))).first()
    if row is None:
        raise NotFound
    return TeacherFile(**row._asdict())


def list_teachers(*, active: bool = True) -> list[TeacherInfo]:
    """The pool by name; ``active``: only those who may be given lessons."""
    chosen = select(*_INFO).order_by(Teacher.pinyin, Teacher.id)
    return _infos(chosen.where(Teacher.pool_status == "active") if active else chosen)


def find_teacher_by_account(account_id: int) -> TeacherInfo | None:
    """The teacher who signs in under this account."""
    return _one(Teacher.account_id == account_id)


def find_teacher_by_cadre(cadre_id: int) -> TeacherInfo | None:
    """The teacher who is this cadre."""
    return _one(Teacher.cadre_id == cadre_id)


def find_teachers_by_name(name: str) -> list[TeacherInfo]:
    """Everybody of this name, whatever spaces are typed in it."""
    return _infos(select(*_INFO).where(Teacher.name == "".join(name.split())).order_by(Teacher.id))


def page_of_teachers(query: ListQuery, actor: Actor, *, everything: bool = False) -> Page[TeacherInfo]:
    """The pool as one asked for it; ``everything`` leaves the paging out, for an export."""
    conditions = [*scope_of(actor), *_conditions(query)]
    total = db.session.execute(select(func.count()).select_from(Teacher).where(*conditions)).scalar_one()
    chosen = select(*_INFO).where(*conditions).order_by(*_order(query))
    if not everything:
        chosen = chosen.limit(query.per_page).offset(query.offset)
    return Page(_infos(chosen), total, query)


def counts_of_pool() -> dict[str, int]:
    """How many teachers of each kind and employment are in the pool, for the line under the title."""
    found: dict[str, int] = {}
    chosen = (
        select(Teacher.employment, func.count()).where(Teacher.pool_status == "active").group_by(Teacher.employment)
    )
    found.update(db.session.execute(chosen).all())
    fields = select(func.count()).select_from(Teacher).where(Teacher.pool_status == "active", Teacher.at_fields)
    found["at_fields"] = db.session.execute(fields).scalar_one()
    return found


def specialities_in_use() -> list[str]:
    """The specialities that occur, for the filter."""
    texts = db.session.execute(select(Teacher.specialities).where(Teacher.pool_status != "removed")).scalars()
    return sorted({part for text in texts for part in rules.split_list(text)})


def scope_of(actor: Actor) -> list[ColumnElement[bool]]:
    """The condition that leaves only the teachers the actor may see; none when that is everybody."""
    reach = TEACHERS["view"].reach_of(actor)
    if actor.is_system or "all" in reach:
        return []
    parts: list[ColumnElement[bool]] = [false()]
    if "unit" in reach and actor.unit_path:
        parts.append(Teacher.unit_id.in_(unit_ids_within(actor.unit_path)))
    if "own" in reach and actor.account_id is not None:
        parts.append(Teacher.account_id == actor.account_id)
    return [or_(*parts)]


def _conditions(query: ListQuery) -> list[ColumnElement[bool]]:
    conditions = [_matches(term) for term in unicodedata.normalize("NFKC", query.q).lower().split()]
    if query.wants("status"):
        conditions.append(Teacher.pool_status == query.wants("status"))
    else:
        conditions.append(Teacher.pool_status.in_(IN_POOL))
    if query.wants("kind"):
        conditions.append(Teacher.teacher_kind == query.wants("kind"))
    if query.wants("employment"):
        conditions.append(Teacher.employment == query.wants("employment"))
    if query.wants("speciality"):
        conditions.append(Teacher.specialities.contains(query.wants("speciality"), autoescape=True))
    if query.wants("at_fields"):
        conditions.append(Teacher.at_fields.is_(query.wants("at_fields") == "yes"))
    return conditions


def _matches(term: str) -> ColumnElement[bool]:
    if term.isascii() and term.isalpha():
        return or_(Teacher.pinyin.startswith(term), Teacher.pinyin.contains(" " + term))
    columns = (Teacher.name, Teacher.unit_name, Teacher.post_title, Teacher.specialities, Teacher.can_teach)
    return or_(*(column.contains(term, autoescape=True) for column in columns))


def _order(query: ListQuery) -> list[Any]:
    kinds = case({kind: at for at, kind in enumerate(rules.KINDS)}, value=Teacher.teacher_kind, else_=len(rules.KINDS))
    keys: dict[str, list[Any]] = {
        "name": [Teacher.pinyin],
        "unit": [Teacher.unit_name, Teacher.pinyin],
        "kind": [kinds, Teacher.pinyin],
        "employment": [Teacher.employment, kinds, Teacher.pinyin],
        "admitted_on": [Teacher.admitted_on, Teacher.pinyin],
    }
    first, *rest = keys.get(query.sort, keys["name"])
    return [first.desc() if query.descending else first, *rest, Teacher.id]


def _one(condition: ColumnElement[bool]) -> TeacherInfo | None:
    return next(iter(_infos(select(*_INFO).where(condition))), None)


def _infos(chosen: Select[Any]) -> list[TeacherInfo]:
    return [TeacherInfo(**row._asdict()) for row in db.session.execute(chosen)]


def _found(teacher: TeacherInfo | None) -> TeacherInfo:
    if teacher is None:
        raise NotFound
    return teacher
