"""How a name stands on a screen that the whole hall sees. Values in, values out."""

from __future__ import annotations

SHOWN_NAMES = ("full", "surname", "initials")
_DOUBLE = (
    "欧阳上官司马诸葛皇甫尉迟长孙宇文万俟澹台令狐慕容司徒司空公孙东方夏侯端木百里南宫闻人轩辕独孤申屠"
    "钟离淳于单于濮阳太史公羊公冶赫连呼延东郭西门鲜于闾丘亓官司寇子车颛孙巫马公西漆雕壤驷公良夹谷宰父谷梁段干拓跋左丘第五"
)
_DOUBLE_SURNAMES = frozenset(_DOUBLE[at : at + 2] for at in range(0, len(_DOUBLE), 2))
_MOST_ASTERISKS = 3


def surname_of(name: str) -> str:
    """The surname: two signs where it is one of the double ones, else the first sign."""
    return name[:2] if len(name) > 2 and name[:2] in _DOUBLE_SURNAMES else name[:1]


def name_shown(name: str, way: str, initials: str = "") -> str:
    """A name in full, the surname with asterisks, or its initials in pinyin.

    ``initials`` as the dictionary has them (``zwm``); where there are none, the surname with asterisks is shown.
    """
    if way == "initials" and initials:
        return initials.upper()
    if way in ("surname", "initials"):
        surname = surname_of(name)
        return surname + "*" * min(max(len(name) - len(surname), 1), _MOST_ASTERISKS)
    return name
