"""Listing, publication and transfer to the police as tables: each step, who takes it, what it needs and starts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from casework.clocks import LIMITS

Way = tuple["WayStep", ...]


@dataclass(frozen=True, slots=True)
class WayStep:
    """One step. `act` is the service that takes it; `clocks` start with it; `papers` are numbered by it.

    `counted` says of a clock what its row in `casework.clocks` does not: from when it runs, or which setting counts it.
    """

    act: str
    says: str
    who: str
    when: str
    source: str
    clocks: tuple[str, ...] = ()
    papers: tuple[str, ...] = ()
    counted: Mapping[str, str] = field(default_factory=dict)


_NOT_HOLDING = "a head who does not hold the case"
_THE_TWO = "the officers"

LISTING: Way = (
    WayStep(
        "tell_party",
        "tell the party",
        _THE_TWO,
        "an order to pay ran out unpaid, and the criminal figure or a group or extreme incident; wages of rural "
        "migrant workers (农民工) by the nature of the case, or by what it rests on",
        "R45 §5, §6, §8",
        ("list_objection", "list_decide"),
        ("listing_notice",),
        {"list_objection": "from the service of the notice", "list_decide": "from the deadline of the order"},
    ),
    WayStep(
        "record_objection",
        "objection",
        _THE_TWO,
        "the party was told; within its days, later is refused",
        "R45 §6",
        ("list_verify",),
    ),
    WayStep("verify_objection", "verify", _THE_TWO, "it objected", "R45 §6"),
    WayStep("extend_listing", "extend", "a head", "once, while its days run: the same days again", "R45 §8"),
    WayStep(
        "decide_listing",
        "decide: listed, spared, dropped",
        _NOT_HOLDING,
        "listed, for `listing.years`: not before the notice is served, nor while the party may object, nor on a day "
        "that is provisional; spared: all paid and a credit pledge",
        "R45 §7, §8, §11",
        papers=("listing_decision", "not_listed_decision"),
    ),
    WayStep(
        "ask_removal",
        "ask for removal",
        _THE_TWO,
        "paid in full as proven, `listing.repair.months` later, credit pledge; no filed case open, no offence decided "
        "since, no criminal case under way; one request at a time",
        "R45 §12-14",
        ("list_answer",),
    ),
    WayStep(
        "decide_removal",
        "answer",
        _NOT_HOLDING,
        "removal was asked for; granted: the same bars are asked again",
        "R45 §14, §17",
        ("list_take_down",),
        ("removal_decision", "removal_refusal"),
        {"list_take_down": "where it is granted"},
    ),
    WayStep("take_down", "take down", _THE_TWO, "removal was granted", "R45 §17"),
)
"""Onto the joint-sanction list and off it."""

PUBLICATION: Way = (
    WayStep(
        "propose_publication",
        "propose",
        _THE_TWO,
        "the decision on the breach is served, or the case was handed to the police; it is grave by the records, or by "
        "what it rests on; nothing in the text that may not be published",
        "R29 §5, §6",
    ),
    WayStep(
        "decide_publication",
        "decide: approved, dropped",
        _NOT_HOLDING,
        "with the reason; approved: the same conditions are asked again, and the decision and the employer are still "
        "those it was proposed for; wages paid or found owed since are weighed anew, in words; dropped after the "
        "approval: its paper is void and keeps its number",
        "政府信息公开条例 §26",
        ("publish",),
        ("publication_notice",),
        {"publish": "where it is approved; ends when its ground falls, anew when the police have the case again"},
    ),
    WayStep(
        "publish_breach",
        "publish",
        _THE_TWO,
        "it was approved, and the decision and the employer are still those it was proposed for, not annulled and not "
        "changed since; on the website, and in the papers or on television; what was before the public by then, or "
        "went out nevertheless, is recorded late with its true day, and is put right",
        "R29 §7, §8, §11",
        ("publication_correct",),
        counted={"publication_correct": "where it is recorded late; of a penalty `withdraw_published`"},
    ),
    WayStep(
        "record_publication_objection",
        "objection",
        _THE_TWO,
        "it stands published; one objection at a time, and none before an accepted one is carried out",
        "R29 §11",
        ("publication_answer",),
    ),
    WayStep(
        "answer_publication",
        "answer: upheld, accepted",
        _NOT_HOLDING,
        "the employer objected; with the reason",
        "R29 §11",
        ("publication_correct",),
        ("publication_answer",),
        {"publication_correct": "where it is accepted; setting `publication.correct.days`"},
    ),
    WayStep(
        "correct_publication",
        "correct",
        _NOT_HOLDING,
        "it stands published, and its decision was not annulled; a decision to pay that was annulled or changed starts "
        "`publication_correct`; a penalty starts `withdraw_published`, which a withdrawal alone meets: no correction; "
        "nor of what rests on the police having a case that they refused or that was taken back",
        "R29 §11",
        papers=("publication_correction",),
    ),
    WayStep(
        "withdraw_publication",
        "withdraw",
        _NOT_HOLDING,
        "the decision was annulled or changed, the police do not have the case any more, an objection was accepted, or "
        "it was a mistake; no objection waits for its answer",
        "R29 §11; APL §48",
        papers=("publication_correction",),
    ),
)
"""Before the public, and put right there."""

TRANSFER: Way = (
    WayStep(
        "report_crime",
        "report",
        "two officers, in writing",
        "the figure is reached and an order to pay ran out unpaid",
        "TRF §5; SPC13 §3-4",
        ("transfer_decide",),
        ("transfer_form",),
        {"transfer_decide": "setting `clock.police.decide_days`"},
    ),
    WayStep(
        "decide_transfer",
        "decide",
        "a head who did not report and does not hold the case",
        "with the reason, a refusal too",
        "TRF §5",
        ("transfer_hand_over",),
        counted={"transfer_hand_over": "the 24 hours, where it is approved"},
    ),
    WayStep(
        "hand_over",
        "hand over",
        _THE_TWO,
        "the five papers accounted for, the transfer letter issued",
        "TRF §5, §6, §8",
        ("police_decide",),
        counted={"police_decide": "setting `transfer.police.days`"},
    ),
    WayStep(
        "record_police",
        "answer of the police",
        _THE_TWO,
        "handed over, or asked to reconsider",
        "TRF §8, §9, §12; R29 §11",
        ("hand_materials", "reconsider", "publication_correct"),
        counted={
            "hand_materials": "filed; setting `transfer.materials.days`",
            "reconsider": "not filed; setting `transfer.reconsider.days`",
            "publication_correct": "not filed, and published as with the police; ends when they have it again",
        },
    ),
    WayStep(
        "ask_reconsideration",
        "ask to reconsider",
        _THE_TWO,
        "once, within its days",
        "TRF §8, §9",
        ("police_decide",),
        ("reconsideration_letter",),
        {"police_decide": "setting `transfer.police.days`"},
    ),
    WayStep("hand_materials", "hand over the materials", _THE_TWO, "the police filed the case", "TRF §12"),
    WayStep(
        "take_back",
        "take back",
        "a head",
        "the case ended with the transfer; the police have refused it and were asked to reconsider, or the days to ask "
        "are over",
        "TRF §8-10",
    ),
)
"""To the police."""


def printed(way: Way) -> str:
    """One way as a table of docs/flexible-enforcement.md."""
    rows = ["| step | who | when | clocks that start | papers | article |", "|---|---|---|---|---|---|"]
    for step in way:
        clocks = "; ".join(_clock(kind, step.counted.get(kind, "")) for kind in step.clocks)
        papers = ", ".join(f"`{kind}`" for kind in step.papers)
        cells = (f"{step.says} (`{step.act}`)", step.who, step.when, clocks or "—", papers or "—", step.source)
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows)


def _clock(kind: str, counted: str) -> str:
    limit = LIMITS[kind]
    words = f"`{kind}` {limit.length} {limit.unit} day{'s' if limit.length > 1 else ''}"
    return f"{words}, {counted}" if counted else words
