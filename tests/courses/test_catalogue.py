"""The course catalogue: versions, teachers, numbers, pages."""

from __future__ import annotations

from decimal import Decimal

import pytest

from training_app.core.errors import Conflict, InvalidInput
from training_app.courses import api, queries, rules
from training_app.courses.services import catalogue
from training_app.teachers.api import TeacherValues, store_teachers


def course(**more):
    known = {"name": "党章学习", "credit_hours": Decimal(4), "course_domain": "政治理论必修课"}
    return api.CourseValues(**{**known, **more})


@pytest.mark.parametrize(
    ("change", "version"),
    [
        pytest.param({"name": "党章与党员权利"}, 2, id="another title"),
        pytest.param({"credit_hours": Decimal("4.5")}, 2, id="other hours"),
        pytest.param({"method": "案例教学", "note": "x"}, 1, id="anything else"),
        pytest.param({}, 1, id="nothing"),
    ],
)
def test_title_and_hours_make_another_version(app, change, version):
    course_id = catalogue.add_course(course())

    assert catalogue.change_course(course_id, course(**change)) == version
    assert api.get_course(course_id).version == version


def test_a_course_without_a_number_takes_the_next_one(app):
    catalogue.add_course(course(code="KC072"))

    assert api.get_course(catalogue.add_course(course(name="公文写作"))).code == "KC073"
    with pytest.raises(Conflict):
        catalogue.add_course(course(code="KC073"))


@pytest.mark.parametrize(
    ("codes", "following"), [([], "KC001"), (["KC009"], "KC010"), (["A-1", "A-12"], "A-13"), (["无"], "KC001")]
)
def test_the_next_number_follows_the_highest(codes, following):
    assert rules.next_code(codes) == following


@pytest.mark.parametrize(
    ("hours", "good"),
    [(Decimal(4), True), (Decimal("0.25"), True), (Decimal(0), False), (Decimal(-2), False), (Decimal("0.3"), False),
     (Decimal(81), False), (None, False)],
)  # fmt: skip
def test_hours_are_positive_quarters(hours, good):
    assert (rules.check_hours(hours) is None) is good


def test_who_can_give_a_course_is_kept_and_checked(app):
    ids = store_teachers([TeacherValues(name="陶莉"), TeacherValues(name="白伟")], source="x").ids
    course_id = catalogue.add_course(course(teacher_ids=ids))

    catalogue.change_course(course_id, course(teacher_ids=(ids[1],)))
    catalogue.change_course(course_id, course())

    assert api.teacher_ids_of(course_id) == [ids[1]]
    assert api.course_ids_of_teacher(ids[1]) == [course_id]
    assert api.course_ids_of_teacher(ids[0]) == []
    with pytest.raises(InvalidInput):
        catalogue.change_course(course_id, course(teacher_ids=(999_999,)))


def test_a_catalogue_taken_in_twice_changes_nothing_the_second_time(app):
    rows = [course(code="KC001"), course(code="KC002", name="公文写作")]

    first = api.store_courses(rows, source="课程目录.xlsx")
    again = api.store_courses(rows, source="课程目录.xlsx")
    changed = api.store_courses([course(code="KC001", credit_hours=Decimal(8))], source="x")

    assert (first.created, again.unchanged, changed.updated) == (2, 2, 1)
    assert api.get_course(first.ids[0]).version == 2
    found = api.find_course_by_name("公文写作")
    assert found is not None
    assert found.id == first.ids[1]


def test_a_retired_course_is_no_longer_offered_but_still_there(app):
    course_id = catalogue.add_course(course())

    catalogue.retire_course(course_id)

    assert api.list_courses() == []
    assert [c.id for c in api.list_courses(active=False)] == [course_id]
    catalogue.restore_course(course_id)
    assert [c.id for c in api.list_courses()] == [course_id]
    assert queries.counts_by_domain() == [("政治理论必修课", 1)]


def test_the_pages_of_the_catalogue(sqlite_app, sign_in):
    planner = sign_in(sqlite_app, "planner")
    form = {"name": "急救常识", "course_domain": "能力提升专业课", "credit_hours": "２"}

    answer = planner.post("/courses/new", form)
    assert answer.status_code == 302
    assert "急救常识" in planner.get(answer.location).text
    assert planner.post("/courses/new", {**form, "credit_hours": "若干"}).status_code == 422
    assert planner.post("/courses/new", {**form, "credit_hours": "0"}).status_code == 422
    assert planner.post(f"{answer.location}/edit", {**form, "credit_hours": "4"}).status_code == 302
    assert planner.post(f"{answer.location}/retire").status_code == 302
    assert "急救常识" not in planner.get("/courses").text
    assert "急救常识" in planner.get("/courses?status=all&q=急救&domain=能力提升专业课&sort=hours&dir=desc").text
    assert planner.post(f"{answer.location}/restore").status_code == 302
    assert "急救常识" in planner.get("/courses?format=csv").data.decode("utf-8-sig")
    leader = sign_in(sqlite_app, "leader")
    assert leader.get(answer.location).status_code == 200
    assert leader.post(f"{answer.location}/retire").status_code == 403
    assert sign_in(sqlite_app, "auditor").get("/courses").status_code == 403
