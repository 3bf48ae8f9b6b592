"""Acts that meet at a merge, and what must hold of the cases afterwards, whoever was quicker."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.clocks import TimeLimit
from casework.complaint import Complaint, Sector
from casework.errors import BadInput, Conflict, NotAllowed, NotFound
from casework.linkage import Verdict
from services.arriving.filing import keep_complaint
from services.dispatch.dispatching import deliver_notices, dispatch_case, recall_case, suggest_inspectors
from services.linkage.linking import judge_pair, link_complaints, merge_cases, pick_employer, split, undo
from services.office.working_days import published
from tests.promises.hands import at_once
from tests.services.office import SYSTEM, Office
from warehouse.models import CaseRow, LinkageEventRow
from warehouse.store.cases import open_case, refresh_case
from warehouse.store.complaints import Filing
from warehouse.store.linkage import join_case, members

REFUSED = (Conflict, NotAllowed, NotFound, BadInput)
"""What a person is told in words; anything else is a fault."""
_REPLY = TimeLimit("reply", 5, "working", "JN §24")


@dataclass
class Ground:
    """The cases of one round: who is in them, and by when somebody must be answered."""

    office: Office
    chance: random.Random
    number: int
    cases: list[str] = field(default_factory=list)
    told: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        for place in range(3):
            with self.office.store.write() as session:
                self.cases.append(self._case(session, place))

    def complaint(self, place: int, *, part: int = 0, version: int = 1) -> Complaint:
        """What somebody tells of this round's employer."""
        at = self.office.at - timedelta(days=1 + (self.number + 3 * place + part) % 9)
        return Complaint(
            channel=("hotline_12345", "petition", "walk_in")[part % 3],
            source_key=f"{self.number:05d}-{place}-{part}",
            version=version,
            received_at=at,
            narrative=f"工资没有发，第{version}次来说",
            sector=Sector.OTHER,
            employer_name=f"青岛{self.number:05d}号第{place}水产加工有限公司",
            complainant_name=f"工人{self.number}{place}{part}",
            district_code="370215010",
            worker_count=2 + version,
            amount_claimed=Decimal(10_000 * version),
        )

    def file(self, session: Session, complaint: Complaint) -> str:
        """The complaint is filed, as the intake does it."""
        filing = Filing(calendar=published(), reply_limit=_REPLY, by="system:collect", at=self.office.at)
        return keep_complaint(session, complaint, filing).complaint_id

    def _case(self, session: Session, place: int) -> str:
        at = self.office.at
        ids = [self.file(session, self.complaint(place, part=part)) for part in range(2)]
        case = open_case(session, main_complaint_id=ids[0], prefix="JM", by="system:test", at=at)
        for one in ids:
            join_case(session, one, case.id, claim_id=one, why="new", by="system:test", at=at)
        refresh_case(session, case.id, by="system:test", at=at)
        return case.id

    def version(self, case_id: str) -> int:
        """The version that a form shows now."""
        with self.office.store.read() as session:
            return session.get_one(CaseRow, case_id).version

    # What people and the machine do. Each acts on what it saw when the round began.

    def merge(self, one: int, other: int) -> Callable[[], object]:
        """One case into another."""
        from_id, into_id = self.cases[one], self.cases[other]
        return partial(
            merge_cases,
            self.office.store,
            from_case_id=from_id,
            into_case_id=into_id,
            from_version=self.version(from_id),
            into_version=self.version(into_id),
            actor=self.office.desk,
            at=self.office.at,
        )

    def dispatch(self, place: int) -> Callable[[], object]:
        """A case to two inspectors."""
        case_id, (lead, other) = self.cases[place], self.chance.sample(self.office.inspectors, 2)
        return partial(
            dispatch_case,
            self.office.store,
            case_id=case_id,
            version=self.version(case_id),
            key=f"{case_id}{self.chance.random()}",
            actor=self.office.desk,
            at=self.office.at,
            lead_id=lead.id,
            assisting_id=other.id,
        )

    def recall(self, place: int) -> Callable[[], object]:
        """A dispatch is taken back."""
        case_id = self.cases[place]
        given: dict[str, Any] = {"case_id": case_id, "version": self.version(case_id)}
        return partial(recall_case, self.office.store, **given, actor=self.office.desk, at=self.office.at)

    def edit(self, place: int) -> Callable[[], object]:
        """Somebody names the employer of a case."""
        case_id, name = self.cases[place], f"青岛{self.number:05d}号改名水产有限公司"
        given: dict[str, Any] = {"case_id": case_id, "version": self.version(case_id), "employer_name": name}
        return partial(pick_employer, self.office.store, **given, actor=self.office.head, at=self.office.at)

    def split(self, place: int) -> Callable[[], object]:
        """One complaint leaves a case."""
        case_id = self.cases[place]
        with self.office.store.read() as session:
            leaving = members(session, case_id)[:1]
        given: dict[str, Any] = {"case_id": case_id, "version": self.version(case_id), "complaint_ids": leaving}
        return partial(split, self.office.store, **given, actor=self.office.head, at=self.office.at)

    def undo(self) -> Callable[[], object]:
        """The newest merge or split of this round is taken back."""
        with self.office.store.read() as session:
            row = LinkageEventRow
            question = select(row.id).where(row.kind.in_(("merge", "split")), row.undone_at.is_(None))
            newest = question.where(row.from_case_id.in_(self.cases)).order_by(row.at.desc(), row.id.desc()).limit(1)
            event_id = session.scalar(newest) or "none"
        return partial(undo, self.office.store, event_id=event_id, actor=self.office.desk, at=self.office.at)

    def judge(self, one: int, other: int, verdict: Verdict) -> Callable[[], object]:
        """A person's word on a pair of two cases."""
        with self.office.store.read() as session:
            pair = [members(session, self.cases[place])[0] for place in (one, other)]
        given: dict[str, Any] = {"left_id": pair[0], "right_id": pair[1], "verdict": verdict}
        return partial(judge_pair, self.office.store, **given, actor=self.office.head, at=self.office.at)

    def arrival(self, *parts: tuple[int, int, int]) -> Callable[[], object]:
        """Complaints arrive in one batch: new ones, and new words of old ones, as (case, part, version)."""

        def arrive() -> None:
            with self.office.store.write() as session:
                for place, part, version in parts:
                    self.file(session, self.complaint(place, part=part, version=version))

        return arrive

    def schedule(self) -> Callable[[], object]:
        """Inspectors are suggested, and notices shown."""

        store, at = self.office.store, self.office.at
        return lambda: (suggest_inspectors(store, actor=SYSTEM, at=at), deliver_notices(store, at=at))

    def link(self) -> Callable[[], object]:
        """The linker runs over everything."""
        return partial(link_complaints, self.office.store, actor=SYSTEM, at=self.office.at)


Round = Callable[[Ground], Sequence[Callable[[], object]]]
ROUNDS: dict[str, Round] = {
    "A to B beside B to A": lambda g: [g.merge(0, 1), g.merge(1, 0)],
    "A to B beside B to C": lambda g: [g.merge(0, 1), g.merge(1, 2)],
    "a ring of merges": lambda g: [g.merge(0, 1), g.merge(1, 2), g.merge(2, 0)],
    "merge beside edit, dispatch and arrival": lambda g: [
        g.merge(0, 1),
        g.edit(1),
        g.dispatch(0),
        g.dispatch(1),
        g.arrival((0, 0, 2), (1, 0, 2)),
    ],
    "merge beside arrival and split": lambda g: [
        g.merge(0, 1),
        g.arrival((1, 1, 2), (0, 1, 2), (0, 2, 1)),
        g.arrival((1, 2, 1), (2, 0, 2)),
        g.split(0),
        g.split(1),
    ],
    "judge beside dispatch and arrival": lambda g: [
        g.judge(0, 1, Verdict.SAME),
        g.judge(1, 2, Verdict.SAME),
        g.dispatch(1),
        g.dispatch(2),
        g.arrival((2, 0, 2), (1, 0, 2), (0, 0, 2)),
    ],
    "split beside split and arrival": lambda g: [
        g.split(0),
        g.split(0),
        g.split(1),
        g.arrival((0, 2, 1), (1, 2, 1)),
        g.arrival((1, 0, 2), (2, 2, 1)),
        g.dispatch(2),
    ],
    "split beside merge and edit": lambda g: [g.split(0), g.merge(1, 0), g.edit(0), g.dispatch(1)],
}
LATER: dict[str, Round] = {
    "undo beside merge": lambda g: [g.undo(), g.merge(2, 1), g.arrival((0, 0, 3)), g.schedule()],
    "undo beside dispatch": lambda g: [g.undo(), g.dispatch(1), g.edit(1), g.schedule()],
    "recall beside merge": lambda g: [g.recall(0), g.recall(1), g.merge(2, 1), g.merge(2, 0)],
}
"""A second turn on the same cases, after the first."""


def play(ground: Ground, acts: Sequence[Callable[[], object]]) -> list[str]:
    """Do the acts at once. What broke, in words; what was done and refused is counted in `told`."""

    def tried(act: Callable[[], object]) -> str | None:
        try:
            act()
        except REFUSED as refused:
            ground.told[type(refused).__name__] += 1
            return None
        except Exception as broken:  # noqa: BLE001 - whatever it is, it is no answer to a person, and is told
            return f"{type(broken).__name__}: {broken} ({type(broken.__cause__).__name__}: {broken.__cause__})"[:600]
        ground.told["done"] += 1
        return None

    return [words for words in at_once([partial(tried, act) for act in acts]) if words]
