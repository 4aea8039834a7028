"""Hazards of the web, for the whole application (SECURITY.md 5.6): numbers, JSON, hosts, redirects, caches, logs."""

from __future__ import annotations

import io
import json
from decimal import Decimal

import pytest
import structlog
from werkzeug.datastructures import MultiDict
from wtforms import DecimalField, IntegerField

from training_app.core import logs
from training_app.core.typed import parse_number
from training_app.web.forms import Form

NO_NUMBERS = ["1_0", "1e2", "nan", "inf", "-Infinity", "٩٠", "१०", "0x10", "1.2.3", "1" * 40, "一百", "1\x000", "½"]


# ---------------------------------------------------------------- numbers
@pytest.mark.parametrize("typed", NO_NUMBERS)
def test_what_only_python_takes_for_a_number_is_none(typed, sqlite_app):
    class Numbers(Form):
        whole = IntegerField()
        part = DecimalField(places=None)

    assert parse_number(typed) is None
    with sqlite_app.test_request_context(method="POST"):
        form = Numbers(MultiDict({"whole": typed, "part": typed}))

        assert not form.validate()
        assert (form.whole.data, form.part.data) == (None, None)
        assert form.whole.errors
        assert form.part.errors


@pytest.mark.parametrize(("typed", "number"), [("１００", 100), (" 7 ", 7), ("-3", -3), ("８．５", Decimal("8.5"))])
def test_numbers_as_people_type_them_are_taken(typed, number, sqlite_app):
    class Numbers(Form):
        part = DecimalField(places=None)

    assert parse_number(typed) == number
    with sqlite_app.test_request_context(method="POST"):
        form = Numbers(MultiDict({"part": typed}))

        assert form.validate(), form.errors
        assert form.part.data == number


# ---------------------------------------------------------------- JSON
BODIES = {
    "deep lists": "[" * 100_000,
    "deep objects": '{"a":' * 50_000,
    "NaN": '{"a": NaN}',
    "infinity": '{"a": -Infinity}',
    "a key twice": '{"a": 1, "a": 2}',
    "half a sign": '{"a": "\ud800"}',
    "a long number": "1" * 10_000,
    "broken": '{"a": ',
    "nothing": "",
}


def test_no_end_point_stumbles_over_json(sqlite_app, sign_in):
    officer = sign_in(sqlite_app, "org_dept", "planner")
    asked = 0
    for rule in sqlite_app.url_map.iter_rules():
        described = getattr(sqlite_app.view_functions[rule.endpoint], "__described__", None)
        if described is None or described.body is None:
            continue
        method = min(rule.methods - {"HEAD", "OPTIONS"})
        path = rule.build(dict.fromkeys(rule.arguments, 1))[1]
        for name, body in BODIES.items():
            data = body.encode("utf-8", errors="surrogatepass")
            with sqlite_app.app_context():
                answer = officer.client.open(
                    path, method=method, data=data, content_type="application/json",
                    headers={"X-CSRFToken": officer.token},
                )  # fmt: skip
            assert answer.status_code in (400, 401, 403, 404, 422), (path, name, answer.status_code)
            assert answer.is_json, (path, name)
            asked += 1
    assert asked >= 9


@pytest.mark.parametrize("name", BODIES)
def test_the_parser_refuses(name, sqlite_app):
    body = BODIES[name].encode("utf-8", errors="surrogatepass")

    answer = sqlite_app.test_client().post("/api/v1/session", data=body, content_type="application/json")

    assert answer.status_code in (400, 404, 405, 422)


# ---------------------------------------------------------------- redirects and hosts
@pytest.mark.parametrize(
    "target",
    [
        "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example", "https://evil.example",
        "/\t/evil.example", "/\r\nLocation: x", "javascript:alert(1)", "http:/evil.example", "/%0d%0aSet-Cookie:x\x00",
        "//evil.example%2f..", " //evil.example", "/\x0b/evil.example", "data:text/html,x", "@evil.example",
    ],
)  # fmt: skip
def test_nobody_is_sent_elsewhere_after_signing_in(target, sqlite_app, sign_in):
    visitor = sign_in(sqlite_app, "org_dept")

    for page in ("/sign-in", "/locale"):
        ways = [visitor.client.get(page, query_string={"next": target})]
        ways.append(visitor.client.post(page, data={"next": target, "csrf_token": visitor.token, "locale": "en"}))
        assert "Location" in ways[-1].headers or page == "/sign-in"
        for answer in ways:
            there = answer.headers.get("Location", "/")
            assert there.startswith("/"), there
            assert not there.startswith(("//", "/\\")), there
            assert "evil" not in there.partition("?")[0], there
            assert "\n" not in there


def test_other_hosts_are_not_answered(sqlite_app, monkeypatch):
    monkeypatch.setitem(sqlite_app.config, "TRUSTED_HOSTS", ["training.example"])
    client = sqlite_app.test_client()

    assert client.get("/healthz", headers={"Host": "training.example"}).status_code == 200
    for host in (
        "evil.example",
        "training.example.evil.example",
        "evil.example:80",
        "training.example@evil.example",
        "",
    ):
        answer = client.get("/sign-in", headers={"Host": host})
        assert answer.status_code == 400, host
        assert "evil" not in answer.get_data(as_text=True)


# ---------------------------------------------------------------- caches
def test_no_page_may_be_kept_by_anybody(sqlite_app, sign_in):
    officer = sign_in(sqlite_app, "org_dept")
    looked = 0
    for rule in sqlite_app.url_map.iter_rules():
        if "GET" not in rule.methods or rule.arguments or rule.endpoint.endswith("static"):
            continue
        answer = officer.get(rule.rule)
        kept = answer.headers.get("Cache-Control", "")
        assert "no-store" in kept or "private" in kept or answer.status_code == 304, (rule.rule, kept)
        assert "public" not in kept, (rule.rule, kept)
        answer.close()
        looked += 1
    assert looked > 30


@pytest.mark.parametrize(
    "path", ["/cadres/x.css", "/cadres;.css", "/cadres/1.js", "/imports/..%2fstatic/x.css", "/me/a.png"]
)
def test_a_page_does_not_answer_to_a_name_that_caches_keep(path, sqlite_app, sign_in):
    answer = sign_in(sqlite_app, "org_dept").get(path)

    assert answer.status_code == 404
    assert "no-store" in answer.headers["Cache-Control"]


# ---------------------------------------------------------------- logs
def test_a_line_of_the_log_stays_a_line_whatever_is_in_it():
    hostile = 'a\r\n{"event": "forged"}\u2028b\u2029c\x85d\x1b[2Je\x9b2Jf\u202eg\x00'
    out = io.StringIO()
    logs.configure()
    line = structlog.wrap_logger(
        structlog.PrintLogger(out), processors=structlog.get_config()["processors"],
        wrapper_class=structlog.BoundLogger,
    )  # fmt: skip

    line.warning("request", path=hostile)

    text = out.getvalue()
    assert len(text.splitlines()) == 1
    assert json.loads(text)["path"] == hostile
    assert not any(sign in text for sign in "\r\u2028\u2029\x85\x1b\x9b\u202e\x00")
