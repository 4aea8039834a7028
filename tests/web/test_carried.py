"""A page may bring its files along; the content policy then names each of them, and nothing else would run."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, Response
from markupsafe import Markup

from tests.attendance_hall import build_hall
from training_app.attendance.services import windows
from training_app.web import carried
from training_app.web.headers import POLICY

BROWSER = {"Accept": "text/html"}


@pytest.fixture
def confirm(sqlite_app: Flask, sign_in: Callable[..., Any]) -> Callable[..., Any]:
    """Open the link of a code, as a browser whose owner has signed in."""
    hall = build_hall(people=1)
    windows.open_check_in(hall.lesson_id)
    phone = sign_in(sqlite_app, account_id=hall.accounts[0])

    def ask() -> Any:
        return phone.get(f"/c/{hall.code()}", headers=BROWSER)

    return ask


def digests(page: str, tag: str) -> list[str]:
    texts = re.findall(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
    return [f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" for text in texts]


def test_the_policy_names_just_what_the_page_carries(confirm: Callable[..., Any]) -> None:
    answer = confirm()
    policy = answer.headers["Content-Security-Policy"]

    scripts, styles = digests(answer.text, "script"), digests(answer.text, "style")
    assert (len(scripts), len(styles)) == (1, 1)
    assert f"script-src 'self' {scripts[0]};" in policy
    assert f"style-src 'self' {styles[0]};" in policy
    assert "unsafe" not in policy
    assert re.sub(r" 'sha256-[^']+'", "", policy) == POLICY


def test_other_pages_keep_the_policy_without_digests(sqlite_app: Flask) -> None:
    answer = sqlite_app.test_client().get("/check-in/failed?why=expired_code", headers=BROWSER)

    assert answer.headers["Content-Security-Policy"] == POLICY


@pytest.mark.parametrize("text", ["if (a</b/.test(c)) d();", 'x = "<!-- y";'])
def test_a_file_that_would_end_its_element_is_refused(sqlite_app: Flask, tmp_path: Path, text: str) -> None:
    (tmp_path / "own.js").write_text(text)
    sqlite_app.static_folder = str(tmp_path)

    with sqlite_app.test_request_context(), pytest.raises(ValueError, match="would end the element"):
        carried.carried_script("own.js")


def test_a_carried_file_is_the_file(sqlite_app: Flask, tmp_path: Path) -> None:
    (tmp_path / "own.css").write_text('a::after{content:"知行 & <b>"}', encoding="utf-8")
    sqlite_app.static_folder = str(tmp_path)

    with sqlite_app.test_request_context():
        assert carried.carried_style("own.css") == Markup('<style>a::after{content:"知行 & <b>"}</style>')
        policy = sqlite_app.process_response(Response("")).headers["Content-Security-Policy"]

    assert digests('<style>a::after{content:"知行 & <b>"}</style>', "style")[0] in policy
