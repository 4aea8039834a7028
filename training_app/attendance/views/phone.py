"""The trainee's phone in the hall: scan, confirm, see that it counted. Works without JavaScript."""

from __future__ import annotations

import re
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from training_app.accounts.api import hash_of, new_key
from training_app.attendance import code_rules, labels, rules
from training_app.attendance.forms import TypedCodeForm
from training_app.attendance.permissions import ATTENDANCE
from training_app.attendance.queries.calls import check_out_of, last_answer
from training_app.attendance.queries.people import own_lesson
from training_app.attendance.queries.places import place_asked
from training_app.attendance.rest import REFUSED_STATUS, who_scans
from training_app.attendance.services import check_in as scanning
from training_app.attendance.services import tickets
from training_app.attendance.services.judging import Outcome, Who
from training_app.attendance.views import bp
from training_app.classes.api import class_teacher_names
from training_app.core import clock
from training_app.core.actor import current_actor
from training_app.core.errors import NotFound
from training_app.web import cookies
from training_app.web.access import public, requires
from training_app.web.arrival import arrived_at
from training_app.web.headers import allow_location, allow_wasm

_UNIX = re.compile(r"[0-9]{1,10}", re.ASCII)
_DEVICE_LIFE = timedelta(days=400)
_TICKET_LIFE = timedelta(seconds=code_rules.TICKET_SECONDS)


@bp.get("/c/<code>")
@bp.get("/C/<code>", endpoint="scanned_upper")
@public()
def scanned(code: str) -> ResponseReturnValue:
    """Judge the code at once; a genuine one buys this browser a ticket. Then to a page without the code in it.

    A browser whose owner has signed in gets that page as the answer: on a slow line each detour costs most of a
    second (decision 0017). Its script, or without scripts its head, takes the code out of the address.
    """
    key = cookies.read(cookies.DEVICE) or new_key()
    actor = current_actor()
    device, held = hash_of(key), cookies.read(cookies.TICKET)
    outcome, ticket = tickets.scan(
        code, account_id=actor.account_id, device=device, held=held, arrived=arrived_at(request.environ)
    )
    response: Response
    if ticket and actor.account_id is None:
        flash(_("Your scan is kept. Please sign in within two minutes; the time of the scan counts."), "info")
    if ticket:
        response = _confirm_page(actor.account_id, device, ticket) or redirect(url_for("attendance.check_in"), 303)
        cookies.write(response, cookies.TICKET, ticket, lasts=_TICKET_LIFE)
    else:
        shown = int(outcome.shown_at.timestamp()) if outcome.shown_at else None
        step = outcome.step_seconds if outcome.shown_at else None
        response = redirect(url_for("attendance.check_in_failed", why=outcome.outcome, shown=shown, step=step), 303)
        cookies.clear(response, cookies.TICKET)
    cookies.write(response, cookies.DEVICE, key, lasts=_DEVICE_LIFE)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _confirm_page(account_id: int | None, device: str, ticket: str) -> Response | None:
    """The page to confirm on, when a browser asks whose owner has signed in and whose scan would count."""
    identity = g.get("identity")
    if account_id is None or identity is None or identity.must_change_password:
        return None
    if "text/html" not in request.headers.get("Accept", "") or not ATTENDANCE["own"].held_by(current_actor()):
        return None
    outcome = scanning.look(Who(account_id, device, ""), ticket)
    return _confirm(outcome) if outcome is not None and outcome.outcome == "ready" else None


@bp.get("/check-in")
@requires(ATTENDANCE["own"])
def check_in() -> ResponseReturnValue:
    """Say which lesson, which person, and one button; without a ticket, how to get one."""
    ticket = cookies.read(cookies.TICKET)
    outcome = scanning.look(who_scans(), ticket)
    if outcome is None and ticket:
        return _failed(Outcome("expired_code"))
    if outcome is None:
        return _typed(TypedCodeForm())
    if outcome.outcome == "repeated":
        return redirect(_done_url(outcome), 303)
    if outcome.refused:
        return _failed(outcome)
    return _confirm(outcome)


def _typed(form: TypedCodeForm) -> Response:
    """The page without a ticket: it scans by itself (our reader of codes is WebAssembly), or the code is typed."""
    allow_wasm()
    return _no_referrer(render_template("attendance/typed.html", form=form, nonce=_nonce()))


def _confirm(outcome: Outcome) -> Response:
    asks_place = outcome.slot == "in" and place_asked(outcome.lesson_id or 0) is not None
    if asks_place:
        allow_location()
    page = render_template(
        "attendance/confirm.html",
        outcome=outcome,
        nonce=_nonce(),
        who=own_lesson_row(outcome),
        done_url=_done_url(outcome),
        labels=labels,
        asks_place=asks_place,
        scanned=request.path != url_for("attendance.check_in"),
    )
    return _no_referrer(page)


def _done_url(outcome: Outcome) -> str:
    slot = outcome.slot if outcome.slot != "in" else None
    return url_for("attendance.checked_in", lesson_id=outcome.lesson_id, slot=slot)


def own_lesson_row(outcome: Outcome) -> Any:
    """Give what the page says about the lesson and the person."""
    found = own_lesson(current_actor().account_id or 0, outcome.lesson_id or 0)
    if found is None:
        raise NotFound
    return found


@bp.post("/check-in")
@requires(ATTENDANCE["own"])
def confirm() -> ResponseReturnValue:
    """Check in by the ticket, or by the code that was typed."""
    form = TypedCodeForm()
    typed = (form.code.data or "").strip()
    if "code" in request.form and not form.validate():
        return _typed(form), 422
    outcome = scanning.check_in(
        who_scans(),
        code=typed,
        ticket=cookies.read(cookies.TICKET),
        nonce=request.form.get("nonce", "")[:64],
        kind="",  # whatever the screen asked for
        arrived=arrived_at(request.environ),
    )
    if outcome.refused:
        if typed and outcome.outcome == "bad_code":
            form.code.errors = [_("This is not the code on the screen now. It changes every 30 seconds.")]
            return _typed(form), 422
        return _failed(outcome)
    response: Response = redirect(_done_url(outcome), 303)
    cookies.clear(response, cookies.TICKET)
    return response


@bp.get("/check-in/lessons/<int:lesson_id>")
@requires(ATTENDANCE["own"])
def checked_in(lesson_id: int) -> ResponseReturnValue:
    """Fill the screen with ✔, name, lesson and a running clock."""
    found = own_lesson(current_actor().account_id or 0, lesson_id)
    if found is None or found.record is None:
        raise NotFound
    if found.record.status not in rules.ATTENDED_STATUSES:
        return redirect(url_for("attendance.own"), 303)
    slot, at = "in", found.record.check_in_at
    wanted = request.args.get("slot", "")
    later = {"mid": last_answer, "out": check_out_of}
    if wanted in later and (done := later[wanted](lesson_id, found.enrollment_id)) is not None:
        slot, at = wanted, done
    page = render_template("attendance/ok.html", own=found, record=found.record, which=slot, at=at, labels=labels)
    return _no_referrer(page)


@bp.get("/check-in/failed")
@public()
def check_in_failed() -> ResponseReturnValue:
    """Say what happened and what to do now; open to everybody, since it says nothing about anybody."""
    why = request.args.get("why", "")
    if why not in labels.REFUSAL:
        flash(_("Please scan the code on the screen."), "warning")
        return redirect(url_for("attendance.check_in"), 303)
    shown, step = request.args.get("shown", ""), request.args.get("step", "")
    outcome = Outcome(
        why,
        shown_at=datetime.fromtimestamp(int(shown), UTC) if _UNIX.fullmatch(shown) else None,
        step_seconds=int(step) if step in {str(n) for n in range(3, 16)} else 5,
    )
    return _failed(outcome)


def _failed(outcome: Outcome) -> ResponseReturnValue:
    title, said = labels.REFUSAL[outcome.outcome]
    teachers = class_teacher_names([outcome.class_id]).get(outcome.class_id, ()) if outcome.class_id else ()
    page = render_template(
        "attendance/failed.html",
        outcome=outcome,
        title=_(title),
        said=_(said),
        teachers=teachers,
        shown=f"{clock.local(outcome.shown_at):%H:%M:%S}" if outcome.shown_at else "",
        signed_in=g.get("identity") is not None,
    )
    return _no_referrer(page), REFUSED_STATUS[outcome.outcome]


def _no_referrer(page: str) -> Response:
    response = Response(page, mimetype="text/html")
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _nonce() -> str:
    return secrets.token_urlsafe(12)
