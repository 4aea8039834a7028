"""The appointment form (干部任免审批表) as it is printed: two pages A4, and a third for what they cannot hold."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from training_app.cadres.lrmx.form import AppointmentForm, Relative, Stage, stages_of
from training_app.core.papers import Cell, Line, Paper, Row, Sheet, Table, block, filling, label, spread, value
from training_app.core.papers.content import fitted

TITLE = "干部任免审批表"
_MARGINS = (14.0, 18.0, 12.0, 20.0)
_FRONT = (20.0, 26.0, 18.0, 26.0, 20.0, 27.0, 35.0)
_BACK = (16.0, 20.0, 24.0, 14.0, 24.0, 74.0)
_RESUME_HEIGHT = 150.0
_RESUME_WIDTH = sum(_FRONT[1:])
_RESUME_HANG = 9.5  # 2010.07--2013.05 and a gap, in the size of the text
_RESUME_SIZES = (12, 11.5, 11, 10.5, 10, 9.5, 9, 8.5, 8, 7.5)
_SENTENCE_SIZES = (12, 11, 10.5, 10, 9, 8, 7, 6, 5)
_FAMILY_HEIGHT = 84.0
_FEWEST_RELATIVES, _MOST_RELATIVES = 8, 13
_BOTTOM_HEIGHT = 50.0
_DATE = "年　　月　　日"
_GOES_ON = "\t（下接续页）"
_DEAD = re.compile(r"去世|病故|已故|逝世|亡故|牺牲")


def appointment_form(form: AppointmentForm, *, today: str = "") -> Paper:
    """The form as it is signed and stamped.

    Ages are those of the day it names, or else of the day it was filled in, or of ``today`` (``20230401``).
    A résumé or a family too large for its box goes on on a further page; nothing is cut.
    """
    counted_on = form.age_counted_on or form.filled_on or today
    stages, more_stages = _divided(stages_of(form.resume))
    family, more_family = form.family[:_MOST_RELATIVES], form.family[_MOST_RELATIVES:]
    sheets = [
        Sheet(TITLE, (_front(form, stages, counted_on, goes_on=bool(more_stages)),), title_size=20),
        Sheet(
            "",
            (
                _back(form, family, counted_on),
                Line((f"填表人：{form.filled_by}", f"填表时间：{day_shown(form.filled_on)}"), 10.5),
            ),
        ),
    ]
    if more_stages or more_family:
        sheets.append(Sheet(f"{TITLE}（续页）", _further(form.name, more_stages, more_family, counted_on)))
    return Paper(f"{form.name}{TITLE}", tuple(sheets), margins=_MARGINS, numbered=False)


def month_shown(written: str) -> str:
    """``198503`` or ``19850312`` as the form shows it, 1985.03; other words as they are."""
    found = re.fullmatch(r"(\d{4})[-./年]?(\d{1,2})(?:[-./月]?\d{1,2})?[月日]?", written.strip())
    return f"{found[1]}.{int(found[2]):02}" if found else written


def day_shown(written: str) -> str:
    """``20230401`` as 2023年4月1日; no day as a place to write one; other words as they are."""
    parts = _parts(written) if len(re.sub(r"\D", "", written)) == 8 else None
    return f"{parts[0]}年{parts[1]}月{parts[2]}日" if parts else written or f"　　　{_DATE}"


def age_on(born: str, day: str) -> int | None:
    """Full years from a birth (``198503`` or ``19850312``) to a day or month; None when one of them is no date."""
    first, last = _parts(born), _parts(day)
    if first is None or last is None or last < first:
        return None
    return last[0] - first[0] - (last[1:] < first[1:])


def _parts(written: str) -> tuple[int, int, int] | None:
    digits = re.sub(r"\D", "", written)
    if len(digits) not in (6, 8):
        return None
    year, month, day = int(digits[:4]), int(digits[4:6]), int(digits[6:] or 1)
    return (year, month, day) if 1 <= month <= 12 and 1 <= day <= 31 else None


def _front(form: AppointmentForm, stages: str, counted_on: str, *, goes_on: bool) -> Table:
    w = _FRONT

    def pair(words: str, text: str, at: int, across: int = 1) -> tuple[Cell, Cell]:
        return label(words, w[at]), value(text, sum(w[at + 1 : at + 1 + across]), across=across, size=12)

    age = age_on(form.birth_month, counted_on)
    born = month_shown(form.birth_month) + (f"\n（{age}岁）" if age is not None else "")
    photo = Cell("照　片", picture=form.photo, fit=(w[6] - 2, 42), down=4)
    posts = (
        ("现任职务", form.unit_and_post),
        ("拟任职务", form.proposed_post),
        ("拟免职务", form.removed_post),
    )
    rows = (
        Row(
            (
                *pair("姓　名", spread(form.name), 0),
                *pair("性　别", form.sex, 2),
                *pair("出生年月\n（岁）", born, 4),
                photo,
            ),
            11,
        ),
        Row(
            (
                *pair("民　族", form.ethnic_group, 0),
                *pair("籍　贯", form.native_place, 2),
                *pair("出 生 地", form.birth_place, 4),
            ),
            11,
        ),
        Row(
            (
                *pair("入　党\n时　间", month_shown(form.party_joined), 0),
                *pair("参加工\n作时间", month_shown(form.work_started), 2),
                *pair("健康状况", form.health, 4),
            ),
            11,
        ),
        Row(
            (*pair("专业技\n术职务", form.professional_title, 0, 2), *pair("熟悉专业\n有何专长", form.specialty, 3, 2)),
            11,
        ),
        Row(
            (
                label("学　历\n学　位", w[0], down=2),
                *pair("全日制\n教　育", _lines(form.full_time_education, form.full_time_degree), 1, 2),
                *pair("毕业院校\n系及专业", _lines(form.full_time_school, form.full_time_degree_school), 4, 2),
            ),
            12,
        ),
        Row(
            (
                *pair("在　职\n教　育", _lines(form.in_service_education, form.in_service_degree), 1, 2),
                *pair("毕业院校\n系及专业", _lines(form.in_service_school, form.in_service_degree_school), 4, 2),
            ),
            12,
        ),
        *(Row((label(title, w[0]), _sentences(text, sum(w[1:]), 12, across=6)), 12) for title, text in posts),
        Row((label("简\n\n\n历", w[0], size=12), _resume(stages, goes_on=goes_on)), _RESUME_HEIGHT),
    )
    return Table(w, rows)


def _resume(text: str, *, goes_on: bool) -> Cell:
    shown = f"{text}\n{_GOES_ON}" if goes_on else text
    size = filling(shown, _RESUME_WIDTH, _RESUME_HEIGHT, _RESUME_SIZES, _RESUME_HANG) or _RESUME_SIZES[-1]
    return Cell(shown, "left", size, top=True, across=6, hang=_RESUME_HANG)


def _divided(stages: Sequence[Stage]) -> tuple[str, str]:
    """The résumé as lines: as many as the box can hold at its smallest, and what is left."""
    lines = [_stage_line(each) for each in stages]
    kept = len(lines)
    while kept and not _fits([*lines[:kept], _GOES_ON] if kept < len(lines) else lines):
        kept -= 1
    return "\n".join(lines[:kept]), "\n".join(lines[kept:])


def _fits(lines: Sequence[str]) -> bool:
    smallest = _RESUME_SIZES[-1:]
    return filling("\n".join(lines), _RESUME_WIDTH, _RESUME_HEIGHT, smallest, _RESUME_HANG) is not None


def _stage_line(stage: Stage) -> str:
    if not stage.begin:
        return stage.text
    span = f"{stage.begin}--{stage.end}"
    return f"\t（{span} {stage.text}）" if stage.inner else f"{span}\t{stage.text}"


def _back(form: AppointmentForm, family: Sequence[Relative], counted_on: str) -> Table:
    wide = sum(_BACK[1:])
    sentences = (
        ("奖\n惩\n情\n况", form.honours, 35.0),
        ("年度\n考核\n结果", form.assessments, 27.0),
        ("任\n免\n理\n由", form.reason, 27.0),
    )
    rows = [
        *(
            Row((_upright(title), _sentences(text, wide, height, across=5)), height)
            for title, text, height in sentences
        ),
        *_family_rows(family, counted_on, fewest=_FEWEST_RELATIVES),
        Row(
            (_upright("呈\n报\n单\n位"), Cell(f"{form.reporting_unit}（盖章）　\n\n{_DATE}　", "right", 12, across=5)),
            32,
        ),
        Row(
            (
                _upright("审批\n机关\n意见"),
                _stamped(3),
                label("行政机关\n任免意见", _BACK[4], size=11),
                _stamped(1),
            ),
            _BOTTOM_HEIGHT,
        ),
    ]
    return Table(_BACK, tuple(rows))


def _family_rows(family: Sequence[Relative], counted_on: str, *, fewest: int) -> list[Row]:
    number = max(len(family), fewest)
    height = _FAMILY_HEIGHT / (max(number, _FEWEST_RELATIVES) + 1)
    titles = ("称　谓", "姓　名", "年龄", "政治面貌", "工作单位及职务")
    heads = [label(title, width, size=10.5) for title, width in zip(titles, _BACK[1:], strict=True)]
    rows = [Row((_upright("家庭\n主要\n成员\n及重\n要社\n会关\n系", down=number + 1), *heads), height)]
    for each in [*family, *[Relative()] * (number - len(family))]:
        age = None if _DEAD.search(each.unit_and_post) else age_on(each.born, counted_on)
        shown = (
            each.relation,
            spread(each.name),
            "" if age is None else str(age),
            each.political_status,
            each.unit_and_post,
        )
        cells = [
            Cell(text, size=fitted(text, width, 11, height - 1)) for text, width in zip(shown, _BACK[1:], strict=True)
        ]
        rows.append(Row((*cells[:-1], replace(cells[-1], align="left")), height))
    return rows


def _further(name: str, stages: str, family: Sequence[Relative], counted_on: str) -> tuple[Line | Table, ...]:
    parts: list[Line | Table] = [Line((f"姓名：{name}",), 12)]
    if stages:
        resume = [Row((Cell(line, "left", 10.5, across=1, hang=_RESUME_HANG),), 8) for line in stages.split("\n")]
        parts.append(Table((sum(_FRONT),), tuple(resume), Row((label("简　历", sum(_FRONT), size=12),), 9)))
    if family:
        parts.append(Table(_BACK, tuple(_family_rows(family, counted_on, fewest=0))))
    return tuple(parts)


def _sentences(text: str, width: float, height: float, *, across: int) -> Cell:
    """A box of sentences, smaller until they fit it."""
    size = filling(text, width, height, _SENTENCE_SIZES) or _SENTENCE_SIZES[-1]
    return block(text, across=across, size=size, top=False)


def _upright(words: str, *, down: int = 1) -> Cell:
    return label(words, _BACK[0], down=down, size=11)


def _lines(*texts: str) -> str:
    """What is said, a line each, and once when it is the same."""
    return "\n".join(dict.fromkeys(text for text in texts if text))


def _stamped(across: int) -> Cell:
    return Cell(f"\n\n\n（盖章）　　\n\n{_DATE}　", "right", 12, across=across)
