"""Merge, split and move as events with an inverse: what an event changed, it can put back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from casework.errors import NotAllowed
from casework.lifecycle import WorkStatus
from warehouse.models import CaseMembershipRow, CaseRow, LinkageEventRow, new_id
from warehouse.store.cases import asked_neighbours, change_case, refresh_case
from warehouse.store.linkage import join_case, leave_case, live_memberships
from warehouse.store.promises import look_again
from warehouse.store.verified import carry_verified, give_back_verified, together_verified

_KEPT_APART = ("id", "matter_no", "version")


STAYS = {
    # What hangs on a complaint stays with the complaint, whatever case it is in.
    "complaint_version.complaint_id": "complaint",
    "worker.complaint_id": "complaint",
    "clock.complaint_id": "complaint",
    "reply.complaint_id": "complaint",
    "satisfaction.complaint_id": "complaint",
    "life_move.complaint_id": "complaint",
    "document.complaint_id": "complaint",
    "complaint_file.complaint_id": "complaint",
    "receipt_number.complaint_id": "complaint",
    "message.complaint_id": "complaint",
    "money_question.complaint_id": "complaint",
    "judgement.left_id": "complaint",
    "judgement.right_id": "complaint",
    "linkage_refusal.left_id": "complaint",
    "linkage_refusal.right_id": "complaint",
    "linkage_sample.left_id": "complaint",
    "linkage_sample.right_id": "complaint",
    # What was done on a case stays with the case that it was done on; a merged number leads on to the survivor. What
    # that shows and counts of workers, payments, plans, parties and referrals is the union over the cases merged
    # into it, made at reading: warehouse.store.leading.family.
    "clock.case_id": "case",
    "assignment.case_id": "case",
    "notice.case_id": "case",
    "visit.case_id": "case",
    "attachment.case_id": "case",
    "document.case_id": "case",
    "rectification_order.case_id": "case",
    "pledge.case_id": "case",
    "payment.case_id": "case",
    "outcome.case_id": "case",
    "referral.case_id": "case",
    "life_move.case_id": "case",
    "enforcement.case_id": "case",
    "case_archive.case_id": "case",
    "recusal.case_id": "case",
    "recusal_request.case_id": "case",
    "draft.case_id": "case",
    "party_act.case_id": "case",
    "supervision.case_id": "case",
    "inquiry_answer.case_id": "case",
    "chase.case_id": "case",
    "approval.case_id": "case",
    "ledger_worker.case_id": "case",
    "payment_plan.case_id": "case",
    "liable_party.case_id": "case",
    "history_search.case_id": "case",
    "education.case_id": "case",
    "legal_review.case_id": "case",
    "red_flag.case_id": "case",
    "follow_up.case_id": "case",
    "follow_up.relapse_case_id": "case",
    "revocation.case_id": "case",
    "joint_listing.case_id": "case",
    "crime_transfer.case_id": "case",
    "publication.case_id": "case",
    "warning_act.case_id": "case",
    "case_link.left_id": "case",
    "case_link.right_id": "case",
    # A worker was asked about the conclusion of one case; where it was merged, the survivor asks about its own.
    "money_question.case_id": "case",
    "linkage_event.from_case_id": "case",
    "linkage_event.into_case_id": "case",
    # What a merge writes and its undo takes back.
    "cases.main_complaint_id": "restored",
    "cases.merged_into": "restored",
    "case_membership.complaint_id": "restored",
    "case_membership.case_id": "restored",
}
"""What a merge does to each reference to a complaint or a case. A test compares this list with the tables."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """Whose hand moves, when and why."""

    by: str
    at: datetime
    reason: str | None = None
    judgement_ids: tuple[str, ...] = ()


@dataclass(slots=True)
class _Change:
    """What an event did to memberships and cases, as its undo needs it."""

    images: dict[str, dict[str, Any]] = field(default_factory=dict)
    closed: list[str] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)
    verified: int | None = None


def image(row: CaseRow) -> dict[str, Any]:
    """Every column of a case that an undo puts back, as JSON."""
    columns = {c.key for c in CaseRow.__mapper__.column_attrs} - set(_KEPT_APART)
    return {name: _as_json(getattr(row, name)) for name in sorted(columns)}


def _as_json(value: Any) -> Any:
    return {"moment": value.isoformat()} if isinstance(value, date) else value


def _from_json(value: Any) -> Any:
    return datetime.fromisoformat(value["moment"]) if isinstance(value, dict) and "moment" in value else value


def move_members(
    session: Session, kind: str, from_row: CaseRow, into_row: CaseRow, complaint_ids: Sequence[str], hand: Hand
) -> LinkageEventRow:
    """Move complaints from one case into another, as an event. A case left empty becomes a number that leads on."""
    if from_row.id == into_row.id:
        raise NotAllowed("A case cannot be merged into itself.")
    around = _around(session, from_row, into_row)
    change = _Change({row.id: image(row) for row in around})
    event = LinkageEventRow(
        id=new_id("evt"),
        kind=kind,
        from_case_id=from_row.id,
        into_case_id=into_row.id,
        complaint_ids=sorted(complaint_ids),
        before={},
        judgement_ids=list(hand.judgement_ids),
        by=hand.by,
        at=hand.at,
        reason=hand.reason,
    )
    session.add(event)
    session.flush()
    why = {"merge": "merged", "split": "split", "regroup": "regrouped"}[kind]
    for complaint_id, row in live_memberships(session, complaint_ids).items():
        leave_case(session, row, at=hand.at)
        change.closed.append(row.id)
        joined = join_case(
            session,
            complaint_id,
            into_row.id,
            claim_id=row.claim_id,
            why=why,
            by=hand.by,
            at=hand.at,
            event_id=event.id,
        )
        change.opened.append(joined.id)
    if not _has_members(session, from_row.id):
        merged = {"status": WorkStatus.MERGED.value, "merged_into": into_row.id, "needs_check": False}
        verified = together_verified(session, into_row, from_row)
        change_case(from_row, merged, by=hand.by, at=hand.at)
        change.verified = carry_verified(session, into_row, verified, by=hand.by, at=hand.at)
    look_again(session, from_row.id, into_row.id)
    refresh_all(session, [row.id for row in around], by=hand.by, at=hand.at)
    event.before = {
        "cases": change.images,
        "after": {row.id: row.version for row in around},
        "closed": change.closed,
        "opened": change.opened,
        "verified": change.verified,
    }
    session.flush()
    return event


def _around(session: Session, *rows: CaseRow) -> list[CaseRow]:
    """These cases and those that a waiting pair joins to them, locked in the order of their ids."""
    ids = {row.id for row in rows}
    ids |= {other for row in rows for other in asked_neighbours(session, row.id)}
    question = select(CaseRow).where(CaseRow.id.in_(ids)).order_by(CaseRow.id).with_for_update()
    return list(session.scalars(question))


def _has_members(session: Session, case_id: str) -> bool:
    question = select(CaseMembershipRow.id).where(
        CaseMembershipRow.case_id == case_id, CaseMembershipRow.valid_to.is_(None)
    )
    return session.scalar(question.limit(1)) is not None


def refresh_all(session: Session, case_ids: Iterable[str], *, by: str, at: datetime) -> None:
    """Keep each of these cases equal to what its members say."""
    for case_id in sorted(set(case_ids)):
        refresh_case(session, case_id, by=by, at=at)


def later_event(session: Session, event: LinkageEventRow) -> LinkageEventRow | None:
    """A merge or split of the same cases that came after this one and stands."""
    both = (event.from_case_id, event.into_case_id)
    question = select(LinkageEventRow).where(
        LinkageEventRow.id != event.id,
        LinkageEventRow.kind != "undo",
        LinkageEventRow.undone_at.is_(None),
        LinkageEventRow.at >= event.at,
        or_(LinkageEventRow.from_case_id.in_(both), LinkageEventRow.into_case_id.in_(both)),
    )
    later = [row for row in session.scalars(question) if row.at > event.at or _took_over(row, event)]
    return min(later, key=lambda row: (row.at, row.id), default=None)


def _took_over(row: LinkageEventRow, event: LinkageEventRow) -> bool:
    """Of two events of one moment, the later one closed what the earlier one opened."""
    return bool(set(row.before["closed"]) & set(event.before["opened"]))


def put_back(session: Session, event: LinkageEventRow, *, by: str, at: datetime) -> int | None:
    """Undo an event: its memberships are gone, those it ended are live, its cases are as they were.

    A case that changed since keeps those changes and is only recomputed. A case that the event opened becomes a number
    that leads back: numbers never vanish. Returns what was written as verified on the two then, for `take_along`.
    """
    before, written = event.before, None
    look_again(session, event.from_case_id, event.into_case_id)
    for membership_id in before["opened"]:
        row = session.get(CaseMembershipRow, membership_id)
        if row is None or row.valid_to is not None:
            raise NotAllowed("The complaints have moved on since; this step cannot be taken back any more.")
        session.delete(row)
    session.flush()
    for membership_id in before["closed"]:
        session.get_one(CaseMembershipRow, membership_id).valid_to = None
    session.flush()
    changed = [_restore(session, case_id, event, by=by, at=at) for case_id in sorted(before["cases"])]
    opened = session.get_one(CaseRow, event.into_case_id)
    if not _has_members(session, opened.id):
        written = together_verified(session, session.get_one(CaseRow, event.from_case_id), opened)
        leads_back = {"status": WorkStatus.MERGED.value, "merged_into": event.from_case_id, "needs_check": False}
        change_case(opened, leads_back, by=by, at=at)
    elif opened.id in changed:
        was = before["cases"][opened.id]["amount_verified_fen"]
        give_back_verified(session, opened, carried=before.get("verified"), before=was, by=by, at=at)
    event.undone_at, event.undone_by = at, by
    session.flush()
    refresh_all(session, [case_id for case_id in changed if case_id is not None], by=by, at=at)
    return written


def take_along(session: Session, event: LinkageEventRow, written: int | None, *, by: str, at: datetime) -> None:
    """After a split is undone and that is noted: what was done on the case it had opened counts for the one that stays.

    `written`: what `put_back` said.
    """
    if session.get_one(CaseRow, event.into_case_id).merged_into == event.from_case_id:
        carry_verified(session, session.get_one(CaseRow, event.from_case_id), written, by=by, at=at)
        refresh_case(session, event.from_case_id, by=by, at=at)


def _restore(session: Session, case_id: str, event: LinkageEventRow, *, by: str, at: datetime) -> str | None:
    """Put one case back. Returns its id when it must be recomputed instead."""
    row = session.scalars(select(CaseRow).where(CaseRow.id == case_id).with_for_update()).one()
    kept = event.before["cases"][case_id]
    if row.version == event.before["after"][case_id]:
        for name, value in kept.items():
            setattr(row, name, _from_json(value))
        row.version += 1
        return None
    if row.status == WorkStatus.MERGED and row.merged_into == event.into_case_id:
        change_case(row, {"status": kept["status"], "merged_into": kept["merged_into"]}, by=by, at=at)
    return case_id
