"""The values of a paper's blanks, in the words of a paper: from the records, then from what was written on it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from sqlalchemy.orm import Session

from casework.articles import in_full
from casework.blanks import ALL, BLANKS, Origin
from casework.calendar import local_day
from casework.documents import TO_COMPLAINANTS
from casework.money import yuan_of
from casework.titles import CHANNEL_TITLES, EXIT_TITLES, GROUND_TITLES, LISTING_TITLES, NATURE_TITLES
from services.paperwork.paper_secrecy import keep_secret
from warehouse.models import CaseRow, DocumentRow, OutcomeRow
from warehouse.queries.papers import PaperFacts, paper_facts
from warehouse.store.settings import text

SERVED = {
    "direct": "直接送达",
    "left": "留置送达",
    "by_other_office": "委托送达",
    "by_post": "邮寄送达",
    "by_notice": "公告送达",
    "posted": "张贴送达",
}
NOTHING = "　"
"""An empty cell of a list, which nobody fills in by hand."""
SIDES = {"employer": "用人单位", "worker": "劳动者"}
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})\Z")
_ODD = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")


def title_of(session: Session, kind: str) -> str:
    """What the office calls a kind of paper."""
    return text(session, f"document.title.{kind}")


def day_words(day: date | None) -> str:
    """A day as a paper writes it."""
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def values_of(session: Session, paper: DocumentRow, case: CaseRow) -> dict[str, object]:
    """The blanks of a paper as they are now. What is not known is empty; what records say is never typed over.

    A paper that was served says what it said then.
    """
    if paper.as_served is not None:
        return {blank.key: paper.as_served.get(blank.key) or "" for blank in BLANKS[paper.kind]}
    written = {key: _written(key, value) for key, value in paper.body.items() if key in ALL}
    if paper.body.get("appear_time"):
        written["appear_on"] = f"{written.get('appear_on', '')}{_plain(paper.body['appear_time'])}"
    known = _common(session, paper, case) | _known(paper_facts(session, paper, case), case)
    known["remedy"] = text(
        session, "document.declined.remedy" if paper.kind == "declining_notice" else "document.remedy"
    )
    found: dict[str, object] = {}
    for blank in BLANKS[paper.kind]:
        own: object = known.get(blank.key) if blank.origin is Origin.CASE else None
        if blank.key == "officers":
            # A record is of those who took it, whoever has the case now.
            own = written.get(blank.key) or own
        found[blank.key] = own or written.get(blank.key) or ""
    if paper.kind == "service_proof":
        found |= _service(session, paper, case)
    return found


_WITHIN = ("article", "education")
"""What a form sets within a sentence, whose own stop would then stand twice."""


SENTENCES = frozenset(
    {"facts", "evidence", "statement", "opinion", "intended", "decision", "why_spared", "advice", "demand", "reason"}
    | {"wanted", "process", "performance", "published_facts", "published_handling"}
)
"""What ends a sentence of its paper: with a stop, whether or not the officer typed one."""
_STOPS = ("。", "！", "？", "；", "…", ".", "。”", "！”", "？”", "。）")


def from_records(kind: str, values: Mapping[str, object]) -> dict[str, object]:
    """Of the values of a paper those that come from records."""
    return {blank.key: values[blank.key] for blank in BLANKS[kind] if blank.origin is Origin.CASE}


def check_printed(session: Session, case: CaseRow, paper: DocumentRow) -> None:
    """Ask at once what is asked again when a paper leaves: whether what the records say may stand on it."""
    keep_secret(session, case, paper.kind, from_records(paper.kind, values_of(session, paper, case)))


def _written(key: str, value: object) -> object:
    """What stands in the paper's body, in words."""
    if isinstance(value, list):
        return [{name: _cell(one) for name, one in row.items()} for row in value if isinstance(row, Mapping)]
    words = _plain(value)
    day = _DAY.match(words)
    if day:
        return f"{day[1]}年{int(day[2])}月{int(day[3])}日"
    if key == "ground" and words in GROUND_TITLES:
        return GROUND_TITLES[words][0]
    if key in ("unpaid", "intended_fine", "fine_due") and words:
        return f"{words}元"
    if key == "side":
        return SIDES.get(words, words)
    words = in_full(words) if key in ("law", "basis", "article") else words
    if key in SENTENCES and words and not words.endswith(_STOPS):
        words += "。"
    return words.rstrip("。；") if key in _WITHIN else words


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "√" if value else NOTHING
    return _plain(value) or NOTHING


def _plain(value: object) -> str:
    """Text without what no document can hold."""
    return "" if value is None else _ODD.sub("", str(value).replace("\r\n", "\n").replace("\t", " ")).strip()


def _common(session: Session, paper: DocumentRow, case: CaseRow) -> dict[str, str]:
    return {
        "office": text(session, "document.office"),
        "title": title_of(session, paper.kind),
        "document_no": paper.document_no,
        "issued_on": day_words(paper.issued_on),
        "matter": case.case_no or case.matter_no,
    }


def _yuan(fen: int | None) -> str:
    return "" if fen is None else f"{yuan_of(fen):,}元"


def _heads(count: int | None) -> str:
    return "" if count is None else f"{count}人"


def _known(facts: PaperFacts, case: CaseRow) -> dict[str, str]:
    """What the records say, in words."""
    known = {
        "employer": _plain(facts.employer),
        "uscc": facts.uscc or "",
        "officers": "、".join(facts.officers),
        "nature": NATURE_TITLES.get(facts.nature, (facts.nature, ""))[0],
        "period": _period(case.arrears_from, case.arrears_to),
        "workers": _heads(case.worker_count),
        "amount_claimed": _yuan(case.amount_claimed_fen),
        "amount_verified": _yuan(case.amount_verified_fen),
        "amount_paid": _yuan(facts.amount_paid),
        "complaint_nos": "、".join(facts.complaint_nos),
        "wanted_until": day_words(facts.wanted_until),
        "sources": "、".join(CHANNEL_TITLES.get(one, (one, ""))[0] for one in facts.channels),
    }
    return known | _decided(facts) | _ordered(facts) | _pledged(facts) | _listed(facts) | _transferred(facts)


def _period(first: str | None, last: str | None) -> str:
    if not first or not last:
        return first or last or ""
    return first if first == last else f"{first}至{last}"


def _decided(facts: PaperFacts) -> dict[str, str]:
    if facts.outcome is None:
        return {}
    found = {
        "outcome": EXIT_TITLES[facts.outcome.exit][0],
        "basis": in_full(facts.outcome.basis),
        "offence_item": _plain(facts.outcome.offence_item),
        "amount_exempted": _yuan(facts.outcome.amount_exempted_fen or None),
        "exempted_article": _waived_by(facts.outcome),
        "amount_fined": _yuan(facts.outcome.amount_fined_fen or None),
        "amount_additional": _yuan(facts.outcome.amount_additional_fen or None),
    }
    if facts.decision is not None:
        found |= {
            "decision_no": facts.decision.document_no,
            "decision_served_on": day_words(facts.decision.served_on),
        }
    return found


def _ordered(facts: PaperFacts) -> dict[str, str]:
    if facts.order is None:
        return {}
    return {"order_workers": _heads(facts.order.workers), "order_amount": _yuan(facts.order.amount_fen)}


def _pledged(facts: PaperFacts) -> dict[str, str]:
    if facts.pledge is None:
        return {}
    return {
        "obligations": _plain(facts.pledge.obligations),
        "pledged_amount": _yuan(facts.pledge.amount_fen),
        "pledged_until": day_words(facts.pledge.due_on),
    }


def _listed(facts: PaperFacts) -> dict[str, str]:
    """What the record of a listing says on its papers."""
    row, order = facts.listing, facts.listing_order
    if row is None:
        return {}
    found = {
        "listing_ground": LISTING_TITLES[row.trigger],
        "listed_persons": "、".join(_plain(name) for name in row.persons),
        "listing_told_on": day_words(row.told_on),
        "listing_verified": _plain(row.verified),
        "listed_on": day_words(row.decided_on),
        "listed_until": day_words(row.listed_until),
        "credit_pledge_on": day_words(row.credit_pledge_on),
        "corrected_on": day_words(row.corrected_on),
        "removal_asked_on": day_words(row.removal_asked_on),
    }
    if order is not None:
        found["listing_order"] = f"{order.document_no}（限期：{day_words(order.due_on)}）"
    return found


def _transferred(facts: PaperFacts) -> dict[str, str]:
    """What the record of a transfer says on its papers."""
    row = facts.transfer
    if row is None:
        return {}
    decided = row.decided_at is not None
    return {
        "reported_on": day_words(row.reported_on),
        "report": _plain(row.report),
        "transfer_decision": f"{'不予移送' if row.state == 'refused' else '同意移送'}：{_plain(row.reason)}"
        if decided
        else "",
        "transfer_decided_on": day_words(local_day(row.decided_at)) if row.decided_at else "",
        "police": _plain(row.police),
        "police_answered_on": day_words(row.police_answered_on),
        "police_answer": _plain(row.police_answer),
    }


def _service(session: Session, paper: DocumentRow, case: CaseRow) -> dict[str, object]:
    """A proof of service speaks of the paper it names, as that stands now."""
    facts = paper_facts(session, paper, case)
    served = facts.served
    if served is None:
        return {}
    told = f"投诉人（线索编号：{'、'.join(facts.complaint_nos)}）"
    return {
        "served_to": told if served.kind in TO_COMPLAINANTS else _plain(facts.employer),
        "served_title": title_of(session, served.kind),
        "served_no": served.document_no,
        "served_on": day_words(served.served_on),
        "served_how": SERVED.get(served.served_how or "", ""),
    }


def _waived_by(outcome: OutcomeRow) -> str:
    """The articles of the fines that are waived; how they were counted stays in the file."""
    counted = [in_full(str(one["article"])) for one in outcome.waivers or ()]
    return "；".join(dict.fromkeys(counted)) or in_full(_plain(outcome.exempted_article))
