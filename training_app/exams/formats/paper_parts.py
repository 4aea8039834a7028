"""What the lines of a paper are made of: headings, numbers, brackets, labels, options, points."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal

from training_app.core.spreadsheets.text import half_width
from training_app.exams.formats.questions import ESSAY, LETTERS, MULTIPLE, SINGLE, number_of, type_of

BLANK = "（　）"
UNDERLINE = "\ue001"  # around what Word underlines, since units write the answers of gaps that way
SIGNS = "√✓✔☑✅∨×✗✘✕✖╳❌☒"
CHINESE = "一二三四五六七八九十"
_NUMERAL = (
    rf"(?:第?[{CHINESE}]{{1,3}}\s*(?:部分|大题|大项)?\s*[、.．,，:：]?"
    rf"|[IVXⅠⅡⅢⅣⅤⅥⅦⅧ]+\s*[、.．]|[（(]\s*[{CHINESE}]{{1,2}}\s*[)）])"
)
_KIND = (
    r"(?:单项选择|单项|单选|多项选择|多项|多选|不定项|选择|判断|是非|简答|简述|论述|填空|问答|名词解释|案例分析|案例|材料|计算|匹配|连线|配对"
    r"|辨析|综合分析|分析|公文写作|写作|作文)"
)
_NUMBERED_HEADING = re.compile(rf"^\s*{_NUMERAL}\s*({_KIND}[^。？?]{{0,40}})$")
_OTHER_HEADING = re.compile(rf"^\s*{_NUMERAL}\s*([^。？?，,：:]{{1,14}}题)[:：]?$")
_PLAIN_HEADING = re.compile(
    rf"^\s*({_KIND}[^。？?，,]{{0,4}}题)\s*[:：]?(?:[\s，,]*(?:共|每|本|计|满分|\d)[^。？?]{{0,40}})?$"
)
_BARE_HEADING = re.compile(r"^\s*(单选|多选|判断|填空|简答|单项选择|多项选择)[:：]?$")
_REMARK = re.compile(r"[（(【\[][^（）()【】\[\]]*[)）】\]]")
_ONLY_NUMERAL = re.compile(rf"^\s*[（(]\s*[{CHINESE}]{{1,2}}\s*[)）]\s*[、.．]?")
_LONGEST_HEADING = 160
NUMBER = re.compile(
    r"^\s*(?:第\s*(\d{1,4})\s*题\s*[:：、.．]?|[（(]\s*(\d{1,4})\s*[)）]\s*[、.．]?|(\d{1,4})\s*(?:[、．)）:：]|\.(?!\d)|\s(?=\S)))\s*(.*)$",
    re.DOTALL,
)
BEFORE = re.compile(rf"^\s*([（(]\s*(?:[{SIGNS}对错]|[A-Ja-jＡ-Ｊ]{{0,10}})\s*[)）])\s*(?=\d{{1,4}}\s*[.．、])")
OPTION = re.compile(r"^\s*[（(]?\s*([A-Za-zＡ-Ｚ])\s*[)）]?\s*[.．、:：)）]\s*(.*)$", re.DOTALL)
BARE_OPTION = re.compile(r"^\s*([A-HＡ-Ｈ])[\s\u3000]+(\S.*)$", re.DOTALL)
FILLED = re.compile(
    rf"[（(【\[][\s_]{{0,40}}([A-Ja-jＡ-Ｊａ-ｊ][A-Ja-jＡ-Ｊａ-ｊ、,，.;；/\s]*|[{SIGNS}]|对|错|正确|错误|[TFＴＦ])?[\s_]{{0,40}}[)）】\]]"
    r"|(?<!_)_+\s*([A-JＡ-Ｊ]{1,10})\s*_+"
)
LABEL = re.compile(
    r"[【\[]?\s*(正确答案|参考答案|标准答案|答案要点|参考要点|答题要点|评分要点|评分标准|答案解析|试题解析|答案|答|解析|分析|说明|难度|难易度|难易程度|分值|分数|考点|知识点|类别|类型|题型)\s*(?:[】\]]\s*[:：]?|[:：])\s*"
)
WITHIN = re.compile(
    r"(?<=[\s。？?！!；;)）_])(?:正确答案|参考答案|标准答案|答案要点|答案解析|答案|答|解析|难度|分值|知识点)\s*[:：]"
)
MATERIAL = re.compile(
    rf"^(?:[【（(\[]?\s*(?:材料|案例|背景材料|阅读材料|资料|背景资料)\s*[{CHINESE}\d]{{0,2}}\s*[】)）\]]?\s*[:：]|"
    rf"[【（(\[]\s*(?:材料|案例|资料)\s*[{CHINESE}\d]{{0,2}}\s*[】)）\]]|"
    r"(?:请?阅读|请?根据|依据|结合|针对)[^。？?]{0,16}(?:材料|案例|资料|短文|情形)[^？?]{0,60}$)"
)
RANGE = re.compile(r"(\d{1,4})\s*[-—~～至到]+\s*(\d{1,4})\s*小?题")
_EACH = re.compile(r"每\s*(?:小\s*)?([题空个道])\s*(?:各|得|计)?\s*(\d+(?:\.\d+)?|[一二两三四五六七八九十])\s*分")
_PER = re.compile(r"(\d+(?:\.\d+)?)\s*分\s*[/／]\s*小?[题空]")
_TOTAL = re.compile(r"共\s*(\d{1,3})\s*(?:小\s*)?[题道][^每]{0,12}?(?:共|计|满分|,|，|、)\s*(\d{1,3})\s*分")
_POINTS = re.compile(r"[（(【\[]\s*(?:本(?:小)?题|分值\s*[:：]?|满分)?\s*(\d+(?:\.\d+)?)\s*分\s*[)）】\]]")
_OF_KIND = re.compile(
    r"[（(【\[]\s*((?:单选|单项选择|多选|多项选择|不定项选择|不定项|判断|填空|简答|论述|问答|案例分析)题?)\s*[)）】\]]\s*[:：、*]?\s*"
)


@dataclass
class Draft:
    """A question while its lines come in. ``inner``: the last number of a list within its stem or answer."""

    number: int
    kind: str
    score: Decimal | None
    section: int
    style: str = ""
    material: tuple[str, ...] = ()
    per_blank: bool = False
    stem: list[str] = field(default_factory=list)
    options: list[str] = field(default_factory=list)
    labels: dict[str, list[str]] = field(default_factory=dict)
    last: str = ""  # which label the lines belong to
    inner: int = 0

    def is_filled(self) -> bool:
        """Whether an answer stands in the brackets of the stem."""
        return any((found[1] or found[2] or "").strip() for found in FILLED.finditer(" ".join(self.stem)))

    def is_done(self) -> bool:
        """Whether it has all that a question needs, so that what follows may be of others."""
        return bool(self.options or self.labels) or self.is_filled()


def heading_of(line: str) -> str:
    """What a heading of a part says, ``单项选择题``; '' when the line is none."""
    text = line.strip()
    if not text or len(text) > _LONGEST_HEADING or text[0].isdigit():
        return ""
    plain = _REMARK.sub("", _ONLY_NUMERAL.sub("一、", text)).strip()
    plain = plain or text
    for pattern in (_NUMBERED_HEADING, _PLAIN_HEADING, _BARE_HEADING, _OTHER_HEADING):
        found = pattern.match(plain)
        if found:
            return found[1]
    return ""


def kind_of_heading(said: str, whole: str) -> str:
    """The type of the questions under a heading; an unknown one is ''."""
    kind = type_of(said) or (ESSAY if re.search("简述|辨析|分析|写作|作文", said) else "")
    if kind == ESSAY and (inside := re.search("单选|单项|多选|不定项", "".join(_REMARK.findall(whole)))):
        return SINGLE if inside[0].startswith("单") else MULTIPLE
    return kind


def points_of_heading(text: str) -> tuple[Decimal | None, bool]:
    """The points of each question that a heading tells, and whether they are of each gap."""
    plain = half_width(text)
    if found := _EACH.search(plain):
        amount = found[2] if found[2][0].isdigit() else str("〇一二三四五六七八九十".find(found[2].replace("两", "二")))
        return number_of(amount), found[1] == "空"
    if found := _PER.search(plain):
        return number_of(found[1]), False
    if (found := _TOTAL.search(plain)) and int(found[1]):
        each = Decimal(found[2]) / int(found[1])
        return (each if each * 2 == int(each * 2) and each else None), False
    return None, False


def without_points(stem: str) -> tuple[str, Decimal | None]:
    """The stem without ``（2分）`` at its beginning or end, and the points."""
    for found in _POINTS.finditer(stem):
        before, after = stem[: found.start()], stem[found.end() :]
        if not before.strip() or not after.strip("。.？? \n\u3000") or found.end() >= len(stem.rstrip()):
            return (before.rstrip() + after).strip(), number_of(found[1])
    return stem, None


def without_kind(stem: str) -> tuple[str, str]:
    """The stem without ``（单选题）``, and the type it says."""
    found = _OF_KIND.search(stem)
    if found is None or (stem[: found.start()].strip() and stem[found.end() :].strip("。？?*： \n")):
        return stem, ""
    return (stem[: found.start()] + stem[found.end() :]).strip(), type_of(found[1])


def style_of(number: re.Match[str]) -> str:
    """How a number is written, so that ``（1）`` within an answer is no question of a part that counts ``1.``."""
    if number[1]:
        return "第"
    return "（" if number[2] else "."


def count_of(number: re.Match[str]) -> int:
    """The number."""
    return int(number[1] or number[2] or number[3])


def name_of(label: str) -> str:
    """Which part of a question a label stands for."""
    if "解析" in label or label in ("分析", "说明"):
        return "explanation"
    if label.startswith("难"):
        return "difficulty"
    if label in ("分值", "分数"):
        return "score"
    if label in ("考点", "知识点", "类别"):
        return "category"
    return "type" if label in ("类型", "题型") else "answer"


def spaced_options(text: str, before: int) -> list[str]:
    """An option, and those that follow it on the same line."""
    found: list[str] = []
    rest = text
    while True:
        due = before + len(found) + 1
        if due >= len(LETTERS):
            break
        letter = f"[{LETTERS[due]}{chr(0xFF21 + due)}]"
        cut = re.search(rf"[\s\u3000]+[（(]?{letter}\s*[)）]?\s*[.．、:：)）]", rest)
        if cut is None:
            break
        found.append(rest[: cut.start()])
        rest = rest[cut.end() :]
    return [each.strip().strip("\u3000") for each in (*found, rest)]


def unspaced_options(text: str, before: int) -> list[str]:
    """Options typed without a blank between them: ``A.宪法B.民法典C.刑法``."""
    found: list[str] = []
    rest = text
    while before + len(found) + 1 < len(LETTERS):
        cut = re.search(rf"{LETTERS[before + len(found) + 1]}[.．、]", rest)
        if cut is None:
            break
        found.append(rest[: cut.start()])
        rest = rest[cut.end() :]
    return [each.strip() for each in (*found, rest)]
