"""What the channel's fields left empty and the narrative tells: filled in, with the place in the text as evidence."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from operator import attrgetter
from typing import Any

from casework.complaint import Complaint
from casework.homes import blanked
from casework.linkage import LinkRecord
from dedupe import reading, spotting
from dedupe.persons import person
from dedupe.text import clean

_PAY = re.compile(
    r"工资|工钱|薪(?!酬制)|劳务费|加班费|提成|血汗钱|(?:人工|劳动|务工)(?:费|报酬)|农民工|民工|绩效|运费和农民工"
)
_UNPAID = re.compile(
    r"拖欠|托欠|欠薪|欠(?:了|我|着|发|付|下|本人|人|员)|还欠|讨薪|讨要|讨工|要不到|要不回|没发|不发|未发|没有发|没给|不给|未付|未支付|不付|不支付|克扣|扣发|扣留|没拿到|未拿到|没有拿到|拿不到|没结|未结|不结|没有结|结不到"
    r"|没有支付|没钱给|赖账|一分(?:钱)?(?:都|也)?没|没有工资|无工资|押.{0,4}工资|差我|扣.{0,6}(?:工资|提成|绩效)|发不出|追讨|兑现|少发|迟发|无故扣|欠资|何时发|不退"
)
_BOTH = re.compile(
    r"(?:拖欠|托欠|欠|克扣|扣发|扣押|扣|讨要|讨|追讨|不发|没发|未发|没有发|不给|没给|未付|押|要回|支付|结算?|领取?|少发)[^。！？]{0,22}(?:工资|薪|工钱|血汗钱|劳务费|加班费|提成|报酬|人工费|绩效)"
    r"|(?:工资|薪水?|工钱|劳务费|加班费|提成|报酬|人工费|绩效|血汗钱)[^。！？]{0,22}(?:拖欠|不发|未发|没发|没有发|不给|没给|未付|未支付|不付|没付|克扣|被欠|扣|要不到|要不回|没结|未结|结清|没拿到|未拿到|没有拿到|一直没|没有支付|兑现|何时)"
)
_WORKER = re.compile(
    r"我们?(?:是|这些|在|这帮|一)?[^。]{0,14}(?:民工|工人|员工|职工|打工|上班|做工|干活|施工|入职|务工)|工友|本人[^。]{0,20}(?:上班|入职|工作|打工|做工|员工)|我(?:的)?(?:工资|工钱|薪)|(?:我们|本人|我|自己|他们|员工|工人|民工|老师|教师|农民工)的?(?:血汗|工资|工钱|薪|劳务)"
    r"|(?:拖欠|克扣|扣发|不发|欠)[^。，]{0,14}(?:员工|工人|职工|民工|教师|老师|我们|本人|我|教练|司机|护士)[^。，]{0,8}(?:工资|薪|工钱|提成|血汗|绩效)?|离职|辞职|包工头|班组|做工|务工|讨薪|欠薪"
)
_BUYER = re.compile(
    r"购房|买房|业主|交房|房产证|楼盘(?:烂尾|质量)|房款|首付|按揭|房贷|物业费|学费|培训费|会员|充值|退款|退费|押金|定金|集资|投资(?:人|款|者)|理财|p2p|出借|平台(?:爆雷|诈骗|兑付)|借款|贷款|借条"
    r"|噪音|扰民|停车|公租房|契税|材料款|货款|砂石|加盟|彩票|诈骗|维修基金|拆迁|征收|补偿款|消费者|公积金贷款|限价|精装|样板房|烂尾|延期交|违约金|学位|入住|质量问题|装修公司|家长|孩子.{0,6}(?:学|班)|摇号|车位|商铺|租金|受害"
    r"|退休|养老金|工伤|计划生育|招标|投标|修路|滥用职权|涨停"
)


LONGEST = 2500
"""Characters of a text that are read: the facts stand early, and a pasted book must not hold up its neighbours."""


def fill(complaint: Complaint) -> Complaint:
    """A copy with empty fields filled from the text, their spans added, and whether it is about unpaid wages at all.

    What a channel said in a field is never touched, and not looked for in the text.
    """
    text = complaint.told()
    found = _found(text, complaint.received_at, _lacking(_OF_COMPLAINT(complaint)))
    fields = {_CALLED.get(name, name): value for name, (value, _) in found.items()}
    spans = tuple(span.as_field(_CALLED.get(name, name)) for name, (_, span) in found.items())
    mark = complaint.probably_arrears
    return replace(
        complaint,
        **fields,
        extracted=complaint.extracted + spans,
        probably_arrears=probably_arrears(text) if mark is None else mark,
    )


def fill_record(record: LinkRecord) -> LinkRecord:
    """The same for a row of the linker: empty columns filled from the narrative."""
    if not record.narrative:
        return record
    found = _found(record.narrative, record.submitted_at, _lacking(_OF_RECORD(record)))
    fields: dict[str, Any] = {name: value for name, (value, _) in found.items()}
    return replace(record, **fields, boss_phone=record.boss_phone or boss_phone_in(record.narrative))


_FACTS = (
    "employer_name",
    "site_name",
    "site_address",
    "boss_name",
    "complainant_name",
    "complainant_phone",
    "complainant_id_no",
    "workers_count",
    "amount_owed",
)
_MONTHS = ("arrears_from", "arrears_to")
_CALLED = {"workers_count": "worker_count", "amount_owed": "amount_claimed"}
"""What a complaint calls a fact otherwise than the linker's record."""


def _said(called: Mapping[str, str]) -> Callable[[Complaint | LinkRecord], tuple[Any, ...]]:
    """What asks for all facts of a complaint or record at once."""
    return attrgetter(*(called.get(name, name) for name in (*_FACTS, *_MONTHS)))


_OF_COMPLAINT, _OF_RECORD = _said(_CALLED), _said({})


def _lacking(said: tuple[Any, ...]) -> frozenset[str]:
    """The facts that no field gives. Of the months one says where the other is to be looked for: in no text."""
    lacking = [name for name, value in zip((*_FACTS, *_MONTHS), said, strict=True) if value is None]
    return frozenset(lacking if lacking[-2:] == [*_MONTHS] else (name for name in lacking if name not in _MONTHS))


def boss_phone_in(text: str) -> str | None:
    """The phone that a text gives for the other side."""
    _, other = reading.phones(text[:LONGEST])
    return other.value if other else None


def probably_arrears(text: str) -> bool:
    """Is somebody owed pay for work? Wording that says so must outweigh that of buyers, lenders and neighbours."""
    text = text[:LONGEST]
    said = clean(text)
    if not _PAY.search(said):
        return False
    asked = 3 + min(len(_BUYER.findall(said)), 8) * 0.9
    points = 2 * min(len(_BOTH.findall(said)), 3)
    if points >= asked:
        return True
    points += min(len(_WORKER.findall(said)), 3) + bool(_UNPAID.search(said))
    title, _, _ = text.partition("\n")
    return points >= asked or (title != text and points + 3 >= asked and bool(_BOTH.search(clean(title))))


def _found(text: str, at: datetime, lacking: frozenset[str]) -> dict[str, tuple[Any, reading.Span]]:
    """These facts of a text, by the field of `LinkRecord` they fill, with their spans: each is looked for by itself.

    Where somebody lives is neither the site nor a part of the firm's name: both lie plain, and homes must not.
    """
    text = text[:LONGEST]
    places = blanked(text)
    firm = spotting.Once(places)
    found: dict[str, reading.Span | None] = {}
    for name in _FACTS:
        if name in lacking:
            found[name] = _LOOKS[name](text, places, firm)
    if lacking.issuperset(_MONTHS) and (period := reading.months(text, at)):
        found |= dict(zip(_MONTHS, period, strict=True))
    return {name: (_value(name, span.value), span) for name, span in found.items() if span}


def _person(span: reading.Span | None) -> reading.Span | None:
    return span if span and person(span.value) else None


_LOOKS: dict[str, Callable[[str, str, spotting.Once], reading.Span | None]] = {
    "employer_name": lambda _text, _places, firm: firm(),
    "site_name": lambda _text, places, firm: spotting.site_in(places, firm),
    "site_address": lambda _text, places, _firm: spotting.address_in(places),
    "boss_name": lambda text, *_: _person(reading.boss(text)),
    "complainant_name": lambda text, *_: _person(reading.complainant(text)),
    "complainant_phone": lambda text, *_: reading.phones(text)[0],
    "complainant_id_no": lambda text, *_: reading.identity(text),
    "workers_count": lambda text, *_: reading.heads(text),
    "amount_owed": lambda text, *_: reading.amount(text),
}
"""What looks for a fact: in the text, or in its places, or where its firm stands."""


def _value(name: str, said: str) -> Any:
    if name == "workers_count":
        return int(said)
    return Decimal(said) if name == "amount_owed" else said
