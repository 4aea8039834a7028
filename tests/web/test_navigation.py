"""Where one is: the menu names the page, or the entry under whose address it lies; the phone's bar has short words."""

from __future__ import annotations

import re

import pytest

from tests.attendance_hall import build_hall, teacher

CURRENT = re.compile(r'<a class="zx-nav-item" href="([^"]+)" aria-current="page"')


@pytest.mark.parametrize(
    ("path", "entry"),
    [
        ("/classes/{0}/attendance", "/classes"),
        ("/classes/{0}/attendance/rules", "/classes"),
        ("/classes/{0}/attendance/map", "/classes"),
        ("/lessons/{1}/attendance", "/attendance"),
        ("/attendance/overrides", "/attendance/review"),
        ("/presence/records", "/presence"),
    ],
)
def test_the_menu_says_where_one_is(sqlite_app, sign_in, path, entry):
    hall = build_hall()
    desk = sign_in(sqlite_app, account_id=teacher(hall.class_id))
    page = desk.get(path.format(hall.class_id, hall.lesson_id))
    assert page.status_code == 200
    assert CURRENT.findall(page.text) == [entry]


def test_the_phones_bar_says_it_in_words_that_fit(sqlite_app, sign_in):
    hall = build_hall()
    phone = sign_in(sqlite_app, account_id=hall.accounts[0])
    bar = phone.get("/me/attendance").text.partition("zx-hall-nav")[2]
    words = re.findall(r"</svg><span>([^<]+)</span></a>", bar)
    assert words == ["首页", "课程表", "学时", "档案", "账号"]
