"""What other writers put into question files, and what nobody should put there."""

from __future__ import annotations

import base64
import io
import subprocess
import sys
import time
import zipfile
from decimal import Decimal

import docx
import pytest

from training_app.core.spreadsheets.guards import Unreadable
from training_app.core.spreadsheets.importers import sheet_of_items
from training_app.exams.formats import reading
from training_app.exams.question_imports import QUESTION_FILES, check

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)


def rows(data: bytes | str):
    data = data if isinstance(data, bytes) else data.encode()
    assert reading.claims("x", data)
    sheet = sheet_of_items(QUESTION_FILES, reading.parse("x", data), file="x")
    check(sheet)
    return sheet.rows


def taken(data: bytes | str):
    found = rows(data)
    assert [(r.number, r.refused[0].code) for r in found if r.refused] == []
    return [row.values["question"] for row in found]


def quiz(*bodies: str) -> str:
    return f'<?xml version="1.0"?><quiz>{"".join(bodies)}</quiz>'


def paper(*lines: str) -> bytes:
    document, out = docx.Document(), io.BytesIO()
    for line in lines:
        document.add_paragraph(line)
    document.save(out)
    return out.getvalue()


# ---------------------------------------------------------------- GIFT
def test_gift_weights_feedback_ranges_and_escapes():
    one, two, three, four, five = taken(
        "// a comment\n$CATEGORY: $course$/top/历史/近代\n\n"
        "::Q1:: Which? {=right \\= yes#good ~wrong \\~ no#bad}\n\n"
        "::Q2:: Several {~%33.333%a ~%33.333%b ~%33.333%c ~%-100%d}\n\n"
        "::Q3:: How much? {#3.14:0.01}\n\n"
        "::Q4:: Between {#1..5}\n\n"
        "::Q5:: Match {=cat -> 猫 =dog -> 狗 = -> 鱼}\n"
    )

    assert (one.type, one.options, one.answer, one.category) == (
        "single",
        ("right = yes", "wrong ~ no"),
        "A",
        "历史/近代",
    )
    assert {("feedback", "good"), ("feedback", "bad")} <= set(one.notes)
    assert (two.type, two.answer, two.notes) == ("multiple", "ABC", ())
    assert (three.answer, three.tolerance) == ("3.14", Decimal("0.01"))
    assert (four.answer, four.tolerance) == ("3", Decimal(2))
    assert (five.pairs, five.distractors) == ((("cat", "猫"), ("dog", "狗")), ("鱼",))


def test_gift_partial_weights_missing_words_and_short_answers():
    one, two, three, four = taken(
        "Best? {~%100%a ~%50%b ~c}\n\nGrant is {~buried =entombed ~living} in his tomb.\n\n"
        "Capital? {=北京 =%50%北平}\n\nTrue? {T#no#yes####because}\n"
    )

    assert (one.type, one.answer) == ("single", "A")
    assert one.notes[0][0] == "weights"
    assert two.stem == "Grant is（　）in his tomb."
    assert (three.type, three.answer) == ("short_answer", "北京\n北平")
    assert (four.answer, four.explanation) == ("true", "because")


def test_gift_without_empty_lines_and_with_some_inside_a_question():
    assert len(taken("::a:: x {=1 ~2}\n::b:: y {=1 ~2}\n")) == 2
    assert len(taken("::a:: x {=1\n\n~2}\n\n::b:: y {=1 ~2}\n")) == 2


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_encodings_that_occur(encoding):
    (question,) = taken("::题:: 我国的首都是{=北京 ~上海}\n".encode(encoding))

    assert question.options == ("北京", "上海")


# ---------------------------------------------------------------- Moodle
def test_moodle_html_pictures_and_what_we_do_not_hold():
    picture = base64.b64encode(PNG).decode()
    (question,) = taken(
        quiz(
            '<question type="multichoice"><name><text>n</text></name><questiontext format="html"><text><![CDATA['
            "<p>看图<b>回答</b>，10<sup>2</sup>&nbsp;m</p>"
            '<p><img src="@@PLUGINFILE@@/a%20b.png"></p><script>x()</script>'
            f']]></text><file name="a b.png" encoding="base64">{picture}</file></questiontext>'
            "<penalty>0.5</penalty><single>true</single>"
            '<answer fraction="100"><text><![CDATA[<p>是</p>]]></text><feedback><text>好</text></feedback></answer>'
            '<answer fraction="50"><text>也许</text></answer><hint format="html"><text>想一想</text></hint>'
            "<tags><tag><text>一</text></tag><tag><text>二</text></tag></tags></question>"
        )
    )

    assert question.stem == "看图回答，10² m\n[图1]"
    assert question.pictures[0].data == PNG
    assert {what for what, _ in question.notes} == {
        "markup", "penalty", "hint", "weights", "feedback", "tag", "title",
    }  # fmt: skip


def test_moodle_other_types():
    number, words, match = taken(
        quiz(
            '<question type="numerical"><questiontext><text>π?</text></questiontext><answer fraction="100"><text>3.14'
            "</text><tolerance>0.01</tolerance></answer></question>",
            '<question type="shortanswer"><questiontext><text>首都?</text></questiontext><answer fraction="100"><text>'
            "北京</text></answer></question>",
            '<question type="matching"><questiontext><text>配对</text></questiontext>'
            "<subquestion><text>甲</text><answer><text>一</text></answer></subquestion><subquestion><text>乙</text><answer><text>二</text></answer>"
            "</subquestion><subquestion><text></text><answer><text>三</text></answer></subquestion></question>",
        )
    )

    assert (number.answer, number.tolerance) == ("3.14", Decimal("0.01"))
    assert words.answer == "北京"
    assert (match.pairs, match.distractors) == ((("甲", "一"), ("乙", "二")), ("三",))


def test_a_picture_that_is_none_is_left_out_and_said():
    (row,) = rows(
        quiz(
            '<question type="essay"><questiontext format="html"><text>看&lt;img src="@@PLUGINFILE@@/x.svg"&gt;</text>'
            f'<file name="x.svg" encoding="base64">{base64.b64encode(b"<svg onload=x>").decode()}</file></questiontext>'
            "</question>"
        )
    )

    assert row.values["question"].pictures == ()
    assert [f.code for f in row.flagged] == ["question_picture_refused"]


# ---------------------------------------------------------------- papers
def test_a_paper_with_other_numbers_and_answers_behind_the_questions():
    found = taken(
        paper(
            "2023年试题", "一、单选题（每小题2分）", "（1）我国的首都是(  )", "A、北京  B、上海  C、广州",
                "（2）一年有几个月？（）",
            "（A）10　（B）11　（C）12", "二、判断题（每题1分）", "1、地球是圆的。（）", "2、太阳从西边升起。（）",
            "三、简答题", "1．简述依法行政的要求。", "参考答案",
                "一、1.A 2.C", "二、1-2 √×", "三、1．合法行政，合理行政。",
        )
    )  # fmt: skip

    assert [(q.type, q.answer) for q in found] == [
        ("single", "A"), ("single", "C"), ("true_false", "true"), ("true_false", "false"),
        ("essay", "合法行政，合理行政。"),
    ]  # fmt: skip
    assert found[1].options == ("10", "11", "12")
    assert found[0].score == 2


def test_a_paper_with_labels_and_everything_in_one_line():
    found = taken(
        "一、多选题\n1.下列属于直辖市的有（ ）。A.北京 B.上海 C.南京\n答案：A、B\n解析：南京不是。\n难度：易\n"
        "2.下列是水果的有（ ＡＣ ）\nA．苹果B．白菜C．梨\n【答案】AC【解析】白菜是蔬菜。\n"
        "二、填空题\n3.国庆节是（　）。\n答案：10月1日；十月一日\n"
    )

    assert [(q.options, q.answer) for q in found] == [
        (("北京", "上海", "南京"), "AB"), (("苹果", "白菜", "梨"), "AC"), ((), "10月1日\n十月一日"),
    ]  # fmt: skip
    assert [q.explanation for q in found] == ["南京不是。", "白菜是蔬菜。", ""]
    assert found[0].difficulty == "easy"


def test_a_paper_numbered_by_word_itself():
    document, out = docx.Document(), io.BytesIO()
    document.add_paragraph("一、判断题")
    for text in ("水在零度结冰。（√）", "冰比水重。（×）"):
        document.add_paragraph(text, style="List Number")
    document.save(out)

    assert [q.answer for q in taken(out.getvalue())] == ["true", "false"]


# ---------------------------------------------------------------- Aiken and QTI
def test_aiken_as_others_write_it():
    one, two = taken("Q one?\na) x\nb) y\nANSWER: b\n\nQ two?\nA. x\nB. y\nANSWER:A\n")

    assert (one.answer, two.answer) == ("B", "A")


def test_a_qti_3_item_alone():
    (question,) = taken(
        '<qti-assessment-item xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0" identifier="x" title="t">'
        '<qti-response-declaration identifier="RESPONSE" cardinality="single" base-type="identifier">'
        "<qti-correct-response><qti-value>B</qti-value></qti-correct-response></qti-response-declaration>"
        '<qti-item-body><p>Stem</p><qti-choice-interaction response-identifier="RESPONSE" max-choices="1">'
        '<qti-simple-choice identifier="A">a</qti-simple-choice><qti-simple-choice identifier="B">b</qti-simple-choice>'
        "</qti-choice-interaction></qti-item-body></qti-assessment-item>"
    )

    assert (question.stem, question.options, question.answer) == ("Stem", ("a", "b"), "B")


# ---------------------------------------------------------------- hostile
BOMB = (
    '<!DOCTYPE quiz [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    '<quiz><question type="essay">&b;</question></quiz>'
)


def archive(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in files.items():
            package.writestr(name.replace("__", "/"), data)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (quiz('<question type="essay">').encode(), "damaged"),
        (BOMB.encode(), "entities"),
        (b'<!DOCTYPE quiz SYSTEM "file:///etc/passwd"><quiz></quiz>', "empty"),
        (archive(**{"imsmanifest.xml": b"0" * 150_000_000}), "bomb"),
        (archive(**{"imsmanifest.xml": b"<manifest>"}), "damaged"),
        (archive(**{"imsmanifest.xml": b"<manifest/>"}), "empty"),
        (b"PK\x03\x04 no archive at all", "wrong_type"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "wrong_type"),
    ],
)
def test_files_that_must_not_be_read(data, code):
    with pytest.raises(Unreadable) as refused:
        reading.parse("试题.xml", data)

    assert refused.value.code == code


def test_paths_of_a_package_name_its_entries_only(tmp_path):
    item = b'<assessmentItem identifier="x"><itemBody/></assessmentItem>'
    manifest = (
        b'<manifest><resources><resource type="imsqti_item_xmlv2p1" href="../../../../etc/passwd"/>'
        b'<resource type="imsqti_item_xmlv2p1" href="a.xml"/></resources></manifest>'
    )

    found = rows(archive(**{"imsmanifest.xml": manifest, "a.xml": item, "..__..__evil.xml": item}))

    assert [row.refused[0].code for row in found] == ["format_broken", "format_broken"]


def test_deep_nesting_breaks_one_question_and_not_the_reader():
    deep = b"<assessmentItem>" + b"<div>" * 50_000 + b"</div>" * 50_000 + b"</assessmentItem>"

    (row,) = rows(deep)

    assert row.refused[0].code == "format_broken"


def test_more_questions_than_a_bank_takes_at_once():
    with pytest.raises(Unreadable) as refused:
        reading.parse("x", b"::a:: x {=1 ~2}\n\n" * 100_001)

    assert refused.value.code == "too_many"


def test_the_reader_needs_neither_flask_nor_the_database():
    code = (
        "import sys; import training_app.exams.formats.reading;"
        "print([m for m in ('flask', 'sqlalchemy', 'docx', 'lxml') if m in sys.modules])"
    )

    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


@pytest.mark.parametrize(
    "filling",
    [
        "（ A、",
        "（ ",
        "= a -> b",
        "::",
        "#",
        "\\",
        "1-2 AB ",
        "【答案】 ",
        " B.x C.y",
        "A A ",
        "（1分",
        "____",
        "材料：",
    ],
)
def test_long_lines_take_no_long_time(filling):
    began = time.process_time()

    for head in ("一、单选题\n1.问（ A ）\nA.一\nB.二\n2.", "::a:: x {=1 ~2}\n\n"):
        reading.parse("x", (head + filling * 40_000).encode())

    assert time.process_time() - began < 10
