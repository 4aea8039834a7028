"""A passkey in a real browser, with Chromium's own authenticator: made, used at the door, removed."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import PASSWORD, PHONE, Live

pytestmark = [pytest.mark.browser, pytest.mark.slow(seconds=20)]

_DIALECT = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def _phone(browser: Browser, live: Live, **more: Any) -> Page:
    # Passkeys belong to a name; to browsers 127.0.0.1 is none, and localhost counts as secure.
    base = live.url.replace("127.0.0.1", "localhost")
    context = browser.new_context(base_url=base, locale="zh-CN", **{**PHONE, **more})
    return context.new_page()


def _by_password(page: Page) -> None:
    page.goto("/sign-in")
    page.fill("input[name=username]", "trainee")
    page.fill("input[name=password]", PASSWORD)
    with page.expect_navigation():
        page.click("main form button[type=submit]")


def _authenticator(page: Page) -> None:
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": _DIALECT})


def test_a_passkey_from_making_to_removing(browser: Browser, live: Live) -> None:
    page = _phone(browser, live)
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda said: problems.append(said.text) if "Content Security Policy" in said.text else None)
    _authenticator(page)
    _by_password(page)

    page.goto("/settings")
    expect(page.get_by_role("link", name="创建通行密钥")).to_be_visible()
    page.goto("/settings/passkeys")
    page.fill("input[name=name]", "我的手机")
    with page.expect_navigation():
        page.get_by_role("button", name="创建通行密钥").click()
    expect(page.locator("main")).to_contain_text("我的手机")

    page.context.clear_cookies(name="sid")
    page.goto("/sign-in?next=/settings")
    with page.expect_navigation(url=re.compile(r"/settings$")):
        page.get_by_role("button", name="用通行密钥登录").click()
    expect(page.locator("table")).to_contain_text("通行密钥登录")

    page.context.clear_cookies(name="sid")
    page.goto("/sign-in?next=/settings/passkeys")
    page.fill("input[name=username]", "trainee")
    with page.expect_navigation(url=re.compile(r"/settings/passkeys$")):
        page.get_by_role("button", name="用通行密钥登录").click()

    with page.expect_navigation(url=re.compile(r"/remove$")):
        page.get_by_role("link", name="删除").click()
    with page.expect_navigation(url=re.compile(r"/settings/passkeys$")):
        page.get_by_role("button", name="用通行密钥验证并删除").click()
    expect(page.locator("main")).to_contain_text("还没有通行密钥")

    page.context.clear_cookies(name="sid")
    page.goto("/sign-in")
    with page.expect_navigation():
        page.get_by_role("button", name="用通行密钥登录").click()
    expect(page.get_by_text("此通行密钥不能在这里登录")).to_be_visible()
    assert problems == []
    page.context.close()


def test_somebody_elses_passkey_after_a_name_is_explained(browser: Browser, live: Live) -> None:
    page = _phone(browser, live)
    _authenticator(page)
    page.goto("/sign-in")
    page.fill("input[name=username]", "nobody")

    page.get_by_role("button", name="用通行密钥登录").click()

    expect(page.locator("[data-said]")).to_be_visible()
    expect(page.get_by_role("button", name="用通行密钥登录")).to_be_enabled()
    page.context.close()


@pytest.mark.parametrize(
    "agent",
    [
        "Mozilla/5.0 (Linux; Android 10; HMA-AL00) AppleWebKit/537.36 Version/4.0 Chrome/86.0 MicroMessenger/8.0.30",
        "Mozilla/5.0 (Linux; Android 9; PACM00; wv) AppleWebKit/537.36 Version/4.0 Chrome/74.0 Mobile Safari/537.36",
    ],
)
def test_nothing_of_it_is_shown_inside_wechat_and_web_views(browser: Browser, live: Live, agent: str) -> None:
    page = _phone(browser, live, user_agent=agent)
    page.goto("/sign-in")
    page.wait_for_load_state("load")

    expect(page.locator("[data-passkey]")).to_have_count(1)
    expect(page.locator("[data-passkey]")).to_be_hidden()
    page.context.close()
