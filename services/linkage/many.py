"""Many cases made one in one act: each is whole or left out with the reason, and each step can be undone by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.errors import Conflict, NotAllowed, NotFound
from casework.lifecycle import WorkStatus
from casework.people import Actor
from services.linkage.judging import APART
from services.linkage.linking import merge_cases
from warehouse.engine import Warehouse
from warehouse.models import CaseMembershipRow, CaseRow
from warehouse.store.judgements import newest_words


@dataclass(frozen=True, slots=True)
class Merged:
    """One case of many: the step that merged it, to be undone, or the words why it was left out."""

    matter_no: str
    event_id: str | None
    words: str | None


class Standing(Protocol):
    """A case as a list shows it."""

    @property
    def matter_no(self) -> str:
        """Its number."""

    @property
    def status(self) -> str:
        """Where it stands."""


OneOf = TypeVar("OneOf", bound=Standing)


def stays(cases: Sequence[OneOf]) -> OneOf:
    """The case that many best become: one that was dispatched, for it cannot go; else the oldest number."""
    return min(cases, key=lambda case: (case.status == WorkStatus.TO_DISPATCH, case.matter_no))


def kept_apart(session: Session, case_ids: Sequence[str]) -> list[tuple[str, str]]:
    """The pairs of these cases, by number, of which a person said that they do not belong together."""
    rows = session.execute(
        select(CaseMembershipRow.complaint_id, CaseRow.matter_no)
        .join(CaseRow, CaseRow.id == CaseMembershipRow.case_id)
        .where(CaseMembershipRow.case_id.in_(case_ids), CaseMembershipRow.valid_to.is_(None))
    ).all()
    home = {complaint: number for complaint, number in rows}  # noqa: C416 - rows are no pairs to mypy
    inside = sorted(home)
    words = newest_words(session, inside, inside, APART)
    found = {(min(pair), max(pair)) for pair in ((home[one], home[other]) for one, other in words)}
    return sorted(pair for pair in found if pair[0] != pair[1])


def merge_many(
    store: Warehouse,
    *,
    into: tuple[str, int],
    others: Sequence[tuple[str, str, int]],
    actor: Actor,
    at: datetime,
    reason: str | None = None,
) -> tuple[Merged, ...]:
    """Merge cases, each as (id, number, version), into one.

    Whatever changed since it was looked at is left out before the first step; the steps change each other's cases,
    so each goes by the versions that it finds.
    """
    into_id, into_seen = into
    with store.read() as session:
        stale = _changed(session, {into_id: into_seen, **{case_id: seen for case_id, _, seen in others}})
    results = []
    for case_id, number, _ in others:
        try:
            if stale & {case_id, into_id}:
                raise Conflict("Somebody else changed this case meanwhile.")
            with store.read() as session:
                found = {one: session.get_one(CaseRow, one).version for one in (case_id, into_id)}
            done = merge_cases(
                store,
                from_case_id=case_id,
                into_case_id=into_id,
                from_version=found[case_id],
                into_version=found[into_id],
                actor=actor,
                at=at,
                reason=reason,
            )
        except (NotAllowed, Conflict, NotFound) as refused:
            results.append(Merged(number, None, str(refused)))
        else:
            results.append(Merged(number, done.event_id, None))
    return tuple(results)


def _changed(session: Session, seen: Mapping[str, int]) -> set[str]:
    """Those that are not as they were looked at any more."""
    rows = session.execute(select(CaseRow.id, CaseRow.version).where(CaseRow.id.in_(seen))).all()
    return set(seen) - {case_id for case_id, version in rows if seen[case_id] == version}
