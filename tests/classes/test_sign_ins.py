"""Sign-ins for the people of a class."""

from __future__ import annotations

import pytest

from tests.classes.class_world import *  # noqa: F403 - the world's helpers
from training_app.accounts.services import sessions
from training_app.classes.services.sign_ins import list_classes_without_sign_ins, open_sign_ins
from training_app.core.errors import Refused
