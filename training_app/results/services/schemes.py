"""How a class weighs the parts of its results."""

from __future__ import annotations

from training_app.classes import api as classes
from training_app.core import clock
from training_app.core.db import command, db
from training_app.core.errors import Conflict
from training_app.core.events import publish
from training_app.core.text import N_
from training_app.results import rules
from training_app.results.events import SchemeChanged
from training_app.results.models import ResultScheme
from training_app.results.queries.results import scheme_of


@command
def set_scheme(class_id: int, scheme: rules.Scheme) -> None:
    """Set the weights of a class; results already decided show what would change.

    Raises:
        InvalidInput: the weights do not add up to 100.
        Conflict: the class is sealed.
    """
    rules.check_scheme(scheme)
    if classes.get_class(class_id).state in ("archived", "cancelled"):
        raise Conflict(N_("The class is sealed or cancelled; its scheme stands."), code="sealed")
    before = scheme_of(class_id)
    stored = db.session.get(ResultScheme, class_id)
    if stored is not None and before == scheme:
        return
    if stored is None:
        stored = ResultScheme(class_id=class_id)
        db.session.add(stored)
    stored.exam_weight = scheme.exam
    stored.attendance_weight = scheme.attendance
    stored.conduct_weight = scheme.conduct
    stored.reflection_weight = scheme.reflection
    stored.pass_mark = scheme.pass_mark
    stored.missed_numerator = scheme.missed_numerator
    stored.missed_denominator = scheme.missed_denominator
    stored.published_at = clock.now()
    db.session.flush()
    publish(SchemeChanged(class_id=class_id, before=_in_words(before), after=_in_words(scheme)))


def _in_words(scheme: rules.Scheme) -> str:
    weights = f"{scheme.exam}/{scheme.attendance}/{scheme.conduct}/{scheme.reflection}"
    return f"{weights}, {scheme.pass_mark:g}, {scheme.missed_numerator}/{scheme.missed_denominator}"
