"""The blanks of every kind of paper: what each is called, whether it must be filled, and where it comes from.

A blank is filled from the case (records of the case and the office), by the act that issued the paper, or typed by an
officer on the paper's own page. A required one that is still empty is printed as a line to write on, and told.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType

from casework.errors import BadInput

_SUM = re.compile(r"\d{1,12}(\.\d{1,2})?")


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


def _act(key: str, label: str, *, required: bool = False) -> Blank:
    return Blank(key, label, Origin.ACT, required)


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

_KNOWN: Mapping[str, Blank] = MappingProxyType(
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


def _blanks(*keys: str) -> tuple[Blank, ...]:
    """The blanks of one kind, in the order of the paper; `key!` must be filled, `key?` need not, whatever is usual.

    Any paper may have a further text.
    """
    found = [_blank(key) for key in keys]
    further = () if "text!" in keys else (_KNOWN["text"],)
    return (*COMMON, *found, *further)


def _blank(key: str) -> Blank:
    known = _KNOWN[key.rstrip("!?")]
    return replace(known, required=not key.endswith("?") and (key.endswith("!") or known.required))


BLANKS: Mapping[str, tuple[Blank, ...]] = MappingProxyType(
    {
        "acceptance_notice": _blanks("complaint_nos", "employer", "nature", "officers", "contact"),
        "declining_notice": _blanks("complaint_nos", "employer?", "nature", "ground", "law", "reason", "remedy"),
        "supplement_notice": _blanks("complaint_nos", "employer?", "nature", "wanted", "wanted_until", "contact"),
        "other_way_notice": _blanks("complaint_nos", "employer?", "nature", "way", "reason", "contact"),
        "filing_form": _blanks(
            "sources", "employer", "uscc", "address", "contact_person", "phone", "id_type", "id_no", "nature",
            "period", "workers", "amount_claimed", "facts!", "article!", "opinion!", "officers",
        ),
        "inquiry_notice": _blanks("employer", "appear_on!", "place!", "items", "contact!", "officers"),
        "interview_record": _blanks(
            "started_at!", "ended_at!", "place!", "side!", "person!", "post", "officers", "text!", "unsigned_why"
        ),
        "inspection_record": _blanks(
            "employer", "started_at!", "ended_at!", "place!", "person!", "post", "officers", "text!", "unsigned_why"
        ),
        "rectification_order": _blanks(
            "employer", "uscc", "facts!", "article", "law", "demand", "due_on", "order_workers", "order_amount",
            "contact",
        ),
        "inspection_advice": _blanks("employer", "facts!", "advice!", "contact"),
        "disposal_form": _blanks(
            "employer", "uscc", "nature", "facts!", "statement!", "article!", "amount_verified", "amount_paid",
            "opinion!", "officers",
        ),
        "prior_notice": _blanks(
            "employer", "uscc", "facts!", "evidence!", "article!", "intended!", "intended_fine", "contact!"
        ),
        "handling_decision": _blanks(
            "employer", "uscc", "address!", "legal_rep!", "facts!", "evidence!", "basis!", "amount_verified",
            "amount_additional", "decision!", "pay_until!", "remedy",
        ),
        "penalty_decision": _blanks(
            "employer", "uscc", "address!", "legal_rep!", "facts!", "evidence!", "article!", "outcome!", "basis!",
            "amount_fined", "decision!", "remedy",
        ),
        "exemption_decision": _blanks(
            "employer", "uscc", "address!", "legal_rep!", "facts!", "evidence!", "outcome!", "basis!", "offence_item",
            "why_spared!", "amount_exempted", "exempted_article", "education!", "remedy",
        ),
        "unproven_decision": _blanks(
            "employer", "uscc", "address!", "legal_rep!", "facts!", "evidence!", "outcome!", "basis!", "remedy",
        ),
        "filing_withdrawal": _blanks("employer", "uscc", "facts!", "basis!", "why_spared!", "remedy"),
        "transfer_letter": _blanks(
            "receiver!", "employer", "uscc", "facts!", "evidence!", "workers", "amount_verified", "amount_paid",
            "officers",
        ),
        "transfer_form": _blanks(
            "employer", "uscc", "workers", "amount_verified", "amount_paid", "reported_on", "report", "officers",
            "transfer_decision", "transfer_decided_on",
        ),
        "reconsideration_letter": _blanks(
            "police", "employer", "uscc", "police_answered_on", "police_answer", "facts!", "evidence", "officers"
        ),
        "listing_notice": _blanks(
            "employer", "uscc", "listing_order", "listing_ground", "amount_verified", "amount_paid", "listed_persons",
            "contact",
        ),
        "listing_decision": _blanks(
            "employer", "uscc", "address", "legal_rep", "listing_order", "listing_ground", "amount_verified",
            "amount_paid", "listing_told_on", "listing_verified", "reason", "listed_persons", "listed_until", "remedy",
        ),
        "not_listed_decision": _blanks(
            "employer", "uscc", "listing_order", "listing_told_on", "listing_verified", "credit_pledge_on", "reason"
        ),
        "removal_decision": _blanks(
            "employer", "uscc", "listed_on", "corrected_on", "removal_asked_on", "credit_pledge_on", "reason",
            "listed_persons",
        ),
        "removal_refusal": _blanks(
            "employer", "uscc", "listed_on", "removal_asked_on", "reason", "listed_until", "remedy"
        ),
        "performance_demand": _blanks(
            "employer", "uscc", "decision_no", "unpaid", "fine_due", "late_from", "text!", "contact"
        ),
        "closing_report": _blanks(
            "employer", "outcome", "decision_no", "decision_served_on", "process!", "performance!",
            "amount_verified", "amount_paid", "opinion!", "officers",
        ),
        "pledge": _blanks("employer", "uscc", "legal_rep!", "obligations", "pledged_amount", "pledged_until"),
        "service_proof": _blanks(
            "served_to", "served_title", "served_no", "place!", "served_how", "served_on", "witness"
        ),
    }
)  # fmt: skip
"""The blanks of each kind, in the order of the paper."""

ALL: Mapping[str, Blank] = MappingProxyType({blank.key: blank for blank in (*COMMON, *_KNOWN.values())})


def typed(kind: str) -> tuple[Blank, ...]:
    """The blanks of a kind that an officer fills."""
    return tuple(blank for blank in BLANKS[kind] if blank.origin is Origin.TYPED)


def check_sum(blank: Blank, value: object) -> None:
    """Raises `BadInput` where a blank of money holds anything but a sum in yuan: others count with it."""
    if blank.form == "yuan" and value and not _SUM.fullmatch(str(value)):
        raise BadInput("The blank takes a sum in yuan.")


def lacking(kind: str, values: Mapping[str, object]) -> tuple[Blank, ...]:
    """The required blanks that are still empty."""
    return tuple(blank for blank in BLANKS[kind] if blank.required and not values.get(blank.key))


def words_in(value: object) -> Iterable[str]:
    """Every text within what a paper's blanks hold, lists and tables among them."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from words_in(one)
    elif isinstance(value, Iterable):
        for one in value:
            yield from words_in(one)
