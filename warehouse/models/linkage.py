"""Linkage: append-only verdicts on pairs, and who was in which case from when to when."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from warehouse.models.base import CODE, ID, LONG, PLAIN_JSON, Base, Encrypted, EncryptedJson, Moment

SCAN = "machine:suspicions"
"""Who asks about pairs inside one case: a judge beside the linker. It supersedes nobody and only ever asks."""


class LinkRunRow(Base):
    """One run of the linker over what is filed: what it compared, what it merged, and whether the breaker held it."""

    __tablename__ = "link_run"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    started_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime] = mapped_column(Moment)
    model: Mapped[str] = mapped_column(CODE)
    complaints: Mapped[int]
    counts: Mapped[dict[str, int]] = mapped_column(PLAIN_JSON)
    breaker: Mapped[str | None] = mapped_column(LONG)


class JudgementRow(Base):
    """One verdict on a pair of complaints, by a machine or a person. Append-only: a later row supersedes.

    A machine's row never supersedes a person's. A person's undo is a further row with `retracts`.
    """

    __tablename__ = "judgement"
    __table_args__ = (
        CheckConstraint("left_id < right_id", name="ordered"),
        CheckConstraint("verdict IN ('same','different','unsure','linked')", name="verdict"),
        Index(None, "left_id", "right_id"),
        Index(None, "right_id"),
        Index(None, "verdict", "by_person", "newest"),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    left_id: Mapped[str] = mapped_column(ForeignKey("complaint.id"))
    right_id: Mapped[str] = mapped_column(ForeignKey("complaint.id"))
    verdict: Mapped[str] = mapped_column(CODE, comment="unsure from a machine is the band `ask`")
    by: Mapped[str] = mapped_column("done_by", ID, comment="account id, or machine:<model>")
    by_person: Mapped[bool]
    at: Mapped[datetime] = mapped_column("done_at", Moment)
    model: Mapped[str | None] = mapped_column(CODE)
    case_score: Mapped[float | None]
    claim_score: Mapped[float | None]
    same_claim: Mapped[bool | None]
    conflicts: Mapped[list[str]] = mapped_column(PLAIN_JSON)
    evidence: Mapped[list[dict[str, Any]]] = mapped_column(EncryptedJson("judgement.evidence"))
    newest: Mapped[bool] = mapped_column(
        comment="not yet superseded by a later row on the pair by the same kind of judge"
    )
    retracts: Mapped[str | None] = mapped_column(ForeignKey("judgement.id"))
    reason: Mapped[str | None] = mapped_column(Encrypted("judgement.reason"))


class CaseMembershipRow(Base):
    """A complaint was in a case from then to then; `claim_id` names the claim within the case.

    Never deleted, but by the undo of the very event that wrote it.
    """

    __tablename__ = "case_membership"
    __table_args__ = (
        Index(
            "one_case_a_complaint",
            "complaint_id",
            unique=True,
            sqlite_where=text("valid_to IS NULL"),
            postgresql_where=text("valid_to IS NULL"),
        ),
        Index(None, "case_id"),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    complaint_id: Mapped[str] = mapped_column(ForeignKey("complaint.id"))
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"))
    claim_id: Mapped[str] = mapped_column(ID, comment="complaint id of the claim's oldest member")
    valid_from: Mapped[datetime] = mapped_column(Moment)
    valid_to: Mapped[datetime | None] = mapped_column(Moment)
    why: Mapped[str] = mapped_column(CODE, comment="new | merged | confirmed | split | undone | regrouped")
    event_id: Mapped[str | None] = mapped_column(ForeignKey("linkage_event.id"))
    by: Mapped[str] = mapped_column("done_by", ID)


class LinkageEventRow(Base):
    """One merge, split or undo of memberships, with what its inverse needs."""

    __tablename__ = "linkage_event"
    __table_args__ = (Index(None, "into_case_id"), Index(None, "from_case_id"))

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    kind: Mapped[str] = mapped_column(CODE, comment="merge | split | regroup | undo")
    from_case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"))
    into_case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"))
    complaint_ids: Mapped[list[str]] = mapped_column(PLAIN_JSON)
    before: Mapped[dict[str, Any]] = mapped_column(
        "state_before", PLAIN_JSON, comment="the membership and case states it changed"
    )
    judgement_ids: Mapped[list[str]] = mapped_column(PLAIN_JSON, comment="the human rows it wrote; undone with it")
    by: Mapped[str] = mapped_column("done_by", ID)
    at: Mapped[datetime] = mapped_column("done_at", Moment)
    reason: Mapped[str | None] = mapped_column(Encrypted("linkage_event.reason"))
    undone_at: Mapped[datetime | None] = mapped_column(Moment)
    undone_by: Mapped[str | None] = mapped_column(ID)


class LinkageRefusalRow(Base):
    """One merge the grouping refused in a run, and why."""

    __tablename__ = "linkage_refusal"
    __table_args__ = (Index(None, "run_id"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    run_id: Mapped[str] = mapped_column(ForeignKey("link_run.id"))
    left_id: Mapped[str] = mapped_column(ForeignKey("complaint.id"))
    right_id: Mapped[str] = mapped_column(ForeignKey("complaint.id"))
    reason: Mapped[str] = mapped_column(LONG)


class LinkageSampleRow(Base):
    """One pair the linker merged by itself, drawn to be judged by somebody who is not shown what the linker thinks.

    What they say is a judgement like any other; a later one than `drawn_at` answers the sample.
    """

    __tablename__ = "linkage_sample"
    __table_args__ = (CheckConstraint("left_id < right_id", name="ordered"), Index(None, "left_id", "right_id"))

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    drawn_at: Mapped[datetime] = mapped_column(Moment)
    left_id: Mapped[str] = mapped_column(ForeignKey("complaint.id"))
    right_id: Mapped[str] = mapped_column(ForeignKey("complaint.id"))
    model: Mapped[str] = mapped_column(CODE)
    bits: Mapped[float] = mapped_column(comment="the evidence on which the pair was merged")
    chance: Mapped[float] = mapped_column(comment="the chance the pair had to be drawn; its answer counts for 1/chance")
