"""Fail when models and migrations disagree, on a database made from the migrations alone."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from flask_migrate import check, upgrade

from training_app import create_app
from training_app.settings import Settings

with tempfile.TemporaryDirectory() as folder:
    app = create_app(Settings(env="test", instance=Path(folder)))
    with app.app_context():
        upgrade()
        check()
