"""What the browser gets: packed files, icons that exist, pages without inline script or style."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BUILT = ROOT / "training_app" / "web" / "static" / "build"
TEMPLATES = sorted(
    path for path in (ROOT / "training_app").rglob("templates/**/*.html") if "node_modules" not in path.parts
)
INLINE = re.compile(
    r"<style|\sstyle=|\son(?:click|change|submit|input|load|error|focus|blur|key\w+|mouse\w+|pointer\w+)=|javascript:|<script(?![^>]*\bsrc=)(?![^>]*application/json)",
    re.IGNORECASE,
)
ICON = re.compile(r"\bicon\(\s*[\"']([a-z0-9-]+)[\"']")


def test_a_browser_that_reads_gzip_gets_the_packed_file(client):
    packed = client.get("/static/build/hall.css", headers={"Accept-Encoding": "gzip"})
    plain = client.get("/static/build/hall.css", headers={"Accept-Encoding": "identity"})

    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.mimetype == plain.mimetype == "text/css"
    assert "Content-Encoding" not in plain.headers
    assert gzip.decompress(packed.data) == plain.data


def test_a_page_is_packed_for_who_reads_gzip(client):
    packed = client.get("/sign-in", headers={"Accept-Encoding": "gzip"})
    plain = client.get("/sign-in")

    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert "Accept-Encoding" in plain.headers["Vary"]
    assert int(packed.headers["Content-Length"]) == len(packed.data) < len(plain.data) / 2
    assert gzip.decompress(packed.data).decode().startswith("<!DOCTYPE html>")


def test_the_length_of_a_packed_page_is_blurred(client):
    lengths = {len(client.get("/sign-in", headers={"Accept-Encoding": "gzip"}).data) for _ in range(20)}

    assert len(lengths) > 5


def test_what_is_no_page_or_hardly_one_is_not_packed(client):
    for path in ("/healthz", "/api/v1/nothing"):
        answer = client.get(path, headers={"Accept-Encoding": "gzip"})
        assert "Content-Encoding" not in answer.headers, path


def test_nothing_outside_the_folder_is_served(client):
    assert client.get("/static/../settings.py").status_code == 404
    assert client.get("/static/build/nothing.css", headers={"Accept-Encoding": "gzip"}).status_code == 404


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "training_app")))
def test_templates_keep_to_the_content_policy_and_name_icons_that_exist(path):
    text = path.read_text(encoding="utf-8")
    sprite = (BUILT / "icons.svg").read_text(encoding="utf-8")

    assert INLINE.findall(text) == []
    assert [name for name in ICON.findall(text) if f'id="{name}"' not in sprite] == []


def test_built_styles_load_nothing_from_elsewhere():
    for path in BUILT.glob("*.css"):
        text = path.read_text(encoding="utf-8")
        assert re.findall(r"""url\(\s*["']?(?:https?:)?//[^)]*""", text) == [], path.name
        assert "@import" not in text, path.name
