"""Names are found by initials and syllables, surnames by their own reading."""

from __future__ import annotations

import pytest

from training_app.cadres.pinyin import pinyin_of


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("马兴云", "maxingyun mxy"), ("单雄信", "shanxiongxin sxx"), ("曾国藩", "zengguofan zgf"),
        ("解缙", "xiejin xj"), ("仇英", "qiuying qy"), ("欧阳晨", "ouyangchen oyc"), ("尉迟恭", "yuchigong ycg"),
        ("万俟卨", "moqixie mqx"), ("张　宏", "zhanghong zh"),
    ],
)  # fmt: skip
def test_the_most_likely_reading_comes_first(name, first):
    assert pinyin_of(name).startswith(first)


def test_other_readings_are_found_too():
    words = pinyin_of("王长乐").split()

    assert {"wangchangle", "wangzhangle"} <= set(words)


def test_the_index_fits_its_column():
    assert len(pinyin_of("阿卜杜热西提·买买提明·乌斯满江")) <= 200
    assert pinyin_of("") == ""
