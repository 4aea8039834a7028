"""What imports contributes to the whole."""

from __future__ import annotations

from training_app.core.module import Module
from training_app.imports.commands import import_command
from training_app.imports.permissions import IMPORTS
from training_app.imports.registry import IMPORTERS

MODULE = Module(
    name="imports",
    permissions=(IMPORTS,),
    commands=(import_command,),
    importers=tuple(IMPORTERS.values()),
)
