"""Every route declares who may use it; the public ones are the reviewed ones."""

from __future__ import annotations

from pathlib import Path

from training_app.web.access import access_of

REVIEWED = Path(__file__).parent / "public_routes.txt"


def test_every_route_declares_its_access(sqlite_app):
    undeclared = [r.rule for r in sqlite_app.url_map.iter_rules() if access_of(sqlite_app, r.endpoint) is None]
    assert undeclared == []


def test_public_routes_are_the_reviewed_ones(sqlite_app):
    public = {
        f"{','.join(sorted(rule.methods - {'HEAD', 'OPTIONS'}))} {rule.rule}"
        for rule in sqlite_app.url_map.iter_rules()
        if access_of(sqlite_app, rule.endpoint).kind == "public"
    }
    assert sorted(public) == REVIEWED.read_text(encoding="utf-8").splitlines()


def test_posts_without_the_token_are_exempt_only_where_reviewed(sqlite_app):
    exempt = {r.endpoint for r in sqlite_app.url_map.iter_rules() if not access_of(sqlite_app, r.endpoint).csrf}
    assert exempt == {"accounts_rest.sign_in"}


def test_the_auditor_can_change_nothing(sqlite_app):
    permissions = sqlite_app.extensions["permission_groups"]
    granted = {g.name: g.grants["auditor"] for g in permissions if "auditor" in g.grants}
    assert granted == {"audit": ("read", "all")}
    for rule in sqlite_app.url_map.iter_rules():
        access = access_of(sqlite_app, rule.endpoint)
        if access.permission is not None and access.permission.group == "audit":
            assert rule.methods <= {"GET", "HEAD", "OPTIONS"}


def test_administrators_hold_no_business_permission(sqlite_app):
    allowed = {
        "sysadmin": {"accounts", "units"},
        "secadmin": {"accounts", "roles"},
        "auditor": {"audit"},
    }
    for role, groups in allowed.items():
        held = {g.name for g in sqlite_app.extensions["permission_groups"] if role in g.grants}
        assert held <= groups, role


def test_every_answer_carries_the_security_headers(client):
    for path in ("/healthz", "/sign-in", "/nowhere", "/api/v1/me"):
        headers = client.get(path).headers
        assert "default-src 'self'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "no-store"
