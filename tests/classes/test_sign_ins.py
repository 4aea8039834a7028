"""Sign-ins for the people of a class: one each, told once, to be changed at the first sign-in."""

from __future__ import annotations

import pytest

from tests.classes.class_world import World, open_class
from training_app.accounts.api import get_account
from training_app.accounts.services import sessions
from training_app.classes.api import list_enrollments
from training_app.classes.services.enrolment import enroll_directly
from training_app.classes.services.sign_ins import list_classes_without_sign_ins, open_sign_ins
from training_app.core.errors import Refused

OFFICE = "县委办公室"


@pytest.fixture
def class_id(world: World) -> int:
    made = open_class("C1", seats={world.units[OFFICE]: 4})
    enroll_directly(made, world.cadres[OFFICE][:2], reason="点名调训")
    return made


def test_everybody_gets_one_and_can_sign_in_with_it(class_id):
    made = open_sign_ins(class_id)

    assert len({one.username for one in made}) == 2
    opened = sessions.sign_in(made[0].username, made[0].password)
    assert opened is not None
    assert opened.must_change_password
    assert get_account(opened.account_id).roles == ("trainee",)


def test_the_enrollment_knows_the_account(class_id):
    open_sign_ins(class_id)

    assert all(one.account_id for one in list_enrollments(class_id))
    assert [(c.people, c.without) for c in list_classes_without_sign_ins()] == [(2, 0)]


def test_a_second_time_there_is_nothing_to_do(class_id):
    open_sign_ins(class_id)

    with pytest.raises(Refused):
        open_sign_ins(class_id)
