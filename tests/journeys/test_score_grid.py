"""Scores are typed without a mouse, survive a broken line, are settled by a third person and published."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PASTE = """text => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  const paste = new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true});
  document.activeElement.dispatchEvent(paste);
}"""


def values(page: Page) -> list[str]:
    """What stands in the grid, on the page that is there; wait for ``ready`` first."""
    return [each.input_value() for each in page.locator("input[data-id]").all()]


def start_at(page: Page, row: int) -> None:
    page.locator("input[data-id]").nth(row).click()
    page.keyboard.press("Control+a")


def ready(page: Page) -> None:
    expect(page.locator("[data-nojs]")).to_be_hidden()  # the script has taken over from the plain form


def saved(page: Page) -> None:
    expect(page.locator("[data-saved]")).to_contain_text("已保存")


def test_from_the_grid_to_the_histogram(person):
    officer = person("exam_officer")
    page = officer.go("/exams")
    with page.expect_navigation():
        page.get_by_role("link", name="继续录入").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("第二次录入")
    ready(page)
    expect(page.locator("[data-submit]")).to_be_disabled()
    expect(page.locator("[data-submit-why]")).to_contain_text("未录")
    rows = len(values(page))
    assert rows >= 6

    # What cannot be a score stays in its cell, with words; the cursor stays, too.
    start_at(page, 0)
    page.keyboard.type("185")
    page.keyboard.press("Enter")
    expect(page.locator(".sg-problem")).to_have_text("185超过满分100。")
    expect(page.locator("[data-submit-why]")).to_have_text("1格有误")
    expect(page.locator("input[data-id]").nth(0)).to_be_focused()
    page.keyboard.type("八十")
    page.keyboard.press("ArrowDown")
    expect(page.locator(".sg-problem")).to_contain_text("不是成绩")
    start_at(page, 2)
    expect(page.locator("input[data-id]").nth(2)).to_be_focused()
    start_at(page, 0)
    page.keyboard.press("Escape")
    expect(page.locator(".sg-problem")).to_have_count(0)

    # Numbers and Enter; Q and W for those without a score; full width is understood.
    start_at(page, 0)
    page.keyboard.type("81")
    page.keyboard.press("Enter")
    page.keyboard.insert_text("９２．５")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("q")
    page.keyboard.press("w")
    expect(page.locator("input[data-id]").nth(4)).to_be_focused()
    assert values(page)[:4] == ["81", "92.5", "缺考", "违纪"]
    saved(page)

    # Undo and redo.
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    assert values(page)[2:4] != ["缺考", "违纪"]
    page.keyboard.press("Control+y")
    page.keyboard.press("Control+y")
    assert values(page)[2:4] == ["缺考", "违纪"]

    # A column from Excel, with one word in it; all of it is taken back at once.
    start_at(page, 4)
    page.evaluate(PASTE, "71\r\nabc\r\n")
    assert values(page)[4:6] == ["71", "abc"]
    expect(page.locator(".sg-problem")).to_contain_text("“abc”不是成绩")
    before = page.locator("input[data-id]").nth(5).input_value()
    page.keyboard.press("Control+z")
    expect(page.locator(".sg-problem")).to_have_count(0)
    assert values(page)[5] != before

    # A block beside a column of names lands beside the names, whatever its order.
    names = [each.get_attribute("data-name") for each in page.locator("tr[data-row]").all()]
    twice = {name for name in names if names.count(name) > 1}
    chosen = [name for name in names[4:] if name not in twice][:2]
    page.evaluate(PASTE, f"1\t{chosen[1]}\t66\n2\t{chosen[0]}\t67.5")
    found = dict(zip(names, values(page), strict=True))
    assert (found[chosen[0]], found[chosen[1]]) == ("67.5", "66")

    # The line breaks: what is typed is kept, and sent when it is back.
    officer.context.set_offline(True)
    start_at(page, 4)
    page.keyboard.type("77")
    page.keyboard.press("Enter")
    expect(page.locator("[data-saved]")).to_contain_text("网络中断")
    expect(page.locator("[data-submit]")).to_be_disabled()
    officer.context.set_offline(False)
    expect(page.locator("[data-saved]")).to_contain_text("已保存")

    # The rest; then it can be handed in.
    for row, value in enumerate(values(page)):
        if not value:
            start_at(page, row)
            page.keyboard.type("75")
            page.keyboard.press("Enter")
    expect(page.locator("[data-submit-why]")).to_be_empty()
    saved(page)
    typed = values(page)
    assert "" not in typed
    page.reload()
    ready(page)
    assert values(page) == typed
    expect(page.locator("[data-submit-why]")).to_be_empty()
    expect(page.locator("[data-submit]")).to_be_enabled()
    page.locator("[data-submit]").click()
    with page.expect_navigation():
        page.get_by_role("button", name=re.compile("提交[0-9]+个成绩")).click()
    expect(page.get_by_text("已提交本次录入。")).to_be_visible()
    address = page.url

    # Neither of the two settles.
    page.goto(f"{address}/differences")
    expect(page.get_by_text("您做过其中一次录入，不一致须由第三人裁定。")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("^以第一次为准"))).to_have_count(0)

    # A third person does, publishes and locks.
    office = person("org_dept")
    page = office.go(address)
    with page.expect_navigation():
        page.get_by_role("link", name=re.compile("裁定[0-9]+处不一致")).click()
    first_counts = page.get_by_role("button", name=re.compile("^以第一次为准"))
    expect(first_counts.first).to_be_visible()
    open_rows = page.locator("tbody tr", has=first_counts).filter(has_not=page.locator(".zx-word"))
    left = open_rows.count()
    assert left > 0
    for settled in range(1, left + 1):
        with page.expect_navigation():
            open_rows.first.get_by_role("button", name=re.compile("^以第一次为准")).click()
        expect(open_rows).to_have_count(left - settled)
    with page.expect_navigation():
        page.get_by_role("link", name="去公布成绩").click()
    with page.expect_navigation():
        page.get_by_role("button", name=re.compile("公布并锁定[0-9]+个成绩")).click()
    expect(page.get_by_text(re.compile("个成绩已公布并锁定。"))).to_be_visible()
    expect(page.locator(".zx-chart svg")).to_be_visible()

    # A bar opens the list of its people.
    page.locator(".zx-chart svg path[fill='#2f5f8f']").last.click()
    page.wait_for_url(re.compile(r"/scores\?low=\d+&high=\d+"))
    expect(page.locator("table.zx-table tbody tr").first).to_be_visible()


def test_marks_are_pasted_as_a_block_on_the_phone_too(person):
    phone = person("class_teacher", phone=True)
    page = phone.go("/exams")
    page.locator("td.c-main a").first.click()
    page.wait_for_url(re.compile(r"/exams/\d+$"))
    phone.go(page.locator(".zx-crumbs a").last.get_attribute("href"))
    with page.expect_navigation():
        page.get_by_role("link", name="录入其他成绩").click()
    expect(page.locator("input[data-id]").first).to_be_visible()
    ready(page)
    assert page.evaluate("document.documentElement.scrollWidth") == 390

    page.locator("input[data-id]").first.tap()
    expect(page.locator("input[data-id]").first).to_be_focused()
    page.evaluate(PASTE, "91\t82.5\n92\t83")

    assert values(page)[:4] == ["91", "82.5", "92", "83"]
    saved(page)
