"""The people of the demonstration county as rows: names, posts, levels, numbers that belong to nobody."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from random import Random
from typing import Any

from training_app.cadres.api import mask_citizen_number, mask_phone, pinyin_of
from training_app.core import crypto
from training_app.demo import lists
from training_app.demo.numbers import citizen_number, phone
from training_app.demo.units import Place

VILLAGES = ("村", "社区")
FIVE_YEAR_LEVELS = ("县处级正职", "县处级副职")

# how many people a unit of a kind has, by weight, and what its people are
_WEIGHTS = {
    "县级领导": 5,
    "党委部门": 17,
    "人大政协机关": 13,
    "政府部门": 19,
    "司法机关": 19,
    "群团组织": 6,
    "事业单位": 22,
    "县属国企": 12,
    "街道": 34,
    "乡镇": 36,
    "村": 4,
    "社区": 4,
}
_CATEGORIES = {
    "群团组织": "参公",
    "事业单位": "事业",
    "县属国企": "国企",
    "村": "村（社区）",
    "社区": "村（社区）",
}


class Register:
    """Makes the rows of people; keeps names apart within a unit, and serials apart over all."""

    def __init__(self, random: Random, units: list[Place], today: date, now: datetime) -> None:
        self.random, self.units, self.today, self.now = random, units, today, now
        self.serial = 0
        self.taken: set[tuple[str, int]] = set()

    def cadres(self, total: int) -> Iterator[dict[str, Any]]:
        """People of the register, unit by unit, shared out by weight."""
        units = [u for u in self.units if u.kind in _WEIGHTS]
        weight = sum(_WEIGHTS[u.kind] for u in units)
        due, made = 0.0, 0
        for place in units:
            due += total * _WEIGHTS[place.kind] / weight
            count = round(due) - made
            made += count
            sections = [u for u in self.units if u.parent_id == place.id and u.kind == "科室"]
            for n in range(count):
                yield self._cadre(place, sections, n)

    def members(self, total: int) -> Iterator[dict[str, Any]]:
        """Village party members who are no cadres."""
        villages = [u for u in self.units if u.kind in VILLAGES]
        for n in range(total):
            place = villages[n % len(villages)]
            row = self._person(place, post_title="", unit=place, party="中共党员", ages=(24, 72))
            yield row | {
                "in_register": False,
                "unit_and_post": f"{place.name}党支部",
                "post_level": "",
                "rank": "",
                "category": "",
                "_type": "预备党员" if n % 40 == 7 else "正式党员",
            }

    def _cadre(self, place: Place, sections: list[Place], n: int) -> dict[str, Any]:
        title, level, rank, in_section = self._post(place, n)
        unit = self.random.choice(sections) if in_section and sections else place
        if unit is not place and level == "股级":
            title = "科长" if unit.name.endswith("科") else "主任"
        ages = {
            "县处级正职": (46, 56),
            "县处级副职": (42, 55),
            "乡科级正职": (38, 56),
            "乡科级副职": (33, 53),
            "股级": (29, 52),
        }
        row = self._person(place, post_title=title, unit=unit, party=self._party(level), ages=ages.get(level, (24, 55)))
        if not rank and level == "" and _CATEGORIES.get(place.kind) in (None, "参公"):
            rank = self.random.choice(("二级主任科员", "三级主任科员", "四级主任科员", "一级科员", "一级科员"))
        category = _CATEGORIES.get(place.kind, "公务员")
        if (
            category == "公务员"
            and place.kind in ("街道", "乡镇", "政府部门")
            and n >= 8
            and self.random.random() < 0.36
        ):
            category, rank = "事业", ""
        return row | {
            "in_register": True,
            "post_level": level,
            "rank": rank,
            "category": category,
            "unit_and_post": f"{unit.name}{title}",
            "_type": "正式党员",
        }

    def _post(self, place: Place, n: int) -> tuple[str, str, str, bool]:
        """Title, level, rank of the n-th person of a unit, and whether the person sits in a section."""
        if place.kind == "县级领导":
            chief = {"县委": "书记", "县人大": "主任", "县政府": "县长", "县政协": "主席"}[place.short_name]
            deputies = {
                "县委": ("副书记", "常委、组织部部长", "常委、宣传部部长", "常委、政法委书记"),
                "县政府": ("常务副县长", "副县长", "副县长", "副县长"),
            }
            if n == 0:
                return chief, "县处级正职", "", False
            others = deputies.get(place.short_name, (f"副{chief}",))
            return others[min(n - 1, len(others) - 1)], "县处级副职", "", False
        if place.kind in VILLAGES:
            posts = ("党总支书记、主任", "党总支副书记", "委员、监督委员会主任", "委员、文书")
            return posts[min(n, 3)], "", "", False
        if place.kind in ("乡镇", "街道"):
            chief = "主任" if place.kind == "街道" else ("镇长" if place.name.endswith("镇") else "乡长")
            body = "党工委" if place.kind == "街道" else "党委"
            titles = (
                f"{body}书记",
                f"{body}副书记、{chief}",
                "人大主席" if place.kind == "乡镇" else "人大工委主任",
                f"{body}副书记",
                f"{body}委员、组织委员",
                f"{body}委员、宣传委员",
                f"副{chief}",
                f"副{chief}",
                f"副{chief}",
                "党政综合办公室主任",
                "基层治理办公室主任",
                "乡村振兴办公室主任",
                "综合执法队队长",
            )
            level = "乡科级正职" if n < 3 else "乡科级副职" if n < 9 else "股级"
            return (titles[n], level, "", False) if n < len(titles) else ("工作人员", "", "", False)
        heads = {
            "政法委": "常务副书记",
            "县法院": "党组副书记、副院长",
            "县检察院": "党组副书记、副检察长",
            "县医院": "院长",
            "云溪一中": "校长",
            "县委党校": "常务副校长",
            "县档案馆": "馆长",
            "县总工会": "常务副主席",
            "团县委": "书记",
            "县妇联": "主席",
            "县科协": "主席",
            "县残联": "理事长",
            "县纪委监委": "副书记、监委副主任",
            "县城投公司": "董事长",
            "县水投公司": "董事长",
            "组织部": "常务副部长",
            "宣传部": "常务副部长",
            "统战部": "常务副部长",
            "社会工作部": "部长",
            "县直机关工委": "书记",
            "县供销社": "理事会主任",
        }
        title = heads.get(place.short_name, "局长" if place.name.endswith("局") else "主任")
        if n == 0:
            return title, "" if place.kind == "县属国企" else "乡科级正职", self._chief_rank(place), False
        if n in (1, 2):
            deputy = title.replace("常务", "") if "常务" in title else f"副{title.split('、')[-1].removeprefix('副')}"
            return deputy, "" if place.kind == "县属国企" else "乡科级副职", "", False
        if n in (3, 4, 5):
            return ("办公室主任", "财务股股长", "业务股股长")[n - 3], "股级", "", n > 3 and place.kind != "县属国企"
        return ("教师" if place.short_name in ("云溪一中", "县委党校") and n > 7 else "工作人员"), "", "", n % 2 == 0

    def _chief_rank(self, place: Place) -> str:
        return "四级调研员" if place.kind in ("党委部门", "政府部门") and self.random.random() < 0.12 else ""

    def _party(self, level: str) -> str:
        if level in FIVE_YEAR_LEVELS or level == "乡科级正职":
            return "中共党员"
        return self._pick(lists.PARTIES)

    def _person(
        self, place: Place, *, post_title: str, unit: Place, party: str, ages: tuple[int, int]
    ) -> dict[str, Any]:
        random, self.serial = self.random, self.serial + 1
        male = random.random() < 0.63
        name = self._name(place, male=male)
        born = date(self.today.year - random.randint(*ages), random.randint(1, 12), random.randint(1, 28))
        number = citizen_number(random, birth=f"{born:%Y%m%d}", male=male, serial=self.serial)
        telephone = phone(self.serial)
        started = min(born.year + random.randint(19, 25), self.today.year)
        schooling = (
            random.choice(("大学", "大学", "大学", "大专", "研究生"))
            if place.kind not in VILLAGES
            else (random.choice(("大专", "高中", "初中", "中专")))
        )
        joined = f"{min(born.year + random.randint(20, 32), self.today.year)}-{random.randint(1, 12):02d}"
        return {
            "name": name,
            "pinyin": pinyin_of(name),
            "sex": "男" if male else "女",
            "ethnic_group": self._pick(lists.ETHNIC_GROUPS),
            "native_place": lists.COUNTY,
            "birth_month": f"{born:%Y-%m}",
            "id_number_encrypted": crypto.encrypt(number),
            "id_number_index": crypto.blind_index(number, "id_number"),
            "id_number_masked": mask_citizen_number(number),
            "phone_encrypted": crypto.encrypt(telephone),
            "phone_index": crypto.blind_index(telephone, "phone"),
            "phone_masked": mask_phone(telephone),
            "political_status": party,
            "party_joined": joined if party in ("中共党员", "中共预备党员") else "",
            "work_started": f"{started}-07",
            "full_time_education": schooling,
            "degree": {"大学": "学士", "研究生": "硕士"}.get(schooling, ""),
            "school_and_major": f"{random.choice(lists.SCHOOLS)}{random.choice(lists.MAJORS)}专业"
            if schooling in ("大学", "研究生", "大专")
            else "",
            "unit_id": unit.id,
            "post_title": post_title,
            "post_since": f"{self.today.year - random.randint(0, 7)}-{random.randint(1, 12):02d}",
            "created_at": self.now,
            "updated_at": self.now,
            "_born": born,
            "_phone": telephone,
        }

    def _name(self, place: Place, *, male: bool) -> str:
        given = lists.GIVEN_MEN if male else lists.GIVEN_WOMEN
        while True:
            double = self.random.random() < 0.01
            surname = self.random.choice(lists.SURNAMES_DOUBLE if double else lists.SURNAMES)
            name = surname + self.random.choice(given)
            if self.random.random() < 0.72:
                name = surname + self.random.choice(lists.GIVEN_SECOND) + name[-1]
            if name[-1] != name[-2] and (name, place.top_id) not in self.taken:
                self.taken.add((name, place.top_id))
                return name

    def _pick(self, weighted: tuple[tuple[str, int], ...]) -> str:
        words, weights = zip(*weighted, strict=True)
        return str(self.random.choices(words, weights)[0])
