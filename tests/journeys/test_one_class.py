"""One class from the plan to the cadre's record and the annual assessment, walked by those who do it.

Two trainees' phones scan the code that the projector really shows: its picture is decoded and its link opened.
"""

from __future__ import annotations

import io
import re
import subprocess
import sys
import zipfile
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import expect

from training_app.core import clock

pytestmark = [pytest.mark.browser, pytest.mark.slow(seconds=60)]

NAME = "知行学堂第9期"
CODE = "ZX2026999"


def test_from_the_plan_to_the_annual_assessment(person, live, tmp_path):
    planner = person("planner")
    trainees = two_trainees_with_phones(live)

    class_id = plan_and_open(planner, trainees)
    nominate_and_approve(person, planner, class_id)
    teacher = person("class_teacher")
    times = free_times(live)
    lesson_id = schedule(teacher, class_id, exam=times[0], lesson=times[1])
    check_in_by_phone(person, teacher, lesson_id, trainees)
    close_lesson(teacher, lesson_id)
    tick_everybody(teacher, class_id)
    hold_exam(person, class_id)
    decide_results(teacher, class_id)
    certificate = issue_certificates(teacher, class_id)
    verify(person, certificate)
    package = seal_archive(person, teacher, class_id, tmp_path)
    verify_package(package)
    read_record(person, planner, trainees[0])


# ---------------------------------------------------------------- plan, class, people


def plan_and_open(planner: Any, trainees: list[dict[str, str]]) -> int:
    """A new line of the plan, seats for one unit, one click: a class; two people called up by name."""
    page = planner.go("/plan/new")
    today = the_day()
    page.fill("[name=program]", "知行学堂")
    page.fill("[name=name]", NAME)
    page.fill("[name=code]", CODE)
    page.fill("[name=starts_on]", today.isoformat())
    page.fill("[name=ends_on]", (today + timedelta(days=1)).isoformat())
    page.fill("[name=seats]", "6")
    page.fill("[name=days]", "2")
    page.fill("[name=credit_hours]", "8")
    page.fill("[name=venue]", "县委党校201教室")
    page.click("main form button[type=submit]")
    page.wait_for_url(re.compile(r"/plan/\d+$"))
    plan_line = page.url.rsplit("/", 1)[1]

    page.goto(f"/plan/{plan_line}/seats")
    unit_id = unit_of(planner.live, "unit_officer")
    page.fill(f"[name=unit-{unit_id}]", "1")
    page.click("form[data-seats] button[type=submit]")
    page.wait_for_url(re.compile(r"/plan/\d+$"))

    page.select_option("[name=class_teacher_id]", value=str(account_of(planner.live, "class_teacher")))
    page.click("#open button[type=submit]")
    page.wait_for_url(re.compile(r"/classes/\d+$"))
    class_id = int(page.url.rsplit("/", 1)[1])

    for one in trainees:
        page.goto(f"/classes/{class_id}/enroll?q={one['name']}")
        page.check(f"input[name=id][value='{one['cadre_id']}']")
        page.fill("[name=note]", "点名调训")
        with page.expect_navigation():
            page.click("form[data-pick] button[type=submit]")
    page.goto(f"/classes/{class_id}/enrollments")
    for one in trainees:
        expect(page.get_by_text(one["name"]).first).to_be_visible()
    return class_id


def nominate_and_approve(person: Any, planner: Any, class_id: int) -> None:
    """The unit's officer nominates two, the unit has one seat: one is taken; the planner approves."""
    officer = person("unit_officer")
    page = officer.go(f"/classes/{class_id}/nominate?q=")
    choices = page.locator("input[name=id]:not([disabled])")
    expect(choices.nth(1)).to_be_attached()
    choices.nth(0).check()
    choices.nth(1).check()
    with page.expect_navigation():
        page.click("form[data-pick] button[type=submit]")
    text = planner.go(f"/api/v1/classes/{class_id}/enrollments").inner_text("body")
    assert text.count('"nominated"') == 1

    page = planner.go(f"/classes/{class_id}/enrollments?status=nominated")
    page.locator("tbody input[type=checkbox]").first.check()
    with page.expect_navigation():
        page.locator("button[formaction$='/enrollments/approve'], [data-bulk] button").first.click()
    text = planner.go(f"/api/v1/classes/{class_id}/enrollments").inner_text("body")
    assert text.count('"nominated"') == 0
    assert text.count('"enrollment_id"') + text.count('"id"') >= 3


def schedule(teacher: Any, class_id: int, *, exam: datetime, lesson: datetime) -> int:
    """A lesson and the exam on one day; a second lesson in the same room at the same time is refused."""
    page = teacher.go(f"/classes/{class_id}/lessons/new")
    add_lesson(page, "干部任用条例与干部监督", lesson, 40, "4")
    page.wait_for_url(re.compile(rf"/classes/{class_id}/(timetable|lessons/\d+)"))
    page.goto(f"/classes/{class_id}/lessons/new")
    add_lesson(page, "第二次课", lesson + timedelta(minutes=20), 25, "2")
    expect(page.locator("main")).to_contain_text("干部任用条例与干部监督")
    expect(page).to_have_url(re.compile(r"/lessons/new$"))
    page.goto(f"/classes/{class_id}/lessons/new")
    add_lesson(page, "结业考试", exam, 30, "0", kind="exam")
    page.wait_for_url(re.compile(rf"/classes/{class_id}/(timetable|lessons/\d+)"))
    page.goto(f"/classes/{class_id}/start")
    press(page, "main form button.btn-primary")
    found = lessons_today(teacher, class_id)
    return next(each["id"] for each in found if each["title"].startswith("干部任用"))


@cache
def the_day() -> date:
    """The day all this happens on, also when the clock strikes twelve meanwhile."""
    return clock.today()


def free_times(live: Any) -> list[datetime]:
    """Hours of today in which nobody of the demonstration county has a lesson, whatever the time of day is now."""
    midnight = datetime.combine(the_day(), time())
    starts = [midnight + timedelta(minutes=5 + 60 * hour) for hour in range(23)]
    taken = [
        (at(begins), at(ends))
        for begins, ends in query(live, "SELECT starts_at, ends_at FROM classes_lesson WHERE state <> 'cancelled'")
    ]
    return [
        start for start in starts if all(end <= start or begin >= start + timedelta(hours=1) for begin, end in taken)
    ]


def at(stored: str) -> datetime:
    """A stored moment as the wall clock shows it."""
    return datetime.fromisoformat(stored).replace(tzinfo=UTC).astimezone(clock.ZONE).replace(tzinfo=None)


def add_lesson(page: Any, title: str, starts: datetime, minutes: int, hours: str, *, kind: str = "teaching") -> None:
    page.fill("[name=day]", starts.date().isoformat())
    page.fill("[name=starts]", f"{starts:%H:%M}")
    page.fill("[name=ends]", f"{starts + timedelta(minutes=minutes):%H:%M}")
    page.fill("[name=title]", title)
    page.select_option("[name=kind]", kind)
    page.fill("[name=credit_hours]", hours)
    with page.expect_navigation():
        page.click("#lesson-form button[type=submit]")


# ---------------------------------------------------------------- check-in


def check_in_by_phone(person: Any, teacher: Any, lesson_id: int, trainees: list[dict[str, str]]) -> None:
    page = teacher.go(f"/lessons/{lesson_id}/attendance")
    with page.expect_navigation():
        page.click(f"form[action$='/lessons/{lesson_id}/check-in/open'] button")
    page.goto(f"/lessons/{lesson_id}/projector")
    page.wait_for_selector("#code svg:not([hidden])")

    for number, one in enumerate(trainees):
        phone = person(one["username"], phone=True, signed_in=False)
        link = decoded(page)
        phone.page.goto(path_of(link))
        phone.fill_sign_in()
        phone.page.wait_for_url("**/check-in")
        expect(phone.page.locator("main")).to_contain_text(one["name"])
        phone.page.click("#check-in button[type=submit]")
        expect(phone.page.locator(".zx-tick")).to_be_visible()
        expect(phone.page.locator("body")).to_contain_text(one["name"])
        expect(phone.page.locator("body")).to_contain_text("干部任用条例与干部监督")
        expect(page.locator("#here")).to_have_text(str(number + 1))
    expect(page.locator("#names")).to_contain_text(trainees[-1]["name"])

    # Somebody without a phone: ticked by staff, with the reason chosen above the list.
    page = teacher.go(f"/lessons/{lesson_id}/attendance")
    expect(page.locator("form[action$='/tick'] button")).to_have_count(1)
    with page.expect_navigation():
        page.locator("form[action$='/tick'] button").first.click()


def decoded(projector: Any) -> str:
    """What the picture on the wall says to a camera."""
    for _attempt in range(10):
        picture = Image.open(io.BytesIO(projector.screenshot()))
        found = zxingcpp.read_barcodes(picture)
        if found:
            return str(found[0].text)
        projector.wait_for_timeout(300)
    raise AssertionError("the projector's code cannot be read")


def path_of(link: str) -> str:
    assert re.match(r"(?i)https?://[^/]+/c/", link), link
    return "/" + link.split("/", 3)[3]


def close_lesson(teacher: Any, lesson_id: int) -> None:
    page = teacher.go(f"/lessons/{lesson_id}/check-in/close")
    press(page, "main form[action*='close'] button[type=submit], main form button.btn-primary")
    expect(teacher.go(f"/lessons/{lesson_id}/attendance").locator("main")).to_contain_text("已关闭")


def tick_everybody(teacher: Any, class_id: int) -> None:
    """The exam's sign-in: nobody scans, staff tick the names."""
    lesson_id = next(each["id"] for each in lessons_today(teacher, class_id) if each["title"] == "结业考试")
    page = teacher.go(f"/lessons/{lesson_id}/attendance")
    with page.expect_navigation():
        page.click(f"form[action$='/lessons/{lesson_id}/check-in/open'] button")
    for left in (3, 2, 1):
        buttons = teacher.go(f"/lessons/{lesson_id}/attendance").locator("form[action$='/tick'] button")
        expect(buttons).to_have_count(left)
        with page.expect_navigation():
            buttons.first.click()
    close_lesson(teacher, lesson_id)


# ---------------------------------------------------------------- exam


def hold_exam(person: Any, class_id: int) -> None:
    officer = person("exam_officer")
    page = officer.go(f"/classes/{class_id}/exams/new")
    page.fill("[name=title]", "结业考试（闭卷）")
    page.fill("[name=starts_at]", the_day().isoformat())
    page.fill("[name=time]", "00:00")  # scores are entered once it has begun, whatever the time of day is now
    page.fill("[name=place]", "县委党校201教室")
    page.click("main form button[type=submit]")
    page.wait_for_url(re.compile(r"/exams/\d+$"))
    exam = page.url.rsplit("/", 1)[1]

    first = person("class_teacher")
    enter(first.go(f"/exams/{exam}"), exam, 1, ["85", "58.5", "Q"], out_of_range=True)
    enter(officer.go(f"/exams/{exam}"), exam, 2, ["85", "68.5", "Q"])

    settler = person("org_dept")
    page = settler.go(f"/exams/{exam}/differences")
    expect(page.locator(".sg-settle")).to_have_count(1)
    with page.expect_navigation():
        page.locator(".sg-settle button[value='68.5']").click()

    page = officer.go(f"/exams/{exam}/publish")
    press(page, "main form button.btn-primary")
    expect(officer.go(f"/exams/{exam}").locator("main")).to_contain_text("已公布")

    page = first.go(f"/classes/{class_id}/marks")
    expect(page.locator("form[data-ready=yes]")).to_be_attached()
    for cell in page.locator("input[data-id]").all():
        cell.fill("90")
        cell.press("Enter")
    expect(page.locator("[data-saved]")).to_contain_text("已保存")


def enter(page: Any, exam: str, entry_no: int, values: list[str], *, out_of_range: bool = False) -> None:
    """Type a column of scores without the mouse, from the first cell on."""
    page.locator(f"form[action$='/entries/{entry_no}/take'] button").first.click()
    page.wait_for_url(re.compile(rf"/exams/{exam}/entries/{entry_no}$"))
    page.wait_for_selector("form[data-ready=yes]")
    cells = page.locator("td.sg-cell input")
    expect(cells).to_have_count(len(values))
    cells.first.focus()
    if out_of_range:
        page.keyboard.type("850")
        page.keyboard.press("Enter")
        page.wait_for_selector("[aria-invalid=true]")
        cells.first.focus()
        cells.first.fill("")
    for value in values:
        page.keyboard.type(value)
        page.keyboard.press("Enter")
    page.wait_for_selector("[data-submit]:not([disabled])")
    press(page, "[data-submit]")


# ---------------------------------------------------------------- result, archive, record


def decide_results(teacher: Any, class_id: int) -> None:
    page = teacher.go(f"/classes/{class_id}/results")
    press(page, f"form[action$='/classes/{class_id}/results/decide'] button")
    rows = teacher.go(f"/classes/{class_id}/results").locator("tbody tr")
    expect(rows).to_have_count(3)
    expect(rows.filter(has_text="缺考")).to_have_count(1)


def issue_certificates(teacher: Any, class_id: int) -> str:
    page = teacher.go(f"/classes/{class_id}/results")
    press(page, f"form[action$='/classes/{class_id}/certificates'] button")
    answer = teacher.context.request.get(f"/classes/{class_id}/certificates.pdf")
    assert answer.body().startswith(b"%PDF-")
    page = teacher.go(f"/certificates?q={NAME}")
    with page.expect_navigation():
        page.locator("tbody a[href*='/certificates/']").first.click()
    code = re.search(r"\b([0-9A-Z]{4})\s?([0-9A-Z]{4})\b", page.inner_text("main"))
    assert code
    return "".join(code.groups())


def verify(person: Any, code: str) -> None:
    """Anybody can check a certificate; the page shows no more than name, class, date and validity."""
    visitor = person("nobody", phone=True, signed_in=False)
    text = visitor.go(f"/verify/{code}").inner_text("body")
    assert NAME in text
    assert "有效" in text


def seal_archive(person: Any, teacher: Any, class_id: int, folder: Path) -> Path:
    page = teacher.go(f"/classes/{class_id}/finish")
    press(page, "main form button.btn-primary")
    for kind in missing_kinds(teacher, class_id):
        page = teacher.go(f"/classes/{class_id}/archive/waive/{kind}")
        page.fill("[name=reason]", "本期不涉及")
        with page.expect_navigation():
            page.click("main form button[type=submit]")
    page = teacher.go(f"/classes/{class_id}/archive/summary")
    if not page.locator("[name=text]").input_value():
        page.fill("[name=text]", "本期培训班按计划完成。")
    with page.expect_navigation():
        page.click("main form button[type=submit]")
    act(teacher.go(f"/classes/{class_id}/archive"), f"/classes/{class_id}/archive/propose", teacher)
    department = person("org_dept")
    act(department.go(f"/classes/{class_id}/archive"), f"/classes/{class_id}/archive/approve", department)
    answer = department.context.request.get(f"/classes/{class_id}/archive/packages/1")
    assert answer.status == 200
    target = folder / "package.zip"
    target.write_bytes(answer.body())
    return target


def missing_kinds(teacher: Any, class_id: int) -> list[str]:
    page = teacher.go(f"/classes/{class_id}/archive")
    links = page.locator("a[href*='/archive/waive/']").evaluate_all("list => list.map(a => a.getAttribute('href'))")
    return [link.rsplit("/", 1)[1] for link in links]


def act(page: Any, action: str, who: Any) -> None:
    """Press the button of a form; the password is asked again where the act wants it fresh."""
    press(page, f"form[action$='{action}'] button")
    if "/password/confirm" in page.url:
        page.fill("[name=password]", "journey passphrase")
        with page.expect_navigation():
            page.click("main form button[type=submit]")
        press(page, f"form[action$='{action}'] button")
    assert who.page.url


def verify_package(package: Path) -> None:
    """The Library of Congress's bagit.py and our own command both accept it, without a database."""
    import bagit

    folder = package.parent / "bag"
    with zipfile.ZipFile(package) as archive:
        archive.extractall(folder)
    top = next(folder.iterdir()) if not (folder / "bagit.txt").exists() else folder
    assert bagit.Bag(str(top)).is_valid()
    done = subprocess.run(
        [sys.executable, "-m", "training_app", "archive", "verify", str(package)],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).resolve().parents[2],
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "OK" in done.stdout


def read_record(person: Any, planner: Any, trainee: dict[str, str]) -> None:
    page = planner.go(f"/cadres/{trainee['cadre_id']}")
    assert NAME in page.inner_text("main")
    page = planner.go(f"/cadres/{trainee['cadre_id']}/ledger")
    assert "干部任用条例与干部监督" in page.inner_text("main")
    page = person("org_dept").go(f"/appraisal/people/{trainee['cadre_id']}")
    assert NAME in page.inner_text("main")


# ---------------------------------------------------------------- helpers


def press(page: Any, selector: str) -> None:
    """Press a button that leads to another page, and say yes where it asks first."""
    button = page.locator(selector).first
    asks = button.evaluate("b => Boolean(b.dataset.confirm || b.closest('form')?.dataset.confirm)")
    with page.expect_navigation():
        button.click()
        if asks:
            page.locator("#zx-confirm[open] [data-confirm-yes]").click()


def lessons_today(who: Any, class_id: int) -> list[dict[str, Any]]:
    answer = who.context.request.get(f"/api/v1/classes/{class_id}/lessons?date={the_day().isoformat()}")
    assert answer.status == 200
    return answer.json()["items"]


def query(live: Any, statement: str, *values: object) -> list[tuple[Any, ...]]:
    import sqlite3

    with sqlite3.connect(f"file:{live.folder / 'zhixing.db'}?mode=ro", uri=True) as connection:
        return connection.execute(statement, values).fetchall()


def account_of(live: Any, username: str) -> int:
    return int(query(live, "SELECT id FROM accounts_account WHERE username = ?", username)[0][0])


def unit_of(live: Any, username: str) -> int:
    return int(query(live, "SELECT unit_id FROM accounts_account WHERE username = ?", username)[0][0])


def two_trainees_with_phones(live: Any) -> list[dict[str, str]]:
    rows = query(
        live,
        "SELECT a.username, c.name, c.id FROM accounts_account a JOIN cadres_cadre c ON c.account_id = a.id "
        "JOIN accounts_role_grant g ON g.account_id = a.id AND g.role = 'trainee' "
        "WHERE a.username <> 'trainee' GROUP BY c.name HAVING COUNT(*) = 1 ORDER BY a.id LIMIT 2",
    )
    return [{"username": u, "name": n, "cadre_id": str(i)} for u, n, i in rows]
