"""Every blank a paper may have: what it is called, whether it must be filled, and where it comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Origin(StrEnum):
    """Where a blank comes from."""

    CASE = "case"
    ACT = "act"
    TYPED = "typed"


@dataclass(frozen=True, slots=True)
class Blank:
    """One blank. `form` says how it is typed: a line, a long text, a day, a sum, or one of `offers`."""

    key: str
    label: str
    origin: Origin
    required: bool = False
    form: str = "long"
    longest: int = 2_000
    offers: tuple[str, ...] = ()


def _case(key: str, label: str, *, required: bool = False) -> Blank:
    return Blank(key, label, Origin.CASE, required)


def _act(key: str, label: str, *, required: bool = False, form: str = "long") -> Blank:
    return Blank(key, label, Origin.ACT, required, form)


def _typed(key: str, label: str, form: str = "long", *, longest: int = 2_000, offers: tuple[str, ...] = ()) -> Blank:
    return Blank(key, label, Origin.TYPED, form=form, longest=longest, offers=offers)


COMMON: tuple[Blank, ...] = (
    _case("office", "机关名称", required=True),
    _case("title", "文书名称", required=True),
    _case("document_no", "文号", required=True),
    _case("issued_on", "日期", required=True),
    _case("matter", "案号或者事项编号", required=True),
)
"""Every paper has these."""

KNOWN: Mapping[str, Blank] = MappingProxyType(
    {
        blank.key: blank
        for blank in (
            # From the case
            _case("employer", "单位名称", required=True),
            _case("uscc", "统一社会信用代码"),
            _case("officers", "监察员", required=True),
            _case("nature", "案由", required=True),
            _case("period", "欠薪期间"),
            _case("workers", "涉及人数"),
            _case("amount_claimed", "诉求金额"),
            _case("amount_verified", "核实金额"),
            _case("amount_paid", "追回金额"),
            _case("complaint_nos", "线索编号", required=True),
            _case("sources", "案件来源", required=True),
            _case("remedy", "救济途径", required=True),
            _case("wanted_until", "补正期限", required=True),
            _case("outcome", "办理结果"),
            _case("basis", "法律依据"),
            _case("offence_item", "不予处罚清单事项"),
            _case("amount_exempted", "免罚金额"),
            _case("exempted_article", "免罚依据和裁量基准"),
            _case("amount_fined", "罚款金额"),
            _case("amount_additional", "加付赔偿金"),
            _case("decision_no", "决定书文号"),
            _case("decision_served_on", "决定书送达日期"),
            _case("order_workers", "涉及劳动者人数"),
            _case("order_amount", "应支付金额"),
            _case("obligations", "承诺事项"),
            _case("pledged_amount", "承诺支付金额"),
            _case("pledged_until", "承诺履行期限"),
            _case("listing_order", "逾期未履行的文书", required=True),
            _case("listing_ground", "列入情形", required=True),
            _case("listed_persons", "一并列入的人员"),
            _case("listing_told_on", "告知日期"),
            _case("listing_verified", "异议核实情况"),
            _case("listed_on", "列入日期", required=True),
            _case("listed_until", "列入期限", required=True),
            _case("credit_pledge_on", "信用承诺日期"),
            _case("corrected_on", "改正日期", required=True),
            _case("removal_asked_on", "申请移出日期", required=True),
            _case("reported_on", "报告日期", required=True),
            _case("report", "报告内容", required=True),
            _case("transfer_decision", "审批意见"),
            _case("transfer_decided_on", "审批日期"),
            _case("police", "公安机关", required=True),
            _case("police_answered_on", "不予立案通知日期", required=True),
            _case("police_answer", "公安机关意见"),
            _case("served_to", "受送达人", required=True),
            _case("served_on", "送达时间"),
            _case("served_how", "送达方式"),
            # From the act that issued the paper
            _act("ground", "不予受理情形", required=True),
            _act("law", "法律依据", required=True),
            _act("reason", "理由", required=True),
            _act("way", "办理途径", required=True),
            _act("wanted", "需要补正的材料", required=True),
            _act("demand", "责令改正事项", required=True),
            _act("due_on", "改正期限", required=True),
            _act("items", "材料清单"),
            _act("published_breach", "违法行为类别", required=True),
            _act("published_code", "注册号", form="line"),
            _act("published_address", "地址", required=True, form="line"),
            _act("published_rep", "法定代表人或者负责人姓名", required=True, form="line"),
            _act("published_facts", "主要违法事实", required=True),
            _act("published_handling", "相关处理情况", required=True),
            _act("publication_no", "公布书文号", required=True),
            _act("publication_step", "更正或者撤回", required=True),
            _act("objected_on", "提出异议日期", required=True),
            _act("unpaid", "尚未支付金额"),
            _act("fine_due", "应缴纳的罚款"),
            _act("late_from", "加处罚款起算日"),
            _act("served_title", "送达文书名称", required=True),
            _act("served_no", "送达文书文号", required=True),
            # Typed on the paper's page
            _typed("facts", "违法事实"),
            _typed("evidence", "证据"),
            _typed("article", "涉嫌违反的法律法规"),
            _typed("statement", "单位的陈述和申辩"),
            _typed("opinion", "承办意见", longest=256),
            _typed("intended", "拟作出的决定"),
            _typed("intended_fine", "拟罚款金额", "yuan", longest=20),
            _typed("decision", "决定内容"),
            _typed("pay_until", "履行期限", "day"),
            _typed("why_spared", "不予处罚的理由"),
            _typed("education", "批评教育内容"),
            _typed("advice", "建议"),
            _typed("address", "住所", "line", longest=200),
            _typed("legal_rep", "法定代表人或者负责人", "line", longest=100),
            _typed("contact", "联系人和电话", "line", longest=100),
            _typed("contact_person", "单位联系人", "line", longest=100),
            _typed("phone", "单位联系电话", "line", longest=40),
            _typed("id_type", "证件类型", "line", longest=40),
            _typed("id_no", "证件号码", "line", longest=40),
            _typed("appear_on", "到场日期", "line", longest=60),
            _typed("place", "地点", "line", longest=200),
            _typed("started_at", "开始时间", "line", longest=40),
            _typed("ended_at", "结束时间", "line", longest=40),
            _typed("person", "被询问人或者现场人员", "line", longest=100),
            _typed("post", "职务或者工种", "line", longest=100),
            _typed("side", "被询问人身份", "choice", offers=("employer", "worker")),
            _typed("unsigned_why", "未签名的理由", "line", longest=200),
            _typed("receiver", "移送机关", "line", longest=100),
            _typed("process", "办理过程及结果", longest=1_000),
            _typed("performance", "执行情况", longest=512),
            _typed("witness", "见证人", "line", longest=100),
            _typed("text", "其他内容", longest=20_000),
        )
    }
)
