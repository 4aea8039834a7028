"""Every route × every role × own, other and missing objects: the answers are those of the reviewed table.

``authz.csv`` is written by ``REVIEW=1 pytest tests/access`` and read by a person before it is committed.
"""

from __future__ import annotations

import csv
import os
from pathlib import Path
from typing import Any

import pytest

from tests.access.conftest import ROLES, VISITORS, World
from training_app.web.access import access_of

pytestmark = pytest.mark.slow(seconds=15)  # one of the longest files: where work is shared, it begins early

TABLE = Path(__file__).parent / "authz.csv"
RELATIONS = ("own", "other", "missing")
# Values of path arguments that are no ids of stored rows.
TEXTS = {
    "filename": "mark.svg",
    "code": "AAAA2222",
    "prefix": "0" * 16,
    "role": "leader",
    "kind": "summary",
    "year": "2026",
    "token": "1.x",
    "number": "1",
    "entry_no": 1,
    "sha256": "0" * 64,
    "key": "summary",
    "batch_id": 999_999,
    "request_id": 999_999,
    "contest_id": 999_999,
    "notice_id": 999_999,
    "flag_id": 999_999,
    "passkey_id": 999_999,
    "change_id": 999_999,
    "mark": "conduct",
    "alias_id": 999_999,
    "entry_id": 1,
    "import_id": 999_999,
    "upload_id": 999_999,
    "folder_id": 999_999,
    "choice_id": 999_999,
    "program_id": 1,
    "question_id": 999_999,
    "name": "roster",
}


def routes(app: Any) -> list[tuple[str, Any]]:
    found = []
    for rule in sorted(app.url_map.iter_rules(), key=lambda r: (r.rule, sorted(r.methods))):
        found += [(method, rule) for method in sorted(rule.methods - {"HEAD", "OPTIONS"})]
    return found


def address(world: World, rule: Any, relation: str) -> str | None:
    values = dict(rule.defaults or {})
    for name in rule.arguments:
        if name in values:
            continue
        if name in world.ids:
            value = world.ids[name][relation]
            if value is None:
                return None
            values[name] = value
        else:
            assert name in TEXTS, f"{rule.rule}: teach tests/access a value for <{name}>"
            values[name] = TEXTS[name]
    with world.app.test_request_context():
        return str(world.app.url_map.bind("localhost").build(rule.endpoint, values))


def ask(world: World, who: str, method: str, url: str) -> int:
    browser = world.browsers[who]
    client = getattr(browser, "client", browser)
    headers = {"X-CSRFToken": browser.token} if hasattr(browser, "token") else {}
    if "/api/" in url and method != "GET":
        return int(client.open(url, method=method, headers=headers, json={}).status_code)
    return int(client.open(url, method=method, headers=headers).status_code)


def test_nobody_gets_in_without_signing_in(world):
    offences = []
    for method, rule in routes(world.app):
        if access_of(world.app, rule.endpoint).kind == "public":
            continue
        url = address(world, rule, "own")
        for who in VISITORS:
            status = ask(world, who, method, url or rule.rule)
            if status != (401 if "/api/" in rule.rule else 302):
                offences.append(f"{who} {method} {rule.rule}: {status}")
    assert offences == []


def test_who_lacks_the_permission_is_refused(world):
    offences = []
    for method, rule in routes(world.app):
        permission = access_of(world.app, rule.endpoint).permission
        if permission is None:
            continue
        url = address(world, rule, "own") or address(world, rule, "missing")
        for role in ROLES:
            with world.app.app_context():
                held = world.browsers[role].actor.levels.get(permission.group, 0) >= permission.rank
            if not held and (status := ask(world, role, method, url)) != 403:
                offences.append(f"{role} {method} {rule.rule}: {status}")
    assert offences == []


def test_pages_answer_as_reviewed(world):
    """GET only: what changes something is tried in the features' own tests."""
    rows = []
    for method, rule in routes(world.app):
        if method != "GET" or rule.endpoint.endswith("static") or rule.rule in ("/healthz", "/readyz"):
            continue
        relations = RELATIONS if any(name in world.ids for name in rule.arguments) else ("own",)
        for relation in relations:
            url = address(world, rule, relation)
            if url is None:
                continue
            rows.append([rule.rule, relation, *(str(ask(world, role, "GET", url)) for role in ROLES)])
    failures = [row for row in rows if any(status.startswith("5") for status in row[2:])]
    assert failures == []
    there = [row for row in rows if row[1] == "missing" and any(s == "200" for s in row[2:])]
    assert there == []
    if os.environ.get("REVIEW"):
        with TABLE.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file, lineterminator="\n").writerows([["route", "relation", *ROLES], *rows])
        pytest.skip("authz.csv written: read it, then commit it")
    reviewed = list(csv.reader(TABLE.open(encoding="utf-8")))[1:]
    assert rows == reviewed


def test_a_child_of_another_parent_is_not_found(world):
    """A real lesson, exam or enrollment of another class under the address of one's own class is 404 for everyone."""
    offences = []
    for method, rule in routes(world.app):
        nested = [name for name in rule.arguments if name in world.ids]
        if method != "GET" or "class_id" not in nested or len(nested) < 2:
            continue
        values = {name: world.ids[name]["own" if name == "class_id" else "other"] for name in nested}
        if None in values.values():
            continue
        values |= {name: TEXTS[name] for name in rule.arguments if name not in world.ids}
        url = str(world.app.url_map.bind("localhost").build(rule.endpoint, values))
        answers = {role: ask(world, role, "GET", url) for role in ROLES}
        offences += [f"{role} {url}: {status}" for role, status in answers.items() if status not in (403, 404)]
    assert offences == []


def test_a_role_taken_away_counts_on_the_next_request(world, sign_in):
    from training_app.accounts.services import people
    from training_app.core.actor import acting_as, system

    browser = sign_in(world.app, "leader")
    assert browser.get("/overview").status_code == 200

    with world.app.app_context(), acting_as(system("test")):
        people.take_role(browser.account_id, "leader")

    assert browser.get("/overview").status_code == 403
