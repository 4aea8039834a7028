"""Official forms over HTTP: as PDF or Word, each download a fact in the audit trail."""

from __future__ import annotations

from typing import Literal

from flask import Response

from training_app.core.exports import note_paper
from training_app.core.papers import Paper, to_pdf, to_word
from training_app.web.lists import download

Form = Literal["pdf", "docx"]
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def answer(paper: Paper, form: Form, *, class_id: int, people: int) -> Response:
    """The form as a download; a PDF opens in the browser. It is noted who took it."""
    data = to_word(paper) if form == "docx" else to_pdf(paper)
    note_paper(title=paper.name, class_id=class_id, people=people, file_format=form)
    if form == "docx":
        return download(data, f"{paper.name}.docx", _WORD)
    return download(data, f"{paper.name}.pdf", "application/pdf", inline=True)
