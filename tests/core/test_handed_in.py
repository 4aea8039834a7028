"""What may be handed in as proof: judged by its content, kept under its own name."""

from __future__ import annotations

import pytest
from flask import Flask

from training_app.core import files, handed_in
from training_app.core.handed_in import Paper

PDF = b"%PDF-1.7 ..."


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"", "empty"),
        (PDF, ""),
        (b"\xff\xd8\xff\xe0...", ""),
        (b"\x89PNG\r\n\x1a\n...", ""),
        (b"GIF89a", "wrong_kind"),
        (b"<html>", "wrong_kind"),
        (b"MZ\x90", "wrong_kind"),
        (b"%PDF-" + b"0" * (handed_in.LARGEST - 5), ""),
        (b"%PDF-" + b"0" * handed_in.LARGEST, "too_large"),
    ],
)
def test_a_paper_is_what_its_first_bytes_say(data: bytes, fault: str) -> None:
    assert handed_in.fault_of(data) == fault


def test_of_several_papers_their_number_is_looked_at_first() -> None:
    good, bad = Paper("a.pdf", PDF), Paper("b.pdf", b"<html>")

    assert handed_in.first_fault([], most=0) == ""
    assert handed_in.first_fault([good, good], most=2) == ""
    assert handed_in.first_fault([good, bad], most=2) == "wrong_kind"
    assert handed_in.first_fault([good, bad], most=1) == "too_many"


def test_what_is_kept_says_what_the_paper_is_and_not_what_it_is_called(sqlite_app: Flask) -> None:
    kept = handed_in.keep(Paper("长" * 200 + ".png", PDF))

    assert (kept.media_type, kept.size) == ("application/pdf", len(PDF))
    assert (len(kept.name), kept.name[-5:]) == (120, "长.png")
    assert files.read(kept.sha256) == PDF
    assert handed_in.keep(Paper("", PDF)).name == "paper"
