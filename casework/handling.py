"""Words of handling: how a payment is proven, where a case can be referred to, on what grounds one is declined."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

PROVING = ("bank_voucher", "signed_payroll")
"""支付凭证: what proves a payment, worker by worker (724 §15, §50). A promise is none."""

PROOFS = (*PROVING, "witness")
"""How a payment is recorded. What only a witness says is reported (口头), and counts as paid nowhere."""

BODIES: Mapping[str, str] = MappingProxyType(
    {
        "housing": "724 §7, §43",
        "transport": "724 §7, §43",
        "water": "724 §7, §43",
        "police": "724 §7, §41",
        "finance": "724 §7, §44",
        "development": "724 §7, §44",
        "audit_office": "724 §7, §44",
        "legal_aid": "724 §45",
        "market_supervision": "423 §33",
        "arbitration": "423 §21",
        "court": "423 §21",
        "petition_office": "unverified",
        "tax": "unverified",
        "social_insurance": "unverified",
        "other_district": "GD25 §18; QD §15; 423 §13",
    }
)
"""Whom a case can be referred to (转办), and by which article."""

DECLINE_GROUNDS: Mapping[str, str] = MappingProxyType(
    {
        "outside_inspection": "GD25 §18; QD §27(一)",
        "employer_unclear": "QD §27(二); GD25 §18",
        "already_filed": "QD §27(三)",
        "older_than_two_years": "QD §27(四); GD25 §18",
        "in_arbitration_or_court": "423 §21",
        "other_legal_reason": "QD §27(五)",
    }
)
"""On what grounds a complaint is declined (不予受理), in writing with the reason."""


@dataclass(frozen=True, slots=True)
class PaidWorker:
    """One worker in one proven payment; the amount in yuan. `worker_id`: which worker of the ledger, if known."""

    name: str
    amount: Decimal
    worker_id: str | None = None
