"""How a name is spelled in pinyin, for search and order: syllables and initials, every reading of each character."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
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
_MOST_READINGS = 10  # per name; more would only slow the search down
_COLUMN = 200


@lru_cache(maxsize=20_000)
def pinyin_of(name: str) -> str:
    """The name's spellings, most likely first: ``shan xiong`` as ``shanxiong sx …``, in lower case.

    Each spelling stands as one word, its initials as another, so that a search matches the start of a word.
    """
    name = "".join(name.split())
    words: list[str] = []
    for reading in itertools.islice(_spellings(_readings(name)), _MOST_READINGS):
        syllables = [s for part in reading for s in part.split()]
        for word in ("".join(syllables), "".join(s[0] for s in syllables)):
            if word and word not in words:
                words.append(word)
    text = " ".join(words).lower()
    return text if len(text) <= _COLUMN else text[:_COLUMN].rsplit(" ", 1)[0]


def _spellings(readings: list[list[str]]) -> Iterator[list[str]]:
    """The usual spelling first, then those with one character read otherwise, then with two."""
    usual = [reading[0] for reading in readings]
    yield usual
    others = [(at, other) for at, reading in enumerate(readings) for other in reading[1:]]
    for many in (1, 2):
        for chosen in itertools.combinations(others, many):
            changed = dict(chosen)
            if len(changed) == many:
                yield [changed.get(at, syllable) for at, syllable in enumerate(usual)]


def _readings(name: str) -> list[list[str]]:
    # The first character is the surname: read as a surname is, and in no other way.
    for length in (2, 1):
        if len(name) >= length and name[:length] in SURNAMES:
            return [[SURNAMES[name[:length]]], *_read_given(name[length:])]
    return [*map(list, _read(name[:1], heteronym=False)), *_read_given(name[1:])]


def _read_given(text: str) -> list[list[str]]:
    # As words are read comes first (长乐 is a place), each character by itself after it.
    usual = _read(text, heteronym=False)
    each = [reading for character in text for reading in _read(character, heteronym=True)]
    if len(usual) != len(each):
        return [list(word) for word in usual]
    return [list(dict.fromkeys([*word, *others])) for word, others in zip(usual, each, strict=True)]


@lru_cache(maxsize=20_000)  # a county has some hundred surnames and two thousand characters in given names
def _read(text: str, *, heteronym: bool) -> tuple[tuple[str, ...], ...]:
    # pypinyin takes half a second to load its dictionaries; a process that never adds a person need not wait.
    from pypinyin import Style, pinyin  # noqa: PLC0415

    found = pinyin(text, style=Style.NORMAL, heteronym=heteronym, errors=_letters, v_to_u=False)
    kept = (tuple(dict.fromkeys(s for s in syllables if s)) for syllables in found)
    return tuple(syllables for syllables in kept if syllables)


def _letters(text: str) -> str:
    """What to do with characters that have no reading: keep letters and digits, drop dots and rare signs."""
    return "".join(c for c in text if c.isascii() and c.isalnum())
