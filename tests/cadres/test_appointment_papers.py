"""The printed appointment form: two pages, ages of the day it names, and nothing cut however much it has to say."""

from __future__ import annotations

import io
import re

import pypdf
import pypdfium2
import pytest
from docx import Document
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from training_app.cadres.lrmx.form import AppointmentForm, Relative
from training_app.cadres.papers import age_on, appointment_form, day_shown, month_shown
from training_app.core.papers import to_pdf, to_word

FORM = AppointmentForm(
    name="岩温",
    sex="男",
    birth_month="198503",
    ethnic_group="傣族",
    native_place="云南勐海",
    birth_place="云南临江",
    party_joined="200506",
    work_started="200707",
    health="健康",
    professional_title="农艺师",
    specialty="基层党建",
    full_time_education="大学",
    full_time_degree="法学学士",
    full_time_school="云南民族大学民族学专业",
    full_time_degree_school="云南民族大学民族学专业",
    in_service_education="省委党校研究生",
    in_service_school="省委党校公共管理专业",
    unit_and_post="临江县勐海乡党委书记",
    proposed_post="临江县农业农村局局长",
    removed_post="临江县勐海乡党委书记、一级主任科员",
    resume="2003.09--2007.07  云南民族大学民族学专业学习\n2007.07--2022.03  临江县勐海乡乡长\n"
    "(2021.03--2021.06 省委党校中青班学习)\n2022.03--  临江县勐海乡党委书记",
    honours="2015年被县委评为先进工作者。",
    assessments="2020年优秀；2021年称职。",
    reason="工作需要，经县委常委会研究决定。",
    family=(
        Relative("妻子", "玉香", "198612", "中共党员", "临江县人民医院医师"),
        Relative("儿子", "岩小明", "20120506", "", "临江县第一小学学生"),
        Relative("母亲", "玉罕", "195807", "群众", "已去世"),
    ),
    reporting_unit="中共临江县委组织部",
    age_counted_on="20230401",
    filled_on="20230405",
    filled_by="刀玉兰",
)


def texts(form, **more):
    return list(appointment_form(form, **more).texts())


def with_(**changes):
    return AppointmentForm(**{**vars(FORM), **changes})


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        ("198503", "20230301", 38),
        ("198503", "202302", 37),
        ("19850312", "20230311", 37),
        ("19850312", "20230312", 38),
        ("1985.03", "2023.04", 38),
        ("198513", "20230401", None),
        ("不详", "20230401", None),
        ("202305", "20230401", None),
        ("198503", "", None),
    ],
)
def test_the_age_is_of_full_years(born, day, age):
    assert age_on(born, day) == age


@pytest.mark.parametrize(
    ("written", "month", "day"),
    [
        ("198503", "1985.03", "198503"),
        ("19850312", "1985.03", "1985年3月12日"),
        ("1985.3", "1985.03", "1985.3"),
        ("民盟", "民盟", "民盟"),
        ("", "", "　　　年　　月　　日"),
    ],
)
def test_dates_are_shown_as_forms_write_them_and_words_left_alone(written, month, day):
    assert month_shown(written) == month
    assert day_shown(written) == day


def test_the_form_says_everything_once_and_leaves_the_dates_of_the_seals_open():
    said = texts(FORM)
    assert said.count("1985.03\n（38岁）") == 1
    assert "大学\n法学学士" in said
    assert said.count("云南民族大学民族学专业") == 1
    assert "2003.09--2007.07\t云南民族大学民族学专业学习" in "\n".join(said)
    assert "\t（2021.03--2021.06 省委党校中青班学习）" in "\n".join(said)
    assert [said[said.index(name) + 1] for name in ("玉　香", "岩小明", "玉　罕")] == ["36", "10", ""]
    assert sum("（盖章）" in each for each in said) == 3
    assert sum("年　　月　　日" in each for each in said) == 3
    assert "填表时间：2023年4月5日" in said


def test_without_a_day_on_the_form_ages_are_those_of_today():
    bare = with_(age_counted_on="", filled_on="")
    assert "1985.03\n（41岁）" in texts(bare, today="20261127")
    assert "1985.03" in texts(bare)


stages = st.lists(
    st.text(st.sampled_from("临江县勐海乡党委副书记，兼任2020"), min_size=1, max_size=90), max_size=90
).map(lambda said: [f"{1900 + n}.07--{1901 + n}.06  任{text}" for n, text in enumerate(said)])


@given(stages, st.integers(0, 30))
def test_however_long_resume_and_family_are_nothing_is_cut(lines, relatives):
    family = tuple(Relative("亲属", f"刀某{n}", "196001", "群众", f"第{n}村民小组") for n in range(relatives))
    said = "\n".join(texts(with_(resume="\n".join(lines), family=family)))
    for line in lines:
        assert line.replace("  ", "\t") in said
    assert [n for n in range(relatives) if f"刀某{n}\n" not in said or f"第{n}村民小组" not in said] == []


@settings(max_examples=8, deadline=None)
@given(
    stages,
    st.integers(0, 13),
    st.text(st.sampled_from("被县委县政府评为先进工作者；2015年"), max_size=700),
    st.text(st.sampled_from("该同志政治立场坚定，熟悉农村工作。"), max_size=400),
)
def test_it_takes_two_pages_and_one_more_only_for_what_goes_on(lines, relatives, honours, reason):
    family = tuple(Relative("亲属", f"刀某{n}", "196001", "群众", "某县某乡某村民委员会" * 3) for n in range(relatives))
    made = appointment_form(with_(resume="\n".join(lines), family=family, honours=honours, reason=reason))
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(to_pdf(made))).pages]
    assert "简" in pages[0]
    assert "填表人" in pages[1]
    assert len(pages) == 2 or (len(made.sheets) == 3 and "续页" in pages[2])


def test_pdf_and_word_say_the_same_and_bear_the_photograph():
    photo = io.BytesIO()
    Image.new("RGB", (295, 413), (120, 160, 210)).save(photo, "JPEG")
    made = appointment_form(with_(photo=photo.getvalue()))
    pdf, word = to_pdf(made), Document(io.BytesIO(to_word(made)))
    printed = re.sub(r"\s", "", "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages))
    written = re.sub(r"\s", "", "".join(node.text or "" for node in word.element.body.iter(qn("w:t"))))
    for said in ("岩温", "1985.03（38岁）", "省委党校中青班学习", "已去世", "行政机关任免意见", "填表人：刀玉兰"):
        assert said in printed
        assert said in written
    assert len(word.inline_shapes) == 1
    front = pypdfium2.PdfDocument(pdf)[0]
    assert sum(each.type == 3 for each in front.get_objects()) == 1
