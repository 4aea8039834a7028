"""What ``make run`` says: where the server is, who can sign in, and a QR code for a phone."""

from __future__ import annotations

import io
import os
import socket

import click
import qrcode
from flask import current_app

from training_app.demo import services

SIGN_INS = (
    ("org_dept", "组织部 the organisation department"),
    ("planner", "干部教育科 the education section"),
    ("class_teacher", "班主任 class teacher of the class that runs today"),
    ("instructor", "授课教师 instructor"),
    ("exam_officer", "考务 exam officer"),
    ("unit_officer", "单位联络员 a unit's training officer"),
    ("leader", "部领导 a leader"),
    ("trainee", "学员 trainee of the class that runs today"),
    ("sysadmin", "系统管理员 system administrator"),
    ("secadmin", "安全管理员 security administrator"),
    ("auditor", "审计管理员 auditor"),
)


@click.command("first-start")
def first_start() -> None:
    """Load the demonstration county into an empty database; then say how to sign in."""
    password = current_app.config["SETTINGS"].demo_password
    state = services.state()
    if state == "empty":
        click.echo("loading the demonstration county …")
        password = services.load(cadres=services.USUAL_SIZE, seed=1, password=password, base_url=address()).password
        state = "demo"
    if state == "demo":
        click.echo(sign_ins(password))
    click.echo(invitation(address()))


@click.command("password")
def new_password() -> None:
    """Give the demonstration accounts a new password, and print it."""
    click.echo(services.set_password(current_app.config["SETTINGS"].demo_password))


def sign_ins(password: str) -> str:
    """One sign-in per role. The password is known here only when it was made a moment ago, or set by the user."""
    lines = [f"  {name:<14} {who}" for name, who in SIGN_INS]
    known = password or "as printed at the first start; a new one: .venv/bin/training-app demo password"
    return "\n".join(["", "Sign in as", *lines, f"  password of all: {known}", ""])


def address() -> str:
    """The address people use: the settings', or else where this machine will serve."""
    base = str(current_app.config["BASE_URL"])
    host, port = os.environ.get("HOST", "127.0.0.1"), os.environ.get("PORT", "5000")
    return base or f"http://{lan_address() if host == '0.0.0.0' else host}:{port}"  # noqa: S104 - compared, not bound


def lan_address() -> str:
    """This machine's address in its network, as the routing table says; nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])


def invitation(url: str) -> str:
    """The address in words and as a QR code drawn with characters."""
    code = qrcode.QRCode(border=2)
    code.add_data(url)
    drawn = io.StringIO()
    code.print_ascii(out=drawn, invert=True)
    hint = "" if "127.0.0.1" not in url else "\n(for phones in the same network: HOST=0.0.0.0 make run)"
    return f"{drawn.getvalue()}\nserving on {url}{hint}"
