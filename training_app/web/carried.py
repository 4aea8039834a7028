"""Files that a page brings along inside itself, for the one page where a round trip costs more than their bytes.

A phone in a full hall waits most of a second for each answer; the page that confirms a check-in therefore carries its
style and its script (decision 0017). The content policy stays as strict as elsewhere: it names the digest of each
carried text, and nothing else written into the page would be run.
"""

from __future__ import annotations

import base64
import hashlib
from collections import defaultdict
from functools import lru_cache
from pathlib import Path

from flask import Flask, current_app, request
from markupsafe import Markup

_CARRIED = "zhixing.carried"


def carried_style(name: str, blueprint: str = "") -> Markup:
    """Give a style sheet as the page's own text."""
    return Markup("<style>{}</style>").format(_carried(name, blueprint, "style-src"))


def carried_script(name: str, blueprint: str = "") -> Markup:
    """Give a script as the page's own text; it runs where it stands, as ``defer`` means nothing here."""
    return Markup("<script>{}</script>").format(_carried(name, blueprint, "script-src"))


def carried_picture(name: str) -> str:
    """Give a picture (SVG) as an address that holds it: the mark in the tab's corner would keep the line busy."""
    path = Path(str(current_app.static_folder)) / name
    return _data_url(str(path), path.stat().st_mtime if current_app.debug else 0)


def with_carried(policy: str) -> str:
    """Give a content policy that lets the carried texts of the page now being answered run, and no other."""
    carried: dict[str, list[str]] = request.environ.get(_CARRIED, {})
    for directive, digests in carried.items():
        policy = policy.replace(f"{directive} 'self'", f"{directive} 'self' {' '.join(digests)}")
    return policy


def init_app(app: Flask) -> None:
    """Give the templates their words."""
    app.jinja_env.globals.update(
        carried_style=carried_style, carried_script=carried_script, carried_picture=carried_picture
    )


def _carried(name: str, blueprint: str, directive: str) -> Markup:
    folder = current_app.blueprints[blueprint].static_folder if blueprint else current_app.static_folder
    path = Path(str(folder)) / name
    text, digest = _text(str(path), path.stat().st_mtime if current_app.debug else 0)
    request.environ.setdefault(_CARRIED, defaultdict(list))[directive].append(digest)
    return text


@lru_cache(maxsize=16)
def _text(path: str, _changed: float) -> tuple[Markup, str]:
    text = Path(path).read_text(encoding="utf-8")
    if "</" in text or "<!--" in text:
        raise ValueError(f"{path} would end the element it stands in")
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return Markup(text), f"'sha256-{digest}'"  # noqa: S704 - our own file


@lru_cache(maxsize=4)
def _data_url(path: str, _changed: float) -> str:
    return f"data:image/svg+xml;base64,{base64.b64encode(Path(path).read_bytes()).decode()}"
