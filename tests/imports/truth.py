"""What each column's value must be called in a row's values, to hold them against the county's truth."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

MARKS = {
    "present": "出勤",
    "late": "迟到",
    "leave_personal": "事假",
    "leave_sick": "病假",
    "leave_official": "公假",
    "absent": "旷课",
}
Read = Callable[[Mapping[str, Any]], Any]


def get(name: str) -> Read:
    return lambda values: values[name]


def span(values: Mapping[str, Any]) -> list[str]:
    return [values["starts_on"].isoformat(), values["ends_on"].isoformat()]


PERSON = {
    "姓名": get("name"),
    "性别": get("sex"),
    "民族": get("ethnic_group"),
    "联系电话": get("phone"),
    "备注": get("note"),
    "单位编码": get("unit_code"),
}
TRUTH: dict[str, dict[str, Read]] = {
    "units": {
        "单位编码": get("code"),
        "单位名称": get("name"),
        "单位简称": get("short_name"),
        "上级单位编码": get("parent_code"),
        "单位类别": get("kind"),
        "机构规格": get("grade"),
        "编制数/行政": get("admin_staff"),
        "编制数/事业": get("institution_staff"),
        "领导职数/正职": get("chiefs_approved"),
        "领导职数/副职": get("deputies_approved"),
        "备注": get("note"),
    },
    "cadres": {
        **PERSON,
        "籍贯": get("native_place"),
        "出生年月": get("birth_month"),
        "身份证号码": get("id_number"),
        "政治面貌": get("political_status"),
        "入党时间": get("party_joined"),
        "参加工作时间": get("work_started"),
        "学历学位/全日制学历": get("full_time_education"),
        "学历学位/学位": get("degree"),
        "学历学位/在职学历": get("in_service_education"),
        "学历学位/毕业院校及专业": get("school_and_major"),
        "工作单位及职务": get("unit_and_post"),
        "职务层次": get("post_level"),
        "职级": get("rank"),
        "任现职务时间": get("post_since"),
        "任现职级时间": get("rank_since"),
        "干部类别": get("category"),
        "职务": get("post_title"),
    },
    "party-members": {
        **PERSON,
        "身份证号": get("id_number"),
        "学历": get("education"),
        "所在党支部": get("branch"),
        "入党时间": get("joined"),
        "党员类别": get("member_type"),
    },
    "courses": {
        "课程类别": get("course_domain"),
        "课程编号": get("code"),
        "课程名称": get("name"),
        "学时": get("credit_hours"),
        "授课形式": get("method"),
        "适用对象": get("audience"),
        "授课教师": lambda v: "、".join(v["teachers"]) or None,
        "备注": get("note"),
    },
    "teachers": {
        "姓名": get("name"),
        "性别": get("sex"),
        "出生年月": get("birth_month"),
        "身份证号": get("id_number"),
        "师资类别": get("kind"),
        "专兼职": get("tie"),
        "单位": get("unit_name"),
        "职务": get("post_title"),
        "职称": get("title"),
        "专长": get("specialities"),
        "可授课程": get("can_teach"),
        "联系电话": get("phone"),
        "入库时间": get("admitted_on"),
        "备注": get("note"),
        "单位编码": get("unit_code"),
    },
    "sites": {
        "教学点名称": get("name"),
        "类型": get("kind"),
        "所属单位": get("unit_name"),
        "地址": get("address"),
        "经度": get("longitude"),
        "纬度": get("latitude"),
        "可容纳人数": get("capacity"),
        "讲解时长（分钟）": get("minutes"),
        "联系人": get("contact_name"),
        "联系电话": get("contact_phone"),
        "备注": get("note"),
        "单位编码": get("unit_code"),
    },
    "routes": {
        "路线编号": get("code"),
        "路线名称": get("name"),
        "站序": get("order_no"),
        "教学点": get("site"),
        "停留时间（分钟）": get("stay_minutes"),
        "距下一站（公里）": get("km_to_next"),
    },
    "plan": {
        "班次类别": get("program"),
        "班次编号": get("code"),
        "班次名称": get("name"),
        "培训对象": get("audience"),
        "计划人数": get("seats"),
        "天数": get("days"),
        "学时": get("credit_hours"),
        "起止时间": span,
        "培训地点": get("venue"),
        "主办单位": get("host"),
        "承办单位": get("organiser"),
        "备注": get("note"),
    },
    "quotas": {"单位": get("unit"), "单位编码": get("unit_code")},
    "online-hours": {
        "姓名": get("name"),
        "证件号码": get("id_number"),
        "单位": get("unit"),
        "单位编码": get("unit_code"),
        "总学时": get("hours"),
        "统计截止日期": lambda v: v["as_of"].isoformat(),
    },
    "external": {
        "姓名": get("name"),
        "培训班次名称": get("title"),
        "主办单位": get("host"),
        "起止时间": span,
        "学时": get("hours"),
        "结业情况": get("outcome"),
        "备注": get("note"),
        "单位编码": get("unit_code"),
        "身份证号码": get("number_on_record"),
    },
    "roster": {
        **PERSON,
        "组别": get("group_name"),
        "身份证号": get("number_on_record"),
        "工作单位及职务": lambda v: (
            v["post_title"] if v["post_title"].startswith(v["unit_name"]) else v["unit_name"] + v["post_title"]
        ),
    },
    "attendance": {"姓名": get("name"), "单位编码": get("unit_code"), "身份证号": get("number_on_record")},
    "scores": {
        "姓名": get("name"),
        "单位编码": get("unit_code"),
        "身份证号": get("number_on_record"),
        "备注": get("note"),
        "考试成绩": lambda v: "缺考" if v["state"] == "absent" else v["score"],
        "心得体会": get("reflection"),
        "日常表现": get("conduct"),
        "总评成绩": get("total"),
        "补考成绩": get("resit"),
        "等次": get("grade"),
        "是否结业": get("completed"),
    },
    "party-class": {
        **{k: v for k, v in PERSON.items() if k != "民族"},
        "身份证号": get("number_on_record"),
        "出勤": get("attended"),
        "测试成绩": get("score"),
        "是否合格": get("passed"),
    },
}
TRUTH["roster"].pop("性别")  # the file's may be wrong; the register's stands


def value_of(sheet: Any, row: Any, column: str, kind: str) -> Any:
    """What the importer made of a cell, under the county's name of its column; KeyError when nobody took it."""
    values = row.values
    if kind == "timetable":
        if column == "日期":
            return values["day"].isoformat()
        lesson = next((x for n, x in values["lessons"].items() if sheet.column(n) == column), None)
        if lesson is None:
            return None
        course = lesson["course"]
        return [
            lesson["title"],
            course.code if course else "",
            "、".join(lesson["teachers"]),
            lesson["venue"],
            lesson["hours"],
        ]
    if kind == "attendance":
        mark = values["by_column"].get(column) or values["by_column"].get(column.replace("/", ""))
        if mark:
            return MARKS[mark]
    if kind == "quotas" and column not in TRUTH["quotas"]:
        line = next((x for n, x in sheet.notes["columns"].items() if sheet.column(n) == column), None)
        if line is None:
            raise KeyError(column)
        return values["seats"].get(line.plan_line_id)
    return TRUTH[kind][column](values)


def same(ours: Any, truth: Any) -> bool:
    """Whether a value is the truth, whatever the type: nothing is '' or None or 0."""
    if isinstance(truth, list):
        return isinstance(ours, list) and len(ours) == len(truth) and all(map(same, ours, truth))
    if isinstance(ours, date):
        ours = ours.isoformat()
    if isinstance(truth, int | float) or isinstance(ours, Decimal | int | float):
        try:
            return abs(float(ours or 0) - float(truth or 0)) < 1e-9
        except ValueError:
            return False
    return (ours or "") == (truth or "")
