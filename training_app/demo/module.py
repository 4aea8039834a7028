"""What the demonstration contributes: its commands."""

from __future__ import annotations

from training_app.core.module import Module
from training_app.demo.commands import demo

MODULE = Module(name="demo", commands=(demo,))
