"""What the demonstration contributes: its commands."""

from __future__ import annotations

from training_app.core.module import Module
from training_app.demo.commands import demo
from training_app.demo.first_start import first_start, new_password

demo.add_command(first_start)
demo.add_command(new_password)

MODULE = Module(name="demo", commands=(demo,))
