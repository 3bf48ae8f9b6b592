"""Papers (文书): kinds, their words in the number, and what each needs. Titles differ between offices: settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class DocumentKind:
    """One kind of paper. `word` is the 文种字 of its number; `filed_only`: it exists on a filed case only.

    `served`: it goes to the party, so the clock of service runs; the others stay in the file. `signed`: it stays in
    the file, but the employer reads and signs it. `public`: anybody reads it, the employer too.
    """

    kind: str
    title: str
    word: str
    source: str
    filed_only: bool = True
    served: bool = True
    signed: bool = False
    public: bool = False


_UNVERIFIED = "unverified"

KINDS: Mapping[str, DocumentKind] = MappingProxyType(
    {
        row.kind: row
        for row in (
            DocumentKind("acceptance_notice", "受理通知书", "受", f"QD §26; word {_UNVERIFIED}", filed_only=False),
            DocumentKind("declining_notice", "不予受理通知书", "不受", f"QD §27; word {_UNVERIFIED}", filed_only=False),
            DocumentKind("supplement_notice", "补正通知书", "补", f"GD25 §18; word {_UNVERIFIED}", filed_only=False),
            DocumentKind(
                "other_way_notice",
                "另行途径告知书",
                "途",
                f"GD25 §18; QD §27(一); 423 §21; title and word {_UNVERIFIED}",
                filed_only=False,
            ),
            DocumentKind(
                "filing_form", "立案审批表", "立", f"怀柔; word {_UNVERIFIED}", filed_only=False, served=False
            ),
            DocumentKind("inquiry_notice", "调查询问通知书", "询", "怀柔", filed_only=False),
            DocumentKind(
                "interview_record",
                "询问笔录",
                "笔",
                f"QD §28; SD §14; word {_UNVERIFIED}",
                filed_only=False,
                served=False,
                signed=True,
            ),
            DocumentKind(
                "inspection_record",
                "现场检查笔录",
                "检",
                f"QD §28; word {_UNVERIFIED}",
                filed_only=False,
                served=False,
                signed=True,
            ),
            DocumentKind("rectification_order", "限期改正指令书", "令", "published papers of 中原", filed_only=False),
            DocumentKind(
                "inspection_advice", "劳动保障监察建议书", "建", f"辽宁 一案三书; word {_UNVERIFIED}", filed_only=False
            ),
            DocumentKind("disposal_form", "案件处理报批表", "报", f"GD25 §33; word {_UNVERIFIED}", served=False),
            DocumentKind(
                "prior_notice", "行政处罚（处理）事先告知书", "罚先告", "APL §44; 423 §19; published papers of 中原"
            ),
            DocumentKind("handling_decision", "行政处理决定书", "理", f"724 §42; word {_UNVERIFIED}"),
            DocumentKind("penalty_decision", "行政处罚决定书", "罚", f"APL §59; word {_UNVERIFIED}"),
            DocumentKind("exemption_decision", "不予行政处罚决定书", "不罚", f"APL §57(二); word {_UNVERIFIED}"),
            DocumentKind(
                "unproven_decision", "违法事实不能成立决定书", "不成", f"APL §57(三); title and word {_UNVERIFIED}"
            ),
            DocumentKind("filing_withdrawal", "撤销立案决定书", "撤", f"423 §18(三); word {_UNVERIFIED}"),
            DocumentKind(
                "transfer_letter",
                "涉嫌犯罪案件移送书",
                "移",
                f"TRF §6; word {_UNVERIFIED}",
                filed_only=False,
                served=False,
            ),
            DocumentKind(
                "transfer_form",
                "涉嫌犯罪案件移送审批表",
                "移批",
                f"TRF §5; nine-node; word {_UNVERIFIED}",
                filed_only=False,
                served=False,
            ),
            DocumentKind(
                "reconsideration_letter",
                "提请复议书",
                "复",
                f"TRF §9; title and word {_UNVERIFIED}",
                filed_only=False,
                served=False,
            ),
            DocumentKind(
                "listing_notice",
                "列入失信联合惩戒名单告知书",
                "惩告",
                f"R45 §6; title and word {_UNVERIFIED}",
                filed_only=False,
            ),
            DocumentKind(
                "listing_decision",
                "列入失信联合惩戒名单决定书",
                "惩列",
                f"R45 §8, §11; title and word {_UNVERIFIED}",
                filed_only=False,
            ),
            DocumentKind(
                "not_listed_decision",
                "不予列入失信联合惩戒名单决定书",
                "惩免",
                f"R45 §6-7; title and word {_UNVERIFIED}",
                filed_only=False,
            ),
            DocumentKind(
                "removal_decision",
                "移出失信联合惩戒名单决定书",
                "惩移",
                f"R45 §12, §14, §17; title and word {_UNVERIFIED}",
                filed_only=False,
            ),
            DocumentKind(
                "removal_refusal",
                "不予移出失信联合惩戒名单决定书",
                "惩留",
                f"R45 §13-14; title and word {_UNVERIFIED}",
                filed_only=False,
            ),
            DocumentKind(
                "publication_notice",
                "重大劳动保障违法行为公布书",
                "公",
                f"R29 §6; title and word {_UNVERIFIED}",
                filed_only=False,
                served=False,
                public=True,
            ),
            DocumentKind(
                "publication_answer",
                "社会公布异议复核通知书",
                "公复",
                f"R29 §11; title and word {_UNVERIFIED}",
                filed_only=False,
            ),
            DocumentKind(
                "publication_correction",
                "重大劳动保障违法行为公布更正书",
                "公更",
                f"R29 §11; APL §48; title and word {_UNVERIFIED}",
                filed_only=False,
                served=False,
                public=True,
            ),
            DocumentKind("performance_demand", "履行义务催告书", "催", f"AEL §54; word {_UNVERIFIED}"),
            DocumentKind("closing_report", "结案审批表", "结", f"怀柔; word {_UNVERIFIED}", served=False),
            DocumentKind(
                "pledge",
                "《劳动维权》承诺书",
                "诺",
                f"practice of 即墨; 辽宁 一案三书; word {_UNVERIFIED}",
                filed_only=False,
                served=False,
                signed=True,
            ),
            DocumentKind(
                "service_proof",
                "送达回证",
                "送",
                f"QD §32-33; word {_UNVERIFIED}",
                filed_only=False,
                served=False,
                signed=True,
            ),
        )
    }
)

TO_COMPLAINANTS = frozenset({"acceptance_notice", "declining_notice", "supplement_notice", "other_way_notice"})
"""Papers that are addressed to those who complained: to all of a case, or to the teller of one complaint."""

POSTED = "posted"
SERVICE_WAYS = ("direct", "left", "by_other_office", "by_post", "by_notice", POSTED)
"""How a paper reaches the party, in the order the law wants them tried (QD §32-33); the last one where a boss fled."""

POSTABLE = frozenset({"rectification_order", "handling_decision"})
"""Orders to pay: who fled is held to know of one that was posted where they live or work, with photo or video (SPC13
§4)."""


TO_PAY = frozenset({"rectification_order", "handling_decision", "performance_demand", "pledge"})
"""Orders to pay, the demand to obey one, and the employer's own pledge: they may name the workers who are owed, for who
else should be paid (724 §29-30, §55; AEL §54). Not those who complained."""


def faces_employer(kind: str, body: Mapping[str, object]) -> bool:
    """Whether the employer reads a paper: then it holds nothing of a complainant (423 §9; XF §30).

    The record of an interview does, unless it is said to be of a worker; that one stays in the inner volume (副卷).
    """
    known = KINDS[kind]
    if kind == "interview_record" and body.get("side") == "worker":
        return False
    return known.served or known.signed or known.public
