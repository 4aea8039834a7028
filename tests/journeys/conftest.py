"""A real server on a real port, a small demonstration county, and a real browser."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "journey passphrase"
PHONE = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
    "user_agent": "Mozilla/5.0 (Linux; Android 10; HMA-AL00) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36",
}
OFFICE = {"viewport": {"width": 1440, "height": 900}}


@dataclass(frozen=True)
class Live:
    """A running server."""

    url: str
    folder: Path
    env: dict[str, str]

    def command(self, *args: str) -> str:
        """Run ``training-app`` against the same database."""
        return run_command(self.env, *args)


def run_command(env: dict[str, str], *args: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "training_app", *args], env=env, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


@pytest.fixture(scope="session")
def county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small demonstration county, made once; each server gets a copy."""
    folder = tmp_path_factory.mktemp("county")
    env = environment(folder)
    run_command(env, "db", "upgrade")
    run_command(env, "demo", "load", "--cadres", "300")
    return folder


@pytest.fixture(scope="module")
def live(county: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """The production server on a copy of the county, on a free port."""
    folder = tmp_path_factory.mktemp("live") / "instance"
    shutil.copytree(county, folder)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    env = environment(folder)
    server = subprocess.Popen(
        [sys.executable, "-m", "training_app", "serve", "--port", str(port), "--workers", "1", "--threads", "8"],
        env=env,
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        url = f"http://127.0.0.1:{port}"
        wait_for(url + "/healthz", server)
        yield Live(url, folder, env)
    finally:
        if server.poll() is None:
            os.killpg(server.pid, signal.SIGTERM)
        server.wait(timeout=60)


def environment(folder: Path) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("TRAINING_APP_")}
    return kept | {
        "TRAINING_APP_INSTANCE": str(folder),
        "TRAINING_APP_DEMO_PASSWORD": PASSWORD,
        "TRAINING_APP_PASSWORD_HASH_COST": "1",
    }


def wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 90
    while time.monotonic() < until and server.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310 - our own server
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"no answer from {url}; the server: {server.poll()}")


class Person:
    """Somebody at a browser: an office desk or a phone."""

    def __init__(
        self, browser: Browser, live: Live, username: str, *, phone: bool = False, locale: str = "zh-CN"
    ) -> None:
        self.live, self.username = live, username
        self.context: BrowserContext = browser.new_context(
            base_url=live.url, locale=locale, timezone_id="Asia/Shanghai", **(PHONE if phone else OFFICE)
        )
        self.context.set_default_timeout(90_000)  # sealing an archive takes a while on a machine that is busy
        self.page: Page = self.context.new_page()
        self.problems: list[str] = []
        self.page.on("pageerror", lambda error: self.problems.append(f"{self.page.url}: {error}"))
        self.page.on("console", self._console)

    def _console(self, message: Any) -> None:
        if message.type == "error" and "Content Security Policy" in message.text:
            self.problems.append(f"{self.page.url}: {message.text}")

    def sign_in(self) -> Person:
        """Sign in by what the form would send; ``fill_sign_in`` does it by hand."""
        asked = self.context.request
        page = asked.get("/sign-in").text()
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
        assert token is not None
        said = {"csrf_token": token[1], "username": self.username, "password": PASSWORD}
        answer = asked.post("/sign-in", form=said, max_redirects=0)
        assert answer.status == 302, answer.text()
        return self

    def fill_sign_in(self) -> None:
        """Fill the sign-in form that is on the page."""
        self.page.fill("input[name=username]", self.username)
        self.page.fill("input[name=password]", PASSWORD)
        with self.page.expect_navigation():
            self.page.click("main form button[type=submit]")

    def go(self, path: str) -> Page:
        """Open a page and see that it is no error."""
        answer = self.page.goto(path)
        assert answer is not None
        assert answer.status < 400, f"{path}: {answer.status}"
        return self.page


@pytest.fixture
def person(browser: Browser, live: Live):
    """``person("planner")``: somebody signed in; their page errors and policy violations fail the test."""
    made: list[Person] = []

    def make(username: str, *, phone: bool = False, signed_in: bool = True, locale: str = "zh-CN") -> Person:
        one = Person(browser, live, username, phone=phone, locale=locale)
        made.append(one)
        return one.sign_in() if signed_in else one

    yield make
    problems = [problem for one in made for problem in one.problems]
    for one in made:
        one.context.close()
    assert problems == []
