"""The county's question files, and those of counties made anew: every refusal, and the truth of every question."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from training_app.core.spreadsheets.importers import sheet_of_items
from training_app.core.spreadsheets.reading import read_book
from training_app.core.spreadsheets.sheets import make_sheet
from training_app.exams.formats import reading
from training_app.exams.formats.questions import CHINESE, DIFFICULTIES, ESSAY
from training_app.exams.question_imports import QUESTION_FILES, QUESTION_SHEETS, check
from training_app.imports.registry import recognise

COUNTY = Path(__file__).parent.parent / "data" / "county"
GENERATOR = Path(os.environ.get("COUNTY_GENERATOR", Path(__file__).parents[3] / "shared" / "data" / "make_county.py"))
FORMATS = (
    "试题导入模板.xlsx",
    "试题库（打印稿）.docx",
    "moodle试题.gift.txt",
    "moodle试题.xml",
    "单选题.aiken.txt",
    "qti试题包.zip",
)
CARRIES = {  # what a format says beside stem, options and answer
    "试题导入模板.xlsx": ("explanation", "difficulty", "category"),
    "moodle试题.xml": ("explanation",),
    "moodle试题.gift.txt": ("category",),
    "qti试题包.zip": ("category",),
}


def sheet_of(path: Path):
    data = path.read_bytes()
    if path.suffix == ".xlsx":
        assert not reading.claims(path.name, data)
        grid = read_book(data).grids[0]
        found = recognise(grid, file=path.name)
        assert found.kind == "questions"
        return make_sheet("questions", found.table, found.layout, columns=QUESTION_SHEETS.columns, file=path.name)
    assert reading.claims(path.name, data)
    return sheet_of_items(QUESTION_FILES, reading.parse(path.name, data), file=path.name)


def wrong_in(folder: Path) -> list[str]:
    truth = json.loads((folder / "questions.truth.json").read_text(encoding="utf-8"))
    wrong, compared = [], 0
    for path in sorted(folder.glob("*.expected.json")):
        document = json.loads(path.read_text(encoding="utf-8"))
        name = Path(document["file"]).name
        expected = document["sheets"][0] if "sheets" in document else document
        pairs = expected.get("items") or [[row[0], row[-1]] for row in expected["rows"]]
        sheet = sheet_of(folder / name)
        check(sheet)
        found = {(r.row, r.label, r.code) for row in sheet.rows for r in row.refused}
        if found != {(r["row"], r.get("field", ""), r["code"]) for r in expected["refused"]}:
            wrong.append(f"{name}: {sorted(found)}")
        if any(row.flagged for row in sheet.rows):
            wrong.append(f"{name}: flags something")
        if (len(sheet.rows), len(sheet.accepted())) != (expected["rows_read"], expected["accepted"]):
            wrong.append(f"{name}: {len(sheet.rows)} {len(sheet.accepted())}")
        rows = {row.number: row for row in sheet.accepted()}
        for number, key in pairs:
            kind, stem, options, answer, note, level, topic = truth[key]
            question = rows[number].values["question"]
            given = {"true": "对", "false": "错"}.get(question.answer, question.answer)
            if question.type == ESSAY and name == "qti试题包.zip":
                answer = ""  # the package has no place for it
            ours = [CHINESE[question.type], question.stem, list(question.options), given]
            theirs = [kind, stem, options, answer]
            extras = {"explanation": note, "difficulty": level, "category": topic}
            for field in CARRIES.get(name, ()):
                ours.append(
                    DIFFICULTIES.get(question.difficulty, "") if field == "difficulty" else getattr(question, field)
                )
                theirs.append(extras[field])
            compared += 1
            if ours != theirs:
                wrong.append(f"{name} {number}: {ours} not {theirs}")
    assert compared > 700

    return wrong


def test_the_county_s_question_files_are_read_as_they_are_meant():
    assert {p.name for p in (COUNTY / "题库").iterdir()} >= set(FORMATS)
    assert wrong_in(COUNTY / "题库")[:5] == []


@pytest.mark.slow
@pytest.mark.skipif(not GENERATOR.exists(), reason="the generator of counties is not here")
@pytest.mark.parametrize(("seed", "mess"), [(2, 0), (3, 1), (4, 2), (5, 3), (6, 4), (7, 5), (31, 5), (99, 5)])
def test_other_counties_files_as_well(seed, mess, tmp_path):
    script = (
        "import sys; sys.path.insert(0, sys.argv[1]); from pathlib import Path; from types import SimpleNamespace as N;"
        "import json, question_files as q, untidy, county;"
        "mess = N(county=N(seed=int(sys.argv[3])), level=int(sys.argv[4]),"
        " allows=lambda code: LEVELS.get(code, 0) <= int(sys.argv[4]));"
        "LEVELS = dict(answer_missing=1, answer_not_an_option=1, single_many_answers=2, one_option=2,"
        " question_duplicate=1, format_broken=3);"
        "out = Path(sys.argv[2]); files = list(q.write_all(q.load(), out, mess));"
        "[(out / (Path(n).stem + ('.expected.json' if n != 'questions.truth.json' else '.json')))"
        ".write_text(json.dumps(d, ensure_ascii=False)) for n, d in files]"
    )
    folder = tmp_path / "题库"
    made = subprocess.run(
        [sys.executable, "-c", script, str(GENERATOR.parent), str(folder), str(seed), str(mess)],
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode:
        pytest.skip(f"the generator cannot run here: {made.stderr[-200:]}")

    assert wrong_in(folder)[:5] == []
