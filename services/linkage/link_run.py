"""One run of the linker over what is filed: computed aside, applied in one transaction.

With a file of what the last run kept, only new complaints are read, and only what they touch is worked out and applied;
it comes to what a run over everything comes to (docs/decisions/0012).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from time import perf_counter

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.errors import Conflict
from casework.lifecycle import OPEN, WorkStatus
from casework.linkage import Band, Linkage, Verdict
from casework.people import Actor
from casework.record import Json
from dedupe import telling
from dedupe.aliases import with_aliases
from dedupe.linker import link
from dedupe.standing import Standing, Weigh
from dedupe.tabulate import tabulate
from dedupe.telling import named
from dedupe.weights import load_model
from services.employers.watching import tell_watchers
from services.linkage.aliases import known_aliases
from services.linkage.grouping_cases import Grouped, Regrouping
from services.linkage.link_kept import UNSETTLED, Kept, Look, forget, keep, look, moved, opened
from services.linkage.records import versions_filed
from services.office.run_book import noted
from services.office.settings import Settings
from warehouse import audit
from warehouse.engine import Warehouse, one_at_a_time
from warehouse.models import CaseRow, LinkRunRow, new_id
from warehouse.store.cases import change_case
from warehouse.store.judgements import forget_judgement, keep_judgement, machine, said_by_machine
from warehouse.store.linkage import claims, homes, keep_refusals, live_memberships, refused_before, together_in
from warehouse.store.merging import refresh_all

_TRIES = 3


@dataclass(frozen=True, slots=True)
class LinkCount:
    """What a run came to: complaints seen, cases that stand now, and how they changed; pairs that wait for a person.

    `read` counts the complaints that were read for it, `linker_ms` is the time that linking took; the rest of a run is
    the store's.
    """

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
    read: int
    linker_ms: int


@dataclass(frozen=True, slots=True)
class _Found:
    """What a run was computed from and what it came to. `before` is None where it went over everything.

    `sure` says of every complaint how sure its place is.
    """

    seen: Look
    aliases: Mapping[str, str]
    linkage: Linkage
    sure: Mapping[str, float]
    standing: Standing | None
    before: Kept | None
    read: int
    linker_ms: int

    @property
    def only(self) -> set[str] | None:
        """The complaints that the run was about; None for all."""
        return None if self.before is None else set(self.linkage.case_of)


def link_complaints(
    store: Warehouse,
    *,
    actor: Actor,
    at: datetime,
    progress: Callable[[int, int], None] | None = None,
    kept: Path | None = None,
    weigh_all: Weigh | None = None,
) -> LinkCount:
    """Judge the pairs among all that is filed and bring complaints of one dispute into one case.

    A person's word outranks every score. With the breaker set nothing is merged: all is asked. `kept` is the file with
    what stands, read and written anew; without one every complaint is read. `weigh_all` does the comparing where a file
    is kept and everything is linked anew. Raises `Conflict` when people keep deciding while it computes, and `OSError`
    when the run is done and the file cannot be written.
    """
    with noted(store, "link", None, actor=actor, at=at) as run:
        count = _linked(store, actor=actor, at=at, progress=progress, kept=kept, weigh_all=weigh_all)
        run.counts = {
            "seen": count.complaints,
            "new": count.opened,
            "updated": count.moved,
            "merged": count.joined + count.merged,
        }
    return count


def _linked(
    store: Warehouse,
    *,
    actor: Actor,
    at: datetime,
    progress: Callable[[int, int], None] | None,
    kept: Path | None,
    weigh_all: Weigh | None,
) -> LinkCount:
    for _ in range(_TRIES):
        found = _find(store, kept, weigh_all, progress or (lambda _done, _all: None))
        with store.write() as session:
            one_at_a_time(session, "linkage")
            now = look(session)
            if _stale(found, now):
                continue
            count, run_id = _apply(session, found, actor=actor, at=at)
            after = look(session)
        if kept is not None:
            _keep(kept, found, run_id, now, after)
        if progress is not None:
            progress(count.complaints, count.complaints)
        return count
    raise Conflict("People are deciding on pairs right now; the next run will see what they said.")


def _find(store: Warehouse, kept: Path | None, weigh_all: Weigh | None, tell: Callable[[int, int], None]) -> _Found:
    """Read what is new, or everything, and compute."""
    with store.read() as session:
        seen, aliases = look(session), known_aliases(session)
        before = opened(kept, seen, aliases) if kept is not None else None
        wanted = None if before is None else seen.versions.keys() - before.places.keys()
        filed = versions_filed(session, wanted)
    # What was filed since the look waits for the next run: PostgreSQL shows it to the later question already.
    records = {record.complaint_id: record for record, _ in filed if record.complaint_id in seen.versions}
    tell(0, len(seen.versions))
    start = perf_counter()
    if kept is None:
        linkage = link(list(records.values()), seen.decided, aliases=aliases)
        spent = perf_counter() - start
        return _Found(seen, aliases, linkage, linkage.confidence_of, None, None, len(records), round(spent * 1000))
    table = with_aliases(tabulate(records.values()), aliases)
    if before is None:
        standing = Standing(table, list(records), load_model(), seen.decided, weigh_all=weigh_all)
        told = standing.whole()
    else:
        standing = before.standing
        also = standing.rows_of(moved(before.places, seen.places, before.places))
        told = standing.update(table, list(records), seen.decided, also)
        if told.breaker is not None:
            before, told = None, standing.whole()
    pairs = np.arange(len(told.edges))
    spent = perf_counter() - start
    with store.read() as session:
        missing = named(standing, told, pairs) - records.keys()
        records |= {record.complaint_id: record for record, _ in versions_filed(session, missing)}
    start = perf_counter()
    linkage = telling.linkage(standing, told, pairs, records.__getitem__)
    spent += perf_counter() - start
    sure = {**(before.sure if before else {}), **linkage.confidence_of}
    return _Found(seen, aliases, linkage, sure, standing, before, len(records), round(spent * 1000))


def _stale(found: _Found, now: Look) -> bool:
    """Whether a person spoke or a complaint changed meanwhile. A complaint filed meanwhile waits for the next run."""
    seen = found.seen
    if now.decided != seen.decided or (found.before is not None and now.run != seen.run):
        return True
    return any(now.versions.get(one) != version for one, version in seen.versions.items())


def _keep(path: Path, found: _Found, run_id: str, start: Look, end: Look) -> None:
    """Keep what stands for the next run, which shall look again at whatever was moved while this one computed."""
    if found.standing is None or found.linkage.breaker is not None:
        forget(path)
        return
    places = dict(end.places)
    if found.before is not None:
        places |= dict.fromkeys(moved(found.seen.places, start.places, found.seen.versions), UNSETTLED)
    keep(path, Kept(found.standing, run_id, places, found.sure), found.seen.versions, found.aliases)


def _apply(session: Session, found: _Found, *, actor: Actor, at: datetime) -> tuple[LinkCount, str]:
    linkage, only = found.linkage, found.only
    by = machine(linkage.model)
    run = LinkRunRow(
        id=new_id("run"),
        started_at=at,
        ended_at=at,
        model=linkage.model[:40],
        complaints=len(found.seen.versions),
        counts={},
        breaker=linkage.breaker,
    )
    session.add(run)
    session.flush()
    regrouping = Regrouping(session, prefix=Settings().matter_prefix, by=by, at=at, only=only)
    grouped = regrouping.apply(_groups(session, linkage), linkage.claim_of)
    grouped.touched |= claims(live_memberships(session, only), linkage.claim_of)
    judged = _judge(session, found, grouped, at=at)
    refused = [(one.left, one.right, one.reason) for one in linkage.refusals]
    if found.before is not None:
        refused += refused_before(session, found.before.run, leave_out=linkage.case_of.keys())
    keep_refusals(session, run.id, sorted(refused))
    refresh_all(session, grouped.touched, by=by, at=at)
    _rate(session, found.sure, grouped.touched, by=by, at=at)
    tell_watchers(session, grouped.fresh, at=at)
    counts = _counts(session, grouped, judged=judged, refused=len(refused))
    run.counts = counts
    details: dict[str, Json] = {"run": run.id, "breaker": linkage.breaker is not None, **counts}
    audit.record(session, by=actor.id, act="link", subject=run.id, at=at, details=details)
    count = LinkCount(
        complaints=run.complaints, breaker=linkage.breaker, read=found.read, linker_ms=found.linker_ms, **counts
    )
    return count, run.id


def _groups(session: Session, linkage: Linkage) -> list[Sequence[str]]:
    """The linker's cases. With the breaker set, all that has a case stays where it is."""
    placed = set(homes(session)) if linkage.breaker is not None else set()
    groups: dict[str, list[str]] = defaultdict(list)
    for complaint_id, case_key in sorted(linkage.case_of.items()):
        if complaint_id not in placed:
            groups[case_key].append(complaint_id)
    return list(groups.values())


def _judge(session: Session, run: _Found, grouped: Grouped, *, at: datetime) -> int:
    """Keep what the machine says of each pair. What it would merge and may not is asked of a person."""
    linkage, only = run.linkage, run.only
    before = said_by_machine(session, only)
    ends = {one for pair in before for one in pair} | {
        one for found in linkage.judgements for one in (found.left, found.right)
    }
    home = homes(session, None if only is None else ends)
    added = 0
    for found in linkage.judgements:
        pair = (found.left, found.right)
        old = before.pop(pair, None)
        apart = home.get(found.left) != home.get(found.right)
        verdict = {Band.SAME: Verdict.SAME, Band.ASK: Verdict.UNSURE, Band.DIFFERENT: Verdict.DIFFERENT}[found.band]
        if verdict is Verdict.SAME and apart:
            verdict = Verdict.UNSURE
        if keep_judgement(session, found, verdict, old, at=at):
            added += 1
            if apart and (verdict is Verdict.UNSURE or (old is not None and old.verdict == Verdict.UNSURE)):
                grouped.touched |= {home[found.left], home[found.right]}
    for pair, old in sorted(before.items()):
        if set(pair) <= run.seen.versions.keys() and old.verdict != Verdict.DIFFERENT:
            forget_judgement(session, pair, old, model=linkage.model, at=at)
            grouped.touched |= {home[one] for one in pair if one in home}
            added += 1
    session.flush()
    return added


def _rate(session: Session, sure_of: Mapping[str, float], touched: set[str], *, by: str, at: datetime) -> None:
    """How sure the linker is of each case that this run changed: its weakest member."""
    weakest: dict[str, float] = {}
    for one, case_id in together_in(session, touched).items():
        if one in sure_of:
            sure = round(float(sure_of[one]), 6)
            weakest[case_id] = min(sure, weakest.get(case_id, 1.0))
    for case_id, sure in sorted(weakest.items()):
        change_case(session.get_one(CaseRow, case_id), {"confidence": sure}, by=by, at=at)
    session.flush()


def _counts(session: Session, grouped: Grouped, *, judged: int, refused: int) -> dict[str, int]:
    stand = select(func.count()).select_from(CaseRow).where(CaseRow.status != WorkStatus.MERGED.value)
    return {
        "cases": session.scalar(stand) or 0,
        "opened": grouped.opened,
        "joined": grouped.joined,
        "moved": grouped.moved,
        "merged": grouped.merged,
        "judged": judged,
        "asked": session.scalar(stand.where(CaseRow.needs_check, CaseRow.status.in_(OPEN))) or 0,
        "refused": refused,
    }
