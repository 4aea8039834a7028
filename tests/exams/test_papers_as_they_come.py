"""Word papers in the many ways units type them."""

from __future__ import annotations

import base64
import io
import zipfile

import pytest

from tests.exams.test_question_formats import paper, rows, taken
from training_app.core.spreadsheets.guards import Unreadable
from training_app.exams.formats import reading

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
SPACES = (
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:wps="wps" xmlns:v="v" xmlns:a="a" '
    'xmlns:m="m"'
)
UNDER = '<w:r><w:rPr><w:u w:val="single"/></w:rPr><w:t>'
HEAD = "一、单项选择题（每题2分）"


def document(*body: str, space: str = W, name: str = "word/document.xml", **parts: bytes | str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        text = "".join(part if part.startswith("<") else p(part) for part in body)
        package.writestr(name, f'<w:document xmlns:w="{space}" {SPACES}><w:body>{text}</w:body></w:document>')
        for each, content in parts.items():
            package.writestr(each, content)
    return out.getvalue()


def p(*runs: str, numbered: tuple[int, int] | None = None) -> str:
    place = ""
    if numbered:
        place = f'<w:pPr><w:numPr><w:ilvl w:val="{numbered[1]}"/><w:numId w:val="{numbered[0]}"/></w:numPr></w:pPr>'
    told = "".join(run if run.startswith("<") else f"<w:r><w:t>{run}</w:t></w:r>" for run in runs)
    return f"<w:p>{place}{told}</w:p>"


def table(*lines: list[str]) -> str:
    cells = ("".join(f"<w:tc>{''.join(p(text) for text in cell.split('|'))}</w:tc>" for cell in line) for line in lines)
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in cells)}</w:tbl>"


def short(questions):
    return [(q.type, q.answer) for q in questions]


def test_a_paper_with_long_headings_points_and_every_type():
    found = taken(
        paper(
            "某县2024年干部理论知识测试题", "单位：______  姓名：______  得分：______",
            "一、单项选择题（共2题，每题2分，共4分。每题只有一个正确答案）",
            "1．我国的首都是（  Ｂ  ）", "A．上海　　B．北京　　C．广州", "2．党的根本宗旨是（A）", "A．为人民服务",
            "B．为自己服务",
            "二、多项选择题（本大题共1小题，每小题3分，共3分。多选、少选、错选均不得分）",
            "1．直辖市有（A、B、D）", "A．北京  B．上海  C．南京  D．天津",
            "三、判断题（正确的打√，错误的打×，每题一分）", "1．地球是圆的。（√）", "2．太阳绕地球转。( × )",
            "3．省会是南昌（错误，应为南京）", "4. 水往低处流 √",
            "四、填空题（每空1分）", "1．首都____，国旗____。", "答案：北京；五星红旗", "2. 建党于（ 1921 ）年。",
            "五、简答题（共1题，10分）", "1．简述两个确立。", "答：（1）核心地位；", "（2）指导地位。",
        )
    )  # fmt: skip

    assert short(found) == [
        ("single", "B"), ("single", "A"), ("multiple", "ABD"), ("true_false", "true"), ("true_false", "false"),
        ("true_false", "false"), ("true_false", "true"), ("short_answer", "①北京②五星红旗"), ("short_answer", "1921"),
        ("essay", "（1）核心地位；\n（2）指导地位。"),
    ]  # fmt: skip
    assert [q.score for q in found] == [2, 2, 3, 1, 1, 1, 1, 2, 1, 10]
    assert found[5].explanation == "应为南京"
    assert found[1].options == ("为人民服务", "为自己服务")


@pytest.mark.parametrize(
    "key",
    [
        ("参考答案：1-3 ABA", "4、AB；5、A、B、C"),
        ("2024年测试题参考答案", "一、单选题：1.A 2.B 3.A", "二、多选题：4.AB  5.ABC"),
        ("答案", "一、单选题", "1～3：A B A", "二、多选题（略）", "4. AB  5. ABC"),
        ("答案：", "单选题：A B A", "多选题：AB ABC"),
        ("参考答案及解析", "1.【答案】A【解析】见书。", "2. B。解析：见书。", "3.A", "【解析】见书。", "4.AB", "5.ABC"),
    ],
)
def test_answers_behind_the_questions(key):
    found = taken(
        paper(
            HEAD, "1. 甲？", "A. 一 B. 二", "2. 乙？", "A. 一 B. 二", "3. 丙？", "A. 一 B. 二", "二、多选题", "4. 丁？",
            "A. 一 B. 二 C. 三", "5. 戊？", "A. 一 B. 二 C. 三", *key,
        )
    )  # fmt: skip

    assert [q.answer for q in found] == ["A", "B", "A", "AB", "ABC"]


def test_answers_in_a_table_below_their_numbers_though_each_part_counts_anew():
    found = taken(
        document(
            HEAD, "1.甲", "A.一 B.二", "2.乙", "A.一 B.二", "二、多选题", "1.丙", "A.一 B.二 C.三", "答案",
            "一、单选题",
            table(["题号", "1", "2"], ["答案", "A", "B"]), "二、多选题", table(["1"], ["BC"]),
        )
    )  # fmt: skip

    assert [q.answer for q in found] == ["A", "B", "BC"]


def test_answers_of_essays_behind_the_questions_keep_their_lists():
    found = taken(
        "一、简答题\n1. 问甲\n2. 问乙\n参考答案\n1. 答：要做到：\n（1）一\n（2）二\n2. 乙的要点：\n1. 天\n2. 地\n"
    )

    assert [q.answer for q in found] == ["要做到：\n（1）一\n（2）二", "乙的要点：\n1. 天\n2. 地"]


def test_lists_within_answers_are_no_questions():
    found = taken(
        "五、简答题\n1.甲？\n答：1.合法\n2.合理\n2.乙？\n答：一、天\n二、存在的问题\n3.丙？\n答案要点：（1）啊；\n（2）哦。\n"
    )

    assert [q.answer for q in found] == ["1.合法\n2.合理", "一、天\n二、存在的问题", "（1）啊；\n（2）哦。"]


@pytest.mark.parametrize(
    "heading", ["单选题", "（一）单项选择题", "第一部分 单项选择题", "一 单选题（共1题，共2分）", "Ⅰ、单选题"]
)
def test_headings_as_they_come(heading):
    (question,) = taken(f"{heading}\n1. 哪个是首都？\nA. 上海\nB. 北京\n答案：B\n")

    assert (question.type, question.answer) == ("single", "B")


def test_papers_without_headings():
    found = taken(
        "党建知识竞赛\n1.首都是[单选题]*\nA.上海\nB.北京(正确答案)\n答案解析：无\n2.（多选）直辖市有（AB）（3分）\nA.上海\n"
        "B.北京\nC.南京\n3.【判断题】地球是圆的（√）\n4.国歌是[分值：5分]\nA.义勇军进行曲\nB.东方红\n答案：A\n"
    )

    assert short(found) == [("single", "B"), ("multiple", "AB"), ("true_false", "true"), ("single", "A")]
    assert [q.score for q in found] == [None, 3, None, 5]
    assert [q.answer for q in taken("（√）1. 地球是圆的\n( × ) 2. 月亮是方的\n")] == ["true", "false"]


def test_true_or_false_with_lettered_options_and_answers_on_the_line_of_the_stem():
    found = taken(
        "一、判断题\n1. 地球是圆的（ A ）\nA.正确\nB.错误\n2. 月亮是方的\nA.对 B.错\n答案：B\n"
        "二、单选题\n3. 国歌？ 答案：A\nA. 义勇军进行曲 B. 东方红\n4. 首都？\nA. 上海　B. 北京　答案：B\n"
        "5. 国旗（A）\nA 五星红旗\nB 其他\n"
    )

    assert [q.answer for q in found] == ["true", "false", "A", "B", "A"]
    assert found[3].options == ("上海", "北京")


def test_material_goes_to_each_of_its_questions_and_to_no_other():
    found = taken(
        "一、单选题\n1.甲（A）\nA.一 B.二\n材料：某县开展培训。\n培训共三天。\n根据上述材料，回答2-3题。\n"
        "2.乙（B）\nA.一 B.二\n"
        "3.丙（B）\nA.一 B.二\n4.丁（B）\nA.一 B.二\n二、案例分析题\n案例一：某乡……\n1.如何看（A）\nA.好\nB.坏\n"
        "2.怎么办？\n答：尽快。\n"
    )

    material = "材料：某县开展培训。\n培训共三天。\n根据上述材料，回答2-3题。\n"
    assert [q.stem.startswith(material) for q in found] == [False, True, True, False, False, False]
    assert found[0].options == ("一", "二")
    assert [(q.type, q.stem) for q in found[4:]] == [
        ("single", "案例一：某乡……\n如何看（　）"), ("essay", "案例一：某乡……\n怎么办？"),
    ]  # fmt: skip


def test_a_case_with_questions_of_its_own_is_one_question():
    (question,) = taken(
        "五、案例分析题（20分）\n1.某县……\n问题：（1）如何看？\n（2）怎么办？\n参考答案：\n（1）看法。\n（2）办法。\n"
    )

    assert question.stem == "某县……\n问题：（1）如何看？\n（2）怎么办？"
    assert question.answer == "（1）看法。\n（2）办法。"


def test_questions_listed_in_a_table():
    found = taken(
        document(
            table(
                ["序号", "题型", "题目", "A", "B", "C", "答案", "解析"],
                ["1", "单选题", "首都？", "上海", "北京", "广州", "B", "见地图"],
                ["2", "多选题", "直辖市？", "上海", "北京", "广州", "A、B", ""],
                ["3", "判断题", "地球是圆的", "", "", "", "√", ""],
            ),
            "单选题",
            table(["序号", "题目", "选项", "答案"], ["1", "国歌？", "A.义勇军进行曲|B.东方红", "A"]),
        )
    )

    assert short(found) == [("single", "B"), ("multiple", "AB"), ("true_false", "true"), ("single", "A")]
    assert found[0].explanation == "见地图"


def test_options_in_cells_and_a_paper_within_one_cell():
    one = taken(document(HEAD, "1.首都（ B ）", table(["A.上海", "B.北京"], ["C.广州", "D.深圳"])))
    two = taken(document(table(["一、单选题|1.首都（B）|A.上海|B.北京|2.国歌（A）|A.义勇军进行曲|B.东方红"])))

    assert one[0].options == ("上海", "北京", "广州", "深圳")
    assert [q.answer for q in two] == ["B", "A"]


def level(at: int, form: str, text: str) -> str:
    return f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/></w:lvl>'


def listed(number: int, kind: int, more: str = "") -> str:
    return f'<w:num w:numId="{number}"><w:abstractNumId w:val="{kind}"/>{more}</w:num>'


ANEW = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
NUMBERS = (
    f'<w:numbering xmlns:w="{W}"><w:abstractNum w:abstractNumId="0">{level(0, "decimal", "%1.")}'
    f'{level(1, "upperLetter", "%2.")}</w:abstractNum><w:abstractNum w:abstractNumId="1">'
    f"{level(0, 'chineseCountingThousand', '%1、')}</w:abstractNum>"
    f"{listed(1, 0)}{listed(2, 0)}{listed(3, 0, ANEW)}{listed(9, 1)}</w:numbering>"
)


def test_numbers_that_word_makes_up_go_on_and_begin_anew():
    found = taken(
        document(
            p("单项选择题", numbered=(9, 0)), p("首都（B）", numbered=(1, 0)), p("上海", numbered=(1, 1)),
            p("北京", numbered=(1, 1)), p("国歌（A）", numbered=(2, 0)), p("义勇军进行曲", numbered=(2, 1)),
            p("东方红", numbered=(2, 1)), p("判断题", numbered=(9, 0)), p("地球是圆的", numbered=(3, 0)),
            p("地球是方的", numbered=(3, 0)), "参考答案", "判断题：1.√ 2.×",
            **{"word/numbering.xml": NUMBERS},
        )
    )  # fmt: skip

    assert short(found) == [("single", "B"), ("single", "A"), ("true_false", "true"), ("true_false", "false")]
    assert found[1].options == ("义勇军进行曲", "东方红")


def test_text_boxes_tracked_changes_soft_breaks_and_signs_of_symbol_fonts():
    box = f"<w:txbxContent>{p('A.上海')}{p('B.北京')}</w:txbxContent>"
    found = taken(
        document(
            HEAD,
            p(
                "1.首都（B）",
                '<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wps:txbx>'
                f"{box}</wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict>"
                "</mc:Fallback></mc:AlternateContent></w:r>",
            ),
            p(
                "2.国歌（",
                "<w:del><w:r><w:delText>A</w:delText></w:r></w:del>",
                "<w:ins><w:r><w:t>B</w:t></w:r></w:ins>",
                "）",
                "<w:moveFrom><w:r><w:t>搬走</w:t></w:r></w:moveFrom>",
                "<w:r><w:br/><w:t>A.东方红</w:t><w:br/><w:t>B.义勇军进行曲</w:t></w:r>",
            ),
            "二、判断题",
            p("1.地球是圆的（", '<w:r><w:sym w:font="Wingdings 2" w:char="F050"/></w:r>', "）"),
            p("2.地球是方的（", '<w:r><w:sym w:font="Wingdings 2" w:char="F04F"/></w:r>', "）"),
            "三、填空题",
            p("1.建党于", f"{UNDER} 19</w:t></w:r>", f"{UNDER}21 </w:t></w:r>", "年。"),
        )
    )

    assert [q.answer for q in found] == ["B", "B", "true", "false", "1921"]
    assert [q.options for q in found[:2]] == [("上海", "北京"), ("东方红", "义勇军进行曲")]
    assert found[1].stem == "国歌（　）"
    assert found[4].stem == "建党于____年。"


def test_pictures_in_stems_and_options_and_one_of_a_kind_nobody_can_show():
    relations = (
        '<Relationships><Relationship Id="rId5" Target="media/a.png"/><Relationship Id="rId6" Target="media/b.emf"/>'
        "</Relationships>"
    )
    one, two = rows(
        document(
            HEAD,
            p("1.看图（B）", '<w:r><w:drawing><a:blip r:embed="rId5"/></w:drawing></w:r>'),
            p("A.", '<w:r><w:pict><v:imagedata r:id="rId5"/></w:pict></w:r>', " B.二"),
            p("2.公式（A）", '<w:r><w:object><v:imagedata r:id="rId6"/></w:object></w:r>'),
            "A.一 B.二",
            **{"word/_rels/document.xml.rels": relations, "word/media/a.png": PNG, "word/media/b.emf": b"\x01\0\0\0"},
        )
    )

    question = one.values["question"]
    assert (question.stem, question.options) == ("看图（　）[图1]", ("[图1]", "二"))
    assert [picture.data for picture in question.pictures] == [PNG]
    assert [finding.code for finding in two.flagged] == ["question_picture_refused"]


def test_strict_documents_of_other_names_content_controls_and_formulas():
    (question,) = taken(
        document(
            f"<w:sdt><w:sdtContent>{p(HEAD)}{p('1.求（A）', '<m:oMath><m:r><m:t>x=1</m:t></m:r></m:oMath>')}"
            f"{p('A.一 B.二')}</w:sdtContent></w:sdt>",
            space="http://purl.oclc.org/ooxml/wordprocessingml/main",
            name="word/document2.xml",
        )
    )

    assert (question.stem, question.answer) == ("求（　）x=1", "A")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "WordDocument".encode("utf-16-le") + bytes(90), "old_word"),
        (b"{\\rtf1\\ansi 1. a}", "old_word"),
        (b"<questestinterop><assessment/></questestinterop>", "old_qti"),
    ],
)
def test_files_of_old_programs_are_told_what_to_do(data, code):
    assert reading.claims("试题.docx", data)
    with pytest.raises(Unreadable) as refused:
        reading.parse("试题.docx", data)

    assert refused.value.code == code
