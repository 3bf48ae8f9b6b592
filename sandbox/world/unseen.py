"""A third family of spelling, on which nothing is ever tuned: what a scanner, a dialect and an input method do.

None of its kinds of mistake stands in the other two families, and its texts have sentences of their own. Figures on it
say what the linker does with mistakes that nobody had in mind.
"""

from __future__ import annotations

from random import Random

from sandbox.world import tables
from sandbox.world.manners import Manner, Way, Ways, as_it_is, brief, not_given, registered, short, swap_like
from sandbox.world.people import Employer, Site

_DIALECT = (
    "荣永 容永 润运 瑞税 人银 任银 日一 蓝南 兰南 联年 利泥 丽你 隆农 龙农 岭宁 林宁 澜难 玲宁 亮娘 刘牛 罗挪 "
    "华发 花发 汇废 辉飞 慧废 宏丰 红风 鸿风 恒冯 湖福 胡福 福胡 富户 付户 丰轰 峰烘 凤哄 发花 飞灰 方慌 芳荒 "
    "冯横 黄房 韩凡 翔强 硕索 顺孙 诚层 昌仓 正增 张脏 陈岑 周邹 朱租 霞虾 岳药 博掰 百掰 德歹 鹤豪 俺安 安俺"
)
_DIALECTS = {pair[0]: pair[1:] for pair in _DIALECT.split()}
"""n and l, h and f, r and y, zh and z: one character said in place of another."""
_HALVES = (
    "明=日月 林=木木 鑫=金金 盛=成皿 福=礻畐 顺=川页 祥=礻羊 诚=讠成 信=亻言 鹏=朋鸟 博=十尃 润=氵闰 翔=羊羽 旺=日王 "
    "峰=山夆 岳=丘山 昊=日天 霖=雨林 硕=石页 桥=木乔 佳=亻圭 海=氵每 洋=氵羊 辉=光军 晟=日成 基=其土 恩=因心 和=禾口 "
    "银=钅艮 联=耳关 创=仓刂 昌=日日 新=亲斤 众=人从 湖=氵胡 岸=山干 泉=白水 城=土成 悦=忄兑 景=日京 岭=山令 洲=氵州 "
    "溪=氵奚 锦=钅帛 听=口斤 秀=禾乃 伟=亻韦 强=弓虽 波=氵皮 松=木公 杨=木易 胡=古月 张=弓长 李=木子 吴=口天 徐=彳余"
)
_SPLIT = dict(pair.split("=") for pair in _HALVES.split())
"""One character that a scanner reads as two."""
_DAMAGED = (("有限公司", ("有眼公司", "有限公同", "冇限公司", "有限公词")), ("工程", ("工裎", "土程")), ("厂", ("广",)))
_PINYIN = (
    "宏hong 盛sheng 华hua 达da 鑫xin 源yuan 泰tai 恒heng 顺shun 福fu 通tong 利li 建jian 祥xiang 荣rong 安an 瑞rui "
    "诚cheng 海hai 天tian 蓝lan 东dong 兴xing 旺wang 茂mao 嘉jia 隆long 丰feng 永yong 正zheng 明ming 百bai 凯kai 信xin "
    "德de 金jin 银yin 玉yu 龙long 凤feng 鹏peng 汇hui 聚ju 富fu 中zhong 新xin 万wan 润run 博bo 睿rui 众zhong 联lian "
    "创chuang 翔xiang 昌chang 青qing 运yun 发fa 和he 业ye 成cheng 宇yu 腾teng 辉hui 晟sheng 元yuan 鼎ding 基ji 邦bang "
    "洋yang 泽ze 霖lin 昊hao 硕shuo 岳yue 恩en 桥qiao 峰feng 合he 佳jia 宁ning"
)
_LATIN = {word[0]: word[1:] for word in _PINYIN.split()}
_TOWNS = ("开发区", "高新区", "城关镇", "城东街道", "工业园", "经济开发区")
_FIGURES = {"一": "1", "二": "2", "三": "3"}
_LOOK = {"1": "7", "7": "1", "3": "8", "8": "3", "6": "0", "0": "6", "5": "6", "4": "9", "9": "4", "2": "7"}


def _split(rng: Random, text: str) -> str:
    places = [place for place, char in enumerate(text) if char in _SPLIT]
    if not places:
        return text
    place = rng.choice(places)
    return text[:place] + _SPLIT[text[place]] + text[place + 1 :]


def _dialect(rng: Random, text: str) -> str:
    return swap_like(rng, text, _DIALECTS)


def _slip(rng: Random, digits: str) -> str:
    place = rng.randrange(3, len(digits) - 1)
    return digits[:place] + _LOOK[digits[place]] + digits[place + 1 :]


def _no_trade(_rng: Random, e: Employer) -> str:
    return f"{e.region}{e.brand}{'厂' if e.suffix.endswith('厂') else '有限公司'}"


def _skipping(rng: Random, e: Employer) -> str:
    if e.suffix.startswith("工程"):
        return f"{e.brand}{e.trade_word[0]}工"
    return rng.choice((f"{e.place.city[0]}{e.brand}", f"{e.brand}{e.trade_word[0]}"))


def _damaged(rng: Random, e: Employer) -> str:
    for whole, broken in _DAMAGED:
        if whole in e.suffix:
            return f"{e.region}{e.brand}{e.trade_word}{e.suffix.replace(whole, rng.choice(broken))}"
    return e.name


def _latin(rng: Random, e: Employer) -> str:
    syllables = [_LATIN[char] for char in e.brand]
    heads = "".join(word[0].upper() for word in syllables)
    return rng.choice((heads, "".join(syllables).capitalize())) + e.trade_word


def _town(rng: Random, e: Employer) -> str:
    towns = [name for _, name in tables.STREETS_370215] if e.district == "370215" else _TOWNS
    return f"{rng.choice(towns)}{e.brand}{e.trade_word}{e.suffix}"


def _role(rng: Random, e: Employer) -> str:
    return rng.choice(("总包单位：", "劳务方", "分包：", "施工单位")) + e.name


def _region_behind(_rng: Random, e: Employer) -> str:
    return f"{e.brand}{e.trade_word}{e.place.short}公司"


def _two_sounds(_rng: Random, e: Employer) -> str:
    typed = "".join(tables.HOMOPHONES.get(char, char)[0] for char in e.brand)
    return f"{e.region}{typed}{e.trade_word}{e.suffix}"


def _marked(rng: Random, e: Employer) -> str:
    return rng.choice((f"#{e.brand}{e.trade_word}#", f"{e.name}！！！", f"【{e.name}】", f"⚠️{e.brand}{e.trade_word}"))


def _loose_site(rng: Random, site: Site) -> str:
    return f"{site.base}{rng.choice(('那边工地', '在建楼', '那个项目'))}{site.phase}"


def _figures(rng: Random, site: Site) -> str:
    phase = "".join(_FIGURES.get(char, char) for char in site.phase)
    return f"{site.base}{site.kind}{rng.choice(('', '（', '-'))}{phase}" if phase else site.name


def _stair(rng: Random, site: Site) -> str:
    return f"{site.name}{rng.randrange(1, 30)}栋{rng.randrange(1, 5)}单元"


UNSEEN = Manner(
    firms=Ways(
        Way(0.30, "firm: as registered", registered),
        Way(0.12, "firm: in short", short),
        Way(0.06, "firm: hardly more than the brand", brief),
        Way(0.06, "firm: its trade left out", _no_trade),
        Way(0.06, "firm: characters skipped", _skipping),
        Way(0.08, "firm: a dialect's sound", lambda rng, e: f"{e.region}{_dialect(rng, e.brand)}{e.trade_word}公司"),
        Way(0.05, "firm: one character read as two", lambda rng, e: f"{_split(rng, e.brand)}{e.trade_word}{e.suffix}"),
        Way(0.05, "firm: its legal form misread", _damaged),
        Way(0.03, "firm: Latin letters", _latin),
        Way(0.04, "firm: a town for its region", _town),
        Way(0.04, "firm: its role before it", _role),
        Way(0.03, "firm: its region behind it", _region_behind),
        Way(0.04, "firm: two homophones", _two_sounds),
        Way(0.04, "firm: marks and signs", _marked),
    ),
    sites=Ways(
        Way(0.56, "site: as registered", lambda _, site: site.name),
        Way(0.10, "site: a dialect's sound", lambda rng, site: f"{_dialect(rng, site.base)}{site.kind}{site.phase}"),
        Way(0.10, "site: its kind left out", _loose_site),
        Way(0.10, "site: its phase in figures", _figures),
        Way(0.08, "site: a staircase of it", _stair),
        Way(0.06, "site: one character read as two", lambda rng, site: f"{_split(rng, site.base)}{site.kind}"),
    ),
    persons=Ways(
        Way(0.69, "person: whole", as_it_is),
        Way(0.07, "person: a dialect's sound", _dialect),
        Way(0.07, "person: surname and trade", lambda rng, name: name[0] + rng.choice(("工", "哥", "姐"))),
        Way(0.05, "person: 阿 and a character", lambda _, name: "阿" + name[-1]),
        Way(0.05, "person: 某", lambda rng, name: name[0] + rng.choice(("某", "某某"))),
        Way(0.04, "person: 本人 added", lambda rng, name: name + rng.choice(("（本人）", "本人"))),
        Way(0.03, "person: one character read as two", _split),
    ),
    phones=Ways(
        Way(0.71, "phone: whole", as_it_is),
        Way(0.06, "phone: a remark behind it", lambda _, phone: f"{phone}（微信同号）"),
        Way(0.06, "phone: masked with letters", lambda _, phone: f"{phone[:3]}xxxx{phone[7:]}"),
        Way(0.03, "phone: its end masked", lambda _, phone: f"{phone[:9]}**"),
        Way(0.03, "phone: a digit misread", _slip),
        Way(0.02, "phone: a digit lost", lambda rng, phone: phone[: (at := rng.randrange(3, 11))] + phone[at + 1 :]),
        Way(0.09, "phone: not given", not_given),
    ),
    id_nos=Ways(
        Way(0.73, "identity number: whole", as_it_is),
        Way(0.08, "identity number: masked", lambda _, id_no: f"{id_no[:4]}**********{id_no[14:]}"),
        Way(0.05, "identity number: its end masked", lambda _, id_no: f"{id_no[:12]}******"),
        Way(0.03, "identity number: a digit misread", _slip),
        Way(0.02, "identity number: its end lost", lambda _, id_no: id_no[:17]),
        Way(0.09, "identity number: not given", not_given),
    ),
    bosses=(("带工的{n}", "{n}施工队", "{s}工头", "{n}（带班）", "小老板{n}"), ("{s}经理", "店主{n}", "老板娘{n}")),
    projects=("项目经理部", "在建工地", "总包部", "工地上"),
)
