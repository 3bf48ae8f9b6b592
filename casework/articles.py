"""Laws by their short names, and how an article is cited on a paper: `QD §27(一)` in full."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

LAWS: Mapping[str, str] = MappingProxyType(
    {
        "423": "《劳动保障监察条例》",
        "QD": "《青岛市劳动保障监察条例》",
        "SD": "《山东省劳动和社会保障监察条例》",
        "GD25": "《关于实施〈劳动保障监察条例〉若干规定》",
        "724": "《保障农民工工资支付条例》",
        "APL": "《中华人民共和国行政处罚法》",
        "AEL": "《中华人民共和国行政强制法》",
        "LCL": "《中华人民共和国劳动合同法》",
        "ADR": "《中华人民共和国行政复议法》",
        "ALL": "《中华人民共和国行政诉讼法》",
        "CPL": "《中华人民共和国民事诉讼法》",
        "XF": "《信访工作条例》",
        "JN": "《济南市12345市民服务热线条例》",
        "R45": "《拖欠农民工工资失信联合惩戒对象名单管理暂行办法》",
        "R29": "《重大劳动保障违法行为社会公布办法》",
        "TRF": "《行政执法机关移送涉嫌犯罪案件的规定》",
        "CRIM": "《中华人民共和国刑法》第二百七十六条之一",
        "SPC13": "《最高人民法院关于审理拒不支付劳动报酬刑事案件适用法律若干问题的解释》",
    }
)

_LAW = re.compile(rf"(?<![\w§-])({'|'.join(LAWS)})(?=\s*(?:§|;|,|$))")
_ITEM = r"\(([一二三四五六七八九十]+)\)"
_ARTICLE = re.compile(rf"§(\d+)(?:-(\d+))?(?:{_ITEM}(?:-{_ITEM})?)?(?: para (\d+))?(?: (?:first|second) sentence)?")
_DIGITS = "零一二三四五六七八九"


def numeral(number: int) -> str:
    """A number below a thousand as it stands in the name of an article: 十五, 二十七, 一百零三."""
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    words = f"{_DIGITS[hundreds]}百" if hundreds else ""
    if tens:
        words += f"{_DIGITS[tens] if tens > 1 or hundreds else ''}十"
    elif hundreds and ones:
        words += "零"
    return words + (_DIGITS[ones] if ones or not number else "")


def _article(found: re.Match[str]) -> str:
    """Article, paragraph and item: a sentence within a paragraph is for us, officers do not cite it."""
    first, last, item, item_to, paragraph = found.groups()
    words = f"第{numeral(int(first))}条"
    if last:
        words += f"至第{numeral(int(last))}条"
    if paragraph:
        words += f"第{numeral(int(paragraph))}款"
    if item:
        words += f"第（{item}）项" + (f"至第（{item_to}）项" if item_to else "")
    return words


def in_full(source: str) -> str:
    """An article as a paper cites it. What is not in our short form stays as it was typed."""
    if not _LAW.search(source):
        return source
    words = _ARTICLE.sub(_article, _LAW.sub(lambda found: LAWS[found[1]], source))
    return re.sub(r"(?<=》) (?=第)", "", words).replace("; ", "；").replace(", ", "、")
