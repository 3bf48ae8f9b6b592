"""One run of the linker over all that is filed: computed aside, applied in one transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.errors import Conflict
from casework.lifecycle import OPEN, WorkStatus
from casework.linkage import Band, Decision, Linkage, LinkRecord, Verdict
from casework.people import Actor
from casework.record import Json
from dedupe.linker import link
from services.aliases import known_aliases
from services.grouping_cases import Grouped, Regrouping
from services.records import versions_filed
from services.settings import Settings
from warehouse import audit
from warehouse.engine import Warehouse, one_at_a_time
from warehouse.models import CaseRow, LinkRunRow, new_id
from warehouse.queries.link_records import newest_versions
from warehouse.store.cases import change_case
from warehouse.store.judgements import decisions, forget_judgement, keep_judgement, machine, said_by_machine
from warehouse.store.linkage import claims, keep_refusals, live_memberships
from warehouse.store.merging import refresh_all

_TRIES = 3


@dataclass(frozen=True, slots=True)
class LinkCount:
    """What a run came to: complaints seen, cases that stand now, and how they changed; pairs that wait for a person."""

    complaints: int
    cases: int
    opened: int
    joined: int
    moved: int
    merged: int
    judged: int
    asked: int
    refused: int
    breaker: str | None


@dataclass(frozen=True, slots=True)
class _Read:
    """What a run was computed from."""

    records: list[LinkRecord]
    versions: dict[str, int]
    decided: list[Decision]
    aliases: dict[str, str]


def link_complaints(
    store: Warehouse, *, actor: Actor, at: datetime, progress: Callable[[int, int], None] | None = None
) -> LinkCount:
    """Judge the pairs among all that is filed and bring complaints of one dispute into one case.

    A person's word outranks every score. With the breaker set nothing is merged: all is asked. Raises `Conflict` when
    people keep deciding while it computes.
    """
    for _ in range(_TRIES):
        read = _read(store)
        tell = progress or (lambda _done, _all: None)
        tell(0, len(read.records))
        linkage = link(read.records, read.decided, aliases=read.aliases)
        with store.write() as session:
            one_at_a_time(session, "linkage")
            if not _stale(session, read):
                count = _apply(session, read, linkage, actor=actor, at=at)
                tell(len(read.records), len(read.records))
                return count
    raise Conflict("People are deciding on pairs right now; the next run will see what they said.")


def _read(store: Warehouse) -> _Read:
    with store.read() as session:
        found = versions_filed(session)
        versions = {record.complaint_id: version for record, version in found}
        return _Read([record for record, _ in found], versions, decisions(session), known_aliases(session))


def _stale(session: Session, read: _Read) -> bool:
    """Whether a person spoke or a complaint changed meanwhile. A complaint filed meanwhile waits for the next run."""
    now = newest_versions(session)
    return decisions(session) != read.decided or any(now[one] != version for one, version in read.versions.items())


def _apply(session: Session, read: _Read, linkage: Linkage, *, actor: Actor, at: datetime) -> LinkCount:
    by = machine(linkage.model)
    run = LinkRunRow(
        id=new_id("run"),
        started_at=at,
        ended_at=at,
        model=linkage.model[:40],
        complaints=len(read.records),
        counts={},
        breaker=linkage.breaker,
    )
    session.add(run)
    session.flush()
    regrouping = Regrouping(session, prefix=Settings().matter_prefix, by=by, at=at)
    grouped = regrouping.apply(_groups(session, linkage), linkage.claim_of)
    grouped.touched |= claims(live_memberships(session), linkage.claim_of)
    judged = _judge(session, read, linkage, grouped, at=at)
    keep_refusals(session, run.id, [(one.left, one.right, one.reason) for one in linkage.refusals])
    refresh_all(session, grouped.touched, by=by, at=at)
    _rate(session, linkage, grouped.touched, by=by, at=at)
    counts = _counts(session, grouped, judged=judged, refused=len(linkage.refusals))
    run.counts = counts
    details: dict[str, Json] = {"run": run.id, "breaker": linkage.breaker is not None, **counts}
    audit.record(session, by=actor.id, act="link", subject=run.id, at=at, details=details)
    return LinkCount(complaints=len(read.records), breaker=linkage.breaker, **counts)


def _groups(session: Session, linkage: Linkage) -> list[Sequence[str]]:
    """The linker's cases. With the breaker set, all that has a case stays where it is."""
    placed = set(live_memberships(session)) if linkage.breaker is not None else set()
    groups: dict[str, list[str]] = defaultdict(list)
    for complaint_id, case_key in sorted(linkage.case_of.items()):
        if complaint_id not in placed:
            groups[case_key].append(complaint_id)
    return list(groups.values())


def _judge(session: Session, read: _Read, linkage: Linkage, grouped: Grouped, *, at: datetime) -> int:
    """Keep what the machine says of each pair. What it would merge and may not is asked of a person."""
    before = said_by_machine(session)
    homes = {one: row.case_id for one, row in live_memberships(session).items()}
    added = 0
    for found in linkage.judgements:
        pair = (found.left, found.right)
        old = before.pop(pair, None)
        apart = homes.get(found.left) != homes.get(found.right)
        verdict = {Band.SAME: Verdict.SAME, Band.ASK: Verdict.UNSURE, Band.DIFFERENT: Verdict.DIFFERENT}[found.band]
        if verdict is Verdict.SAME and apart:
            verdict = Verdict.UNSURE
        if keep_judgement(session, found, verdict, old, at=at):
            added += 1
            if apart and (verdict is Verdict.UNSURE or (old is not None and old.verdict == Verdict.UNSURE)):
                grouped.touched |= {homes[found.left], homes[found.right]}
    for pair, old in sorted(before.items()):
        if set(pair) <= read.versions.keys() and old.verdict != Verdict.DIFFERENT:
            forget_judgement(session, pair, old, model=linkage.model, at=at)
            grouped.touched |= {homes[one] for one in pair if one in homes}
            added += 1
    session.flush()
    return added


def _rate(session: Session, linkage: Linkage, touched: set[str], *, by: str, at: datetime) -> None:
    """How sure the linker is of each case that this run changed: its weakest member."""
    weakest: dict[str, float] = {}
    for one, row in live_memberships(session).items():
        if row.case_id in touched and one in linkage.confidence_of:
            sure = round(float(linkage.confidence_of[one]), 6)
            weakest[row.case_id] = min(sure, weakest.get(row.case_id, 1.0))
    for case_id, sure in sorted(weakest.items()):
        change_case(session.get_one(CaseRow, case_id), {"confidence": sure}, by=by, at=at)
    session.flush()


def _counts(session: Session, grouped: Grouped, *, judged: int, refused: int) -> dict[str, int]:
    stand = select(func.count()).select_from(CaseRow).where(CaseRow.status != WorkStatus.MERGED.value)
    waiting = stand.where(CaseRow.needs_check, CaseRow.status.in_(OPEN))
    return {
        "cases": session.scalar(stand) or 0,
        "opened": grouped.opened,
        "joined": grouped.joined,
        "moved": grouped.moved,
        "merged": grouped.merged,
        "judged": judged,
        "asked": session.scalar(waiting) or 0,
        "refused": refused,
    }
