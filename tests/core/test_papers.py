"""Forms: sizes that fit, names that are spread, cells that reach down, signs that no font has."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

import pypdf
import pypdfium2
import pytest
import zxingcpp
from docx import Document
from docx.oxml.ns import qn
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image

from training_app.core import documents
from training_app.core.papers import (
    Cell,
    Column,
    Line,
    Paper,
    Row,
    Sheet,
    Table,
    filling,
    listing,
    spread,
    to_pdf,
    to_word,
    unprintable,
)
from training_app.core.papers.content import breadth, fitted


def paper(*blocks, landscape=False):
    return Paper("试表", (Sheet("试表", blocks),), landscape=landscape)


def test_two_characters_are_spread_to_three():
    assert spread("岩温") == "岩　温"
    assert spread("刀建国") == "刀建国"
    assert spread("Li") == "Li"


@given(st.text(min_size=1, max_size=40).filter(lambda text: "\n" not in text), st.floats(15, 80))
def test_a_text_fits_its_box_on_two_lines_unless_it_is_as_small_as_it_gets(text, width):
    size = fitted(text, width, 10.5)
    assert 4.6 <= size <= 10.5
    assert size == 4.6 or breadth(text) * size <= 2 * (width - 1.9) * 72 / 25.4


@pytest.mark.parametrize("rows", [1, 40, 200])
def test_the_head_is_repeated_and_every_row_printed(rows):
    made = paper(listing((Column("序号", 20), Column("姓名", 0)), [(str(n), f"张{n}") for n in range(rows)], 160))
    reader = pypdf.PdfReader(io.BytesIO(to_pdf(made)))
    pages = [page.extract_text() for page in reader.pages]
    assert all("序号" in page for page in pages)
    text = "".join(pages)
    assert all(f"张{n}" in text for n in range(rows))
    table = Document(io.BytesIO(to_word(made))).tables[0]
    assert len(table.rows) == rows + 1
    assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    assert table.rows[rows].cells[1].text == f"张{rows - 1}"


def test_word_has_page_numbers_chinese_fonts_and_the_right_way_up():
    document = Document(io.BytesIO(to_word(paper(Line(("左", "右")), landscape=True))))
    section = document.sections[0]
    assert section.page_width > section.page_height
    footer = section.footer._element.xml
    assert "NUMPAGES" in footer
    assert "页　共" in footer
    fonts = {node.get(qn("w:eastAsia")) for node in document.element.body.iter(qn("w:rFonts"))}
    assert fonts == {"宋体", "仿宋"}
    assert document.styles["Normal"].element.rPr.find(qn("w:lang")).get(qn("w:eastAsia")) == "zh-CN"


def test_a_form_of_several_pages_says_how_many_and_a_bundle_of_a_page_each_does_not():
    rows = [[str(n), "张三"] for n in range(120)]
    whole = paper(listing((Column("序号", 20), Column("姓名", 0)), rows, 170))
    bundle = Paper("试表", (Sheet("甲", (Line(("一",)),)), Sheet("乙", (Line(("二",)),))))

    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(to_pdf(whole))).pages]
    assert len(pages) > 2
    assert all(f"第{n}页共{len(pages)}页" in "".join(text.split()) for n, text in enumerate(pages, 1))
    assert "共" not in pypdf.PdfReader(io.BytesIO(to_pdf(bundle))).pages[1].extract_text()
    assert "NUMPAGES" not in Document(io.BytesIO(to_word(bundle))).sections[0].footer._element.xml


def test_boxes_that_reach_down_are_merged_in_word():
    made = paper(
        Table((40, 40), (Row((Cell("照片", down=2), Cell("甲")), 9), Row((Cell("乙"),), 9))),
    )
    table = Document(io.BytesIO(to_word(made))).tables[0]
    assert table.cell(0, 0)._tc is table.cell(1, 0)._tc
    assert (table.cell(0, 1).text, table.cell(1, 1).text) == ("甲", "乙")
    assert "照片" in pypdf.PdfReader(io.BytesIO(to_pdf(made))).pages[0].extract_text()


def test_text_is_never_taken_for_markup():
    nasty = "#panic(1) $x$ <w:p/> & 《"
    made = paper(Line((nasty,)))
    assert "#panic(1)" in pypdf.PdfReader(io.BytesIO(to_pdf(made))).pages[0].extract_text()
    assert nasty in "".join(each.text for each in Document(io.BytesIO(to_word(made))).paragraphs)


def test_a_missing_sign_is_said():
    made = paper(Line(("李𪚥",)))
    assert unprintable(made) == ("𪚥",)
    text = pypdf.PdfReader(io.BytesIO(to_pdf(made))).pages[0].extract_text()
    assert "〓" in text
    assert "U+2A6A5" in text


@example("\ufffe\uffff\0\x08\t中")
@given(st.text(max_size=30))
def test_no_text_breaks_a_word_file(text):
    Document(io.BytesIO(to_word(paper(Line((text,))))))


def test_the_code_of_a_certificate_can_be_read_from_the_page():
    address = "HTTPS://ZX.EXAMPLE/V/ABCD2345"
    with tempfile.TemporaryDirectory(dir=documents.__file__.rpartition("/")[0]) as folder:
        template = Path(folder) / "code.typ"
        template.write_text('#image(bytes(json(bytes(sys.inputs.data)).qr), format: "svg", width: 25mm)')
        page = pypdfium2.PdfDocument(documents.render_pdf(template, {"qr": documents.qr_svg(address)}))[0]
        picture = page.render(scale=4).to_pil()
    assert [each.text for each in zxingcpp.read_barcodes(picture)] == [address]


def test_a_gap_may_be_narrower_than_the_space_around_a_text():
    half = (Column("序号", 10), Column("签名", 0))
    made = paper(listing((*half, Column("", 1.6, "gap"), *half), [("1", "", "", "2", "")], 160))
    assert "签名" in pypdf.PdfReader(io.BytesIO(to_pdf(made))).pages[0].extract_text()
    assert len(Document(io.BytesIO(to_word(made))).tables[0].columns) == 5


def portrait(form="JPEG", size=(295, 413)):
    out = io.BytesIO()
    Image.new("RGB", size, (120, 160, 210)).save(out, form)
    return out.getvalue()


def photographed(picture):
    cells = (Cell("姓名"), Cell("照片", picture=picture, fit=(33, 42)))
    return paper(Table((40, 35), (Row(cells, 44),)))


@pytest.mark.parametrize("form", ["JPEG", "PNG", "GIF"])
def test_a_picture_keeps_its_shape_in_pdf_and_word(form):
    made = photographed(portrait(form))
    (drawn,) = [each for each in pypdfium2.PdfDocument(to_pdf(made))[0].get_objects() if each.type == 3]
    left, bottom, right, top = drawn.get_bounds()
    assert (right - left) / (top - bottom) == pytest.approx(295 / 413, rel=0.01)
    assert top - bottom == pytest.approx(42 * 72 / 25.4, rel=0.01)
    (shape,) = Document(io.BytesIO(to_word(made))).inline_shapes
    assert shape.height.mm == pytest.approx(42, rel=0.01)
    assert shape.width / shape.height == pytest.approx(295 / 413, rel=0.01)


@pytest.mark.parametrize(
    "picture",
    [
        pytest.param(b"\xff\xd8\xff\xe0 no picture", id="no picture"),
        pytest.param(portrait()[:200], id="cut off"),
        pytest.param(portrait("PNG", (7_000, 7_000)), id="would unfold to gigabytes"),
        pytest.param(portrait("BMP"), id="not printable"),
    ],
)
def test_words_stand_in_for_a_picture_that_cannot_be_printed(picture):
    made = photographed(picture)
    assert "照片" in pypdf.PdfReader(io.BytesIO(to_pdf(made))).pages[0].extract_text()
    document = Document(io.BytesIO(to_word(made)))
    assert document.tables[0].rows[0].cells[1].text == "照片"
    assert len(document.inline_shapes) == 0


def test_a_page_without_title_follows_and_pages_need_no_number():
    box = Table((40,), (Row((Cell("字"),), 10),))
    made = Paper("试表", (Sheet("试表", (box,)), Sheet("", (box,))), numbered=False)
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(to_pdf(made))).pages]
    assert [page.split() for page in pages] == [["试表", "字"], ["字"]]
    document = Document(io.BytesIO(to_word(made)))
    assert "PAGE" not in document.sections[0].footer._element.xml
    assert document.element.body.xml.count("w:pageBreakBefore") == 1


words = st.text(st.sampled_from("县委组织部干部2023.05-（）、，。 a"), min_size=1, max_size=120)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["", "2010.07--2013.05\t", "\t"]), words), min_size=1, max_size=12))
@example([("2010.07--2013.05\t", "，" * 120)])
def test_sentences_found_to_fit_a_box_do_fit_it(lines):
    text = "\n".join(head + words.strip() for head, words in lines)
    size = filling(text, 150, 60, (12, 9, 7, 5), 9.5)
    if size is None:
        return
    assert height_of(text, size) == height_of("", size)


def height_of(text, size):
    """How high the table is that has a box of 60 mm with a text, between its outermost rules."""
    cell = Cell(text, "left", size, top=True, hang=9.5)
    document = pypdfium2.PdfDocument(to_pdf(paper(Table((150,), (Row((cell,), 60), Row((Cell("末"),), 8))))))
    assert len(document) == 1
    rules = [each.get_bounds()[1] for each in document[0].get_objects() if each.type == 2]
    document.close()
    return round(max(rules) - min(rules))
