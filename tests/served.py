"""The application behind a real address, and browsers that are signed in to it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from playwright.sync_api import Browser, BrowserContext
from werkzeug.serving import make_server

from training_app.core.db import db

PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
SCREEN: dict[str, Any] = {"viewport": {"width": 1366, "height": 768}}


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The application as a browser reaches it; gives the address. Ends with the block."""
    db.session.remove()  # what the test has read is not kept from the threads that answer
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join(timeout=10)


@contextmanager
def at_browser(browser: Browser, base: str, person: Any, **more: Any) -> Iterator[BrowserContext]:
    """A browser of somebody whom ``sign_in`` has signed in."""
    context = browser.new_context(base_url=base, locale="zh-CN", timezone_id="Asia/Shanghai", **more)
    context.add_cookies([{"name": "sid", "value": person.client.get_cookie("sid").value, "url": base}])
    try:
        yield context
    finally:
        context.close()
