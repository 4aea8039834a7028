"""An officer brings in the county's register as it is, repairs it on screen, settles a header, imports it, twice."""

from __future__ import annotations

import re
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]
COUNTY = Path(__file__).parents[1] / "data" / "county"


@pytest.fixture
def register(tmp_path: Path) -> Path:
    """The county's register of cadres, with a header that nobody knows in place of 工作单位及职务."""
    book = openpyxl.load_workbook(COUNTY / "干部名册.xlsx")
    for row in book.active.iter_rows(max_row=5):
        for cell in row:
            if isinstance(cell.value, str) and cell.value.replace("\n", "") == "工作单位及职务":
                cell.value = "现在何处任何职"
    path = tmp_path / "干部名册.xlsx"
    book.save(path)
    return path


def send(page: Page, file: Path) -> None:
    page.goto("/imports/new")
    page.set_input_files("input[name=file]", file)
    page.get_by_role("button", name="读取并核对").click()
    page.wait_for_url(re.compile(r"/imports/\d+(/columns)?$"), timeout=60_000)


def figure(page: Page, word: str) -> int:
    text = page.locator(".zx-counts a", has_text=word).locator("b").inner_text()
    return int(text.replace(",", ""))


def test_from_an_untidy_register_to_an_import(person, live, register):
    live.command("import", "units", str(COUNTY / "单位名册.xlsx"))
    page = person("org_dept").page
    send(page, register)

    # a header nobody knows
    expect(page.get_by_role("heading", level=1)).to_have_text("对应各列")
    page.get_by_label("现在何处任何职对应什么").select_option("unit_and_post")
    page.get_by_role("button", name="按这些列检查").click()
    page.wait_for_url(re.compile(r"/imports/\d+$"), timeout=60_000)

    # by keyboard: the next fault, another text, taken back again
    before = figure(page, "需处理")
    assert before > 3
    expect(page.locator("[data-wrong]").first).to_be_visible()
    page.locator("body").press("n")
    page.keyboard.press("Enter")
    wrong = page.locator("[data-wrong]").first
    expect(wrong).to_be_focused()
    wrong.fill("x")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="撤回上一步")).to_be_visible()
    page.locator("h1").click()
    with page.expect_navigation():
        page.keyboard.press("Control+z")
    expect(page.get_by_role("button", name="撤回上一步")).to_have_count(0)
    assert figure(page, "需处理") == before

    # a row left out, and all duplicates
    with page.expect_navigation():
        page.get_by_role("button", name=re.compile("略过第")).first.click()
    expect(page.locator(".zx-counts a", has_text="略过").locator("b")).to_have_text("1")
    assert figure(page, "需处理") == before - 1
    duplicates = page.locator("form.zx-fix", has=page.locator("input[name=act][value=out]")).get_by_role("button")
    with page.expect_navigation():
        duplicates.click()
    assert figure(page, "略过") > 1

    # what it would do is worked out anew, then it is imported
    expect(page.locator("#import-plan .zx-sums")).to_be_visible(timeout=60_000)
    ready = figure(page, "可导入")
    with page.expect_navigation(timeout=60_000):
        page.get_by_role("button", name=f"导入{ready:,}行").click()
    expect(page.get_by_text("已导入", exact=False).first).to_be_visible()

    # the same file again: the header is known, nothing changes
    send(page, register)
    sums = page.locator(".zx-sums")
    expect(sums.locator("div", has_text="新增").locator("dd")).to_have_text("0")
    expect(sums.locator("div", has_text="更新").locator("dd")).to_have_text("0")
