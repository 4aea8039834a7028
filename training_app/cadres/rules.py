"""What must be true of a person's record: citizen numbers, months, phones, and the three-age check."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from training_app.core.text import N_
from training_app.core.typed import normalise

# GB 11643-1999: the 18th character is the check of the 17 before it (ISO 7064, MOD 11-2).
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_NUMBER_LENGTH = 18
_OLD_NUMBER_LENGTH = 15

CITIZEN_NUMBER_REASONS: Mapping[str, str] = {
    "id_missing": N_("A citizen number is needed."),
    "id_length": N_("A citizen number has 18 characters."),
    "id_characters": N_("A citizen number has 17 digits and a digit or X."),
    "checksum": N_("The last character does not fit: a digit is mistyped."),
    "id_birth_invalid": N_("The date of birth in the number does not exist."),
    "id_birth_future": N_("The date of birth in the number lies in the future."),
}

POST_LEVELS = (
    "县处级正职",
    "县处级副职",
    "乡科级正职",
    "乡科级副职",
    "股级正职",
    "股级副职",
    "股级",
    "科员",
    "办事员",
    "试用期",
    "其他",
)
POST_LEVEL_GROUPS = ("县处级", "乡科级", "股级")  # a filter for one takes in its 正职 and 副职
RANKS = (
    "一级巡视员",
    "二级巡视员",
    "一级调研员",
    "二级调研员",
    "三级调研员",
    "四级调研员",
    "一级主任科员",
    "二级主任科员",
    "三级主任科员",
    "四级主任科员",
    "一级科员",
    "二级科员",
    *(f"管理{n}级" for n in ("五", "六", "七", "八", "九", "十")),
    *(f"专技{n}级" for n in ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二", "十三")),
)
POLITICAL_STATUSES = (
    "中共党员",
    "中共预备党员",
    "共青团员",
    "民革党员",
    "民盟盟员",
    "民建会员",
    "民进会员",
    "农工党党员",
    "致公党党员",
    "九三学社社员",
    "台盟盟员",
    "无党派人士",
    "群众",
)
CATEGORIES = ("公务员", "参公", "事业", "国企", "村（社区）", "其他")
ETHNIC_GROUPS = tuple(  # GB/T 3304-1991, without 族
    "汉 蒙古 回 藏 维吾尔 苗 彝 壮 布依 朝鲜 满 侗 瑶 白 土家 哈尼 哈萨克 傣 黎 傈僳 佤 畲 高山 拉祜 水 东乡 纳西"  # noqa: SIM905
    " 景颇 柯尔克孜 土 达斡尔 仫佬 羌 布朗 撒拉 毛南 仡佬 锡伯 阿昌 普米 塔吉克 怒 乌孜别克 俄罗斯 鄂温克 德昂 保安"
    " 裕固 京 塔塔尔 独龙 鄂伦春 赫哲 门巴 珞巴 基诺".split()
)
EDUCATIONS = (
    "研究生",
    "中央党校研究生",
    "省委党校研究生",
    "大学",
    "中央党校大学",
    "省委党校大学",
    "大专",
    "中央党校大专",
    "省委党校大专",
    "中专",
    "中技",
    "高中",
    "初中",
    "小学",
)
DEGREES = ("博士", "硕士", "学士")
PARTY_MEMBERS = ("中共党员", "中共预备党员")


def normalise_citizen_number(text: str) -> str:
    """The number as it is stored: half-width, no separators, a capital X."""
    return normalise(text).replace("-", "").upper()


def check_citizen_number(text: str, today: date | None = None) -> str | None:
    """The reason why this is no citizen number (GB 11643), or None; the number comes normalised or not.

    The check character is judged before the date of birth: of a mistyped number nothing else can be said.
    """
    number = normalise_citizen_number(text)
    if not number:
        return "id_missing"
    if len(number) != _NUMBER_LENGTH:
        return "id_length"
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        return "id_characters"
    if check_character(number[:17]) != number[17]:
        return "checksum"
    born = birth_date_of(number)
    if born is None:
        return "id_birth_invalid"
    if today is not None and born > today:
        return "id_birth_future"
    return None


def check_character(first_17: str) -> str:
    """The 18th character to 17 digits."""
    return _CHECKS[sum(int(d) * w for d, w in zip(first_17, _WEIGHTS, strict=True)) % 11]


def birth_date_of(number: str) -> date | None:
    """The date of birth a citizen number holds; None when no such day exists."""
    try:
        year, month, day = int(number[6:10]), int(number[10:12]), int(number[12:14])
        return date(year, month, day) if year >= 1900 else None
    except ValueError:
        return None


def birth_month_of(number: str) -> str:
    """The month of birth in a citizen number, as ``1985-03``; '' when it holds none."""
    born = birth_date_of(number)
    return f"{born:%Y-%m}" if born else ""


def sex_of(number: str) -> str:
    """男 or 女, from the 17th digit; '' when there is none."""
    digit = number[16:17]
    if not (digit.isascii() and digit.isdigit()):
        return ""
    return "男" if int(digit) % 2 else "女"


def mask_citizen_number(number: str) -> str:
    """Enough to tell two people apart, not enough to guess the rest: birth and serial are hidden."""
    return f"{number[:4]}********{number[-2:]}" if len(number) > 6 else "*" * len(number)


def mask_phone(phone: str) -> str:
    """The first three and last four digits of a phone."""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 8 else "*" * len(phone)


def normalise_phone(text: str) -> str:
    """Digits only; a leading country code +86 is dropped."""
    digits = re.sub(r"[^0-9]", "", normalise(text))
    return digits[2:] if len(digits) == 13 and digits.startswith("86") else digits


def is_phone(text: str) -> bool:
    """Whether this is a mobile number: eleven digits, the first a 1."""
    return re.fullmatch(r"1[3-9][0-9]{9}", normalise_phone(text)) is not None


def months_between(earlier: str, later: str) -> int:
    """Whole months from one ``1985-03`` to another."""
    y1, m1 = map(int, earlier.split("-"))
    y2, m2 = map(int, later.split("-"))
    return (y2 - y1) * 12 + m2 - m1


ADULT_MONTHS = 18 * 12  # 党章第一条: from eighteen one may apply
WORKING_MONTHS = 16 * 12  # 劳动法第十五条: nobody is employed under sixteen


@dataclass(frozen=True)
class Dates:
    """The months of a life that must agree with one another."""

    birth_month: str = ""
    party_joined: str = ""
    work_started: str = ""
    post_since: str = ""
    rank_since: str = ""


def doubts_about(dates: Dates) -> list[tuple[str, str]]:
    """Three-age check (三龄): (field, reason code) of what a person should look at; nothing here forbids."""
    doubts = []
    born = dates.birth_month
    if born and dates.party_joined and months_between(born, dates.party_joined) < ADULT_MONTHS:
        doubts.append(("party_joined", "party_age"))
    if born and dates.work_started and months_between(born, dates.work_started) < WORKING_MONTHS:
        doubts.append(("work_started", "work_age"))
    for name in ("post_since", "rank_since"):
        since = getattr(dates, name)
        if since and dates.work_started and since < dates.work_started:
            doubts.append((name, "before_work"))
    return doubts


DOUBTS: Mapping[str, str] = {
    "party_age": N_("Joined the party under 18: please compare with the personnel archive."),
    "work_age": N_("Began to work under 16: please compare with the personnel archive."),
    "before_work": N_("Earlier than the beginning of work: please compare with the personnel archive."),
}


def impossible_months(dates: Dates, this_month: str) -> list[tuple[str, str]]:
    """(field, message) of months that cannot be: in the future, or before birth."""
    wrong = []
    for name in ("birth_month", "party_joined", "work_started", "post_since", "rank_since"):
        month = getattr(dates, name)
        if month and month > this_month:
            wrong.append((name, N_("This month lies in the future.")))
        elif month and name != "birth_month" and dates.birth_month and month <= dates.birth_month:
            wrong.append((name, N_("This lies before the birth.")))
    return wrong


def changes_between(
    before: Mapping[str, object], after: Mapping[str, object], fields: Iterable[str]
) -> dict[str, tuple[str, str]]:
    """Field → (old, new) of what differs, as text."""
    return {
        name: (str(before[name] or ""), str(after[name] or ""))
        for name in fields
        if (before[name] or "") != (after[name] or "")
    }


def full_post(unit_name: str, post_title: str) -> str:
    """Unit and post as the register writes them: 县财政局副局长."""
    return post_title if post_title.startswith(unit_name) else unit_name + post_title


def search_terms(text: str) -> list[str]:
    """The words of a search: apart by spaces; Latin letters in lower case."""
    return unicodedata.normalize("NFKC", text).lower().split()


_VILLAGES = ("村", "社区")


def is_deputy_post(*, post_level: str, post_title: str, unit_kind: str, top_grade: str, at_top: bool) -> bool:
    """Whether this is one of a unit's deputy posts (副职), which its approved number counts.

    The level says so for most; a chief's level with 副 in every part of the title is a deputy who stands in; units
    of section grade (股级) have deputies without a level of their own.
    """
    if unit_kind in _VILLAGES:
        return False
    if post_level.endswith("副职"):
        return True
    if post_level.endswith("正职"):
        return "副" in post_title and all("副" in part for part in post_title.split("、"))
    return top_grade == "股级" and at_top and post_level == "股级" and post_title.startswith("副")
