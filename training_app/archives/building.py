"""The payload of a package for programs: open formats. ``printing`` makes what people read."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from training_app.archives.queries.content import Content
from training_app.archives.values import Checklist
from training_app.core import files, tables
from training_app.core.tables import Column


def data_files(content: Content, checklist: Checklist, *, reason: str = "") -> dict[str, bytes]:
    """The part of the payload that follows from the database alone: JSON and CSV."""
    made: dict[str, bytes] = {"data/class.json": _json({**content.about, "exams": content.exams, "supplement": reason})}
    for name, rows in (
        ("roster", content.roster),
        ("timetable", content.timetable),
        ("attendance", content.attendance),
        ("results", content.results),
        ("certificates", content.certificates),
        ("hours", content.hours),
        ("daily", content.daily),
    ):
        made[f"data/{name}.json"] = _json(rows)
        made[f"data/{name}.csv"] = tables.to_csv([Column(key, key) for key in (rows[0] if rows else {})], rows)
    made["data/checklist.json"] = _json(
        [
            {
                "kind": line.kind,
                "state": line.state,
                "done": line.done,
                "total": line.total,
                "items": [
                    {
                        "title": item.title,
                        "file": item.file_name,
                        "sha256": item.file_sha256 or "",
                        "text": item.text,
                        "waived": item.waived,
                        "by": item.account_name,
                        "at": item.at.isoformat(),
                    }
                    for item in line.items
                ],
            }
            for line in checklist.lines
        ]
    )
    for row in content.roster:
        made[f"data/trainees/{_trainee(row)}/record.json"] = _json(_trainee_record(content, row))
    return made


def item_files(checklist: Checklist) -> dict[str, bytes]:
    """The documents that people put in."""
    made = {}
    items = [item for line in checklist.lines for item in line.items] + list(checklist.others)
    for item in items:
        if item.file_sha256:
            made[f"data/items/{item.kind}/{item.id}-{item.file_name}"] = files.read(item.file_sha256)
        elif item.text and not item.waived:
            made[f"data/items/{item.kind}/{item.id}.txt"] = item.text.encode()
    return made


def _trainee(row: Mapping[str, Any]) -> str:
    name = "".join(c for c in row["name"] if c.isalnum() or c == "·") or "学员"
    return f"{row['number']:03d}-{name}"


def _trainee_record(content: Content, row: Mapping[str, Any]) -> dict[str, Any]:
    number = row["enrollment_id"]

    def own(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        return [
            {key: value for key, value in each.items() if key != "name"}
            for each in rows
            if each["enrollment_id"] == number
        ]

    return {
        "class": {"code": content.info.code, "name": content.info.name},
        "trainee": dict(row),
        "attendance": own(content.attendance),
        "result": next(iter(own(content.results)), {}),
        "certificates": own(content.certificates),
        "hours": own(content.hours),
    }


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
