"""What a trainee's phone has to load, and in which language: light, and not younger than the browsers there are.

The least is Chrome 66 (WeChat's browser core on phones of 2018) and ES2019, decision 0017.
"""

from __future__ import annotations

import gzip
import json
import re
import shutil
import subprocess
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests.attendance_hall import Hall, build_hall
from training_app.attendance.services import check_in as scanning
from training_app.attendance.services import windows
from training_app.attendance.services.judging import Who

ROOT = Path(__file__).resolve().parents[2]
MOST_BYTES = 60_000
BROWSER = {"Accept": "text/html,application/xhtml+xml", "Accept-Encoding": "gzip, deflate"}

# What a browser that does not know it merely leaves out, and what is then missing.
HARMLESS = {
    ".zx-hall:has(.zx-hall-nav) .zx-hall-foot": "older.css lets the foot stand still instead",
    ".zx-flashes:has(*)": "a space beneath a message",
    ".zx-rows>li:has(.btn-icon)": "a row of the desk's lists is two pixels higher",
    ".zx-figures:has(>:nth-child(4):last-child)": "figures of the desk stand in one column",
    "minmax(min(100%,240px),1fr)": "facts of the desk stand in one column",
    "minmax(min(100%,180px),1fr)": "fields of the desk stand in one column",
    ".zx-dialog{width:min(480px,calc(100vw - 32px))": "a dialog as wide as its words",
    "calc(64px + env(safe-area-inset-bottom))": "64px stands before it",
    ":where(": "older.css says the same for lists and links",
    ":focus-visible": "the browser's own ring instead",
    "color-mix(": "the browser's own colour of a selection",
    "dvh": "100vh stands before it",
    "overflow:clip": "hidden stands before it",
}
YOUNGER = re.compile(
    r":has\(|:is\(|:where\(|:focus-visible|color-mix\(|overflow:clip|aspect-ratio|accent-color:auto|"
    r"(?<![a-z-])(?:min|max|clamp)\(|[0-9](?:dvh|svh|lvh)|(?<![a-z-])inset(?:-block|-inline)?:|"
    r"(?:padding|margin|border)-(?:block|inline)|env\(|@container|@layer|&"
)
SUPPORTS = re.compile(r"@supports[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}")


class Linked(HTMLParser):
    """The files a page makes the browser load, and those it brings along."""

    def __init__(self, answer: Any) -> None:
        super().__init__()
        self.scripts: list[tuple[str, bool]] = []
        self.styles: list[str] = []
        self.others: list[str] = []
        self.carried: dict[str, list[str]] = {"script": [], "style": []}
        self._within = ""
        self.feed(text_of(answer))

    def handle_data(self, data: str) -> None:
        if self._within:
            self.carried[self._within].append(data)

    def handle_endtag(self, tag: str) -> None:
        self._within = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        self._within = (
            tag if tag in self.carried and "src" not in said and said.get("type") != "application/json" else ""
        )
        if tag == "script" and "src" in said:
            self.scripts.append((said["src"], said.get("type") == "module"))
        elif tag == "link" and said.get("rel") == "stylesheet":
            self.styles.append(said["href"])
        elif tag == "link":
            self.others.append(said["href"])
        elif tag in ("img", "use") and not (said.get("src") or said.get("href", "#")).startswith("#"):
            self.others.append(said.get("src") or said["href"].split("#")[0])


def text_of(answer: Any) -> str:
    """A page as the browser reads it, packed or not."""
    packed = answer.headers.get("Content-Encoding") == "gzip"
    return (gzip.decompress(answer.data) if packed else answer.data).decode()


@pytest.fixture
def room(sqlite_app: Flask) -> Hall:
    """Three people, check-in open, on SQLite."""
    made = build_hall(people=3)
    windows.open_check_in(made.lesson_id)
    return made


@pytest.fixture
def pages(sqlite_app: Flask, room: Hall, sign_in: Callable[..., Any]) -> dict[str, Any]:
    """Every page of a trainee's way, as the browser gets it, by its name."""
    phone = sign_in(sqlite_app, account_id=room.accounts[0])
    neighbour = sign_in(sqlite_app, account_id=room.accounts[1])
    scanning.check_in(Who(room.accounts[1], "d2", "WeChat"), code=room.code(), nonce="n")
    visitor = sqlite_app.test_client()
    got = {
        "confirm": phone.get(f"/c/{room.code()}", headers=BROWSER),
        "failed": visitor.get("/check-in/failed?why=expired_code&shown=1700000000&step=5", headers=BROWSER),
        "sign in": visitor.get("/sign-in?next=/check-in", headers=BROWSER),
        "typed": neighbour.get("/check-in", headers=BROWSER),
        "ok": neighbour.get(f"/check-in/lessons/{room.lesson_id}", headers=BROWSER),
    }
    ways = ("/me", "/me/attendance", "/me/badge", "/me/timetable", "/me/leave", "/me/leave/new", "/me/hours")
    got.update({way: neighbour.get(way, headers=BROWSER) for way in ways})
    refused = {name: answer.status_code for name, answer in got.items() if answer.status_code not in (200, 410)}
    assert refused == {}
    return got


def test_the_pages_of_a_phone_together_weigh_less_than_60_kb(sqlite_app: Flask, pages: dict[str, Any]) -> None:
    hall = ("confirm", "ok", "failed", "typed", "/me", "/me/attendance", "/me/badge", "/me/leave/new")
    first_day = ("sign in", "confirm", "ok", "/me")
    client = sqlite_app.test_client()

    weights = {names: _weight(client, [pages[name] for name in names]) for names in (hall, first_day, ("confirm",))}

    assert weights[hall] < MOST_BYTES
    assert weights[first_day] < MOST_BYTES
    assert weights["confirm",] < MOST_BYTES / 4


def test_no_page_of_a_phone_loads_what_belongs_to_a_desk(pages: dict[str, Any]) -> None:
    for name, answer in pages.items():
        found = Linked(answer)
        heavy = [url for url in (*found.styles, *_all(answer)) if re.search("office|icons.svg|charts|decoder", url)]
        assert heavy == [], name
        assert "<use " not in text_of(answer) or "<symbol " in text_of(answer), name


def test_the_page_to_confirm_on_needs_no_other_file(pages: dict[str, Any]) -> None:
    found = Linked(pages["confirm"])

    assert _fetched(pages["confirm"]) == []
    assert all(len(texts) == 1 for texts in found.carried.values())
    assert pages["confirm"].headers["Content-Encoding"] == "gzip"


def test_every_script_of_a_phone_is_es2019(sqlite_app: Flask, pages: dict[str, Any], tmp_path: Path) -> None:
    scripts = {src: module for answer in pages.values() for src, module in Linked(answer).scripts}
    assert len(scripts) >= 3
    client = sqlite_app.test_client()
    told = []
    for number, (url, module) in enumerate(scripts.items()):
        copy = tmp_path / f"{number}.js"
        copy.write_bytes(client.get(url).data)
        told.append({"url": url, "file": str(copy), "kind": "module" if module else "script"})
    carried = [text for answer in pages.values() for text in Linked(answer).carried["script"]]
    assert len(carried) == 1  # the page to confirm on
    (tmp_path / "carried.js").write_text(carried[0], encoding="utf-8")
    told.append({"url": "carried", "file": str(tmp_path / "carried.js"), "kind": "script"})
    young = tmp_path / "young.js"
    young.write_text("const a = window?.b ?? 1;")  # the reader is awake: ES2020 must be refused
    told.append({"url": "young", "file": str(young), "kind": "script"})

    refused = _parsed(told)

    assert list(refused) == ["young"], refused


def test_no_style_of_a_phone_needs_more_than_chrome_66(sqlite_app: Flask, pages: dict[str, Any]) -> None:
    client = sqlite_app.test_client()
    sheets = {url for answer in pages.values() for url in Linked(answer).styles}
    assert len(sheets) >= 4
    texts = {url: client.get(url).text for url in sheets}
    texts.update((name, text) for name, answer in pages.items() for text in Linked(answer).carried["style"])
    assert len(texts) > len(sheets)
    for url, text in texts.items():
        css = SUPPORTS.sub("", re.sub(r"\s+", " ", text))
        for known in HARMLESS:
            css = css.replace(known, "")
        assert [css[found.start() - 60 : found.end() + 20] for found in YOUNGER.finditer(css)] == [], url


def test_the_old_ones_get_margins_for_every_row_of_the_hall_that_has_gaps(sqlite_app: Flask) -> None:
    css = sqlite_app.test_client().get("/static/build/hall.css").text
    old = (ROOT / "frontend/css/older.css").read_text()
    without = SUPPORTS.sub("", css)
    rows = re.findall(r"([^{}]+)\{[^{}]*display:(?:inline-)?flex[^{}]*gap:", without)
    assert len(rows) > 10
    for row in rows:
        for selector in row.split(","):
            last = selector.strip().replace(".zx-hall ", "").split(">")[0].strip()
            assert last in old, selector


def _all(answer: Any) -> list[str]:
    found = Linked(answer)
    return [url for url, _module in found.scripts] + found.styles + found.others


def _fetched(answer: Any) -> list[str]:
    return [url for url in _all(answer) if not url.startswith("data:")]


def _weight(client: Any, answers: list[Any]) -> int:
    """Bytes on the wire of pages and all their files, each file once: browsers keep them for a year."""
    files: dict[str, int] = {}
    for url in (url for answer in answers for url in _fetched(answer)):
        if url not in files:
            got = client.get(url, headers=BROWSER)
            assert got.status_code == 200, url
            assert "max-age=31536000" in got.headers["Cache-Control"]
            files[url] = _wire(got)
    return sum(_wire(answer) for answer in answers) + sum(files.values())


def _wire(answer: Any) -> int:
    """Bytes of an answer with its headers, as HTTP/1.1 writes them."""
    return len(answer.data) + sum(len(name) + len(value) + 4 for name, value in answer.headers.items()) + 17


def _parsed(told: list[dict[str, str]]) -> dict[str, str]:
    """What acorn, reading ES2019, refuses."""
    program = """
      const { parse } = require(process.argv[1]);
      const { readFileSync } = require("fs");
      const refused = {};
      for (const each of JSON.parse(readFileSync(0, "utf8"))) {
        try { parse(readFileSync(each.file, "utf8"), { ecmaVersion: 2019, sourceType: each.kind }); }
        catch (error) { refused[each.url] = String(error); }
      }
      console.log(JSON.stringify(refused));
    """
    node = shutil.which("node") or str(ROOT / ".venv/bin/node")
    done = subprocess.run(
        [node, "-e", program, str(ROOT / "node_modules/acorn")],
        input=json.dumps(told),
        capture_output=True,
        text=True,
        check=True,
    )
    refused: dict[str, str] = json.loads(done.stdout)
    return refused
