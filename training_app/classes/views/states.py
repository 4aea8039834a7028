"""Starting, finishing, reopening and calling off a class: each shows first what will happen, in numbers."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from training_app.classes import labels, rules
from training_app.classes.forms import ReasonForm
from training_app.classes.permissions import CLASSES
from training_app.classes.queries.overview import consequences
from training_app.classes.services import classes as services
from training_app.classes.values import ClassInfo
from training_app.classes.views import bp
from training_app.classes.views.common import class_page, visible_class
from training_app.web.access import requires


@bp.route("/classes/<int:class_id>/start", methods=["GET", "POST"])
@requires(CLASSES["run"])
def start(class_id: int) -> ResponseReturnValue:
    """Start a class."""
    klass = visible_class(class_id, CLASSES["run"])
    facts = consequences(class_id)
    will = [
        ngettext(
            "%(num)d person who was taken in becomes a student of the class and can check in.",
            "%(num)d people who were taken in become students of the class and can check in.",
            facts.approved,
        ),
        _("Units can no longer nominate."),
    ]
    if facts.waiting:
        will.append(
            ngettext(
                "%(num)d nomination keeps waiting; it can still be decided.",
                "%(num)d nominations keep waiting; they can still be decided.",
                facts.waiting,
            )
        )
    if not facts.lessons:
        will.append(_("The timetable is empty; lessons can be added while the class runs."))
    return _confirmed(
        klass,
        _("Start the class"),
        will,
        check=rules.may_start(state=klass.state, people=facts.taken_in),
        act=lambda _reason: services.start_class(class_id),
        done=_("%(name)s has started.", name=klass.name),
    )


@bp.route("/classes/<int:class_id>/finish", methods=["GET", "POST"])
@requires(CLASSES["run"])
def finish(class_id: int) -> ResponseReturnValue:
    """Finish a class."""
    klass = visible_class(class_id, CLASSES["run"])
    facts = consequences(class_id)
    will = [
        ngettext(
            "%(num)d lesson is counted; the timetable is closed.",
            "%(num)d lessons are counted; the timetable is closed.",
            facts.held,
        ),
        ngettext(
            "Results can be decided for %(num)d person.", "Results can be decided for %(num)d people.", facts.taken_in
        ),
    ]
    if facts.waiting:
        will.append(
            ngettext(
                "%(num)d nomination nobody decided is declined.",
                "%(num)d nominations nobody decided are declined.",
                facts.waiting,
            )
        )
    return _confirmed(
        klass,
        _("Finish the class"),
        will,
        check=rules.may_finish(
            state=klass.state, lessons=facts.lessons, to_come=facts.to_come, unclosed=facts.unclosed
        ),
        act=lambda _reason: services.finish_class(class_id),
        done=_("%(name)s has finished.", name=klass.name),
    )


@bp.route("/classes/<int:class_id>/reopen", methods=["GET", "POST"])
@requires(CLASSES["approve"])
def reopen(class_id: int) -> ResponseReturnValue:
    """Make a finished class run again."""
    klass = visible_class(class_id, CLASSES["approve"])
    check = rules.ALLOWED if klass.state == "finished" else rules.refuse("not_from_here")
    return _confirmed(
        klass,
        _("Reopen the class"),
        [_("The timetable can be changed again; the class has to be finished once more.")],
        check=check,
        act=lambda reason: services.reopen_class(class_id, reason),
        done=_("%(name)s is running again.", name=klass.name),
        wants_reason=True,
    )


@bp.route("/classes/<int:class_id>/cancel", methods=["GET", "POST"])
@requires(CLASSES["approve"])
def cancel(class_id: int) -> ResponseReturnValue:
    """Call a class off."""
    klass = visible_class(class_id, CLASSES["approve"])
    facts = consequences(class_id)
    will = [
        ngettext(
            "%(num)d person is withdrawn, with your reason in the history.",
            "%(num)d people are withdrawn, with your reason in their history.",
            facts.taken_in + facts.waiting,
        ),
        ngettext(
            "%(num)d lesson is cancelled; its room and teacher are free again.",
            "%(num)d lessons are cancelled; their rooms and teachers are free again.",
            facts.lessons,
        ),
        _("This cannot be undone."),
    ]
    return _confirmed(
        klass,
        _("Call the class off"),
        will,
        check=rules.may_cancel(state=klass.state, held=facts.held, reason="-"),
        act=lambda reason: services.cancel_class(class_id, reason),
        done=_("%(name)s was called off.", name=klass.name),
        wants_reason=True,
    )


def _confirmed(
    klass: ClassInfo,
    title: str,
    will: list[str],
    *,
    check: rules.Decision,
    act: Callable[[str], rules.Decision],
    done: str,
    wants_reason: bool = False,
) -> ResponseReturnValue:
    form = ReasonForm()
    if not wants_reason:
        del form.reason
    problem = "" if check else _(labels.REASON[check.code])
    if form.validate_on_submit():
        decision = act(form.reason.data if wants_reason else "")
        if decision:
            flash(done, "success")
            return redirect(url_for("classes.show", class_id=klass.id))
        problem = _(labels.REASON[decision.code])
    page = class_page(
        "classes/state.html", klass, form=form, act_title=title, will=will, problem=problem, wants_reason=wants_reason
    )
    return page, 422 if form.is_submitted() else 200
