"""The legal exits of a case (办理结果) and what each demands, as rows with their articles.

A condition is checked by the system from the records, or confirmed by a named person; nothing legal is ticked in
advance. An exemption (exits C1-C3) touches penalties only: the order to pay stands. Whatever the exit, no decision is
made by the machine: `check` answers what is met and what is missing; one person submits and a head approves (QD §31).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from casework.crime import crime_reached, no_transfer_due, not_criminal, not_with_police, order_unpaid, two_reported
from casework.ending import BASIS as BASIS
from casework.ending import C1, C2, C3, HANDLING, POLICE, UNPROVEN, A, B, D
from casework.ending import EXEMPTIONS as EXEMPTIONS
from casework.ending import FINED as FINED
from casework.ending import PAPER as PAPER
from casework.ending import UNPUNISHED as UNPUNISHED
from casework.ending import Exit as Exit
from casework.errors import NotAllowed
from casework.exits import (
    amount_verified,
    corrected_in_time,
    employer_known,
    filed,
    investigated,
    no_group_incident,
    not_filed,
    nothing_verified,
    order_kept,
    paid_in_full,
    prior_notice_served,
)
from casework.facts import Facts, Finding
from casework.merits import (
    educated,
    first_offence,
    heads_slight,
    legally_reviewed,
    no_red_flag,
    no_relapse,
    not_listed,
    offence_listed,
    pledge_signed,
)
from casework.penalties import (
    additional_founded,
    fine_named,
    heard,
    hearing_held,
    hearing_over,
    not_above_announced,
    not_fined_before,
    reviewed_where_asked,
    waiver_explained,
)

RULE_VERSION = "2026-11"


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
    Rule(
        "few_workers",
        frozenset({C2}),
        "Few workers are concerned.",
        "setting: leniency.max_workers",
        heads_slight,
    ),
    Rule("slight_harm", frozenset({C2}), "The harm is slight.", "APL §33 para 1 second sentence"),
    Rule("no_harm", frozenset({C1}), "There was no harm.", "APL §33 para 1 first sentence"),
    Rule("no_fault", frozenset({C3}), "The party has proven that it had no fault.", "APL §33 para 2"),
    Rule(
        "corrected",
        frozenset({B, C1, C2}),
        "It was corrected in time.",
        "APL §33; 423 §18(三)",
        corrected_in_time,
    ),
    Rule("paid_in_full", frozenset({B, C1, C2}), "Every worker was paid in full.", "APL §33; 724 §15", paid_in_full),
    Rule(
        "pledge",
        frozenset({C2}),
        "The pledge letter is signed.",
        "practice of 即墨; 辽宁 一案三书",
        pledge_signed,
    ),
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
        "prior_notice",
        FINED | {HANDLING},
        "The prior notice was served.",
        "APL §44-45; 423 §19",
        prior_notice_served,
    ),
    Rule(
        "heard",
        frozenset({HANDLING}),
        "The party was heard, or its days for that are over.",
        "APL §44-45; 423 §19",
        heard,
        at_decision=True,
    ),
    Rule("hearing_held", FINED, "A hearing that was asked for was held.", "APL §63-64; 423 §19", hearing_held),
    Rule(
        "hearing",
        FINED,
        "The days to ask for a hearing are over, or it was held.",
        "APL §44-45, §63-64; 423 §19",
        hearing_over,
        at_decision=True,
    ),
    Rule(
        "penalty_review",
        FINED | {HANDLING},
        "The legal review has passed, where it is asked for.",
        "APL §58; setting: penalty.review_from_fen",
        reviewed_where_asked,
        at_decision=True,
    ),
    Rule(
        "additional",
        frozenset({HANDLING}),
        "Additional compensation is within its limits.",
        "423 §26; LCL §85",
        additional_founded,
    ),
    Rule(
        "fine",
        FINED,
        "The fine is named, by its article.",
        "APL §34, §59; 423 §23-30; 724 §54-57",
        fine_named,
    ),
    Rule("announced", FINED, "The fine is not above the one announced.", "APL §44-45", not_above_announced),
    Rule("not_fined", FINED, "The act was not fined before.", "APL §29", not_fined_before, bar=True),
    Rule("ordered_unpaid", frozenset({POLICE}), "An order to pay ran out unpaid.", "CRIM; SPC13 §4", order_unpaid),
    Rule("criminal_figure", frozenset({POLICE}), "The criminal figure is reached.", "SPC13 §3", crime_reached),
    Rule(
        "two_reported", frozenset({POLICE}), "Two officers reported it; the police have it.", "TRF §5-6", two_reported
    ),
    Rule("unproven", frozenset({UNPROVEN}), "The facts could not be proven.", "APL §57(三) para 1"),
    Rule(
        "nothing_verified",
        frozenset({UNPROVEN}),
        "No wages are verified.",
        "APL §57(三) para 1",
        nothing_verified,
        bar=True,
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
