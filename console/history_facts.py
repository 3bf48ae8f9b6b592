"""The history of a case in words: what the log keeps of each act, field by field, with its name and its unit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from console import (
    labels,
    labels_clocks,
    labels_investigation,
    labels_ledger,
    labels_lives,
    labels_publication,
    labels_sparing,
    labels_warning_rules,
)
from console.words import N_
from warehouse.queries.history import Happened

Kind: TypeAlias = Literal["count", "fen", "yes_no", "code", "officer", "paper", "complaint"]
_WAYS = {"channel": N_("Back to its channel"), **labels.BODIES}


@dataclass(frozen=True, slots=True)
class Shown:
    """How one field of the log is shown: its name, what it is, and for a code the table that says it in words."""

    words: str
    kind: Kind
    table: Mapping[str, str] = field(default_factory=dict)


FIELDS: Mapping[str, Shown] = {
    "complaints": Shown(N_("Complaints"), "count"),
    "complaint": Shown(N_("Complaint"), "complaint"),
    "officers": Shown(N_("Officers"), "count"),
    "items": Shown(N_("Lines asked for"), "count"),
    "handed_in": Shown(N_("Lines handed in"), "count"),
    "missing": Shown(N_("Lines missing"), "count"),
    "blanks": Shown(N_("Blanks filled"), "count"),
    "photos": Shown(N_("Photographs"), "count"),
    "workers": Shown(N_("People"), "count"),
    "lines": Shown(N_("Lines of the ledger"), "count"),
    "number": Shown(N_("Number in the ledger"), "count"),
    "strangers": Shown(N_("Not in the ledger"), "count"),
    "instalments": Shown(N_("Instalments"), "count"),
    "duties": Shown(N_("Obligations"), "count"),
    "hits": Shown(N_("Earlier offences"), "count"),
    "barring": Shown(N_("Of these barring"), "count"),
    "lacking": Shown(N_("Conditions not met"), "count"),
    "times": Shown(N_("Times chased"), "count"),
    "papers": Shown(N_("Papers handed over"), "count"),
    "answers_withdrawn": Shown(N_("Answers withdrawn"), "count"),
    "fen": Shown(N_("Amount"), "fen"),
    "answered": Shown(N_("Reached"), "yes_no"),
    "kept": Shown(N_("Kept"), "yes_no"),
    "asked": Shown(N_("Workers asked"), "count"),
    "came": Shown(N_("The money came"), "yes_no"),
    "passed": Shown(N_("Passed"), "yes_no"),
    "granted": Shown(N_("Granted"), "yes_no"),
    "revoked": Shown(N_("Sparing revoked"), "yes_no"),
    "filed": Shown(N_("Filed by the police"), "yes_no"),
    "owes": Shown(N_("Hired the workers and did not pay them"), "yes_no"),
    "lead": Shown(N_("Lead officer"), "officer"),
    "assisting": Shown(N_("Assisting officer"), "officer"),
    "instead_of": Shown(N_("Instead of"), "officer"),
    "document": Shown(N_("Paper"), "paper"),
    "exit": Shown(N_("Outcome"), "code", labels.EXITS),
    "body": Shown(N_("To"), "code", labels.BODIES),
    "asked_by": Shown(N_("Asked for by"), "code", labels_investigation.ASKED_BY),
    "part": Shown(N_("Part"), "code", labels_ledger.PARTS),
    "irregular": Shown(N_("What was irregular"), "code", labels_ledger.IRREGULAR),
    "verdict": Shown(N_("Verdict"), "code", labels.VERDICTS),
    "grounds": Shown(N_("Ground"), "code", labels_sparing.LISTING_GROUNDS),
    "decision": Shown(N_("Decision"), "code", labels_sparing.LISTING_DECISIONS),
    "breach": Shown(N_("Class of the breach"), "code", labels_publication.BREACHES),
    "approved": Shown(N_("Approved"), "yes_no"),
    "late": Shown(N_("Recorded late, to be put right"), "yes_no"),
    "nevertheless": Shown(N_("It went out although it should not have"), "yes_no"),
    "void_by": Shown(N_("Made void by"), "officer"),
    "withdrawn": Shown(N_("Why withdrawn"), "code", labels_publication.WITHDRAWALS),
    "finding": Shown(N_("Result"), "code", labels_sparing.FOLLOW_UP_RESULTS),
    # The same name in the log of another act is something else.
    "verify_amount.was": Shown(N_("Verified before"), "fen"),
    "verify_amount.now": Shown(N_("Verified now"), "fen"),
    "verify_lines.now": Shown(N_("Verified now"), "fen"),
    "issue_document.kind": Shown(N_("Kind of paper"), "code", labels.PAPERS),
    "issue_service_proof.kind": Shown(N_("Kind of paper"), "code", labels.PAPERS),
    "record_red_flag.kind": Shown(N_("Red flag"), "code", labels_sparing.RED_FLAGS),
    "announce_service.tried": Shown(N_("Way that was tried before"), "code", labels.SERVED),
    "record_defence.kind": Shown(N_("What it did"), "code", labels_lives.DEFENCES),
    "record_remedy.way": Shown(N_("Remedy"), "code", labels_lives.REMEDIES),
    "end_remedy.fen": Shown(N_("Sum as changed"), "fen"),
    "end_remedy.how": Shown(N_("How it ended"), "code", labels_lives.REMEDY_ENDS),
    "educate.way": Shown(N_("How"), "code", labels_sparing.EDUCATION_WAYS),
    "redirect_complaint.way": Shown(N_("To"), "code", _WAYS),
    "decline_case.ground": Shown(N_("Ground"), "code", labels.GROUNDS),
    "decline_complaint.ground": Shown(N_("Ground"), "code", labels.GROUNDS),
    "suspend_clock.ground": Shown(N_("Ground"), "code", labels_clocks.SUSPENSIONS),
    "attach_warning.rule": Shown(N_("Rule"), "code", labels_warning_rules.NAMES),
    "propose_visit.rule": Shown(N_("Rule"), "code", labels_warning_rules.NAMES),
    "answer_publication.answer": Shown(N_("Result"), "code", labels_publication.ANSWERS),
    "name_liable.ground": Shown(N_("Ground"), "code", labels_ledger.GROUNDS),
}
"""Fields of the log by name, or by act and name. What is not here are ids and marks of the program."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One field of one act: its name, what it is, and its value; a code comes with its words."""

    words: str
    kind: Kind
    value: Any


def facts(one: Happened, names: Mapping[str, str], papers: Mapping[str, str], told: Mapping[str, str]) -> list[Fact]:
    """What the log keeps of an act. `names` of officers, `papers` and `told` numbers of papers and complaints, by id.

    What cannot be said in words stays out: a reader never sees an id.
    """
    found = []
    for key, value in one.details.items():
        shown = FIELDS.get(f"{one.act}.{key}") or FIELDS.get(key)
        if shown is None or value is None or value == "":
            continue
        by_id = {"officer": names, "paper": papers, "complaint": told, "code": shown.table}.get(shown.kind)
        said = value if by_id is None else by_id.get(value) if isinstance(value, str) else None
        right = isinstance(said, bool) if shown.kind == "yes_no" else by_id is not None or _whole(said)
        if said is not None and right:
            found.append(Fact(shown.words, shown.kind, said))
    return found


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def officers_in(events: Iterable[Happened]) -> set[str]:
    """The accounts that the log of these acts names."""
    keys = [key for key, shown in FIELDS.items() if shown.kind == "officer"]
    return {one.details[key] for one in events for key in keys if isinstance(one.details.get(key), str)}
