"""What the catalogue adds to other rooms' pages."""

from __future__ import annotations

from flask import render_template

from training_app.courses import queries


def courses_of_teacher(*, teacher_id: int) -> str:
    """The courses of the catalogue a teacher can give, for the teacher's file."""
    return render_template("courses/_of_teacher.html", courses=queries.courses_of_teacher(teacher_id))
