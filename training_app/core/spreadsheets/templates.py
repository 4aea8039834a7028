"""Excel files to fill in that explain themselves: the importer's own columns, choices to pick from, help."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import xlsxwriter

from training_app.core.spreadsheets.columns import ColumnSet, Field
from training_app.core.spreadsheets.fillings import Filling
from training_app.core.spreadsheets.text import label_key

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

HELP_SHEET, CHOICES_SHEET = "填写说明", "选项"
HELP_SHEETS = frozenset({HELP_SHEET, CHOICES_SHEET})  # of a filled-in template these hold nothing to import
_LAST_ROW = 2000  # choices and hints reach down to here
_LONGEST_SHEET_NAME = 31
_HELP_HEADS = ("列", "必填", "填写要求", "举例", "可选内容", "标题也可写作")
_HOW_TO = (
    "怎样填写：在第一张表的标题行下面每行填一条，不要合并单元格；本表只供查阅，不会导入。",
    "红底的列必须填写，灰底的列可以不填；点到单元格会出现填写提示，带小箭头的可从列表选择。",
    "列的先后可以调整，用不着的灰底列可以删除；也可从原有表格整列粘贴过来。填好后保存，在“导入”页上传。",
)


def write_template(columns: ColumnSet, living: Mapping[str, Sequence[str]], filling: Filling | None = None) -> bytes:
    """The template of a kind; ``living`` are the lists to choose from that it does not hold itself, by name."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    look = {"bold": True, "bottom": 1, "valign": "vcenter", "text_wrap": True, "num_format": "@"}
    must = book.add_format({**look, "bg_color": "#F6D9D5", "font_color": "#8F1D14"})
    may = book.add_format({**look, "bg_color": "#F1EFEB"})
    text = book.add_format({"num_format": "@"})
    wrapped = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
    kind_title = columns.titles[0] if columns.titles else columns.kind
    sheet, about = book.add_worksheet(kind_title[:_LONGEST_SHEET_NAME]), book.add_worksheet(HELP_SHEET)
    choices = book.add_worksheet(CHOICES_SHEET)
    choices.hide()
    top = 0
    headers = list(columns.dynamic_examples)
    if filling is not None:
        top, headers = 1, list(filling.headers) or headers
        sheet.set_row(0, 28)
        sheet.write_string(0, 0, filling.title, book.add_format({"bold": True, "font_size": 14, "valign": "vcenter"}))
    sheet.set_row(top, 32)
    sheet.freeze_panes(top + 1, 1 if filling is not None else 0)
    used = 0
    for at, each in enumerate(columns.fields.values()):
        sheet.write_string(top, at, each.title, must if each.required else may)
        numeric = not isinstance(each.help.example, str)
        sheet.set_column(at, at, _width_of(each), None if numeric else text)
        sheet.write_comment(top, at, _hint(each), {"x_scale": 1.6, "y_scale": 1.2})
        options = list(each.help.choices) or list(living.get(each.help.living, ()))
        if options:
            choices.write_column(0, used, options)
        _guide(sheet, (top + 1, at), each.title, _hint(each), (used, len(options)))
        used += bool(options)
    choices.write_column(0, used, columns.dynamic_choices)
    for at, label in enumerate(headers, len(columns.fields)):
        sheet.write_string(top, at, label, must)
        sheet.set_column(at, at, 16, text)
        if filling is None:
            sheet.write_comment(top, at, "本列标题是数据：请改成实际的日期、时段或班次，可向右增加。")
        if columns.dynamic_choices:
            _guide(sheet, (top + 1, at), label, "从列表选择。", (used, len(columns.dynamic_choices)))
    if filling is not None:
        _fill(sheet, top + 1, [*columns.fields, *headers], filling)
    _explain(about, columns, must, wrapped)
    book.close()
    return out.getvalue()


def _fill(sheet: Worksheet, top: int, names: Sequence[str], filling: Filling) -> None:
    """The rows that are known; texts stay texts, whatever they begin with."""
    for down, row in enumerate(filling.rows):
        for at, name in enumerate(names):
            value = row.get(name, "")
            if isinstance(value, str):
                if value:
                    sheet.write_string(top + down, at, value)
            else:
                sheet.write_number(top + down, at, value)


def _guide(sheet: Worksheet, place: tuple[int, int], title: str, hint: str, options: tuple[int, int]) -> None:
    """The message beside a cell being typed in, with the list to choose from when there is one."""
    (top, at), (column, count) = place, options
    rule: dict[str, Any] = {"validate": "any"}
    if count:
        letter = xlsxwriter.utility.xl_col_to_name(column, col_abs=True)
        rule = {
            "validate": "list",
            "source": f"='{CHOICES_SHEET}'!{letter}$1:{letter}${count}",
            "error_type": "warning",  # the importer knows more spellings than the list has
            "error_title": "不在列表中",
            "error_message": "所填内容不在下拉列表中，请核对。",
        }
    sheet.data_validation(top, at, _LAST_ROW, at, {**rule, "input_title": title[:32], "input_message": hint})


def _hint(each: Field) -> str:
    """What to type, an example, and what happens when the cell stays empty."""
    parts = [each.help.text, f"例：{each.help.example}" if each.help.example != "" else ""]
    parts.append("必填：不填则此行不能导入。" if each.required else "可不填。" if "不填" not in each.help.text else "")
    return "\n".join(part for part in parts if part)[:250]


def _width_of(each: Field) -> int:
    wide = max(len(each.title), len(str(each.help.example)))
    return 22 if each.name == "id_number" else min(max(10, 2 * wide + 2), 40)


def _explain(about: Worksheet, columns: ColumnSet, head: Any, wrapped: Any) -> None:
    """The sheet of explanations; what it shows as examples is never taken for data."""
    for at, (label, width) in enumerate(zip(_HELP_HEADS, (22, 8, 50, 28, 50, 40), strict=True)):
        about.write_string(len(_HOW_TO), at, label, head)
        about.set_column(at, at, width)
    for number, line in enumerate(_HOW_TO):
        about.write_string(number, 0, line)
    about.freeze_panes(len(_HOW_TO) + 1, 0)
    for number, each in enumerate(columns.fields.values(), len(_HOW_TO) + 1):
        listed = "、".join(each.help.choices) or ("见下拉列表" if each.help.living else "")
        others = sorted(each.keys - {label_key(each.title)}, key=lambda key: (len(key), key))
        told = (each.help.text, str(each.help.example), listed, "、".join(others))
        cells = (each.title, "是" if each.required else "", *told)
        for at, value in enumerate(cells):
            about.write_string(number, at, value, wrapped)
