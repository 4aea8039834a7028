"""One's own badge opens where there is no signal, once it was seen, and goes with the sign-out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, expect
from playwright.sync_api import Error as BrowserError

from tests.attendance_hall import build_hall
from tests.served import PHONE, at_browser, served


@dataclass(frozen=True)
class Pocket:
    """A trainee's phone, signed in to a real server."""

    context: BrowserContext
    base: str


@pytest.fixture
def pocket(sqlite_app: Flask, sign_in: Callable[..., Any], browser: Browser) -> Iterator[Pocket]:
    hall = build_hall(people=1)
    trainee = sign_in(sqlite_app, account_id=hall.accounts[0])
    with served(sqlite_app) as base, at_browser(browser, base, trainee, **PHONE) as context:
        yield Pocket(context, base)


@pytest.mark.browser
def test_a_badge_once_seen_opens_without_a_network_and_goes_with_the_sign_out(pocket: Pocket) -> None:
    page = pocket.context.new_page()
    page.goto(f"{pocket.base}/me/badge")
    expect(page.locator("#badge-kept")).to_be_visible()
    text = page.locator(".zx-code-text").inner_text()

    pocket.context.set_offline(True)
    away = pocket.context.new_page()
    away.goto(f"{pocket.base}/me/badge")
    expect(away.locator(".zx-code-text")).to_have_text(text)
    expect(away.locator(".attendance-badge svg")).to_be_visible()

    pocket.context.set_offline(False)
    pocket.context.clear_cookies()  # the session ends
    page.goto(f"{pocket.base}/sign-in")
    expect(page.locator("#zx-leaving[data-ready=yes]")).to_be_attached()
    pocket.context.set_offline(True)
    with pytest.raises(BrowserError):
        away.goto(f"{pocket.base}/me/badge")
