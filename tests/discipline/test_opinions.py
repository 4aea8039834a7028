"""处理意见: what the records suggest, and what becomes of what was typed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from training_app.discipline import opinions


def person(name: str, **more: object) -> dict[str, object]:
    return {
        "name": name,
        "standing": "",
        "absence_standing": "",
        "share": "0",
        "absent_so_far": "0",
        "times": {},
    } | more


def test_each_line_is_named_with_its_people():
    people = [
        person("甲", standing="over", share="0.1667"),
        person("乙", absence_standing="over", absent_so_far="16", times={"absent": 4}),
        person("丙", absence_standing="near", times={"absent": 3}),
        person("丁", standing="near"),
    ]
    assert opinions.propose({"people": people, "absence_days": "2"}) == (
        "截至印发时，甲（16.7%）累计缺课超过总学时1/7；乙（16学时）累计旷课达到2天，建议按退学处理，由教务处研究决定。"
        "对旷课的丙予以通报批评。丁累计缺课接近1/7，请所在单位约谈提醒。丙累计旷课再有半天即达2天，请所在单位约谈提醒。"
    )


def test_nothing_is_nothing_also_in_bulletins_from_before_absence_counted():
    old = {key: value for key, value in person("甲").items() if not key.startswith("abs")}
    assert opinions.propose({"people": [old]}) == "无。"


@given(st.text())
def test_tidied_twice_is_tidied_once_and_has_no_blank_lines(typed):
    once = opinions.tidy(typed)
    assert opinions.tidy(once) == once
    assert all(line == line.strip() != "" for line in once.split("\n")) or once == ""


@given(st.text("甲乙。！\n"), st.sampled_from("甲乙"))
def test_nobody_hidden_is_named_and_nothing_is_lost_when_nobody_is(text, name):
    found = opinions.without(text, [name])
    assert name not in found
    assert found == text if name not in text else found.endswith(opinions.ELSEWHERE)
