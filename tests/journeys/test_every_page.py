"""Main pages of every role: readable by everybody, within the window, light on a phone."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
RUN = "axe.run(document, {resultTypes: ['violations']})"
CUT = """list => {
  const end = list.getBoundingClientRect().bottom + 1;
  return [...list.children].filter(name => name.getBoundingClientRect().bottom > end).length;
}"""
# What colours and sizes can change; all else was looked at in ordinary pages.
IN_OTHER_LOOKS = """axe.run(document, {runOnly: [
  'color-contrast', 'label-content-name-mismatch', 'link-in-text-block', 'scrollable-region-focusable', 'target-size',
]})"""
IN_DARK = "axe.run(document, {runOnly: ['color-contrast', 'label-content-name-mismatch']})"
HEAVIEST_PHONE_PAGE = 60_000
CLASS = "/classes/21"

OFFICE_PAGES = {
    "planner": (
        "/", "/overview", "/plan", "/plan/1", "/classes", CLASS, f"{CLASS}/enrollments", f"{CLASS}/timetable",
        "/cadres", "/cadres/5", "/teachers", "/teachers/3", "/courses", "/courses/3", "/sites", "/routes/1", "/rooms",
        "/reports", "/results", "/certificates", "/archives", "/search?q=李", "/settings",
    ),
    "class_teacher": (
        "/", CLASS, f"{CLASS}/attendance", f"{CLASS}/exams", f"{CLASS}/results", f"{CLASS}/archive",
        f"{CLASS}/lessons/new", f"{CLASS}/settings", "/attendance", f"{CLASS}/seating", "/lessons/123/wall",
        "/leave", "/leave/1", f"{CLASS}/leave", f"{CLASS}/attendance/rules",
        f"{CLASS}/attendance/map", "/bulletins", "/bulletins/2", "/presence", "/presence/records",
        "/lessons/123/attendance?show=all", "/attendance/review", "/attendance/overrides",
        f"{CLASS}/exams/admission-rules",
    ),
    "exam_officer": ("/", "/exams", "/exams/1", "/exams/1/scores"),
    "unit_officer": ("/", "/cadres", "/units"),
    "sysadmin": ("/accounts", "/accounts/1", "/accounts/new", "/units"),
    "org_dept": ("/imports", "/appraisal", "/plan/1/seats", "/results/requirements"),
    "leader": ("/", "/overview"),
    "instructor": ("/", "/my/lessons"),
    "secadmin": ("/accounts", "/accounts/1"),
    "auditor": ("/audit", "/audit/5"),
}  # fmt: skip
IN_ENGLISH_ON_A_PHONE = (
    "/lessons/125/attendance", f"{CLASS}/attendance", f"{CLASS}/attendance/map", "/presence", "/bulletins/2",
    "/leave/1", "/attendance/review", f"{CLASS}/leave", f"{CLASS}/enrollments", "/lessons/123/wall",
)  # fmt: skip
HALL_PAGES = (
    "/me", "/me/timetable", "/me/hours", "/me/scores", "/me/certificates", "/me/attendance", "/me/badge", "/check-in",
    "/me/leave", "/me/leave/new",
)  # fmt: skip


def barriers(page, run: str = RUN) -> list[str]:
    page.evaluate(AXE.read_text(encoding="utf-8"))
    return [
        f"{page.url} {each['id']}: {each['nodes'][0]['html'][:200]}"
        for each in page.evaluate(run)["violations"]
        if each["impact"] in ("serious", "critical")
    ]


def sideways(page) -> list[str]:
    # Not window.innerWidth: a phone zooms out to show what is too wide, and the window grows with it.
    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [f"{page.url} is {wider} px wider than the window"] if wider > 0 else []


def covered(page) -> list[str]:
    """Whether what floats at the top of a page lies over its title."""
    over = """() => {
      const title = document.querySelector(".zx-title h1")?.getBoundingClientRect();
      const menus = document.querySelectorAll(".zx-actions > .zx-menu > summary");
      const tools = [...menus].map(each => each.getBoundingClientRect());
      const range = document.createRange();
      if (!title) return false;
      range.selectNodeContents(document.querySelector(".zx-title h1"));
      return [...range.getClientRects()].some(line => tools.some(tool =>
        tool.left < line.right && line.left < tool.right && tool.top < line.bottom && line.top < tool.bottom));
    }"""
    return [f"{page.url}: a menu lies over the title"] if page.evaluate(over) else []


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
@pytest.mark.parametrize("role", OFFICE_PAGES)
def test_office_pages_have_no_barrier(person, role, phone):
    somebody = person(role, phone=phone)
    found = []
    for path in OFFICE_PAGES[role]:
        page = somebody.go(path)
        expect(page.locator("h1")).to_have_count(1)
        found += barriers(page) + sideways(page)

    assert found == []


@pytest.mark.parametrize("look", ["dark", "large"])
def test_other_looks_have_no_barrier_either(person, look):
    somebody = person("planner")
    page = somebody.go("/settings")
    with page.expect_navigation():
        page.locator(
            "main button[name=theme][value=dark]" if look == "dark" else "main button[name=large_type]"
        ).click()
    found = []
    for path in OFFICE_PAGES["planner"][:12]:
        page = somebody.go(path)
        expect(page.locator("html")).to_have_attribute("data-bs-theme" if look == "dark" else "data-zx-type", look)
        found += barriers(page, IN_OTHER_LOOKS) + sideways(page)

    assert found == []


def test_attendance_in_english_and_dark_fits_a_phone(person):
    teacher = person("class_teacher", phone=True)
    page = teacher.go("/settings")
    page.locator(".zx-bottom summary").click()
    with page.expect_navigation():
        page.locator(".zx-bottom .zx-locale button").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    with page.expect_navigation():
        page.locator("main button[name=theme][value=dark]").click()
    found = []
    for path in IN_ENGLISH_ON_A_PHONE:
        page = teacher.go(path)
        found += barriers(page, IN_DARK) + sideways(page) + covered(page)

    page.set_viewport_size({"width": 1366, "height": 768})
    page = teacher.go("/lessons/123/projector")
    assert page.locator("#names").evaluate(CUT) == 0
    assert found == []


def test_pages_of_a_trainee_have_no_barrier_and_stay_light(person):
    trainee = person("trainee", phone=True)
    found = []
    for path in HALL_PAGES:
        page = trainee.go(path)
        found += barriers(page) + sideways(page)
        found += [
            f"{path} weighs {weight} bytes" for weight in [weight_of(trainee, path)] if weight > HEAVIEST_PHONE_PAGE
        ]

    assert found == []


def test_signing_in_is_light_and_without_barrier(person):
    visitor = person("trainee", phone=True, signed_in=False)
    page = visitor.go("/sign-in")

    assert barriers(page) == []
    assert weight_of(visitor, "/sign-in") < HEAVIEST_PHONE_PAGE


def weight_of(somebody, path: str) -> int:
    """What a phone that has never been here loads, in bytes on the wire."""
    page = somebody.context.new_page()
    line = somebody.context.new_cdp_session(page)
    line.send("Network.enable")
    line.send("Network.setCacheDisabled", {"cacheDisabled": True})
    loaded: list[float] = []
    line.on("Network.loadingFinished", lambda event: loaded.append(event["encodedDataLength"]))
    page.goto(path)
    page.wait_for_load_state("networkidle")
    page.close()
    return int(sum(loaded))
