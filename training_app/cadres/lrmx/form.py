"""What an appointment form says. Source of the element names: the files of the trade (forms.md 6.14)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields

# element of the file → (our field, its title on the form)
ELEMENTS: Mapping[str, tuple[str, str]] = {
    "XingMing": ("name", "姓名"),
    "XingBie": ("sex", "性别"),
    "ChuShengNianYue": ("birth_month", "出生年月"),
    "MinZu": ("ethnic_group", "民族"),
    "JiGuan": ("native_place", "籍贯"),
    "ChuShengDi": ("birth_place", "出生地"),
    "RuDangShiJian": ("party_joined", "入党时间"),
    "CanJiaGongZuoShiJian": ("work_started", "参加工作时间"),
    "JianKangZhuangKuang": ("health", "健康状况"),
    "ZhuanYeJiShuZhiWu": ("professional_title", "专业技术职务"),
    "ShuXiZhuanYeYouHeZhuanChang": ("specialty", "熟悉专业有何专长"),
    "QuanRiZhiJiaoYu_XueLi": ("full_time_education", "全日制教育学历"),
    "QuanRiZhiJiaoYu_XueWei": ("full_time_degree", "全日制教育学位"),
    "QuanRiZhiJiaoYu_XueLi_BiYeYuanXiaoXi": ("full_time_school", "全日制教育学历毕业院校系及专业"),
    "QuanRiZhiJiaoYu_XueWei_BiYeYuanXiaoXi": ("full_time_degree_school", "全日制教育学位毕业院校系及专业"),
    "ZaiZhiJiaoYu_XueLi": ("in_service_education", "在职教育学历"),
    "ZaiZhiJiaoYu_XueWei": ("in_service_degree", "在职教育学位"),
    "ZaiZhiJiaoYu_XueLi_BiYeYuanXiaoXi": ("in_service_school", "在职教育学历毕业院校系及专业"),
    "ZaiZhiJiaoYu_XueWei_BiYeYuanXiaoXi": ("in_service_degree_school", "在职教育学位毕业院校系及专业"),
    "XianRenZhiWu": ("unit_and_post", "现任职务"),
    "NiRenZhiWu": ("proposed_post", "拟任职务"),
    "NiMianZhiWu": ("removed_post", "拟免职务"),
    "JianLi": ("resume", "简历"),
    "JiangChengQingKuang": ("honours", "奖惩情况"),
    "NianDuKaoHeJieGuo": ("assessments", "年度考核结果"),
    "RenMianLiYou": ("reason", "任免理由"),
    "JiaTingChengYuan": ("family", "家庭主要成员及重要社会关系"),
    "ChengBaoDanWei": ("reporting_unit", "呈报单位"),
    "JiSuanNianLingShiJian": ("age_counted_on", "计算年龄时间"),
    "TianBiaoShiJian": ("filled_on", "填表时间"),
    "TianBiaoRen": ("filled_by", "填表人"),
    "ShenFenZheng": ("id_number", "身份证号"),
    "ZhaoPian": ("photo", "照片"),
    "Version": ("version", "版本"),
}
RELATIVE: Mapping[str, str] = {
    "ChengWei": "relation",
    "XingMing": "name",
    "ChuShengRiQi": "born",
    "ZhengZhiMianMao": "political_status",
    "GongZuoDanWeiJiZhiWu": "unit_and_post",
}
_APART = " | "


@dataclass(frozen=True)
class Relative:
    """One line of the family table; ``born`` as the file writes it (``198503`` or ``19850312``)."""

    relation: str = ""
    name: str = ""
    born: str = ""
    political_status: str = ""
    unit_and_post: str = ""


@dataclass(frozen=True)
class AppointmentForm:
    """One form, every text as its file has it; months as ``198503``, days as ``20230401``."""

    name: str = ""
    sex: str = ""
    birth_month: str = ""
    ethnic_group: str = ""
    native_place: str = ""
    birth_place: str = ""
    party_joined: str = ""
    work_started: str = ""
    health: str = ""
    professional_title: str = ""
    specialty: str = ""
    full_time_education: str = ""
    full_time_degree: str = ""
    full_time_school: str = ""
    full_time_degree_school: str = ""
    in_service_education: str = ""
    in_service_degree: str = ""
    in_service_school: str = ""
    in_service_degree_school: str = ""
    unit_and_post: str = ""
    proposed_post: str = ""
    removed_post: str = ""
    resume: str = ""
    honours: str = ""
    assessments: str = ""
    reason: str = ""
    family: tuple[Relative, ...] = ()
    reporting_unit: str = ""
    age_counted_on: str = ""
    filled_on: str = ""
    filled_by: str = ""
    id_number: str = ""
    photo: bytes = b""
    version: str = ""

    def texts(self) -> dict[str, str]:
        """The fields that are one text each."""
        return {name: getattr(self, name) for name in FIELDS}


FIELDS = tuple(f.name for f in fields(AppointmentForm) if f.name not in ("family", "photo"))
TITLES = dict(ELEMENTS.values())


def shown_family(family: Iterable[Relative]) -> str:
    """The family as one cell: a line each, its parts apart by bars, so that a person can put it right."""
    return "\n".join(_APART.join(vars(each).values()).rstrip(" |") for each in family)


def family_of(typed: str) -> tuple[Relative, ...]:
    """The family from such a cell; a line without bars is taken apart at its blanks."""
    found = []
    for line in typed.splitlines():
        parts = re.split(r"\s*[|｜]\s*", line.strip()) if re.search(r"[|｜]", line) else line.split(maxsplit=4)
        if any(parts):
            found.append(Relative(*(part.strip() for part in [*parts, "", "", "", ""][:5])))
    return tuple(found)


_STAGE = re.compile(
    r"\s*(?P<begin>\d{4}[.．/年-]\d{1,2})月?\s*(?:--|—+|－+|–|-|至|~)\s*(?P<end>\d{4}[.．/年-]\d{1,2}|至今|今)?月?\s*(?P<text>.*)"
)


@dataclass(frozen=True)
class Stage:
    """A line of the résumé; months as ``2010.07``, ``end`` '' for to this day; ``inner``: within the stage above."""

    begin: str
    end: str
    text: str
    inner: bool = False


def stages_of(resume: str) -> tuple[Stage, ...]:
    """The résumé line by line; a line without months goes on with the one above."""
    stages: list[Stage] = []
    for line in resume.splitlines():
        plain = line.strip()
        if not plain:
            continue
        inner = plain[0] in "(（" and plain[-1] in ")）"
        found = _STAGE.fullmatch(plain[1:-1] if inner else plain)
        if found:
            stages.append(Stage(_month(found["begin"]), _month(found["end"] or ""), found["text"].strip(), inner))
        elif stages:
            last = stages.pop()
            stages.append(Stage(last.begin, last.end, f"{last.text}{plain}", last.inner))
        else:
            stages.append(Stage("", "", plain))
    return tuple(stages)


def _month(typed: str) -> str:
    digits = re.findall(r"\d+", typed)
    return f"{digits[0]}.{int(digits[1]):02}" if len(digits) == 2 else ""
