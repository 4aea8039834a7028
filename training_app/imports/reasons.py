"""Every reason code in words: what is wrong, said so that the person knows what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from training_app.core.text import N_

REASONS: Mapping[str, str] = {
    # refused
    "duplicate_row": N_("The same as a row above; it is taken in once."),
    "checksum": N_("The check character does not fit: a digit is mistyped."),
    "id_missing": N_("There is no citizen number."),
    "id_length": N_("A citizen number has 18 characters."),
    "precision_lost": N_("The number was stored as a number; its last digits are lost and cannot be worked out."),
    "id_birth_invalid": N_("The date of birth in the number does not exist."),
    "id_taken": N_("This citizen number belongs to somebody with another name."),
    "name_missing": N_("There is no name."),
    "unit_unknown": N_("No unit of this name is known."),
    "unit_ambiguous": N_("More than one unit goes by this name; write the town or department in front."),
    "unit_code_taken": N_("This code belongs to another unit above."),
    "unit_code_missing": N_("There is no code."),
    "parent_unknown": N_("There is no unit with this code above it."),
    "person_unknown": N_("This person is in no register."),
    "person_ambiguous": N_("Several people have this name and unit; a citizen number or phone tells them apart."),
    "not_enrolled": N_("This person is not in the class."),
    "site_unknown": N_("No teaching site of this name is known."),
    "date_order": N_("It ends before it begins."),
    "date_invalid": N_("This is no date."),
    "hours_invalid": N_("Credit hours are a number above 0."),
    "order_missing": N_("The stop has no number."),
    "format_broken": N_("The question breaks its format, or is of a type that cannot be taken in (%(reason)s)."),
    "type_unknown": N_("No type of question goes by this name."),
    "stem_missing": N_("There is no stem."),
    "one_option": N_("A choice needs at least two options."),
    "option_empty": N_("An option between others is empty."),
    "options_same": N_("Two options read the same."),
    "answer_missing": N_("There is no answer."),
    "answer_not_an_option": N_("The answer names an option that is not there."),
    "single_many_answers": N_("A single choice with several answers."),
    "answer_no_number": N_("The answer is no number."),
    "pairs_missing": N_("A matching question needs at least two pairs."),
    "file_cut": N_("The file is cut off or damaged at line %(line)s: this question could not be read."),
    "question_duplicate": N_("The same question as one above; it is taken in once."),
    # flagged
    "same_name": N_("A row above has the same name and another citizen number: two people."),
    "birth_id_mismatch": N_("The month of birth differs from the citizen number, which wins."),
    "sex_id_mismatch": N_("The sex differs from the citizen number, which wins."),
    "date_float_month": N_("October lost its zero (1985.10 became 1985.1); the citizen number tells the month."),
    "phone_invalid": N_("This is no phone number; it is not taken in."),
    "party_age": N_("Joined the party under 18: please compare with the personnel archive."),
    "work_age": N_("Began to work under 16: please compare with the personnel archive."),
    "teacher_unknown": N_("This teacher is not in the pool and is not taken in."),
    "coord_swapped": N_("Longitude and latitude had changed places; put right."),
    "weekday_mismatch": N_("Date and weekday do not agree; the date wins."),
    "score_missing": N_("There is no score; it is left open."),
    "score_out_of_range": N_("A score lies between 0 and 100; it is left open."),
    "score_not_number": N_("This is no score; it is left open."),
    "hidden_row": N_("The row is hidden in the file; it is read like any other."),
    "formula_error": N_("The formula in this cell has failed; the cell counts as empty."),
    "mark_unknown": N_("This sign has no meaning in the list; nothing is stored for it."),
    "question_weights": N_("Shares of the points are kept as a note; an answer is right or wrong."),
    "question_hint": N_("Hints are kept as a note."),
    "question_penalty": N_("The deduction for trying again is kept as a note."),
    "question_unit": N_("Units of the number are kept as a note."),
    "question_template": N_("The text given for the answer is kept as a note."),
    "question_rubric": N_("Remarks for markers are kept as a note."),
    "question_wildcard": N_("A star in an accepted answer is kept as a star; it stands for nothing here."),
    "question_file": N_("A file that came with the question is no picture; only its name is kept."),
    "question_picture_missing": N_("A picture named in the question is not in the file."),
    "question_picture_refused": N_(
        "A picture is no PNG, JPEG, GIF or WebP, or larger than 2 MB or 40 million dots; it is left out."
    ),
    "date_future": N_("This month lies in the future; it is not taken in."),
    "post_differs": N_("The register has another post (%(right)s), which stays; record a new post if it has changed."),
    "form_unknown": N_("The form holds something that has no place here; it is not taken in."),
    "form_photo": N_("The photo is no picture, or larger than 2 MB; it is left out."),
    "form_broken": N_("This is no appointment form, or it is damaged."),
    "seats_invalid": N_("This is no number of seats; it is not taken in."),
    # of the whole sheet
    "class_unknown": N_("The sheet names no class of the plan. Choose the class."),
    "roster_first": N_("The class has no roster yet. Import its roster first."),
    "timetable_first": N_("The class has no timetable yet. Import its timetable first."),
    "kind_unknown": N_("The sheet is none of the kinds that can be imported."),
    "kind_not_supported": N_("The file holds nothing that can be imported."),
    "columns_missing": N_("Columns that are needed are missing: %(columns)s."),
    "header_missing": N_("No header row was found."),
    "no_rows": N_("There are no rows below the header; nothing was filled in."),
    "not_stored": N_("It could not be stored: %(reason)s"),
    "not_your_class": N_("You may import sheets of your own classes only."),
}


def words_of(code: str, params: Mapping[str, Any] | None = None) -> str:
    """The English gettext id of a reason, its placeholders filled."""
    text = REASONS.get(code, code)
    return text % params if params and "%(" in text else text
