"""How a case ends: one exit, its conditions checked, submitted by one person and decided by another."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from casework.calendar import local_day
from casework.discretion import Waiver, Waiving, compute, items_of, lowest, misfit, scales_with
from casework.errors import BadInput, NotAllowed, NotFound
from casework.leniency import BASIS, EXEMPTIONS, FINED, RULE_VERSION, Condition, Exit, Unmet, check, missing
from casework.lifecycle import DECIDED, WORKED, LegalStatus, WorkStatus, move_in_law
from casework.money import fen_of
from casework.people import Actor
from casework.record import Json
from services.cases.before_deciding import ANNOUNCED, lines_today, may_decide, told_as_decided
from services.cases.concluding import close_case, conclude
from services.cases.held import acted, held_case
from services.leniency.following_up import after_approval
from services.paperwork.addressing import addressed, announced_to, liable_article
from warehouse.engine import Warehouse
from warehouse.models import CaseRow, OutcomeRow, new_id
from warehouse.store.cases import case_for_change
from warehouse.store.notices import write_notices
from warehouse.store.offences import save_search, search_history
from warehouse.store.outcomes import Waived, evidence_of, facts_of, waiting_outcome, window_start
from warehouse.store.party import prior_notice_of
from warehouse.store.settings import setting

__all__ = ["Proposal", "checklist", "close_case", "decide_outcome", "submit_outcome"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What an officer proposes: the exit, what they vouch for and on what evidence, and the money of it.

    Waived and imposed fines are computed from rows of the discretion guideline; `exempted_article` is a remark on what
    is waived, `jobs_kept` the people the employer keeps at work. `amount_fined` sets a penalty within the range of its
    rows, or a lighter one below their count. `addressee` is the party named liable, where that is ordered to pay and
    not the employer.
    """

    exit: Exit
    confirmed: Collection[str] = ()
    evidence: Mapping[str, str] = field(default_factory=dict)
    waivers: tuple[Waiver, ...] = ()
    fines: tuple[Waiver, ...] = ()
    exempted_article: str | None = None
    jobs_kept: int | None = None
    amount_fined: Decimal | None = None
    amount_additional: Decimal | None = None
    offence_item: str | None = None
    addressee: str | None = None
    note: str | None = None


def waivings(session: Session, proposal: Proposal) -> tuple[Waiving, ...]:
    """What is waived or fined, by the guideline in force. Raises `BadInput` for a row or step that is none."""
    rows = scales_with(setting(session, "leniency.discretion_scales"))
    chosen = proposal.fines if proposal.exit in FINED else proposal.waivers
    return compute(chosen, rows, setting(session, "leniency.discretion_steps"))


def _money(session: Session, proposal: Proposal, found: tuple[Waiving, ...]) -> Waived:
    """The money in fen, with the words of the count."""
    item, needs = proposal.offence_item, tuple((one.article, one.after) for one in found)
    amount = sum(one.amount for one in found)
    if proposal.exit in FINED:
        lighter = proposal.exit is Exit.LIGHTER_PENALTY
        fined = fen_of(proposal.amount_fined)
        if fined is None and found and not lighter:
            fined = amount
        return Waived(fined=fined, item=item, needs=needs, misfit=misfit(found, fined, lighter=lighter))
    remark = proposal.exempted_article
    if not found:
        additional = fen_of(proposal.amount_additional)
        return Waived(article=remark, item=item, additional=additional, addressee=proposal.addressee)
    words = " ".join([*(one.words for one in found), *([remark] if remark else [])])
    return Waived(amount, words, most=amount, item=item, needs=needs, misfit=_above(session, proposal.exit, found))


def _above(session: Session, exit_: Exit, found: tuple[Waiving, ...]) -> str | None:
    """What is minor, or of slight harm, would have been fined at the lowest step."""
    steps = setting(session, "leniency.discretion_steps")
    if exit_ is Exit.EXEMPT_NO_FAULT or all(lowest(one.waiver.step, steps) for one in found):
        return None
    return "What is minor, or of slight harm, is counted at the lowest step."


def checklist(
    store: Warehouse,
    *,
    case_id: str,
    exit: Exit,  # noqa: A002 - the word of the law
    at: datetime,
    proposal: Proposal | None = None,
) -> tuple[Condition, ...]:
    """The conditions of an exit for a case as of a moment: what the records say, and what a person has to confirm."""
    wanted = proposal or Proposal(exit=exit)
    with store.read() as session:
        case = session.get(CaseRow, case_id)
        if case is None:
            raise NotFound("There is no such case.")
        facts = facts_of(session, case, today=local_day(at), waived=_money(session, wanted, waivings(session, wanted)))
        return check(exit, facts, {})


def submit_outcome(
    store: Warehouse,
    *,
    case_id: str,
    version: int,
    proposal: Proposal,
    actor: Actor,
    at: datetime,
    save_draft: bool = False,
) -> str:
    """Submit an outcome to a head. Returns its id.

    Raises `Unmet`, which is a `NotAllowed` naming the missing fact, while a condition is not met; `save_draft` keeps
    what was filled in instead (保存为拟办).
    """
    with store.write() as session:
        case = held_case(session, case_id, version, actor=actor, when=_submitted_while(proposal))
        if case.status == WorkStatus.CONCLUDED:
            move_in_law(case.legal_status, LegalStatus.TRANSFERRED)
        if waiting_outcome(session, case_id, "submitted") is not None:
            raise NotAllowed("An outcome of this case already waits for a decision.")
        _check_money(session, proposal)
        today, waived = local_day(at), _money(session, proposal, found := waivings(session, proposal))
        history = search_history(session, case, since=window_start(session, today))
        facts = facts_of(session, case, today=today, waived=waived, history=history)
        slots = evidence_of(session, case, proposal.evidence)
        lines = check(proposal.exit, facts, dict.fromkeys(proposal.confirmed, actor.id), evidence=slots)
        lacking = missing(lines)
        if lacking and not save_draft:
            raise Unmet(lacking)
        row = waiting_outcome(session, case_id, "draft") or _new_row(case_id)
        row.addressee_id = addressed(session, case, proposal.addressee)
        _fill(row, proposal, waived, lines, actor=actor, at=at)
        if row.addressee_id is not None:
            row.basis = "; ".join([row.basis, liable_article(session, case)])
        if proposal.exit in ANNOUNCED and not save_draft:
            announced_to(session, case, row.addressee_id)
        counted = [asdict(one) for one in found] or None
        row.waivers, row.fines = (None, counted) if proposal.exit in FINED else (counted, None)
        row.state = "draft" if save_draft else "submitted"
        session.add(row)
        session.flush()
        search = save_search(session, case, history, by=actor.id, at=at, outcome_id=row.id)
        row.conditions = _with_evidence(row.conditions, "first_offence", search.id)
        details: dict[str, Json] = {"outcome": row.id, "exit": proposal.exit, "lacking": len(lacking)}
        acted(session, case, f"{row.state}_outcome", actor=actor, at=at, details=details)
        return row.id


def _submitted_while(proposal: Proposal) -> frozenset[WorkStatus]:
    """A decision that is not obeyed may still go to the police; every other exit ends a case in progress."""
    return WORKED | (DECIDED if proposal.exit is Exit.TRANSFERRED_TO_POLICE else frozenset())


def _check_money(session: Session, proposal: Proposal) -> None:
    if proposal.waivers and proposal.exit not in EXEMPTIONS:
        raise BadInput("Only an exemption waives an amount.")
    if proposal.jobs_kept is not None and (proposal.exit not in EXEMPTIONS or not 0 <= proposal.jobs_kept <= _JOBS):
        raise BadInput("Jobs are kept by an exemption alone, and they are no more than a million.")
    if (proposal.amount_fined is not None or proposal.fines) and proposal.exit not in FINED:
        raise BadInput("Only a penalty has a fine.")
    if proposal.amount_additional is not None and proposal.exit is not Exit.HANDLING:
        raise BadInput("Only an order to pay has additional compensation.")
    if proposal.addressee and proposal.exit is not Exit.HANDLING:
        raise BadInput("Only an order to pay and its prior notice go to another party than the employer.")
    items = [one.item for one in items_of(setting(session, "leniency.offence_items"))]
    if items and proposal.exit is Exit.EXEMPT_FIRST_OFFENCE and proposal.offence_item not in items:
        raise BadInput("Name the item of the office's no-penalty list.")


_JOBS = 1_000_000


def _new_row(case_id: str) -> OutcomeRow:
    return OutcomeRow(id=new_id("out"), case_id=case_id)


def _with_evidence(lines: list[dict[str, Any]], key: str, evidence: str) -> list[dict[str, Any]]:
    return [{**line, "evidence": evidence} if line["key"] == key else line for line in lines]


def _fill(
    row: OutcomeRow,
    proposal: Proposal,
    waived: Waived,
    lines: tuple[Condition, ...],
    *,
    actor: Actor,
    at: datetime,
) -> None:
    row.exit, row.basis, row.offence_item = proposal.exit.value, _basis(proposal.exit, waived), proposal.offence_item
    row.conditions = [_line(line, at) for line in lines]
    row.amount_exempted_fen, row.exempted_article, row.amount_fined_fen = waived.exempted, waived.article, waived.fined
    row.amount_additional_fen, row.jobs_kept = waived.additional, proposal.jobs_kept
    row.note, row.rule_version, row.by, row.at = proposal.note, RULE_VERSION, actor.id, at


def _basis(exit_: Exit, waived: Waived) -> str:
    """The articles the decision rests on; a penalty names those of its fines (APL §59)."""
    if exit_ not in FINED or not waived.needs:
        return BASIS[exit_]
    first = "423 §18(一)" if exit_ is Exit.PENALTY else BASIS[exit_]
    return "; ".join(dict.fromkeys([first, *(article for article, _ in waived.needs)]))


def _line(line: Condition, at: datetime) -> dict[str, Any]:
    return {**asdict(line), "at": at.isoformat(timespec="seconds")}


def decide_outcome(
    store: Warehouse, *, outcome_id: str, approve: bool, reason: str | None, actor: Actor, at: datetime
) -> None:
    """A head approves or rejects what another person submitted; the records are asked once more.

    Approval concludes the case, numbers its paper, stops its clocks and answers every complaint; a sparing gets its
    follow-up visit, an offence is set against earlier sparings. Raises `NotAllowed` for one's own outcome, for who
    reviewed it and for a head who holds the case, `Unmet` when a fact has fallen away meanwhile.
    """
    with store.write() as session:
        outcome = session.get(OutcomeRow, outcome_id)
        if outcome is None:
            raise NotFound("There is no such outcome.")
        case = case_for_change(session, outcome.case_id)
        session.refresh(outcome, with_for_update=True)
        may_decide(session, case, outcome, actor=actor)
        if not approve and not (reason or "").strip():
            raise BadInput("An outcome is rejected with a reason.")
        if approve:
            _check_again(session, case, outcome, actor=actor, at=at)
            told_as_decided(session, case, outcome)
        notice = prior_notice_of(session, case.id)
        outcome.notice_id = notice.id if approve and notice is not None else None
        outcome.state = "approved" if approve else "rejected"
        outcome.decided_by, outcome.decided_at, outcome.decided_reason = actor.id, at, (reason or "").strip() or None
        paper = conclude(session, case, outcome, actor=actor, at=at) if approve else None
        if approve:
            after_approval(session, case, outcome, actor=actor, at=at)
        write_notices(session, [outcome.by], kind=f"outcome_{outcome.state}", case_id=case.id, due_at=at)
        details: dict[str, Json] = {"outcome": outcome.id, "exit": outcome.exit, "document": paper}
        acted(session, case, f"{outcome.state}_outcome", actor=actor, at=at, details=details)


def _check_again(session: Session, case: CaseRow, outcome: OutcomeRow, *, actor: Actor, at: datetime) -> None:
    lines, history = lines_today(session, case, outcome, today=local_day(at))
    lacking = missing(lines)
    if lacking:
        raise Unmet(lacking)
    search = save_search(session, case, history, by=actor.id, at=at, outcome_id=outcome.id)
    outcome.conditions = _with_evidence([_line(line, at) for line in lines], "first_offence", search.id)
