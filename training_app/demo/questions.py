"""The demonstration county's question bank: general knowledge, made from short lists of facts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from random import Random

from training_app.exams.formats.questions import LETTERS, Question, fingerprint, normal
from training_app.exams.services.questions import store_questions

_CAPITALS = {
    "河北": "石家庄", "山西": "太原", "辽宁": "沈阳", "吉林": "长春", "黑龙江": "哈尔滨", "江苏": "南京",
    "浙江": "杭州",
    "安徽": "合肥", "福建": "福州", "江西": "南昌", "山东": "济南", "河南": "郑州", "湖北": "武汉", "湖南": "长沙",
    "广东": "广州", "海南": "海口", "四川": "成都", "贵州": "贵阳", "云南": "昆明", "陕西": "西安", "甘肃": "兰州",
    "青海": "西宁",
}  # fmt: skip
_TERMS = (
    "立春", "雨水", "惊蛰", "春分", "清明", "谷雨", "立夏", "小满", "芒种", "夏至", "小暑", "大暑", "立秋", "处暑",
    "白露",
    "秋分", "寒露", "霜降", "立冬", "小雪", "大雪", "冬至", "小寒", "大寒",
)  # fmt: skip
_DAYS = {
    "植树节": "3月12日", "世界水日": "3月22日", "全民国家安全教育日": "4月15日", "世界读书日": "4月23日",
    "全国防灾减灾日": "5月12日", "世界环境日": "6月5日", "全国土地日": "6月25日", "国际禁毒日": "6月26日",
    "教师节": "9月10日", "烈士纪念日": "9月30日", "世界粮食日": "10月16日", "全国消防日": "11月9日",
    "国家宪法日": "12月4日", "国家公祭日": "12月13日",
}  # fmt: skip
_PHONES = {
    "报警": "110", "火警": "119", "医疗急救": "120", "交通事故报警": "122", "消费者投诉举报": "12315",
    "公共法律服务": "12348", "政务服务便民": "12345", "选人用人问题举报": "12380", "生态环境投诉举报": "12369",
    "税务服务": "12366", "人力资源和社会保障服务": "12333", "妇女维权": "12338",
}  # fmt: skip
_DOCUMENTS = {
    "向上级机关汇报工作、反映情况": "报告", "向上级机关请求指示、批准": "请示", "答复下级机关请示事项": "批复",
    "不相隶属机关之间商洽工作": "函", "记载会议主要情况和议定事项": "纪要", "表彰先进、批评错误": "通报",
    "在一定范围内公布应当遵守或者周知的事项": "通告", "对重要问题提出见解和处理办法": "意见",
    "发布、传达要求下级机关执行的事项": "通知", "向国内外宣布重要事项或者法定事项": "公告",
}  # fmt: skip
_ELEMENTS = {
    "氢": "H", "氧": "O", "碳": "C", "氮": "N", "铁": "Fe", "铜": "Cu", "金": "Au", "银": "Ag", "钠": "Na", "钾": "K",
    "钙": "Ca", "铝": "Al",
}  # fmt: skip
_LISTS = {
    "我国的直辖市有": (("北京", "上海", "天津", "重庆"), ("深圳", "大连")),
    "我国的五个自治区包括": (("内蒙古", "广西", "西藏", "宁夏", "新疆"), ("云南", "青海")),
    "下列属于我国四大名著的有": (
        ("《红楼梦》", "《西游记》", "《水浒传》", "《三国演义》"),
        ("《儒林外史》", "《聊斋志异》"),
    ),
    "文房四宝是指": (("笔", "墨", "纸", "砚"), ("琴", "印")),
    "我国古代四大发明包括": (("造纸术", "印刷术", "指南针", "火药"), ("地动仪", "浑天仪")),
    "五岳包括": (("泰山", "华山", "衡山", "恒山", "嵩山"), ("黄山", "庐山")),
    "灭火的基本方法有": (("冷却法", "窒息法", "隔离法", "抑制法"), ("等待法", "扇风法")),
    "公文格式中属于版记要素的有": (("抄送机关", "印发机关和印发日期"), ("发文机关标志", "密级和保密期限")),
    "下列属于可再生能源的有": (("太阳能", "风能", "水能", "生物质能"), ("煤炭", "石油")),
    "生活垃圾一般分为": (("可回收物", "有害垃圾", "厨余垃圾", "其他垃圾"), ("金属垃圾", "液体垃圾")),
    "下列属于谷类作物的有": (("水稻", "小麦", "玉米", "高粱"), ("花生", "甘蔗")),
    "化肥“三要素”是指": (("氮", "磷", "钾"), ("钙", "镁")),
}
_TRUE = (
    ("法律常识", "未成年人是指未满十八周岁的公民。", True), ("法律常识", "口头形式的合同一律无效。", False),
    ("法律常识", "民法典自2021年1月1日起施行。", True), ("法律常识", "宪法具有最高的法律效力。", True),
    ("公文写作", "请示应当一文一事。", True), ("公文写作", "报告中可以夹带请示事项。", False),
    ("公文写作", "公文的成文日期用阿拉伯数字标注。", True), ("公文写作", "联合行文时使用主办机关的发文字号。", True),
    ("安全常识", "发现燃气泄漏时应当立即开灯检查。", False), ("安全常识", "火灾时不应乘坐普通电梯逃生。", True),
    ("安全常识", "电器着火应当先切断电源。", True), ("安全常识", "高压锅的排气孔可以用布包住使用。", False),
    ("信息安全", "涉密计算机不得接入互联网。", True), ("信息安全", "可以用普通即时通信软件传送涉密文件。", False),
    ("信息安全", "不同系统宜使用不同的口令。", True), ("生态环境", "废旧电池属于厨余垃圾。", False),
    ("生态环境", "世界环境日是每年的6月5日。", True), ("农业常识", "香蕉枯萎病由真菌引起。", True),
    ("农业常识", "绿茶属于全发酵茶。", False), ("农业常识", "轮作有助于减轻土传病害。", True),
    ("经济常识", "恩格尔系数是食品支出占消费支出总额的比重。", True),
    ("经济常识", "CPI是采购经理指数的英文缩写。", False),
    ("干部教育", "学员应当遵守培训期间的考勤制度。", True), ("干部教育", "结业论文可以由他人代写。", False),
)  # fmt: skip
_ESSAYS = (
    ("公文写作", "简述请示与报告的主要区别。", "行文目的不同；行文时间不同；写法不同；上级处理方式不同。"),
    ("公文写作", "简述会议纪要应当写明的内容。", "会议概况；讨论的主要问题；议定的事项；落实的单位和时限。"),
    ("安全常识", "简述发现有人触电时的处置步骤。", "先切断电源；用绝缘物使其脱离；呼救并拨打120；必要时心肺复苏。"),
    ("安全常识", "简述山洪易发区群众转移的注意事项。", "提前预警；向两侧高处转移；不涉水过河；清点人数；妥善安置。"),
    ("信息安全", "列举设置安全口令的三条要求。", "有足够长度；含多种字符；不含个人信息；定期更换；各系统不同。"),
    ("群众工作", "简述接待来访群众的基本要求。", "热情耐心；认真倾听和记录；依法解释政策；按时限答复；注意保密。"),
    ("干部教育", "简述现场教学的准备工作。", "明确目的；选好教学点；踩线勘察；准备讲解；安排交通和安全保障。"),
    ("农业常识", "简述发展林下经济应当注意的问题。", "适地适种；保护生态；防火防虫；对接市场；避免盲目扩张。"),
    ("经济常识", "简述拉动经济增长的三大需求。", "投资、消费、净出口；三者协调拉动。"),
    ("生态环境", "简述农村人居环境整治的主要内容。", "厕所革命；生活污水治理；生活垃圾治理；村容村貌提升。"),
)
_NUMBERS = (
    ("干部教育", "县处级以下干部每年参加集中培训的时间不少于（　）学时。", "90", "0"),
    ("安全常识", "成人心肺复苏时，胸外按压的频率为每分钟100至120次，其中点值为（　）次。", "110", "10"),
    ("经济常识", "1公顷等于（　）亩。", "15", "0"),
    ("农业常识", "水在标准大气压下的沸点是（　）摄氏度。", "100", "0.5"),
)
_BLANKS = (
    ("信息安全", "国家秘密的密级分为绝密、机密和（　）三级。", ("秘密", "秘密级")),
    ("公文写作", "公文用纸一般采用（　）型纸。", ("A4", "Ａ４")),
    ("干部教育", "学员结业前应当通过（　）。", ("考试", "考核", "结业考试")),
)


def fill_bank(random: Random) -> int:
    """Fill the question bank; returns how many questions there are."""
    found = {fingerprint(each): each for each in map(normal, _all(random))}
    store_questions([(question, mark) for mark, question in found.items()], source="演示题库.xlsx")
    return len(found)


def _all(random: Random) -> Iterator[Question]:
    yield from _asked(random, _CAPITALS, "{}省的省会是（　）。", "地理常识")
    yield from _asked(random, _DAYS, "{}是每年的（　）。", "综合知识/纪念日")
    yield from _asked(random, _PHONES, "{}的电话号码是（　）。", "综合知识/服务电话")
    yield from _asked(random, _DOCUMENTS, "{}，适用的文种是（　）。", "公文写作")
    yield from _asked(random, _ELEMENTS, "化学元素“{}”的符号是（　）。", "科学常识")
    following = {term: _TERMS[(at + 1) % len(_TERMS)] for at, term in enumerate(_TERMS)}
    yield from _asked(random, following, "二十四节气中，“{}”之后的下一个节气是（　）。", "农业常识/节气")
    for stem, (right, wrong) in _LISTS.items():
        yield _several(random, f"{stem}（　）。", right, wrong)
    for sign, phrase in (("之前", -1), ("之后", 1)):
        for at in range(0, len(_TERMS), 2):
            other = _TERMS[(at + phrase * random.choice((2, 3, 5))) % len(_TERMS)]
            near = random.random() < 0.5
            named = _TERMS[(at + phrase) % len(_TERMS)] if near else other
            text = f"二十四节气中，紧邻在“{_TERMS[at]}”{sign}的是“{named}”。（　）"
            yield _question("true_false", text, "农业常识/节气", "true" if near else "false", "易")
    for category, text, is_true in _TRUE:
        yield _question("true_false", f"{text}（　）", category, "true" if is_true else "false", "易")
    for category, text, points in _ESSAYS:
        yield _question("essay", text, category, points, "难", score=Decimal(10))
    for category, text, value, tolerance in _NUMBERS:
        yield _question("numerical", text, category, value, "中", tolerance=Decimal(tolerance))
    for category, text, accepted in _BLANKS:
        yield _question("short_answer", text, category, "\n".join(accepted), "中")
    for title, pairs in (("省份与省会", _CAPITALS), ("元素与符号", _ELEMENTS), ("热线与号码", _PHONES)):
        chosen = random.sample(sorted(pairs.items()), 4)
        spare = random.choice(sorted(set(pairs.values()) - {b for _, b in chosen}))
        yield Question(
            type="matching", stem=f"请将下列{title}一一对应。", pairs=tuple(chosen), distractors=(spare,),
            category="综合知识", difficulty="medium", score=Decimal(4),
        )  # fmt: skip


def _asked(random: Random, facts: dict[str, str], stem: str, category: str) -> Iterator[Question]:
    answers = sorted(set(facts.values()))
    for asked, right in facts.items():
        options = [right, *random.sample([a for a in answers if a != right], 3)]
        random.shuffle(options)
        text = stem.format(asked)
        yield _question(
            "single", text, category, LETTERS[options.index(right)], random.choice("易易中"), options=options
        )


def _several(random: Random, stem: str, right: Sequence[str], wrong: Sequence[str]) -> Question:
    options = [*right, *wrong[: 5 - len(right)]] if len(right) < 5 else [*right, wrong[0]]
    random.shuffle(options)
    letters = "".join(LETTERS[at] for at, option in enumerate(options) if option in right)
    return _question("multiple", stem, "综合知识", letters, random.choice("中中难"), options=options)


_LEVELS = {"易": "easy", "中": "medium", "难": "hard"}
_POINTS = {"single": 1, "multiple": 2, "true_false": 1, "numerical": 2, "short_answer": 1}


def _question(
    kind: str, stem: str, category: str, answer: str, level: str, *, options: Sequence[str] = (),
    score: Decimal | None = None, tolerance: Decimal | None = None,
) -> Question:  # fmt: skip
    return Question(
        type=kind, stem=stem, options=tuple(options), answer=answer, difficulty=_LEVELS[level], category=category,
        score=score or Decimal(_POINTS[kind]), tolerance=tolerance,
    )  # fmt: skip
