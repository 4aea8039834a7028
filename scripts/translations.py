"""Catalogues: one per feature. ``update [FEATURE …]``, ``check``, ``compile``, ``missing [FEATURE …]``."""

from __future__ import annotations

import io
import re
import sys
from pathlib import Path

from babel import Locale
from babel.messages import extract, mofile, pofile
from babel.messages.catalog import Catalog

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "training_app"
KEYWORDS = {**extract.DEFAULT_KEYWORDS, "_l": None, "N_": None, "lazy_gettext": None, "_n": (1, 2)}
JINJA_OPTIONS = {"silent": "false", "extensions": "jinja2.ext.do,jinja2.ext.loopcontrols", "trimmed": "true"}
LOCALE = "zh_CN"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")
ENGLISH = re.compile(r"[A-Za-z]+(?: [a-z]+){2}")  # three words in a row are a sentence, not a name


def features() -> list[Path]:
    """Every package with a catalogue of its own: the features, the web ground, core, the linked modules."""
    found = [p for p in PACKAGE.iterdir() if p.is_dir() and (p / "__init__.py").exists() and p.name != "linked"]
    found += [p for p in (PACKAGE / "linked").iterdir() if (p / "__init__.py").exists()]
    return sorted(found)


def extracted(feature: Path) -> Catalog:
    """All messages in a feature's code and templates."""
    catalog = Catalog(project="Zhixing", charset="utf-8")
    for path in sorted(feature.rglob("*")):
        if path.suffix == ".py":
            method, options = "python", {}
        elif path.suffix in (".html", ".txt") and "templates" in path.parts:
            method, options = "jinja2.ext:babel_extract", JINJA_OPTIONS
        else:
            continue
        with path.open("rb") as file:
            for _line, message, _comments, context in extract.extract(method, file, KEYWORDS, (), options):
                catalog.add(message, None, [(path.relative_to(ROOT).as_posix(), 1)], context=context)
    return catalog


def po_path(feature: Path) -> Path:
    """Where a feature's catalogue lies."""
    return feature / "translations" / LOCALE / "LC_MESSAGES" / "messages.po"


def read(feature: Path) -> Catalog:
    """A feature's catalogue as committed."""
    path = po_path(feature)
    if not path.exists():
        return Catalog(locale=LOCALE, charset="utf-8")
    with path.open("rb") as file:
        return pofile.read_po(file, locale=LOCALE)


def update(feature: Path) -> None:
    """Bring a catalogue in step with the code; what is gone is dropped."""
    template = extracted(feature)
    if len(template) == 0:
        return
    catalog = read(feature)
    catalog.update(template, no_fuzzy_matching=True)
    catalog.obsolete.clear()
    catalog.header_comment = "# Chinese (Simplified)."
    catalog.creation_date = catalog.revision_date = None  # type: ignore[assignment]
    out = io.BytesIO()
    pofile.write_po(out, catalog, sort_output=True, no_location=True, width=110)
    lines = [
        line
        for line in out.getvalue().decode().splitlines(keepends=True)
        if not line.startswith(
            (
                '"POT-Creation-Date',
                '"PO-Revision-Date',
                '"Generated-By',
                '"Report-Msgid',
                '"Last-Translator',
                '"Language-Team',
            )
        )
    ]
    path = po_path(feature)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(lines), encoding="utf-8")


def missing(feature: Path) -> list[str]:
    """What a feature says in English only, or has in its catalogue wrongly."""
    catalog, found = read(feature), []
    for message in extracted(feature):
        if not message.id:
            continue
        known = catalog.get(message.id if isinstance(message.id, str) else message.id[0], message.context)
        name = message.id if isinstance(message.id, str) else message.id[0]
        if (
            known is None
            or known.fuzzy
            or not known.string
            or (isinstance(known.string, tuple) and not all(known.string))
        ):
            found.append(f"{feature.name}: {name!r}")
            continue
        found += [f"{feature.name}: {name!r}: {error}" for error in known.check(catalog)]
        words = known.string if isinstance(known.string, str) else " ".join(known.string)
        if ENGLISH.search(PLACEHOLDER.sub("", words)):
            found.append(f"{feature.name}: {name!r}: English left in the translation")
    return found


def clashes() -> list[str]:
    """Ids that two catalogues translate differently: they are read as one, so the last would win unseen."""
    found: dict[str, dict[str, str]] = {}
    for feature in features():
        for message in read(feature):
            if message.id:
                name = message.id if isinstance(message.id, str) else message.id[0]
                found.setdefault(name, {})[feature.name] = str(message.string)
    return [f"{name!r} differs: {words}" for name, words in found.items() if len(set(words.values())) > 1]


def compile_all() -> None:
    """Write the .mo files; they are not committed.

    They lie under the name Babel gives the locale (zh_CN is zh_Hans_CN there), which is where it looks for them.
    """
    for feature in features():
        if po_path(feature).exists():
            path = feature / "translations" / str(Locale.parse(LOCALE)) / "LC_MESSAGES" / "messages.mo"
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("wb") as file:
                mofile.write_mo(file, read(feature))


def main() -> int:
    """Run the verb given on the command line."""
    verb, names = sys.argv[1], sys.argv[2:]
    chosen = [f for f in features() if not names or f.name in names]
    if verb == "update":
        for feature in chosen:
            update(feature)
    elif verb == "compile":
        compile_all()
        return 0
    problems = [problem for feature in chosen for problem in missing(feature)] + clashes()
    print("\n".join(problems) or "catalogues complete")
    if verb == "update":
        compile_all()
    return 1 if problems and verb == "check" else 0


if __name__ == "__main__":
    sys.exit(main())
