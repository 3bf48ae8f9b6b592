"""The trade of an employer (行业) by the word for it that its name must hold, in sections of GB/T 4754-2017.

The channels ask for construction or other; a firm's name says more: place, own name, trade, form of organisation
(企业名称登记管理规定 §6). What says nothing of the kind stands as other.
"""

from __future__ import annotations

import re

from casework.complaint import Sector

CONSTRUCTION, OTHER = "E", "other"
TITLES: dict[str, tuple[str, str]] = {
    CONSTRUCTION: ("建筑业", "construction"),
    "C": ("制造业", "manufacturing"),
    "F": ("批发和零售业", "wholesale and retail"),
    "G": ("交通运输、仓储和邮政业", "transport, storage and post"),
    "H": ("住宿和餐饮业", "hotels and catering"),
    "I": ("信息和软件业", "information and software"),
    "K": ("房地产和物业", "real estate and property management"),
    "L": ("租赁和商务服务业（含劳务、保安）", "business services, labour hire"),
    "O": ("居民服务和修理业（含美容、家政）", "personal services and repair"),
    "P": ("教育和培训", "education and training"),
    "Q": ("卫生、养老", "health and care"),
    "R": ("文化、体育和娱乐业", "culture, sport and leisure"),
    "A": ("农林牧渔业", "farming, forestry and fishing"),
    OTHER: ("其他（名称未表明）", "other, not told by the name"),
}
"""By section what it is called, in the order of the tables."""
_RULES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("L", re.compile(r"劳务|人力资源|外包|保安|派遣|会展|广告|咨询|租赁|商务|旅行社")),
    ("K", re.compile(r"物业|房地产|置业|地产")),
    ("E", re.compile(r"建筑|建设|建工|装饰|装修|安装|市政|路桥|园林|绿化|幕墙|防水|土石方|钢结构|工程")),
    ("H", re.compile(r"餐饮|酒店|饭店|宾馆|火锅|烧烤|餐厅|酒楼|咖啡|茶饮|旅馆|民宿")),
    ("G", re.compile(r"物流|运输|快递|货运|速运|仓储|港务|配送|客运")),
    ("P", re.compile(r"教育|培训|学校|幼儿园|托育")),
    ("Q", re.compile(r"医院|诊所|养老|护理|医疗|口腔")),
    ("R", re.compile(r"传媒|影视|文化|体育|健身|娱乐|网吧|影院")),
    ("O", re.compile(r"美容|美发|家政|保洁|洗浴|汽修|维修|摄影|洗衣")),
    ("I", re.compile(r"软件|网络|信息|科技|数据|智能")),
    (
        "C",
        re.compile(
            r"制造|加工|服装|制衣|机械|电子|食品|纺织|针织|家具|塑料|橡胶|化工|五金|模具|印刷|包装|造船|重工|铸造|厂"
        ),
    ),
    ("A", re.compile(r"农业|养殖|种植|渔业|水产|海产|畜牧|林场|合作社")),
    ("F", re.compile(r"贸易|商贸|超市|商场|百货|批发|零售|商行|销售|商店|经营部|店")),
)


def trade_of(sector: str, employer: str | None) -> str:
    """The trade of a case: construction where its sector says so, so that this row is that of the statistics; else by
    the word in the name, and then never construction, which the teller did not call it."""
    if sector == Sector.CONSTRUCTION.value:
        return CONSTRUCTION
    named = next((trade for trade, words in _RULES if words.search(employer or "")), OTHER)
    return OTHER if named == CONSTRUCTION else named
