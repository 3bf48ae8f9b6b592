"""The legal exits of a case (办理结果) and what each demands, as rows with their articles.

A condition is checked by the system from the records, or confirmed by a named person; nothing legal is ticked in
advance. An exemption (exits C1-C3) touches penalties only: the order to pay stands. Whatever the exit, no decision is
made by the machine: `check` answers what is met and what is missing; one person submits and a head approves (QD §31).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from casework.errors import NotAllowed
from casework.exits import (
    amount_verified,
    corrected_in_time,
    criminal_figure,
    educated,
    employer_known,
    filed,
    fine_named,
    first_offence,
    heads_slight,
    investigated,
    legally_reviewed,
    no_group_incident,
    no_red_flag,
    no_relapse,
    no_transfer_due,
    not_criminal,
    not_filed,
    not_listed,
    not_with_police,
    nothing_verified,
    offence_listed,
    order_kept,
    order_unpaid,
    paid_in_full,
    pledge_signed,
    prior_notice_served,
    two_reported,
    waiver_explained,
)
from casework.facts import Facts, Finding

RULE_VERSION = "2026-11"


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
    C1: "APL §33 para 1 first sentence, §57(二)",
    C2: "APL §33 para 1 second sentence, §57(二)",
    C3: "APL §33 para 2, §57(二)",
    D: "APL §32",
    PENALTY: "423 §18(一), §23-30; 724 §54-57",
    HANDLING: "423 §18(二), §26; 724 §42",
    POLICE: "CRIM; TRF §5-8",
    UNPROVEN: "APL §57(三)",
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


@dataclass(frozen=True, slots=True)
class Rule:
    """One condition of some exits. Without `check`, or where it finds nothing to say, a person confirms it, by name.

    `at_decision`: asked when the head decides, not yet when the officer submits.
    """

    key: str
    exits: frozenset[Exit]
    says: str
    source: str
    check: Callable[[Facts], Finding | None] | None = None
    bar: bool = False
    at_decision: bool = False


class Unmet(NotAllowed):
    """An exit whose conditions are not met. The words are the first one's fact; all of them are in `conditions`."""

    def __init__(self, conditions: tuple[Condition, ...]) -> None:
        first = conditions[0]
        super().__init__(f"Please confirm: {first.says}" if first.by_person else first.fact)
        self.conditions = conditions


@dataclass(frozen=True, slots=True)
class Condition:
    """One line of the checklist: what is asked, whether it is met, by which fact, and what is missing.

    `checked_by` is `system`, or the account that confirmed; empty while a person still has to. `evidence` is what the
    line rests on: the id of a record, or what the person typed.
    """

    key: str
    says: str
    source: str
    by_person: bool
    met: bool
    fact: str
    checked_by: str
    bar: bool
    evidence: str = ""


_SPARED = EXEMPTIONS
UNPUNISHED = EXEMPTIONS | {A, B}
"""The three ways to end without a penalty. The criminal figure, an incident, a refusal bar every one of them."""
FINED = frozenset({D, PENALTY})
_ALL = frozenset(Exit)

RULES: tuple[Rule, ...] = (
    Rule("employer_known", _ALL - {A, UNPROVEN}, "The employer is known.", "APL §59", employer_known),
    Rule("not_filed", frozenset({A}), "The case was not filed.", "SD §15(一)", not_filed),
    Rule("filed", _ALL - {A, POLICE}, "The case was filed.", "GD25 §18", filed),
    Rule("investigated", _ALL - {A}, "There is a visit or an inquiry.", "QD §28; APL §57", investigated),
    Rule("order", frozenset({A}), "An order to correct still runs, or was obeyed.", "SD §15(一)", order_kept),
    Rule(
        "offence_item",
        frozenset({C2}),
        "The offence is on the no-penalty list.",
        "辽宁, 浙江, 山东 lists",
        offence_listed,
    ),
    Rule("minor", frozenset({A, B, C1}), "The offence is minor.", "SD §15(一); 423 §18(三); APL §33"),
    Rule("first_offence", frozenset({C2}), "It is the first offence.", "APL §33 para 1", first_offence),
    Rule("few_workers", frozenset({C2}), "Few workers are concerned.", "setting: leniency.max_workers", heads_slight),
    Rule("slight_harm", frozenset({C2}), "The harm is slight.", "APL §33 para 1 second sentence"),
    Rule("no_harm", frozenset({C1}), "There was no harm.", "APL §33 para 1 first sentence"),
    Rule("no_fault", frozenset({C3}), "The party has proven that it had no fault.", "APL §33 para 2"),
    Rule("corrected", frozenset({B, C1, C2}), "It was corrected in time.", "APL §33; 423 §18(三)", corrected_in_time),
    Rule("paid_in_full", frozenset({B, C1, C2}), "Every worker was paid in full.", "APL §33; 724 §15", paid_in_full),
    Rule("pledge", frozenset({C2}), "The pledge letter is signed.", "practice of 即墨; 辽宁 一案三书", pledge_signed),
    Rule("educated", _SPARED, "The party was educated.", "APL §33 para 3", educated),
    Rule(
        "legal_review",
        _SPARED,
        "The legal review has passed.",
        "APL §58; 辽宁 一案三书",
        legally_reviewed,
        at_decision=True,
    ),
    Rule("waiver", _SPARED, "The waived amount names its article and scale.", "APL §34", waiver_explained),
    Rule("removes_harm", frozenset({D}), "The party removed or reduced the harm.", "APL §32"),
    Rule("verified", frozenset({HANDLING, POLICE}), "The amount is verified.", "423 §26", amount_verified),
    Rule(
        "prior_notice", FINED | {HANDLING}, "The prior notice was served.", "APL §44-45; 423 §19", prior_notice_served
    ),
    Rule("fine", FINED, "The fine is named.", "APL §59", fine_named),
    Rule("ordered_unpaid", frozenset({POLICE}), "An order to pay ran out unpaid.", "CRIM; SPC13 §4", order_unpaid),
    Rule("criminal_figure", frozenset({POLICE}), "The criminal figure is reached.", "SPC13 §3", criminal_figure),
    Rule("two_reported", frozenset({POLICE}), "Two officers have reported in writing.", "TRF §5", two_reported),
    Rule("unproven", frozenset({UNPROVEN}), "The facts could not be proven.", "APL §57(三)"),
    Rule(
        "nothing_verified", frozenset({UNPROVEN}), "No wages are verified.", "APL §57(三)", nothing_verified, bar=True
    ),
    Rule("not_group", UNPUNISHED, "It is no group incident.", "423 §14 para 4", no_group_incident, bar=True),
    Rule("not_listed", _SPARED, "The employer is not on the joint-sanction list.", "R45 §5", not_listed, bar=True),
    Rule("no_relapse", frozenset({C2}), "No relapse after an earlier sparing.", "辽宁 list", no_relapse, bar=True),
    Rule(
        "not_criminal",
        UNPUNISHED,
        "The criminal figure is not reached.",
        "CRIM; SPC13 §3",
        not_criminal,
        bar=True,
    ),
    Rule(
        "no_transfer_due",
        FINED,
        "No transfer to the police comes first.",
        "CRIM; TRF §8-9; TRF §11: a fine replaces no transfer",
        no_transfer_due,
        bar=True,
    ),
    Rule(
        "not_with_police",
        UNPUNISHED | {UNPROVEN},
        "The police do not have the case.",
        "TRF §5, §8, §11; SPC13 §6",
        not_with_police,
        bar=True,
    ),
    Rule(
        "no_red_flag",
        UNPUNISHED,
        "There was no refusal, concealment, retaliation or extreme act.",
        "423 §30; 山东省司法厅 2020",
        no_red_flag,
        bar=True,
    ),
)


def check(
    exit_: Exit,
    facts: Facts,
    confirmed: Mapping[str, str],
    *,
    evidence: Mapping[str, str] | None = None,
    deciding: bool = False,
) -> tuple[Condition, ...]:
    """The checklist of an exit over the facts. `confirmed` names, per key, the account that vouches for it.

    `evidence` says, per key, what a line rests on. What is asked at the decision only is left out until `deciding`.
    """
    asked = (rule for rule in RULES if exit_ in rule.exits and (deciding or not rule.at_decision))
    slots = evidence or {}
    return tuple(replace(_condition(rule, facts, confirmed), evidence=slots.get(rule.key, "")) for rule in asked)


def _condition(rule: Rule, facts: Facts, confirmed: Mapping[str, str]) -> Condition:
    finding = rule.check(facts) if rule.check is not None else None
    if finding is None:
        by = confirmed.get(rule.key, "")
        fact = "Confirmed." if by else "Nobody has confirmed this yet."
        return Condition(rule.key, rule.says, rule.source, True, bool(by), fact, by, rule.bar)
    met, fact = finding
    return Condition(rule.key, rule.says, rule.source, False, met, fact, "system", rule.bar)


def missing(conditions: tuple[Condition, ...]) -> tuple[Condition, ...]:
    """The lines that are not met: what the records forbid, what they lack, then what a person has not confirmed."""
    lacking = (line for line in conditions if not line.met)
    return tuple(sorted(lacking, key=lambda line: (line.by_person, not line.bar)))


def may_be_found_later(ended_on: date | None, today: date) -> bool:
    """Whether an act may still be pursued: two years, counted from the end of a continuing act (423 §20)."""
    if ended_on is None:
        return True
    try:
        limit = ended_on.replace(year=ended_on.year + 2)
    except ValueError:  # 29 February
        limit = ended_on.replace(year=ended_on.year + 2, month=3, day=1)
    return today <= limit
