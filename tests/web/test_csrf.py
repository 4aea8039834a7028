"""The token of a form: of one session only, and never written down twice alike."""

from __future__ import annotations

import re

from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from training_app.core import crypto
from training_app.web import csrf

TOKEN = re.compile(r'name="csrf[-_]token" (?:value|content)="([^"]+)"')


def test_every_page_writes_the_token_differently_and_each_one_works(sqlite_app, sign_in):
    officer = sign_in(sqlite_app, "org_dept")
    pages = [officer.client.get("/settings").text for _ in range(2)]
    first, second = (set(TOKEN.findall(page)) for page in pages)

    assert len(first) == len(second) == 1  # a page with ten forms says it once and repeats it
    assert first != second
    for token in (*first, *second):
        answer = officer.client.post("/locale", data={"locale": "en", "csrf_token": token, "next": "/settings"})
        assert answer.status_code == 302


def test_the_token_of_another_session_is_refused(sqlite_app, sign_in):
    officer, other = sign_in(sqlite_app, "org_dept"), sign_in(sqlite_app, "org_dept")

    answer = officer.client.post("/locale", data={"locale": "en", "csrf_token": other.token})

    assert answer.status_code == 400


@given(st.text(max_size=80) | st.binary(max_size=60).map(lambda raw: raw.hex()))
def test_nothing_made_up_fits(said):
    app = Flask("made up")
    app.config["SECRET_KEY"] = "x" * 32
    with app.app_context():
        assert not csrf.fits(said, "a session")


def test_one_changed_bit_does_not_fit(sqlite_app):
    session = crypto.digest("a session")
    token = csrf.token_for(session)
    assert csrf.fits(token, session)
    raw = csrf.base64.urlsafe_b64decode(token)
    for bit in range(len(raw) * 8):
        changed = bytes(byte ^ (1 << bit % 8 if at == bit // 8 else 0) for at, byte in enumerate(raw))
        assert not csrf.fits(csrf.base64.urlsafe_b64encode(changed).decode(), session)
