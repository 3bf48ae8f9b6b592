"""The blind sample (盲抽样): what waits to be judged by somebody who is not shown what the linker thinks."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from casework.identifiers import mask_name
from casework.people import Actor
from warehouse.models import (
    CaseMembershipRow,
    CaseRow,
    ComplaintRow,
    ComplaintVersionRow,
    JudgementRow,
    LinkageSampleRow,
)
from warehouse.queries.case import Member, member
from warehouse.queries.review import waiting
from warehouse.queries.sight import seen_by
from warehouse.queries.tellers import Tellers


@dataclass(frozen=True, slots=True)
class Told:
    """One complaint of a pair: what it says, where and by whom it is owed; neither its case nor any finding."""

    complaint: Member
    site_address: str | None
    district_code: str | None
    boss_name: str | None


def sampled_model(session: Session) -> str | None:
    """The model under which pairs were drawn last: an older one's pairs need no answer any more."""
    newest = select(LinkageSampleRow.model).order_by(LinkageSampleRow.drawn_at.desc(), LinkageSampleRow.id)
    return session.scalar(newest.limit(1))


def sampled(session: Session, actor: Actor) -> list[tuple[str, str]]:
    """The drawn pairs that wait for this person: nobody judged them since, or somebody else was unsure."""
    left_in, right_in, person = aliased(CaseMembershipRow), aliased(CaseMembershipRow), aliased(JudgementRow)
    drawn = LinkageSampleRow
    answered = exists().where(
        person.left_id == drawn.left_id,
        person.right_id == drawn.right_id,
        person.by_person,
        person.newest,
        person.at >= drawn.drawn_at,
        (person.verdict != "unsure") | (person.by == actor.id),
    )
    both_seen = select(CaseRow.id).where(seen_by(actor)).correlate(None)
    question = (
        select(drawn.left_id, drawn.right_id)
        .join(left_in, (left_in.complaint_id == drawn.left_id) & left_in.valid_to.is_(None))
        .join(right_in, (right_in.complaint_id == drawn.right_id) & right_in.valid_to.is_(None))
        .where(
            drawn.model == sampled_model(session),
            left_in.case_id.in_(both_seen),
            right_in.case_id.in_(both_seen),
            ~answered,
        )
    )
    return sorted({(left, right) for left, right in session.execute(question)}, key=_shuffled)


def blind_pairs(session: Session, actor: Actor) -> list[tuple[str, str]]:
    """The drawn pairs among as many that were not merged but wait to be asked about, in an order that tells nothing.

    If every pair on the page were one that the linker merged, the page would say what the linker thinks.
    """
    drawn = sampled(session, actor)
    if not drawn:
        return []
    others = {(min(pair), max(pair)) for pair in waiting(session, actor, unsure_of=actor.id)} - set(drawn)
    return sorted([*drawn, *sorted(others, key=_shuffled)[: len(drawn)]], key=_shuffled)


def _shuffled(pair: tuple[str, str]) -> str:
    return blake2b("\0".join(pair).encode(), digest_size=8).hexdigest()


def told(session: Session, pair: tuple[str, str]) -> list[Told]:
    """Both complaints of a pair as they were told, the earlier first. Personal fields are masked."""
    question = (
        select(ComplaintRow, ComplaintVersionRow, CaseMembershipRow)
        .join(ComplaintVersionRow, ComplaintVersionRow.complaint_id == ComplaintRow.id)
        .join(CaseMembershipRow, CaseMembershipRow.complaint_id == ComplaintRow.id)
        .where(ComplaintRow.id.in_(pair), ComplaintVersionRow.newest, CaseMembershipRow.valid_to.is_(None))
        .order_by(ComplaintRow.received_at, ComplaintRow.id)
    )
    told_by = Tellers(session, pair, complaints=True)
    return [
        Told(
            member(
                row.ComplaintRow,
                row.ComplaintVersionRow,
                row.CaseMembershipRow,
                told_by,
                main=False,
                pair=None,
                reply=None,
            ),
            told_by.hide(row.ComplaintVersionRow.site_address, row.ComplaintRow.id, story=True),
            row.ComplaintVersionRow.district_code,
            mask_name(row.ComplaintVersionRow.boss_name),
        )
        for row in session.execute(question)
    ]
