"""The nightly scan for suspicious merges: each files one question, where doubtful pairs are asked (疑似误并).

Once a person answered, the same question is not asked again; what is no longer suspicious is withdrawn.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.lifecycle import OPEN
from casework.linkage import Decision, Judgement, LinkRecord, Verdict
from casework.people import Actor
from casework.record import Json
from dedupe.suspicion import Suspicion, suspicion
from dedupe.why import Known
from services.linkage.aliases import known_aliases
from services.linkage.records import records_filed
from warehouse import audit
from warehouse.engine import Warehouse, one_at_a_time
from warehouse.models import SCAN, CaseMembershipRow, CaseRow, JudgementRow, new_id
from warehouse.queries.linked import cases_around, judgements_among, words_among
from warehouse.store.judgements import decisions, evidence_as_json
from warehouse.store.linkage import members

_BATCH = 100
"""Cases that are read at a time."""


@dataclass(frozen=True, slots=True)
class ScanCount:
    """What a scan came to: open cases of several complaints, the suspicious ones, questions asked and withdrawn."""

    cases: int
    suspicious: int
    asked: int
    withdrawn: int


def scan_cases(store: Warehouse, *, actor: Actor, at: datetime) -> ScanCount:
    """Look at every open case as a whole and ask a person about those in which two disputes may have become one."""
    with store.read() as session:
        cases, aliases = _open_cases(session), known_aliases(session)
    found: dict[str, Suspicion] = {}
    waiting = sorted(cases.items())
    for start in range(0, len(waiting), _BATCH):
        with store.read() as session:
            found.update(_suspicious(session, dict(waiting[start : start + _BATCH]), aliases))
    with store.write() as session:
        one_at_a_time(session, "linkage")
        asked, withdrawn = _file(session, found, at=at)
        count = ScanCount(len(cases), len(found), asked, withdrawn)
        details: dict[str, Json] = {
            "cases": len(cases),
            "suspicious": len(found),
            "asked": asked,
            "withdrawn": withdrawn,
        }
        audit.record(session, by=actor.id, act="scan", subject="linkage", at=at, details=details)
    return count


def _open_cases(session: Session) -> dict[str, list[str]]:
    """The members of every open case that has several."""
    member = CaseMembershipRow
    question = (
        select(member.case_id, member.complaint_id)
        .join(CaseRow, CaseRow.id == member.case_id)
        .where(member.valid_to.is_(None), CaseRow.status.in_(OPEN))
        .order_by(member.case_id, member.complaint_id)
    )
    found: dict[str, list[str]] = defaultdict(list)
    for case_id, complaint_id in session.execute(question):
        found[case_id].append(complaint_id)
    return {case_id: ids for case_id, ids in found.items() if len(ids) > 1}


def _suspicious(
    session: Session, cases: Mapping[str, list[str]], aliases: Mapping[str, str]
) -> Iterator[tuple[str, Suspicion]]:
    case_of = {one: case_id for case_id, ids in cases.items() for one in ids}
    judgements = _by_case(judgements_among(session, case_of), case_of)
    words = _by_case(words_among(session, case_of), case_of)
    records: dict[str, list[LinkRecord]] = defaultdict(list)
    for record in records_filed(session, case_of):
        records[case_of[record.complaint_id]].append(record)
    for case_id, ids in cases.items():
        own = Known(dict.fromkeys(ids, case_id), judgements[case_id], words[case_id])
        doubted = suspicion(records[case_id], own, aliases=aliases)
        if doubted is not None:
            yield case_id, doubted


Pair = TypeVar("Pair", Judgement, Decision)


def _by_case(pairs: Iterable[Pair], case_of: Mapping[str, str]) -> dict[str, list[Pair]]:
    """The pairs inside each case."""
    found: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        if case_of[pair.left] == case_of[pair.right]:
            found[case_of[pair.left]].append(pair)
    return found


def _file(session: Session, found: Mapping[str, Suspicion], *, at: datetime) -> tuple[int, int]:
    """File what is new, take back what is no more. Returns how many of each."""
    standing, answered = _standing(session)
    live = {pair.id: pair for rows in standing.values() for pair in rows}
    asked = 0
    for case_id, doubted in sorted(found.items()):
        doubts, pair = {doubt.value for doubt in doubted.doubts}, doubted.pair
        if doubts <= answered[case_id] or not _still_one(session, case_id, pair):
            continue
        same = [row for row in standing[case_id] if _says(row, pair, doubts)]
        if same:
            del live[same[0].id]
        else:
            session.add(_question(doubted, at=at))
            asked += 1
    for row in live.values():
        row.newest = False
    session.flush()
    return asked, len(live)


def _standing(session: Session) -> tuple[dict[str, list[JudgementRow]], dict[str, set[str]]]:
    """The scan's open questions by case, and what people already answered about each case.

    The questions about complaints that stand apart by now belong to no case and count as open.
    """
    words = {(word.left, word.right): word.verdict for word in decisions(session)}
    rows = session.scalars(select(JudgementRow).where(JudgementRow.by == SCAN, JudgementRow.newest)).all()
    homes = cases_around(session, [name for row in rows for name in (row.left_id, row.right_id)])
    standing: dict[str, list[JudgementRow]] = defaultdict(list)
    answered: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        left, right = homes.get(row.left_id), homes.get(row.right_id)
        case_id = left if left is not None and left == right else ""
        word = words.get((row.left_id, row.right_id))
        if word is None or word is Verdict.UNSURE:
            standing[case_id].append(row)
        else:
            answered[case_id] |= set(row.conflicts)
    return standing, answered


def _still_one(session: Session, case_id: str, pair: Judgement) -> bool:
    """Whether nobody took the two apart while the scan was thinking."""
    return {pair.left, pair.right} <= set(members(session, case_id))


def _says(row: JudgementRow, pair: Judgement, doubts: set[str]) -> bool:
    return (row.left_id, row.right_id) == (pair.left, pair.right) and set(row.conflicts) == doubts


def _question(doubted: Suspicion, *, at: datetime) -> JudgementRow:
    """A doubtful pair inside one case; what is doubted stands where a pair's contradictions stand."""
    pair = doubted.pair
    return JudgementRow(
        id=new_id("jdg"),
        left_id=pair.left,
        right_id=pair.right,
        verdict=Verdict.UNSURE.value,
        by=SCAN,
        by_person=False,
        at=at,
        model=pair.model,
        case_score=pair.case_score,
        claim_score=pair.claim_score,
        same_claim=pair.same_claim,
        conflicts=[doubt.value for doubt in doubted.doubts],
        evidence=[evidence_as_json(line) for line in pair.evidence],
        newest=True,
    )
