"""The lives of a complaint and of a case, each a table of allowed steps with the article it rests on.

A case has two lives: the work (who has it) and the law (what was decided). Dispatch is an assignment and no legal step;
it may come before or after the filing. Only acceptance, which is the filing (GD25 §18), and what follows it move the
legal clocks. A complaint has a life of its own: it owes its answer on its own channel while the case runs on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from casework.errors import NotAllowed

RULE_VERSION = "2026-11"


class Life(StrEnum):
    """Whose life a step belongs to."""

    COMPLAINT = "complaint"
    WORK = "work"
    LAW = "law"


class ComplaintStatus(StrEnum):
    """接收 / 补正中 / 已补正 / 已初核 / 受理 / 并案 / 不予受理 / 转办 / 直接答复 / 已反馈 / 已确认 / 关闭."""

    RECEIVED = "received"
    SUPPLEMENTING = "supplementing"
    SUPPLEMENTED = "supplemented"
    JUDGED = "judged"
    ACCEPTED = "accepted"
    MERGED = "merged"
    DECLINED = "declined"
    REDIRECTED = "redirected"
    ANSWERED = "answered"
    REPLIED = "replied"
    CONFIRMED = "confirmed"
    CLOSED = "closed"


class WorkStatus(StrEnum):
    """待派发 / 待签收 / 在办 / 已办 / 结案 / 已并入."""

    TO_DISPATCH = "to_dispatch"
    DISPATCHED = "dispatched"
    IN_PROGRESS = "in_progress"
    CONCLUDED = "concluded"
    CLOSED = "closed"
    MERGED = "merged"


class LegalStatus(StrEnum):
    """已接收 / 立案 / 调查终结 / 已决定 / 送达 / 履行, 催告, 申请执行 / 结案 / 回访 / 归档, and ways out."""

    RECEIVED = "received"
    DECLINED = "declined"
    FILED = "filed"
    INVESTIGATED = "investigated"
    DECIDED = "decided"
    WITHDRAWN = "withdrawn"
    TRANSFERRED = "transferred"
    SERVED = "served"
    PERFORMED = "performed"
    DEMANDED = "demanded"
    IN_COURT = "in_court"
    CLOSED = "closed"
    CALLED_BACK = "called_back"
    ARCHIVED = "archived"


C, W, L = ComplaintStatus, WorkStatus, LegalStatus


@dataclass(frozen=True, slots=True)
class Step:
    """One allowed step: from where to where, what happens there, and what it rests on."""

    was: StrEnum
    to: StrEnum
    says: str
    source: str


_CHAIN = "law-and-practice §10, assembled: unverified"
_PRACTICE = "practice: dispatch is an assignment"
_AGAIN = "724 §10; JN §27: not solved, handled again"

OF_COMPLAINT: tuple[Step, ...] = (
    Step(C.RECEIVED, C.SUPPLEMENTING, "missing particulars are asked for", "GD25 §18; QD §27(二)"),
    Step(C.RECEIVED, C.JUDGED, "compared and looked at for the first time", _CHAIN),
    Step(C.SUPPLEMENTING, C.SUPPLEMENTED, "the particulars are complete", "GD25 §18"),
    Step(C.SUPPLEMENTING, C.JUDGED, "judged on what is there", "QD §27(二)"),
    Step(C.SUPPLEMENTED, C.JUDGED, "judged with the particulars", _CHAIN),
    Step(C.JUDGED, C.SUPPLEMENTING, "missing particulars are asked for", "GD25 §18; QD §27(二)"),
    Step(C.JUDGED, C.ACCEPTED, "accepted with its case, which is filed that day", "GD25 §18; QD §26"),
    Step(C.JUDGED, C.MERGED, "joined to a case that is filed", "QD §27(三)"),
    Step(C.JUDGED, C.DECLINED, "declined in writing on a statutory ground", "GD25 §18; QD §27; 423 §21"),
    Step(C.JUDGED, C.REDIRECTED, "returned to its channel, or referred to another body", "GD25 §18; QD §15; 724 §10"),
    Step(C.JUDGED, C.ANSWERED, "answered directly", "724 §10"),
    Step(C.JUDGED, C.REPLIED, "told how its case ended without a filing", "724 §10"),
    Step(C.JUDGED, C.CLOSED, "its case ended without a filing, and no answer is owed", "JN §24"),
    *(
        Step(was, C.REPLIED, "its channel took the final answer", "724 §10; JN §24")
        for was in (C.ACCEPTED, C.MERGED, C.DECLINED, C.REDIRECTED, C.ANSWERED)
    ),
    *(
        Step(was, C.CLOSED, "ended, and no answer is owed", "JN §24")
        for was in (C.ACCEPTED, C.MERGED, C.DECLINED, C.REDIRECTED, C.ANSWERED)
    ),
    Step(C.REPLIED, C.CONFIRMED, "the answer was read back from the channel", "724 §10"),
    Step(C.DECLINED, C.JUDGED, "the decline is taken back", "ADR §20"),
    Step(C.CONFIRMED, C.CLOSED, "the complainant was called back, or is not to be", "JN §24, §27"),
    *(
        Step(was, to, says, _AGAIN)
        for was in (C.REPLIED, C.CONFIRMED, C.CLOSED)
        for to, says in (
            (C.ACCEPTED, "its case was reopened"),
            (C.JUDGED, "its case was reopened, or the decline taken back"),
        )
    ),
)
"""The life of a complaint (线索). It begins as received, with its filing in the store."""

OF_WORK: tuple[Step, ...] = (
    Step(W.TO_DISPATCH, W.DISPATCHED, "dispatched to two inspectors", _PRACTICE),
    Step(W.TO_DISPATCH, W.MERGED, "merged into another case", "QD §27(三)"),
    Step(W.TO_DISPATCH, W.CLOSED, "its only complaint was redirected or answered", "724 §10"),
    Step(W.DISPATCHED, W.IN_PROGRESS, "signed for", _PRACTICE),
    Step(W.DISPATCHED, W.TO_DISPATCH, "recalled or sent back", _PRACTICE),
    Step(W.IN_PROGRESS, W.CONCLUDED, "the outcome is approved, or the case declined", "423 §18; QD §27, §31"),
    Step(W.IN_PROGRESS, W.DISPATCHED, "reassigned to others", _PRACTICE),
    Step(W.IN_PROGRESS, W.TO_DISPATCH, "sent back", _PRACTICE),
    Step(W.IN_PROGRESS, W.CLOSED, "its only complaint was redirected or answered", "724 §10"),
    Step(W.CONCLUDED, W.CLOSED, "a head closes the file", "怀柔: 结案审批表"),
    Step(W.CONCLUDED, W.IN_PROGRESS, "reopened", _AGAIN),
    Step(W.CLOSED, W.IN_PROGRESS, "reopened, with the inspectors who had it", _AGAIN),
    Step(W.CLOSED, W.TO_DISPATCH, "reopened, for other inspectors", _AGAIN),
    Step(W.MERGED, W.TO_DISPATCH, "the merge is undone", "QD §27(三)"),
)
"""The work on a case: who has it. Only a case that waits is merged away; it wakes when its merge is undone."""

OF_LAW: tuple[Step, ...] = (
    Step(L.RECEIVED, L.FILED, "accepted, which is filed the same day", "GD25 §18; QD §26"),
    Step(L.RECEIVED, L.DECLINED, "declined in writing", "GD25 §18; QD §27"),
    Step(L.RECEIVED, L.CLOSED, "closed without a filing", "SD §15(一); APL §57(三)"),
    Step(L.DECLINED, L.RECEIVED, "the decline is taken back", "ADR §20"),
    Step(L.DECLINED, L.CLOSED, "closed after the decline", "QD §27"),
    Step(L.FILED, L.INVESTIGATED, "the investigation is complete", "423 §17; QD §31"),
    *(
        step
        for was in (L.FILED, L.INVESTIGATED)
        for step in (
            Step(was, L.DECIDED, "decided by one of the exits", "423 §18; QD §31"),
            Step(was, L.WITHDRAWN, "the filing is withdrawn", "423 §18(三)"),
            Step(was, L.TRANSFERRED, "transferred to the police", "TRF §5-8"),
        )
    ),
    Step(L.DECIDED, L.SERVED, "the decision is served", "QD §32-33; APL §61"),
    Step(L.WITHDRAWN, L.SERVED, "the withdrawal is served", "QD §32-33"),
    Step(L.TRANSFERRED, L.CLOSED, "closed after the transfer", "TRF §12"),
    Step(L.TRANSFERRED, L.FILED, "the police gave it back", "TRF §8-10"),
    Step(L.TRANSFERRED, L.DECIDED, "the police gave it back; an earlier decision stands", "TRF §8-10"),
    *(Step(was, L.TRANSFERRED, "transferred to the police", "TRF §5-8") for was in (L.DECIDED, L.SERVED, L.DEMANDED)),
    Step(L.SERVED, L.PERFORMED, "the decision was carried out", "APL §66-67; 724 §42"),
    Step(L.SERVED, L.DEMANDED, "performance is demanded (催告)", "AEL §54"),
    Step(L.SERVED, L.CLOSED, "closed where nothing was ordered", "APL §33, §57(二)"),
    Step(L.DEMANDED, L.PERFORMED, "carried out after the demand", "AEL §54"),
    Step(L.DEMANDED, L.IN_COURT, "the court is asked to enforce it", "AEL §53-54; 724 §42"),
    Step(L.IN_COURT, L.PERFORMED, "enforced by the court", "AEL §53"),
    Step(L.IN_COURT, L.CLOSED, "closed, for the court has it", "AEL §53"),
    Step(L.PERFORMED, L.CLOSED, "closed", "怀柔: 结案审批表"),
    Step(L.CLOSED, L.CALLED_BACK, "every complainant was called back", "JN §24, §27; 国办发〔2023〕33号"),
    Step(L.CALLED_BACK, L.ARCHIVED, "bound and archived", "law-and-practice §9: 一案一卷"),
    *(Step(was, L.FILED, "reopened", _AGAIN) for was in (L.DECIDED, L.WITHDRAWN, L.SERVED, L.PERFORMED)),
    *(Step(was, L.FILED, "reopened, for the decision does not stand", _AGAIN) for was in (L.DEMANDED, L.IN_COURT)),
    *(Step(was, L.FILED, "reopened", _AGAIN) for was in (L.CLOSED, L.CALLED_BACK, L.ARCHIVED)),
    *(Step(was, L.RECEIVED, "reopened; it was never filed", _AGAIN) for was in (L.CLOSED, L.CALLED_BACK, L.ARCHIVED)),
)
"""What the law has seen of a case (423 §15-18; QD §26-33; AEL §53-54)."""

STEPS: Mapping[Life, tuple[Step, ...]] = MappingProxyType(
    {Life.COMPLAINT: OF_COMPLAINT, Life.WORK: OF_WORK, Life.LAW: OF_LAW}
)

NEXT_OF_COMPLAINT: Mapping[ComplaintStatus, frozenset[StrEnum]] = MappingProxyType(
    {one: frozenset(step.to for step in OF_COMPLAINT if step.was == one) for one in C}
)
NEXT: Mapping[WorkStatus, frozenset[StrEnum]] = MappingProxyType(
    {one: frozenset(step.to for step in OF_WORK if step.was == one) for one in W}
)
NEXT_IN_LAW: Mapping[LegalStatus, frozenset[StrEnum]] = MappingProxyType(
    {one: frozenset(step.to for step in OF_LAW if step.was == one) for one in L}
)

OPEN = frozenset({W.TO_DISPATCH, W.DISPATCHED, W.IN_PROGRESS})
"""Work that is still to be done."""

WORKED = frozenset({W.IN_PROGRESS})
"""While the two who signed for a case work on it."""
DECIDED = frozenset({W.CONCLUDED})
"""After the decision, while its paper is served and obeyed."""
ENDED = frozenset({W.CONCLUDED, W.CLOSED})
"""Decided, declined or closed."""
CARED_FOR = WORKED | ENDED
"""From the signing on, beyond the end: what outlives a case is seen to in these."""

APART = frozenset({C.DECLINED, C.REDIRECTED, C.ANSWERED})
"""What ends a complaint by itself: what its case comes to is no answer to it any more."""

VERDICTS = frozenset({C.JUDGED, C.ACCEPTED, C.MERGED, *APART})
"""What a complaint was judged to be; what follows is the answer to it."""


def move(now: WorkStatus | str, to: WorkStatus) -> WorkStatus:
    """The next work status. Raises `NotAllowed` for a step that is not in the table."""
    if to not in NEXT[WorkStatus(now)]:
        raise NotAllowed(f"A case that is {words(now)} cannot become {words(to)}.")
    return to


def move_in_law(now: LegalStatus | str, to: LegalStatus) -> LegalStatus:
    """The next legal status. Raises `NotAllowed` for a step that is not in the table."""
    if to not in NEXT_IN_LAW[LegalStatus(now)]:
        raise NotAllowed(f"A case that is {words(now)} in law cannot become {words(to)}.")
    return to


def move_complaint(now: ComplaintStatus | str, to: ComplaintStatus) -> ComplaintStatus:
    """The next status of a complaint. Raises `NotAllowed` for a step that is not in the table."""
    if to not in NEXT_OF_COMPLAINT[ComplaintStatus(now)]:
        raise NotAllowed(f"A complaint that is {words(now)} cannot become {words(to)}.")
    return to


def words(status: str) -> str:
    """A status as it stands in a sentence."""
    return str(status).replace("_", " ")


def printed(life: Life) -> str:
    """One life as a table of docs/lifecycles.md."""
    rows = [f"| `{step.was}` | `{step.to}` | {step.says} | {step.source} |" for step in STEPS[life]]
    return "\n".join(["| from | to | what happens | rests on |", "|---|---|---|---|", *rows])
