"""What archives contributes."""

from __future__ import annotations

from training_app.archives.commands import archive
from training_app.archives.permissions import ARCHIVES
from training_app.core.module import Module

MODULE = Module(name="archives", permissions=[ARCHIVES], commands=[archive])
