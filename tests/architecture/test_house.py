"""What the linter of imports cannot say: front doors, directions of foreign keys, who commits, who reads the clock."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import grimp
import pytest

import training_app
from training_app.app import FEATURES, load_modules
from training_app.core.db import Base
from training_app.core.events import all_event_types
from training_app.settings import Settings

PACKAGE = Path(training_app.__file__).parent
ROOT = PACKAGE.parent
FLOORS = (*FEATURES, "appraisal")
SOURCES = sorted(PACKAGE.rglob("*.py"))
TEMPLATES = sorted(PACKAGE.rglob("*.html"))
# Who may look behind a front door: reports reads any table (ARCHITECTURE), the demonstration county is made of all of
# them (docs/decisions/0008); the list may only shrink.
MAY_READ_MODELS = {"reports", "demo"}
MAY_CALL_SERVICES = {"demo"}
REGISTRY_OF_SHEETS = "training_app.imports.registry"  # the one list of the sheets each feature takes in


def feature_of(module: str) -> str:
    parts = module.split(".")
    return parts[2] if parts[1] == "linked" and len(parts) > 2 else parts[1]


@pytest.fixture(scope="module", autouse=True)
def every_feature_is_imported(tmp_path_factory):
    load_modules(Settings(env="test", instance=tmp_path_factory.mktemp("house")))


@pytest.fixture(scope="module")
def graph():
    return grimp.build_graph("training_app", cache_dir=None)


def test_features_enter_one_another_by_the_front_door_only(graph):
    offences = []
    for importer in sorted(graph.modules):
        if importer.count(".") < 2 or feature_of(importer) not in FLOORS:
            continue
        here = feature_of(importer)
        for imported in sorted(graph.find_modules_directly_imported_by(importer)):
            there = feature_of(imported) if imported.count(".") >= 1 else ""
            if there in (here, "") or there not in FLOORS:
                continue
            door = imported.split(".")[2:3]
            allowed = (
                door in (["api"], ["events"], ["permissions"])
                or (here in MAY_READ_MODELS and door == ["models"])
                or (here in MAY_CALL_SERVICES)
                or (importer == REGISTRY_OF_SHEETS and door == ["imports"])
            )
            if not allowed:
                offences.append(f"{importer} → {imported}")
    assert offences == []


def test_foreign_keys_point_downwards():
    order = {name: floor for floor, name in enumerate(("core", *FLOORS))}
    offences = []
    for table in Base.metadata.tables.values():
        here = table.name.split("_", 1)[0]
        assert here in order, f"{table.name}: tables carry their feature's name"
        for key in table.foreign_keys:
            there = key.column.table.name.split("_", 1)[0]
            if order[there] > order[here] or {here, there} == {"attendance", "exams"}:
                offences.append(f"{table.name} → {key.column.table.name}")
    assert offences == []


def test_only_the_unit_of_work_commits():
    assert calls_of({"commit", "begin_nested"}, outside={"core/db.py"}) == []


def test_only_the_clock_reads_the_time():
    offences = []
    for path in SOURCES:
        name = path.relative_to(PACKAGE).as_posix()
        if name == "core/clock.py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                owner = ast.unparse(node.func.value)
                if (
                    node.func.attr in ("now", "utcnow", "today") and owner in ("datetime", "date", "datetime.datetime")
                ) or (node.func.attr == "time" and owner == "time"):
                    offences.append(f"{name}:{node.lineno}")
    assert offences == []


def test_no_relationships_across_objects():
    assert [p.name for p in SOURCES if re.search(r"\brelationship\(", p.read_text(encoding="utf-8"))] == []


def test_no_inline_script_style_or_handler_in_templates():
    inline = re.compile(
        r"<script(?![^>]*\bsrc=)(?![^>]*application/json)|<style\b|\sstyle=|\son(?:click|change|submit|load|input|focus|blur|key\w*|mouse\w*|error)=",
        re.IGNORECASE,
    )
    offences = [
        f"{path.relative_to(PACKAGE)}: {match.group()}"
        for path in TEMPLATES
        for match in inline.finditer(path.read_text(encoding="utf-8"))
    ]
    assert offences == []


def test_every_package_says_what_it_is():
    undocumented = [
        p.relative_to(PACKAGE).as_posix()
        for p in PACKAGE.rglob("__init__.py")
        if not ast.get_docstring(ast.parse(p.read_text(encoding="utf-8")))
    ]
    assert undocumented == []


def test_every_event_has_its_sentence_and_its_docstring():
    wanting = [kind.event_name() for kind in all_event_types() if not kind.sentence or not kind.__doc__]
    assert wanting == []


def test_every_placeholder_of_a_sentence_is_a_field():
    wrong = []
    for kind in all_event_types():
        names = re.findall(r"%\((\w+)\)", kind.sentence)
        wrong += [f"{kind.event_name()}: {name}" for name in names if name not in kind.__dataclass_fields__]
        if kind.subject_field and kind.subject_field not in kind.__dataclass_fields__:
            wrong.append(f"{kind.event_name()}: {kind.subject_field}")
        wrong += [f"{kind.event_name()}: {name}" for name in kind.personal if name not in kind.__dataclass_fields__]
    assert wrong == []


def test_no_file_is_a_drawer_for_everything():
    long = {
        p.relative_to(ROOT).as_posix(): lines
        for p in [*SOURCES, *TEMPLATES, *PACKAGE.rglob("static/*.js")]
        if "build" not in p.parts and (lines := len(p.read_text(encoding="utf-8").splitlines())) > 500
    }
    assert long == {}


def test_comparisons_of_secrets_take_constant_time():
    """A code or token is compared with ``hmac.compare_digest``, never with ``==``."""
    offences = []
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Compare) and any(isinstance(op, ast.Eq | ast.NotEq) for op in node.ops):
                text = ast.unparse(node)
                if re.search(r"\b(mac|csrf_token|sent_token)\b", text):
                    offences.append(f"{path.relative_to(PACKAGE)}:{node.lineno}: {text}")
    assert offences == []


def calls_of(names, *, outside):
    found = []
    for path in SOURCES:
        name = path.relative_to(PACKAGE).as_posix()
        if name in outside:
            continue
        nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        calls = (n for n in nodes if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute))
        found += [f"{name}:{call.lineno}" for call in calls if call.func.attr in names]
    return found
