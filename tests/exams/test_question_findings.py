"""What a format holds and we do not is kept and said; a broken part costs no more than itself."""

from __future__ import annotations

import base64
import io
import struct
import time
import zipfile
import zlib
from decimal import Decimal

import pytest

from tests.exams.test_question_formats import quiz, rows, taken
from training_app.exams.formats import reading, write_qti
from training_app.exams.formats.questions import Question

CHOICE = '<single>true</single><answer fraction="100"><text>甲</text></answer><answer><text>乙</text></answer>'


def moodle(kind: str, inner: str = CHOICE, stem: str = "题干", name: str = "") -> str:
    return (
        f'<question type="{kind}"><name><text>{name}</text></name><questiontext format="html"><text><![CDATA[<p>{stem}'
        f"</p>]]></text></questiontext>{inner}</question>\n"
    )


def refusals(found):
    return [(row.number, row.refused[0].code, row.refused[0].params) for row in found if row.refused]


# ---------------------------------------------------------------- Moodle
@pytest.mark.parametrize(
    "kind", ["cloze", "calculated", "ddwtos", "gapselect", "ordering", "description", "unheard_of"]
)
def test_a_type_we_do_not_hold_costs_only_itself(kind):
    found = rows(quiz(moodle(kind, "", "首都{1:SHORTANSWER:=北京}"), moodle("multichoice")))

    assert refusals(found) == [(1, "format_broken", {"reason": kind})]
    assert found[0].text("stem") == "首都{1:SHORTANSWER:=北京}"
    assert found[1].values["question"].answer == "A"


@pytest.mark.parametrize(("gone", "kept"), [(3, 3), (12, 2), (180, 2), (330, 1), (-200, 0)])
def test_a_file_cut_off_gives_what_stands_before_and_the_line_of_the_cut(gone, kept):
    whole = quiz("\n", *(moodle("multichoice", stem=f"第{at}题") for at in (1, 2, 3)))
    data = whole.encode()[:-gone]
    if not kept:
        with pytest.raises(reading.Unreadable) as refused:
            reading.parse("x", data)
        assert refused.value.code == "damaged"
        return

    found = rows(data)

    assert [row.values["question"].stem for row in found if not row.refused] == [f"第{n}题" for n in range(1, kept + 1)]
    ((number, code, params),) = refusals(found)
    assert (number, code) == (kept + 1, "file_cut")
    assert int(params["line"]) == kept + 2


def test_a_bare_ampersand_and_a_control_character_are_mended_and_a_broken_question_costs_only_itself():
    found = rows(
        quiz(
            '<question type="essay"><questiontext><text>甲 & 乙&nbsp;\x0b丙</text></questiontext></question>',
            '<question type="essay"><questiontext><text>没有结尾</questiontext></question>',
            moodle("multichoice"),
        )
    )

    assert refusals(found) == [(2, "file_cut", {"line": "1"})]
    assert found[0].values["question"].stem == "甲 & 乙 丙"


def test_settings_names_stars_files_and_remarks_are_kept():
    found = taken(
        '<quiz><question type="category"><category><text>$course$/top/甲</text></category><info format="html">'
        "<text>本类说明</text></info></question>"
        + moodle("essay", "<attachments>1</attachments><idnumber>A7</idnumber>", "一", "第一题的名字")
        + moodle("shortanswer", '<usecase>1</usecase><answer fraction="100"><text>北京*</text></answer>', "二")
        + moodle("multichoice", CHOICE.replace("</answer><answer>", '</answer><answer fraction="-25">'), "三")
        + '<question type="essay"><questiontext><text>四</text><file name="附件.pdf" encoding="base64">JVBERg==</file>'
        "</questiontext></question></quiz>"
    )

    assert found[0].category == "甲"
    assert [set(q.notes) for q in found] == [
        {("about", "本类说明"), ("setting", "attachments=1"), ("id", "A7"), ("title", "第一题的名字")},
        {("wildcard", "北京*"), ("usecase", "1")},
        {("weights", "甲 100%; 乙 -25%")},
        {("file", "附件.pdf")},
    ]


def test_numbers_with_units_and_stars():
    one, two = taken(
        quiz(
            moodle(
                "numerical",
                '<answer fraction="100"><text>3.14</text><tolerance>0.01</tolerance></answer><answer fraction="50">'
                "<text>3</text></answer><units><unit><unit_name>cm</unit_name></unit></units>",
                "圆周率",
            ),
            moodle(
                "numerical",
                '<answer fraction="100"><text>5</text></answer><answer fraction="10"><text>*</text></answer>',
            ),
        )
    )

    assert (one.answer, one.tolerance) == ("3.14", Decimal("0.01"))
    assert dict(one.notes) == {"weights": "3 50%", "unit": "cm"}
    assert two.answer == "5"


def test_what_only_looks_like_a_tag_stays():
    (question,) = taken(quiz(moodle("multichoice", stem=r"\(a<b\) 且 1 < 2 <> 3 <b>粗</b>")))

    assert question.stem == r"\(a<b\) 且 1 < 2 <> 3 粗"


# ---------------------------------------------------------------- GIFT
def test_gift_numbers_with_shares_ranges_and_what_is_said_to_wrong_answers():
    found = taken("何年{#\n=1822:0#对\n=%50%1822:2#近\n~#错\n}\n\n多少{#3.1..3.2}\n\n几{#=-2.5}\n\n大{#1e3 ####注}\n")

    assert [(q.answer, q.tolerance) for q in found] == [
        ("1822", 0), ("3.15", Decimal("0.05")), ("-2.5", 0), ("1000", 0),
    ]  # fmt: skip
    assert [value for what, value in found[0].notes if what == "feedback"] == ["对", "近", "错"]
    assert found[3].explanation == "注"


def test_gift_names_ids_formats_and_what_is_no_question():
    found = rows(
        "// [id:k1] [tag:党史]\n::名字::[html]<p>甲&amp;乙</p>{\n// 注\n=[plain]<b>是\n~[markdown]**否**#不对\n}\n\n"
        "一段说明。\n\n说{T#错了#对了}\n\n半{=1 ~2\n\n好{F}\n"
    )

    question = found[0].values["question"]
    assert (question.stem, question.options) == ("甲&乙", ("<b>是", "**否**"))
    assert set(question.notes) == {("title", "名字"), ("id", "k1"), ("tag", "党史"), ("feedback", "不对")}
    assert [(number, params) for number, _, params in refusals(found)] == [
        (2, {"reason": "description"}), (4, {"reason": "{ }"}),
    ]  # fmt: skip
    assert found[4].values["question"].answer == "false"


# ---------------------------------------------------------------- Aiken
def test_aiken_with_remarks_full_width_letters_and_several_answers():
    found = taken(
        "甲\n第二行\nA．一\nB．二\nANSWER：B\nFEEDBACK: 见书\n\n乙\na) 一\nb) 二\nc) 三\n答案：A、C\n解析：略\n"
    )

    assert [(q.stem, q.answer, q.explanation) for q in found] == [("甲\n第二行", "B", "见书"), ("乙", "AC", "略")]


# ---------------------------------------------------------------- QTI
def item(declared: str, body: str, more: str = "") -> bytes:
    return (
        '<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" identifier="x" title="甲">'
        f"{declared}<itemBody>{body}</itemBody>{more}</assessmentItem>"
    ).encode()


def answer(*values: str, shape: str = "single", base: str = "identifier", more: str = "") -> str:
    given = "".join(f"<value>{value}</value>" for value in values)
    correct = f"<correctResponse>{given}</correctResponse>" if values else ""
    return (
        f'<responseDeclaration identifier="RESPONSE" cardinality="{shape}" baseType="{base}">{correct}{more}'
        "</responseDeclaration>"
    )


def choice(tag: str = "choiceInteraction", each: str = "simpleChoice") -> str:
    both = "".join(f'<{each} identifier="{name}">{text}</{each}>' for name, text in (("A", "一"), ("B", "二")))
    return f'<{tag} responseIdentifier="RESPONSE">{both}</{tag}>'


def mapping(*entries: tuple[str, str]) -> str:
    told = "".join(f'<mapEntry mapKey="{key}" mappedValue="{value}"/>' for key, value in entries)
    return f"<mapping>{told}</mapping>"


PROCESSED = (
    '<responseProcessing><responseCondition><responseIf><match><variable identifier="RESPONSE"/><baseValue '
    'baseType="identifier">B</baseValue></match><setOutcomeValue identifier="SCORE"><baseValue baseType="float">1'
    "</baseValue></setOutcomeValue></responseIf></responseCondition></responseProcessing>"
)


def test_qti_answers_from_processing_gaps_within_sentences_and_deductions():
    one, two, three, four = (
        taken(data)[0]
        for data in (
            item(answer(), f"<p>选</p>{choice()}", PROCESSED),
            item(answer("B"), f"<p>甲是{choice('inlineChoiceInteraction', 'inlineChoice')}的</p>"),
            item(
                answer("北京", base="string", more=mapping(("北京", '1" caseSensitive="true'))),
                '<p>首都是<textEntryInteraction responseIdentifier="RESPONSE"/>。</p>',
            ),
            item(
                answer(shape="multiple", more=mapping(("A", "1"), ("B", "-1"))),
                f"<p>选</p>{choice()}",
            ),
        )
    )  # fmt: skip

    assert (one.type, one.answer) == ("single", "B")
    assert (two.type, two.stem, two.options, two.answer) == ("single", "甲是（　）的", ("一", "二"), "B")
    assert (three.stem, three.answer, three.notes) == ("首都是（　）。", "北京", (("usecase", "1"),))
    assert (four.type, four.answer, four.notes) == ("multiple", "A", (("minus", "B -1"),))


def test_qti_without_a_manifest_in_a_folder_or_with_a_broken_item():
    good = item(answer("A"), f"<p>题</p>{choice()}")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("题库/一.xml", good)
        package.writestr("题库/二.xml", good[:-30].replace("题".encode(), "二".encode()))

    found = rows(out.getvalue())

    assert [row.values["question"].stem for row in found if not row.refused] == ["题"]
    assert len(refusals(found)) == 1


@pytest.mark.parametrize("version", ["2.1", "3.0"])
def test_a_package_of_5000_questions_comes_back(version):
    asked = [Question(type="true_false", stem=f"第{at}题的说法", answer="true") for at in range(5_000)]

    found = taken(write_qti.write(asked, version=version))

    assert [q.stem for q in found] == [q.stem for q in asked]


def test_a_picture_that_would_unpack_to_gigabytes_is_left_out_and_said():
    head = struct.pack(">4sIIBBBBB", b"IHDR", 60_000, 60_000, 8, 6, 0, 0, 0)
    png = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head))
    gif = b"GIF89a" + struct.pack("<HH", 60_000, 60_000) + bytes(20)
    jpg = b"\xff\xd8\xff\xe0\x00\x04\0\0\xff\xc0\x00\x11\x08" + struct.pack(">HH", 60_000, 60_000) + bytes(20)
    webp = b"RIFF" + bytes(4) + b"WEBPVP8X" + bytes(8) + (16_000_000).to_bytes(3, "little") * 2
    for data in (png, gif, jpg, webp):
        (row,) = rows(
            quiz(
                '<question type="essay"><questiontext format="html"><text>看&lt;img src="@@PLUGINFILE@@/x"&gt;</text>'
                f'<file name="x" encoding="base64">{base64.b64encode(data).decode()}</file></questiontext></question>'
            )
        )
        assert [finding.code for finding in row.flagged] == ["question_picture_refused"], data[:12]


def test_a_paper_of_5000_questions_with_its_answers_behind_takes_no_long_time():
    lines = ["一、单选题"]
    for number in range(1, 5_001):
        lines += [f"{number}.第{number}题？", "A.一 B.二 C.三"]
    lines.append("参考答案")
    lines += [f"{number}.{'ABC'[number % 3]}" for number in range(1, 5_001)]

    began = time.process_time()
    found = taken("\n".join(lines))

    assert [q.answer for q in found] == ["ABC"[number % 3] for number in range(1, 5_001)]
    assert time.process_time() - began < 10
