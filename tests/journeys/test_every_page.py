"""Main pages of every role: readable by everybody, within the window, light on a phone."""

from __future__ import annotations

from pathlib import Path

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
RUN = "axe.run(document, {resultTypes: ['violations']})"
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
HALL_PAGES = (
    "/me", "/me/timetable", "/me/hours", "/me/scores", "/me/certificates", "/me/attendance", "/me/badge", "/check-in",
    "/me/leave", "/me/leave/new",
)  # fmt: skip


def barriers(page) -> list[str]:
    page.evaluate(AXE.read_text(encoding="utf-8"))
    return [
        f"{page.url} {each['id']}: {each['nodes'][0]['html'][:200]}"
        for each in page.evaluate(RUN)["violations"]
        if each["impact"] in ("serious", "critical")
    ]


def sideways(page) -> list[str]:
    wider = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    return [f"{page.url} is {wider} px wider than the window"] if wider > 0 else []


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
@pytest.mark.parametrize("role", OFFICE_PAGES)
def test_office_pages_have_no_barrier(person, role, phone):
    somebody = person(role, phone=phone)
    found = []
    for path in OFFICE_PAGES[role]:
        page = somebody.go(path)
        assert page.locator("h1").count() == 1
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
        assert page.locator("html").get_attribute("data-bs-theme" if look == "dark" else "data-zx-type") == look
        found += barriers(page) + sideways(page)

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
