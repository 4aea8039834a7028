"""Papers as Word files. Tables are written as XML at once: python-docx takes a hundred times longer by the cell."""

from __future__ import annotations

import io
from collections.abc import Mapping
from functools import lru_cache
from xml.sax.saxutils import escape

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.parts.document import DocumentPart
from docx.section import Section
from docx.shared import Mm

from training_app.core.papers.content import A4, SPACING, Cell, Line, Note, Paper, Row, Sheet, Table
from training_app.core.papers.pictures import fitted_size

_NAMES = nsdecls("w")
_TITLE, _HEAD, _BODY = "宋体", "黑体", "仿宋"
_LATIN = "Times New Roman"
_TIGHT = '<w:autoSpaceDE w:val="0"/><w:autoSpaceDN w:val="0"/>'  # no gap between Chinese and figures on forms
_LAST = (
    f'<w:p {_NAMES}><w:pPr><w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/>'
    '<w:rPr><w:sz w:val="2"/></w:rPr></w:pPr></w:p>'
)
_NEXT_PAGE = _LAST.replace("<w:pPr>", "<w:pPr><w:pageBreakBefore/>")
_NOT_IN_XML = frozenset("\ufffe\uffff") | {chr(code) for code in range(0xD800, 0xE000)}
_Drawings = Mapping[bytes, str]
_ALIGN = {"left": "left", "center": "center", "right": "right"}


def to_word(paper: Paper) -> bytes:
    """The paper as a .docx file that can be changed and printed."""
    document = Document(io.BytesIO(_blank()))
    section = document.sections[0]
    _page(section, paper)
    body = document.element.body
    end = body[-1]  # the section's properties close the body
    drawings = _drawings(document.part, paper)
    for at, sheet in enumerate(paper.sheets):
        for xml in _sheet(sheet, paper.width, drawings, first=at == 0):
            end.addprevious(parse_xml(xml))
    if isinstance(paper.sheets[-1].blocks[-1], Table):  # a table may not end a file; the paragraph takes no room
        end.addprevious(parse_xml(_LAST))
    document.core_properties.title = paper.name
    document.core_properties.author = ""
    document.core_properties.comments = ""
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


@lru_cache(maxsize=1)
def _blank() -> bytes:
    out = io.BytesIO()
    document = Document()
    for old in list(document.element.body)[:-1]:
        document.element.body.remove(old)
    fonts = document.styles["Normal"].element.get_or_add_rPr().get_or_add_rFonts()
    for name, font in (("w:ascii", _LATIN), ("w:hAnsi", _LATIN), ("w:eastAsia", _BODY)):
        fonts.set(qn(name), font)
    look = document.styles["Normal"].element.get_or_add_rPr()
    for old in look.findall(qn("w:lang")):
        look.remove(old)
    look.append(parse_xml(f'<w:lang {_NAMES} w:val="en-US" w:eastAsia="zh-CN"/>'))
    document.save(out)
    return out.getvalue()


def _page(section: Section, paper: Paper) -> None:
    width, height = A4[::-1] if paper.landscape else A4
    section.orientation = WD_ORIENT.LANDSCAPE if paper.landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(width), Mm(height)
    section.top_margin, section.right_margin, section.bottom_margin, section.left_margin = map(Mm, paper.margins)
    section.footer_distance = Mm(max(6, paper.margins[2] / 2))
    if paper.numbered:
        _number_pages(section, whole=paper.counted)


def _number_pages(section: Section, *, whole: bool) -> None:
    """The number of each page, with the number of all pages where the form is one whole."""
    footer = section.footer
    footer.is_linked_to_previous = False
    parts = ("第", "PAGE", "页　共", "NUMPAGES", "页") if whole else ("— ", "PAGE", " —")
    words = "".join(_field(part) if part.isascii() and part.isupper() else _run(part, 9, _TITLE) for part in parts)
    old = footer.paragraphs[0]._p  # noqa: SLF001 - python-docx has no public way to write a field
    old.addprevious(parse_xml(f'<w:p {_NAMES}><w:pPr><w:jc w:val="center"/></w:pPr>{words}</w:p>'))
    old.getparent().remove(old)


def _field(code: str) -> str:
    """A number that Word counts itself."""
    marks = [f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end")]
    words = f'<w:r><w:instrText xml:space="preserve"> {code} </w:instrText></w:r>'
    look = '<w:rPr><w:sz w:val="18"/><w:szCs w:val="18"/></w:rPr>'
    return f"{marks[0]}{words}{marks[1]}<w:r>{look}<w:t>1</w:t></w:r>{marks[2]}"


def _drawings(part: DocumentPart, paper: Paper) -> _Drawings:
    """The pictures of a form, each in the words of Word; a picture that cannot be read is none."""
    found = {}
    for cell in paper.cells():
        size = fitted_size(cell.picture, cell.fit) if cell.picture else None
        if size is not None and cell.picture not in found:
            inline = part.new_pic_inline(io.BytesIO(cell.picture), Mm(size[0]), Mm(size[1]))
            found[cell.picture] = f"<w:r><w:drawing>{inline.xml}</w:drawing></w:r>"
    return found


def _sheet(sheet: Sheet, width: float, drawings: _Drawings, *, first: bool) -> list[str]:
    title = _paragraph(sheet.title, sheet.title_size, "center", font=_TITLE, bold=True, after=60, new_page=not first)
    found = [
        title if sheet.title else _NEXT_PAGE,
        *([_paragraph(sheet.subtitle, 11, "center", after=60)] if sheet.subtitle else []),
    ]
    for block in sheet.blocks:
        match block:
            case Table():
                found.append(_table(block, drawings))
            case Line():
                found.append(_line(block, width))
            case Note():
                found.append(_paragraph(block.text, block.size, block.align, before=80, keep=block.keep))
    return found


def _paragraph(
    text: str,
    size: float,
    align: str,
    *,
    font: str = _BODY,
    bold: bool = False,
    before: int = 0,
    after: int = 0,
    new_page: bool = False,
    keep: bool = False,
) -> str:
    # Spacing counts in twentieths of a point, on one line.
    return (
        f"<w:p {_NAMES}><w:pPr>{'<w:keepNext/>' if keep else ''}{'<w:pageBreakBefore/>' if new_page else ''}"
        f'{_TIGHT}<w:spacing w:before="{before}" w:after="{after}" w:line="240" w:lineRule="auto"/>'
        f'<w:jc w:val="{_ALIGN[align]}"/></w:pPr>{_run(text, size, font, bold=bold)}</w:p>'
    )


def _line(line: Line, width: float) -> str:
    """Parts of one line, kept apart by tabs."""
    stops = {1: [], 2: [("right", 1.0)], 3: [("center", 0.5), ("right", 1.0)]}[len(line.parts)]
    tabs = "".join(f'<w:tab w:val="{kind}" w:pos="{_twips(width * share)}"/>' for kind, share in stops)
    runs = "<w:r><w:tab/></w:r>".join(_run(part, line.size, _BODY) for part in line.parts)
    return (
        f"<w:p {_NAMES}><w:pPr>{f'<w:tabs>{tabs}</w:tabs>' if tabs else ''}"
        f'{_TIGHT}<w:spacing w:before="60" w:after="60" w:line="240" w:lineRule="auto"/></w:pPr>{runs}</w:p>'
    )


def _table(table: Table, drawings: _Drawings) -> str:
    columns = "".join(f'<w:gridCol w:w="{_twips(width)}"/>' for width in table.widths)
    edge = "".join(
        f'<w:{side} w:val="single" w:sz="5" w:space="0" w:color="000000"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    open_above: dict[int, tuple[int, Cell]] = {}
    rows = [_row(table.heads, table.widths, open_above, drawings, head=True, keep=table.whole)] if table.heads else []
    last = len(table.rows) - 1
    for at, row in enumerate(table.rows):
        rows.append(_row(row, table.widths, open_above, drawings, keep=table.whole and at < last))
    return (
        f'<w:tbl {_NAMES}><w:tblPr><w:tblW w:w="{_twips(sum(table.widths))}" w:type="dxa"/><w:jc w:val="center"/>'
        f'<w:tblBorders>{edge}</w:tblBorders><w:tblLayout w:type="fixed"/><w:tblCellMar>'
        '<w:left w:w="40" w:type="dxa"/><w:right w:w="40" w:type="dxa"/></w:tblCellMar></w:tblPr>'
        f"<w:tblGrid>{columns}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )


def _row(
    row: Row,
    widths: tuple[float, ...],
    open_above: dict[int, tuple[int, Cell]],
    drawings: _Drawings,
    *,
    head: bool = False,
    keep: bool = False,
) -> str:
    """A row; boxes that reach down from above are continued, as Word wants them."""
    made, at, waiting = [], 0, list(row.cells)
    while at < len(widths):
        if at in open_above:
            left, cell = open_above.pop(at)
            made.append(_cell(cell, widths[at : at + cell.across], drawings, merge="continue", keep=keep))
            if left > 1:
                open_above[at] = (left - 1, cell)
        else:
            cell = waiting.pop(0)
            merge = "restart" if cell.down > 1 else ""
            made.append(_cell(cell, widths[at : at + cell.across], drawings, merge=merge, keep=keep))
            if cell.down > 1:
                open_above[at] = (cell.down - 1, cell)
        at += cell.across
    height = f'<w:trHeight w:val="{_twips(row.height)}" w:hRule="atLeast"/>' if row.height else ""
    return f"<w:tr><w:trPr><w:cantSplit/>{height}{'<w:tblHeader/>' if head else ''}</w:trPr>{''.join(made)}</w:tr>"


def _cell(cell: Cell, widths: tuple[float, ...], drawings: _Drawings, *, merge: str = "", keep: bool = False) -> str:
    borders = '<w:tcBorders><w:top w:val="nil"/><w:bottom w:val="nil"/></w:tcBorders>' if cell.gap else ""
    merged = f'<w:vMerge w:val="{merge}"/>' if merge else ""
    across = f'<w:gridSpan w:val="{cell.across}"/>' if cell.across > 1 else ""
    text = "" if merge == "continue" else cell.text
    line_height, hang = 'w:line="240" w:lineRule="auto"', ""
    if cell.hang:
        set_in = round(cell.hang * cell.size * 20)  # twentieths of a point
        hang = f'<w:ind w:left="{set_in}" w:hanging="{set_in}"/>'
        line_height = f'w:line="{round(cell.size * SPACING * 20)}" w:lineRule="exact"'
    drawn = "" if merge == "continue" or not cell.picture else drawings.get(cell.picture, "")
    paragraphs = "".join(
        f"<w:p><w:pPr>{'<w:keepNext/>' if keep else ''}{_TIGHT}"
        f'<w:spacing w:before="0" w:after="0" {line_height}/>{hang}'
        f'<w:jc w:val="{_ALIGN[cell.align]}"/></w:pPr>'
        f"{drawn or _run(line, cell.size, _HEAD if cell.bold else _BODY, faint=cell.faint)}</w:p>"
        for line in (("",) if drawn else text.split("\n"))
    )
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{_twips(sum(widths))}" w:type="dxa"/>{across}{merged}{borders}'
        f"<w:vAlign w:val='{'top' if cell.top else 'center'}'/></w:tcPr>{paragraphs}</w:tc>"
    )


def _run(text: str, size: float, font: str, *, bold: bool = False, faint: bool = False) -> str:
    half_points = max(2, int(size * 2))  # rounded down, so that what fitted still fits
    look = ("<w:b/>" if bold else "") + ('<w:color w:val="6B675F"/>' if faint else "")
    fonts = f'<w:rFonts w:ascii="{_LATIN}" w:hAnsi="{_LATIN}" w:eastAsia="{font}" w:hint="eastAsia"/>'
    words = "<w:tab/>".join(
        f'<w:t xml:space="preserve">{escape(_legal(part))}</w:t>' if part else "" for part in text.split("\t")
    )
    return f'<w:r><w:rPr>{fonts}{look}<w:sz w:val="{half_points}"/><w:szCs w:val="{half_points}"/></w:rPr>{words}</w:r>'


def _legal(text: str) -> str:
    """Without the signs that XML cannot hold."""
    return "".join(sign for sign in text if sign >= " " and sign not in _NOT_IN_XML)


def _twips(millimetres: float) -> int:
    return round(millimetres * 1440 / 25.4)
