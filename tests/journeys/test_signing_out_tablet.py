"""Signing out takes the tablet's lists away, says what is unsent, and keeps it for the same account alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import PASSWORD, Live, Person
from tests.journeys.test_scan_offline import lesson_now, records

pytestmark = [pytest.mark.browser, pytest.mark.slow(seconds=20)]

KEPT = """async () => {
  const done = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const database = await done(indexedDB.open("zhixing-scan", 1));
  const all = (store) => done(database.transaction(store).objectStore(store).getAll());
  const kept = { rosters: (await all("rosters")).length, scans: (await all("scans")).length, pages: 0 };
  for (const name of await caches.keys()) {
    const requests = await (await caches.open(name)).keys();
    kept.pages += requests.filter((each) => new URL(each.url).pathname.startsWith("/scan/")).length;
  }
  database.close();
  return kept;
}"""


def sign_in(page: Page, username: str) -> None:
    page.fill("input[name=username]", username)
    page.fill("input[name=password]", PASSWORD)
    with page.expect_navigation():
        page.click("main form button[type=submit]")


def sign_out(page: Page) -> None:
    expect(page.locator("#zx-leaving[data-ready=yes]")).to_be_attached()
    page.locator(".zx-top summary").last.click()
    page.locator('form[action$="/sign-out"] button').first.click()


def test_the_lists_go_and_unsent_scans_wait_for_their_own_account(browser: Browser, live: Live) -> None:
    lesson_id, people = lesson_now(live)
    first, first_name = people[0]
    tablet = Person(browser, live, "class_teacher").sign_in()
    page = tablet.go(f"/scan/{lesson_id}")
    expect(page.locator("#tablet[data-ready=yes]")).to_be_attached()
    page.route("**/api/v1/lessons/*/check-ins", lambda route: route.abort())  # what is scanned does not get through
    page.fill("#who", first_name)
    page.locator("#choices button").first.click()
    expect(page.locator("#waiting")).to_have_attribute("data-count", "1")
    kept = page.evaluate(KEPT)
    assert kept["rosters"] == 1
    assert kept["scans"] == 1
    assert kept["pages"] >= 1

    tablet.go("/attendance")
    sign_out(page)
    dialog = page.locator("#zx-confirm")
    expect(dialog).to_contain_text("还有1次扫码没有发送")
    with page.expect_navigation():
        dialog.locator("[data-confirm-yes]").click()
    expect(page.locator("#zx-leaving[data-ready=yes]")).to_be_attached()
    assert page.evaluate(KEPT) == {"rosters": 0, "scans": 1, "pages": 0}

    sign_in(page, "org_dept")
    page.unroute("**/api/v1/lessons/*/check-ins")
    answer = page.goto(f"{live.url}/scan/{lesson_id}")
    assert answer is not None
    assert answer.status == 403  # and no page of the person before comes from the browser's own store
    assert first_name not in page.content()
    assert records(live, lesson_id) == []

    page.goto(f"{live.url}/attendance")
    with page.expect_navigation():
        page.locator(".zx-top summary").last.click()
        page.locator('form[action$="/sign-out"] button').first.click()
    expect(page.locator("#zx-leaving[data-ready=yes]")).to_be_attached()
    assert page.evaluate(KEPT)["scans"] == 1
    sign_in(page, "class_teacher")
    page.goto(f"{live.url}/scan/{lesson_id}")
    expect(page.locator("#scans li").filter(has_text=first_name)).to_contain_text("服务器")
    assert [row[0] for row in records(live, lesson_id)] == [first]
