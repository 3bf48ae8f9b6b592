"""Acts of investigation (调查): what a notice of inquiry asks for, and what a record of an interview or a site needs.

The list of fifteen is that of the 怀柔 form; each paper asked for is marked with who has it (建/总/分).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from casework.errors import BadInput

SOURCE = "怀柔 form of the 调查询问通知书; 423 §15; QD §28"
WARNING = (
    "无理抗拒、阻挠劳动保障行政部门实施劳动保障监察，不按照要求报送书面材料，隐瞒事实真相，出具伪证或者隐匿、毁灭证据的，"
    "由劳动保障行政部门依照《劳动保障监察条例》第三十条的规定责令改正，处2000元以上2万元以下的罚款。"
)
"""What every notice of inquiry warns of (423 §30(一)-(三))."""

SIDES: Mapping[str, str] = MappingProxyType({"project_owner": "建", "general_contractor": "总", "subcontractor": "分"})
"""Who has the paper on a construction project, as the form marks it. No mark: whoever the notice is addressed to."""

SIGNATURES = ("signed", "refused", "absent")
"""How a record ends: signed, or why not (QD §28; SD §14)."""

_MONTH = re.compile(r"(19|20)\d{2}-(0[1-9]|1[0-2])\Z")


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the list. `months`: a span of months belongs to it; `words`: it says nothing without words."""

    no: int
    key: str
    name: str
    source: str
    months: bool = False
    words: bool = False


ITEMS: tuple[Item, ...] = (
    Item(1, "licence", "营业执照副本复印件", "怀柔"),
    Item(2, "legal_rep_id", "法定代表人（负责人）身份证明", "怀柔"),
    Item(3, "power_of_attorney", "授权委托书及受委托人身份证明", "怀柔"),
    Item(4, "roster", "劳动者花名册（实名制登记）", "怀柔; 724 §28"),
    Item(5, "contracts", "劳动合同或者用工书面协议", "怀柔; 724 §28"),
    Item(6, "payroll", "工资支付台账（工资支付表）", "怀柔; 724 §15, §50", months=True),
    Item(7, "attendance", "考勤记录", "怀柔; 724 §28", months=True),
    Item(8, "rules", "劳动规章制度", "怀柔"),
    Item(9, "injury_insurance", "工伤保险参保证明", "怀柔"),
    Item(10, "cost_to_contractor", "建设单位向施工总承包单位拨付人工费用的凭证", "怀柔; 724 §24, §29"),
    Item(11, "cost_to_subcontractor", "施工总承包单位向分包单位拨付人工费用的凭证", "怀柔; 724 §31"),
    Item(12, "wage_deposit", "农民工工资保证金存储凭证", "怀柔; 724 §32"),
    Item(13, "special_account", "农民工工资专用账户开立及使用凭证", "怀柔; 724 §26"),
    Item(14, "crew_contract", "与班组（包工头）签订的合同", "怀柔"),
    Item(15, "other", "其他", "怀柔", words=True),
)
"""The fifteen lines of the 调查询问通知书, in the order of the form."""

BY_NO: Mapping[int, Item] = MappingProxyType({item.no: item for item in ITEMS})


@dataclass(frozen=True, slots=True)
class Wanted:
    """One line as an officer asked for it: whose paper it is, for which months, in what words."""

    no: int
    sides: tuple[str, ...] = ()
    from_month: str | None = None
    to_month: str | None = None
    words: str | None = None


def checklist(wanted: Sequence[Wanted]) -> list[dict[str, Any]]:
    """All fifteen lines as the notice prints them: `no`, `name`, `asked`, `side`. Raises `BadInput`."""
    asked = {one.no: one for one in wanted}
    if not set(asked) <= set(BY_NO):
        raise BadInput("There is no such line in the list of a notice of inquiry.")
    return [_line(item, asked.get(item.no)) for item in ITEMS]


def _line(item: Item, wanted: Wanted | None) -> dict[str, Any]:
    if wanted is None:
        return {"no": item.no, "name": item.name, "asked": False, "side": ""}
    if not set(wanted.sides) <= set(SIDES):
        raise BadInput("A paper is asked of the owner, the general contractor or the subcontractor.")
    marks = [mark for side, mark in SIDES.items() if side in wanted.sides]
    return {"no": item.no, "name": _name(item, wanted), "asked": True, "side": "、".join(marks)}


def _name(item: Item, wanted: Wanted) -> str:
    if item.months:
        first, last = wanted.from_month, wanted.to_month
        if first is None or last is None or not _MONTH.match(first) or not _MONTH.match(last) or first > last:
            raise BadInput("The payroll and the attendance are asked for from one month to another.")
        return f"{item.name}（{_month(first)}至{_month(last)}）"
    if item.words:
        if not (wanted.words or "").strip():
            raise BadInput("Say which other papers are asked for.")
        return f"{item.name}：{(wanted.words or '').strip()}"
    return item.name


def _month(month: str) -> str:
    return f"{month[:4]}年{int(month[5:])}月"
