"""An officer takes appointment forms away, gets them back with a number mistyped, repairs and imports them."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from pathlib import Path

import pypdf
import pytest
from playwright.sync_api import Page, expect

from training_app.cadres.lrmx import AppointmentForm, Relative, write
from training_app.cadres.lrmx.reading import read

pytestmark = [pytest.mark.browser, pytest.mark.slow]
WHY = "报送市委组织部"


def take(page: Page, button: str) -> bytes:
    """Give the reason and take what is downloaded."""
    page.get_by_label("用途").fill(WHY)
    with page.expect_download() as waiting:
        page.get_by_role("main").get_by_role("button", name=button, exact=True).click()
    return Path(waiting.value.path()).read_bytes()


def forms_in(archive: bytes) -> dict[str, AppointmentForm]:
    with zipfile.ZipFile(io.BytesIO(archive)) as box:
        return {name: read(box.read(name)).form for name in box.namelist()}


def mistyped(number: str) -> str:
    return number[:-1] + ("1" if number[-1] != "1" else "2")


def test_forms_go_out_come_back_are_repaired_and_printed(person, tmp_path):
    page = person("org_dept").page
    page.goto("/cadres?q=财政局")
    with page.expect_navigation():
        page.get_by_role("link", name="任免审批表", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("导出任免审批表")
    forms = forms_in(take(page, "导出"))
    assert len(forms) > 2

    # others filled in what the register does not know, and mistyped a number
    named = {name: form for name, form in forms.items() if form.id_number}
    (first, one), (second, other), *_rest = sorted(named.items())
    family = (Relative("妻子", "玉香", "198612", "中共党员", "县人民医院医师"),)
    one = replace(one, honours="2021年记三等功", family=family, resume="2007.08--2012.03  乡镇科员\n2012.03--  现职")
    box = tmp_path / "任免审批表.zip"
    with zipfile.ZipFile(box, "w") as archive:
        archive.writestr(first, write(one))
        archive.writestr(second, write(replace(other, id_number=mistyped(other.id_number))))

    page.goto("/imports/new")
    page.set_input_files("input[name=file]", box)
    page.get_by_role("button", name="读取并核对").click()
    page.wait_for_url(re.compile(r"/imports/\d+$"), timeout=60_000)
    wrong = page.locator("[data-wrong]")
    expect(wrong).to_have_count(1)
    expect(wrong).to_have_value(mistyped(other.id_number))
    wrong.fill(other.id_number)
    with page.expect_navigation():
        wrong.press("Enter")
    expect(page.locator("[data-wrong]")).to_have_count(0)
    ready = page.get_by_role("button", name="导入2行")
    expect(ready).to_be_enabled(timeout=60_000)
    with page.expect_navigation(timeout=60_000):
        ready.click()
    expect(page.get_by_text("已导入", exact=False).first).to_be_visible()

    # on record now, and out again as it came in
    page.goto(f"/cadres?q={one.name}")
    page.get_by_role("main").get_by_role("link", name=one.name, exact=True).first.click()
    page.wait_for_url(re.compile(r"/cadres/\d+$"))
    page.goto(f"{page.url}/appointment-form")
    expect(page.get_by_role("main")).to_contain_text("玉香")
    expect(page.get_by_role("main")).not_to_contain_text(one.id_number)
    with page.expect_navigation():
        page.get_by_role("link", name="导出", exact=True).click()
    assert read(take(page, "导出")).form == one
    page.get_by_label("PDF，用于签字盖章").check()
    printed = pypdf.PdfReader(io.BytesIO(take(page, "导出"))).pages
    assert len(printed) == 2
    assert "2021年记三等功" in printed[1].extract_text()
