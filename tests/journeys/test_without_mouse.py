"""Lists, menus, dialogs and forms by keyboard."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_list_by_keyboard(person):
    page = person("planner").go("/cadres")

    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    second = page.locator("tr[data-href]").nth(1)
    expect(second).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(page.locator("tr[data-href]").first).to_be_focused()
    target = page.locator("tr[data-href]").first.get_attribute("data-href")
    page.keyboard.press("Enter")

    page.wait_for_url(f"**{target}")


def test_search_is_one_key_away(person):
    page = person("planner").go("/cadres")

    page.keyboard.press("Control+k")
    expect(page.locator("[data-global-search]")).to_be_focused()
    page.locator("[data-global-search]").blur()
    page.keyboard.press("/")

    expect(page.locator("[data-slash]")).to_be_focused()


def test_selecting_rows_opens_the_bar_and_clearing_closes_it(person):
    page = person("class_teacher").go("/classes/21/enrollments")
    bar = page.locator("[data-bulk]").first
    expect(bar).to_be_hidden()

    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    expect(bar).to_be_visible()
    expect(bar.locator("[data-bulk-count]")).to_have_text("2")
    expect(page.locator("tr.is-selected")).to_have_count(2)
    bar.locator("[data-bulk-clear]").click()

    expect(bar).to_be_hidden()
    expect(page.locator("tr.is-selected")).to_have_count(0)


def test_a_menu_closes_with_escape_and_gives_the_focus_back(person):
    page = person("planner").go("/cadres")
    menu = page.locator("details[data-menu]:has(.zx-me)")

    menu.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(menu.locator(".zx-menu-list")).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(menu.locator(".zx-menu-item").first).to_be_focused()
    page.keyboard.press("Escape")

    expect(menu.locator(".zx-menu-list")).to_be_hidden()
    expect(menu.locator("summary")).to_be_focused()


def test_leaving_with_unsaved_changes_is_asked_about(person):
    page = person("class_teacher").go("/classes/21/settings")
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))

    page.locator("main form input[type=text], main form input:not([type])").first.fill("另一个名称")
    page.goto("/classes")

    assert asked == ["beforeunload"]


def test_a_chart_can_be_read_as_a_table_and_opens_its_rows(person):
    page = person("planner").go("/overview")
    panel = page.locator(".zx-chart-panel").first

    panel.locator("[data-chart-switch]").click()
    expect(panel.locator(".zx-chart")).to_be_hidden()
    link = panel.locator(".zx-chart-table a").first
    target = link.get_attribute("href")
    link.click()

    page.wait_for_url(f"**{target}")
