"""Appointment files (.lrmx): every element is read, whatever the encoding; what is written reads back equal."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training_app.cadres.lrmx import FIELDS, AppointmentForm, Relative, write
from training_app.cadres.lrmx.form import Stage, family_of, shown_family, stages_of
from training_app.cadres.lrmx.reading import claims, parse, read
from training_app.core.spreadsheets.guards import Unreadable

JPEG = b"\xff\xd8\xff\xe0 picture"
FORM = AppointmentForm(
    name="龙云杰",
    birth_month="198503",
    resume="2003.09--2007.07  云南农业大学学生\n2007.08--         澜川县农技站干部",
    family=(Relative("妻子", "韦春兰", "198609", "群众", "澜川县人民医院医师"),),
    photo=JPEG,
)


def archive(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as box:
        for name, data in files.items():
            box.writestr(name, data)
    return out.getvalue()


# ---- one file
def test_every_element_has_its_place():
    elements = {
        "XingMing": "龙云杰", "XingBie": "男", "ChuShengNianYue": "198503", "ShenFenZheng": "532590198503120012",
        "QuanRiZhiJiaoYu_XueLi_BiYeYuanXiaoXi": "云南农业大学", "NiRenZhiWu": "镇党委书记",
    }  # fmt: skip
    body = "".join(f"<{tag}>{text}</{tag}>" for tag, text in elements.items())
    form = read(f"<Person>{body}</Person>".encode()).form

    assert (form.name, form.sex, form.birth_month) == ("龙云杰", "男", "198503")
    assert (form.full_time_school, form.proposed_post) == ("云南农业大学", "镇党委书记")
    assert form.id_number == "532590198503120012"


@pytest.mark.parametrize(
    "data",
    [
        "<Person><XingMing>龙云杰</XingMing></Person>".encode(),
        "\ufeff<?xml version='1.0' encoding='utf-8'?><Person><XingMing>龙云杰</XingMing></Person>".encode(),
        "<?xml version='1.0' encoding='gb2312'?><Person><XingMing>龙云杰</XingMing></Person>".encode("gb18030"),
        "<Person><XingMing>龙云杰</XingMing></Person>".encode("gb18030"),
        "<?xml version='1.0' encoding='utf-16'?><Person><XingMing>龙云杰</XingMing></Person>".encode("utf-16"),
    ],
    ids=["utf-8", "with a mark", "says GB2312", "GBK that says nothing", "utf-16"],
)
def test_encodings(data):
    assert claims("x", data)
    assert read(data).form.name == "龙云杰"


def test_what_has_no_place_is_told():
    found = read(b"<Person><XingMing>A</XingMing><QiTa>B</QiTa><Empty/><XingMing>C</XingMing></Person>")
    assert found.form.name == "A"
    assert found.notes == [("unknown", "QiTa：B"), ("unknown", "XingMing：C")]


@pytest.mark.parametrize("photo", ["%%%", "cGxhaW4gdGV4dA==", "TVqQAAMAAAAEAAAA"])
def test_a_photo_that_is_none_is_left_out_and_told(photo):
    found = read(f"<Person><ZhaoPian>{photo}</ZhaoPian></Person>".encode())
    assert found.form.photo == b""
    assert found.notes == [("photo", "")]


TEXT = st.text(st.characters(exclude_categories=("Cc", "Cs", "Cn", "Zl", "Zp")), max_size=30).map(
    lambda text: " ".join(text.split())
)
WORD = TEXT.filter(lambda text: not set("|｜") & set(text))
RELATIVES = st.builds(Relative, WORD, WORD, WORD, WORD, WORD).filter(lambda each: any(vars(each).values()))
FORMS = st.builds(
    AppointmentForm,
    **dict.fromkeys(FIELDS, TEXT),
    family=st.lists(RELATIVES, max_size=4).map(tuple),
    photo=st.one_of(st.just(b""), st.binary(max_size=40).map(lambda data: JPEG + data)),
)


@given(FORMS)
def test_what_is_written_reads_back_equal(form):
    found = read(write(form))
    assert found.form == form
    assert found.notes == []


# ---- many in a ZIP
def test_a_folder_in_a_zip_is_read_whole():
    data = archive(**{"局/龙云杰.lrmx": write(FORM), "乡/深/李四.LRMX": write(AppointmentForm(name="李四"))})
    assert claims("x", data)
    assert [item["name"] for item in parse("x", data).items] == ["龙云杰", "李四"]


def test_what_in_a_zip_is_no_form_is_told_and_stops_nobody():
    data = archive(
        **{"a.lrmx": write(FORM), "b.lrmx": b"<Person>", "c.jpg": JPEG, "Thumbs.db": b"x", "__MACOSX/a": b"x"}
    )
    found = parse("x", data)
    assert [item["file"] for item in found.items] == ["a.lrmx", "b.lrmx", "c.jpg"]
    assert [(number, code) for number, _, code, _ in found.findings] == [(2, "form_broken"), (3, "form_broken")]


def test_member_names_in_gbk_are_readable():
    name = "龙云杰.lrmx".encode("gb18030")
    stand_in = "x" * (len(name) - 5) + ".lrmx"  # programs that know nothing of UTF-8 write bytes and no flag
    data = archive(**{stand_in: write(FORM)}).replace(stand_in.encode(), name)
    assert parse("x", data).items[0]["file"] == "龙云杰.lrmx"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"<Person><XingMing>", "damaged"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><Person><XingMing>&b;</XingMing></Person>', "entities"),
        (archive(**{"a.xls": b"x"}), "empty"),
    ],
    ids=["cut off", "entities", "a ZIP without forms"],
)
def test_damaged_and_dangerous_files_are_refused(data, code):
    with pytest.raises(Unreadable) as refused:
        parse("x", data)
    assert refused.value.code == code


def test_a_dangerous_form_in_a_zip_is_left_out():
    data = archive(**{"a.lrmx": b'<!DOCTYPE a [<!ENTITY b "c">]><Person>&b;</Person>', "b.lrmx": write(FORM)})
    assert [(number, params["reason"]) for number, _, _, params in parse("x", data).findings] == [(1, "entities")]


@pytest.mark.parametrize("data", [b"<quiz/>", b"<Persons/>", b"name,x", archive(**{"a.xml": b"<Person/>"}), b""])
def test_other_files_are_not_claimed(data):
    assert not claims("x.lrmx", data)


# ---- cells
def test_the_family_can_be_put_right_in_a_cell():
    family = (Relative("妻子", "韦春兰", "198609", "", "县医院 医师"), Relative("女儿", "龙思语"))
    assert family_of(shown_family(family)) == family
    assert family_of("父亲 龙国华 195802 中共党员 南溪村 村民") == (
        Relative("父亲", "龙国华", "195802", "中共党员", "南溪村 村民"),
    )


def test_the_resume_falls_into_stages():
    text = "2003.9—2007.07 学生\n2007年8月至2013年5月  干部\n（2009.03--2009.06 党校学习）\n2013.05--至今 局长\n兼主任"
    assert stages_of(text) == (
        Stage("2003.09", "2007.07", "学生"),
        Stage("2007.08", "2013.05", "干部"),
        Stage("2009.03", "2009.06", "党校学习", inner=True),
        Stage("2013.05", "", "局长兼主任"),
    )
