"""The legal exits of a case (办理结果): what they are called in code, on what they rest, and their papers."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Exit(StrEnum):
    """办理结果: different outcomes, papers and rows of the month. Only C1-C3 are exemptions."""

    CORRECTION_ONLY = "correction_only"
    FILING_WITHDRAWN = "filing_withdrawn"
    EXEMPT_NO_HARM = "exempt_no_harm"
    EXEMPT_FIRST_OFFENCE = "exempt_first_offence"
    EXEMPT_NO_FAULT = "exempt_no_fault"
    LIGHTER_PENALTY = "lighter_penalty"
    PENALTY = "penalty"
    HANDLING = "handling"
    TRANSFERRED_TO_POLICE = "transferred_to_police"
    NOT_ESTABLISHED = "not_established"


A, B = Exit.CORRECTION_ONLY, Exit.FILING_WITHDRAWN
C1, C2, C3 = Exit.EXEMPT_NO_HARM, Exit.EXEMPT_FIRST_OFFENCE, Exit.EXEMPT_NO_FAULT
D = Exit.LIGHTER_PENALTY
PENALTY, HANDLING = Exit.PENALTY, Exit.HANDLING
POLICE, UNPROVEN = Exit.TRANSFERRED_TO_POLICE, Exit.NOT_ESTABLISHED

EXEMPTIONS = frozenset({C1, C2, C3})
"""不予行政处罚. Exits A, B, D and `not_established` are never counted as exempted."""

BASIS: Mapping[Exit, str] = {
    A: "SD §15(一)",
    B: "423 §18(三)",
    C1: "APL §33 para 1 first sentence, §57(二) para 1",
    C2: "APL §33 para 1 second sentence, §57(二) para 1",
    C3: "APL §33 para 2, §57(二) para 1",
    D: "APL §32",
    PENALTY: "423 §18(一), §23-30; 724 §54-57",
    HANDLING: "423 §18(二), §26; 724 §42",
    POLICE: "CRIM; TRF §5-8",
    UNPROVEN: "APL §57(三) para 1",
}

PAPER: Mapping[Exit, str] = {
    A: "rectification_order",
    B: "filing_withdrawal",
    C1: "exemption_decision",
    C2: "exemption_decision",
    C3: "exemption_decision",
    D: "penalty_decision",
    PENALTY: "penalty_decision",
    HANDLING: "handling_decision",
    POLICE: "transfer_letter",
    UNPROVEN: "unproven_decision",
}
"""The paper each exit is issued with (a kind of `casework.documents`)."""

FINED = frozenset({D, PENALTY})
UNPUNISHED = EXEMPTIONS | {A, B}
"""The three ways to end without a penalty. The criminal figure, an incident, a refusal bar every one of them."""
