"""A trainee's phone scans the big screen by the page's own camera: a real picture of it, as far as ✔."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Playwright, expect

from tests.journeys.camera import film_of, looking_at
from tests.journeys.conftest import Live, Person
from tests.journeys.test_scan_offline import lesson_now, records

pytestmark = [pytest.mark.browser, pytest.mark.slow(seconds=20)]

# What Chrome on Android has and Chromium on Linux has not: the platform's reader of codes. It sees ``window.shown``.
OWN_READER = """
  window.BarcodeDetector = class {
    static getSupportedFormats() { return Promise.resolve(["qr_code"]); }
    detect(video) {
      return Promise.resolve(window.shown && video.videoWidth ? [{ rawValue: window.shown }] : []);
    }
  };
"""


def slow_code(live: Live, lesson_id: int) -> None:
    """Let the class's code change every 15 s, the slowest there is: a fake camera shows a still, made beforehand."""
    with closing(sqlite3.connect(live.folder / "zhixing.db")) as database:
        database.execute(
            "UPDATE classes_training_class SET step_seconds = 15"
            " WHERE id = (SELECT class_id FROM classes_lesson WHERE id = ?)",
            (lesson_id,),
        )
        database.commit()


def picture_of_wall(screen: Person, lesson_id: int) -> bytes:
    """The big screen, just after its code has changed."""
    page = screen.go(f"/lessons/{lesson_id}/projector")
    path = page.locator("#code svg path")
    expect(page.locator("#code svg")).to_be_visible()
    before = path.get_attribute("d")
    expect(path).not_to_have_attribute("d", before or "")
    return page.screenshot()


def badge_before_a_camera(browser: Browser, live: Live, folder: Path) -> Path:
    """The film of a trainee's badge: a code, but not of the wall."""
    film = folder / "badge.y4m"
    shown = Person(browser, live, "trainee", phone=True).sign_in()
    film_of(shown.go("/me/badge").locator(".attendance-badge").first.screenshot(), film)
    shown.context.close()
    return film


def test_the_phones_own_camera_reads_the_wall_and_ends_at_the_tick(
    browser: Browser,
    playwright: Playwright,
    live: Live,
    browser_type_launch_args: dict[str, Any],
    tmp_path: Path,
) -> None:
    lesson_id, people = lesson_now(live)
    (trainee, name) = people[0]
    slow_code(live, lesson_id)
    desk = Person(browser, live, "class_teacher").sign_in()
    office = desk.go(f"/lessons/{lesson_id}/attendance")
    with office.expect_navigation():
        office.locator('form[action$="/check-in/open"] button').first.click()
    film = tmp_path / "wall.y4m"

    with looking_at(film, playwright, browser_type_launch_args) as eye:
        phone = Person(eye, live, "trainee", phone=True).sign_in()
        page = phone.go("/check-in")
        expect(page.locator("#camera button")).to_be_visible()
        with page.expect_response("**/build/zxing_reader.wasm*"):  # the reader is there before the still gets old
            page.evaluate(
                "async () => { const box = document.getElementById('camera');"
                " await fetch(box.dataset.decoder); await fetch(box.dataset.wasm); }"
            )
        film_of(picture_of_wall(desk, lesson_id), film)
        page.locator("#camera button").click()
        expect(page.locator("#check-in button[type=submit]")).to_be_visible(timeout=25000)
        expect(page.locator("main")).to_contain_text(name)
        page.locator("#check-in button[type=submit]").click()
        expect(page.locator(".zx-tick")).to_be_visible()
        expect(page.locator(".zx-ok-name")).to_have_text(name)
        phone.context.close()
        assert phone.problems == []
    desk.context.close()

    assert [(row[0], row[2]) for row in records(live, lesson_id)] == [(trainee, "scan")]


def test_a_phone_that_reads_codes_by_itself_loads_no_reader_of_ours(
    playwright: Playwright, live: Live, browser: Browser, browser_type_launch_args: dict[str, Any], tmp_path: Path
) -> None:
    lesson_id, _people = lesson_now(live)
    desk = Person(browser, live, "class_teacher").sign_in()
    office = desk.go(f"/lessons/{lesson_id}/attendance")
    with office.expect_navigation():
        office.locator('form[action$="/check-in/open"] button').first.click()
    film = tmp_path / "wall.y4m"
    film_of(desk.page.screenshot(), film)

    with looking_at(film, playwright, browser_type_launch_args) as eye:
        phone = Person(eye, live, "trainee", phone=True).sign_in()
        phone.page.add_init_script(OWN_READER)
        asked: list[str] = []
        phone.page.on("request", lambda request: asked.append(request.url))
        page = phone.go("/check-in")
        page.locator("#camera button").click()
        expect(page.locator("#camera video")).to_be_visible()
        code = desk.context.request.get(f"{live.url}/api/v1/lessons/{lesson_id}/code").json()
        page.evaluate("url => { window.shown = url; }", code["url"])
        expect(page.locator("#check-in button[type=submit]")).to_be_visible()
        expect(page.locator("h1")).to_have_text("断网也能签到")
        assert [url for url in asked if "zxing" in url or "decoder" in url] == []
        phone.context.close()
    desk.context.close()


def test_a_reader_that_is_only_a_name_gives_way_to_ours(
    playwright: Playwright, live: Live, browser: Browser, browser_type_launch_args: dict[str, Any], tmp_path: Path
) -> None:
    film = badge_before_a_camera(browser, live, tmp_path)

    with looking_at(film, playwright, browser_type_launch_args) as eye:
        phone = Person(eye, live, "trainee", phone=True).sign_in()
        phone.page.add_init_script(OWN_READER + "BarcodeDetector.prototype.detect = () => Promise.reject(new Error());")
        page = phone.go("/check-in")
        page.locator("#camera button").click()
        expect(page.locator("#camera p")).to_have_text("这不是本系统的签到码。", timeout=25000)
        phone.context.close()
        assert phone.problems == []


def test_a_code_that_leads_elsewhere_is_not_followed(
    playwright: Playwright, live: Live, browser: Browser, browser_type_launch_args: dict[str, Any], tmp_path: Path
) -> None:
    film = badge_before_a_camera(browser, live, tmp_path)

    with looking_at(film, playwright, browser_type_launch_args) as eye:
        phone = Person(eye, live, "trainee", phone=True).sign_in()
        page = phone.go("/check-in")
        page.locator("#camera button").click()
        expect(page.locator("#camera p")).to_have_text("这不是本系统的签到码。")
        expect(page.locator("#camera video")).to_be_visible()
        expect(page).to_have_url(f"{live.url}/check-in")
        phone.context.close()
        assert phone.problems == []
