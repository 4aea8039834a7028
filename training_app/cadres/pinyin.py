"""How a name is spelled in pinyin, for search and order: syllables and initials, every reading of each character."""

from __future__ import annotations

import itertools
from functools import lru_cache

# Characters read otherwise when they are a surname. pypinyin's own table of surnames is not used: it knows
# only the usual reading of a few of these.
SURNAMES = {
    "单": "shan",
    "曾": "zeng",
    "解": "xie",
    "仇": "qiu",
    "区": "ou",
    "查": "zha",
    "任": "ren",
    "朴": "piao",
    "盖": "ge",
    "乐": "yue",
    "尉": "wei",
    "翟": "zhai",
    "覃": "qin",
    "繁": "po",
    "员": "yun",
    "召": "shao",
    "晟": "cheng",
    "折": "she",
    "缪": "miao",
    "秘": "bi",
    "冼": "xian",
    "纪": "ji",
    "华": "hua",
    "宁": "ning",
    "燕": "yan",
    "应": "ying",
    "於": "yu",
    "宓": "mi",
    "逄": "pang",
    "种": "chong",
    "黑": "he",
    "盛": "sheng",
    "石": "shi",
    "牟": "mu",
    "瞿": "qu",
    "佘": "she",
    "沈": "shen",
    "万": "wan",
    "尹": "yin",
    "曲": "qu",
    "尉迟": "yu chi",
    "长孙": "zhang sun",
    "万俟": "mo qi",
    "澹台": "tan tai",
    "宇文": "yu wen",
    "欧阳": "ou yang",
    "上官": "shang guan",
    "司马": "si ma",
    "诸葛": "zhu ge",
    "令狐": "ling hu",
    "皇甫": "huang fu",
    "夏侯": "xia hou",
}
_MOST_READINGS = 6  # per name; more would only slow the search down
_COLUMN = 200


@lru_cache(maxsize=20_000)
def pinyin_of(name: str) -> str:
    """The name's spellings, most likely first: ``shan xiong`` as ``shanxiong sx …``, in lower case.

    Each spelling stands as one word, its initials as another, so that a search matches the start of a word.
    """
    name = "".join(name.split())
    words: list[str] = []
    for reading in itertools.islice(itertools.product(*_readings(name)), _MOST_READINGS):
        syllables = [s for part in reading for s in part.split()]
        for word in ("".join(syllables), "".join(s[0] for s in syllables)):
            if word and word not in words:
                words.append(word)
    text = " ".join(words).lower()
    return text if len(text) <= _COLUMN else text[:_COLUMN].rsplit(" ", 1)[0]


def _readings(name: str) -> list[list[str]]:
    # pypinyin takes half a second to load its dictionaries; a process that never adds a person need not wait.
    from pypinyin import Style, pinyin  # noqa: PLC0415

    rest = name
    readings: list[list[str]] = []
    for length in (2, 1):
        known = SURNAMES.get(name[:length])
        if known is not None and len(name) > length - 1:
            readings.append([known])
            rest = name[length:]
            break
    for syllables in pinyin(rest, style=Style.NORMAL, heteronym=True, errors=_letters, v_to_u=False):
        kept = list(dict.fromkeys(s for s in syllables if s))
        if kept:
            readings.append(kept)
    return readings


def _letters(text: str) -> str | None:
    """What to do with characters that have no reading: keep letters and digits, drop dots and rare signs."""
    kept = "".join(c for c in text if c.isascii() and c.isalnum())
    return kept or None
