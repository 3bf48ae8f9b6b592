"""The ledger: who is owed what for which months, what was promised in instalments, and who is liable to pay."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from warehouse.models.base import CODE, ID, PLAIN_JSON, Base, Encrypted, Moment


class LedgerWorkerRow(Base):
    """One worker in the ledger of one case, however many channels and rosters named them. Struck, never deleted."""

    __tablename__ = "ledger_worker"
    __table_args__ = (UniqueConstraint("case_id", "number"), Index(None, "case_id", "name_blind"))

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"))
    number: Mapped[int] = mapped_column(comment="the worker's number in this ledger, from 1; never reused")
    name: Mapped[str | None] = mapped_column(Encrypted("ledger_worker.name"))
    name_blind: Mapped[str | None] = mapped_column(String(64))
    phone: Mapped[str | None] = mapped_column(Encrypted("ledger_worker.phone"))
    phone_blind: Mapped[str | None] = mapped_column(String(64))
    id_no: Mapped[str | None] = mapped_column(Encrypted("ledger_worker.id_no"))
    id_no_blind: Mapped[str | None] = mapped_column(String(64))
    secret: Mapped[bool] = mapped_column(comment="named only by those who told in confidence: shown without a name")
    remarks: Mapped[list[str]] = mapped_column(PLAIN_JSON, comment="codes of what is odd but not wrong")
    by: Mapped[str] = mapped_column("done_by", ID)
    at: Mapped[datetime] = mapped_column("done_at", Moment)
    struck_by: Mapped[str | None] = mapped_column(ID)
    struck_at: Mapped[datetime | None] = mapped_column(Moment)
    struck_reason: Mapped[str | None] = mapped_column(Encrypted("ledger_worker.struck_reason"))


class LedgerLineRow(Base):
    """What one worker is owed for one pay period: claimed is the most that any source says, verified is proven."""

    __tablename__ = "ledger_line"
    __table_args__ = (
        UniqueConstraint("worker_id", "period_from", "period_to"),
        UniqueConstraint("worker_id", "seq"),
        CheckConstraint("verified_fen >= 0", name="not_negative"),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    worker_id: Mapped[str] = mapped_column(ForeignKey("ledger_worker.id"))
    seq: Mapped[int] = mapped_column(comment="the line's number with this worker, from 1")
    period_from: Mapped[str] = mapped_column(String(7), comment="YYYY-MM; empty: not said")
    period_to: Mapped[str] = mapped_column(String(7), comment="YYYY-MM; empty: not said")
    said: Mapped[dict[str, int | None]] = mapped_column(
        PLAIN_JSON, comment="fen by source: a complaint's id, or roster"
    )
    claimed_fen: Mapped[int | None] = mapped_column(BigInteger)
    verified_fen: Mapped[int | None] = mapped_column(BigInteger)
    verified_by: Mapped[str | None] = mapped_column(ID)
    verified_at: Mapped[datetime | None] = mapped_column(Moment)


class PaymentMatchRow(Base):
    """Which worker of the ledger one line of a proven payment is of."""

    __tablename__ = "payment_match"
    __table_args__ = (Index(None, "worker_id"),)

    payment_line_id: Mapped[str] = mapped_column(ForeignKey("payment_line.id"), primary_key=True)
    worker_id: Mapped[str] = mapped_column(ForeignKey("ledger_worker.id"))


class PaymentPlanRow(Base):
    """One plan to pay in instalments (补发计划): a promise. A later plan of the case replaces it."""

    __tablename__ = "payment_plan"
    __table_args__ = (Index(None, "case_id"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"))
    agreed_on: Mapped[date] = mapped_column(comment="payments from this day on keep it")
    agreed_with: Mapped[str] = mapped_column(Encrypted("payment_plan.agreed_with"))
    by: Mapped[str] = mapped_column("done_by", ID)
    at: Mapped[datetime] = mapped_column("done_at", Moment)
    replaced_at: Mapped[datetime | None] = mapped_column(Moment)


class InstalmentRow(Base):
    """One instalment of a plan: so many fen by a day."""

    __tablename__ = "instalment"
    __table_args__ = (UniqueConstraint("plan_id", "due_on"), Index(None, "due_on"))

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    plan_id: Mapped[str] = mapped_column(ForeignKey("payment_plan.id"))
    due_on: Mapped[date]
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    alarmed_at: Mapped[datetime | None] = mapped_column(Moment, comment="when the officers were told that it is broken")
    settled_at: Mapped[datetime | None] = mapped_column(
        Moment, comment="when it was found paid after its day: the watch looks at it no more, until cases are merged"
    )


class LiablePartyRow(Base):
    """One party of a case's liability chain, with who says so. `liable_ground`: named by a person as liable to pay."""

    __tablename__ = "liable_party"
    __table_args__ = (Index(None, "case_id"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"))
    part: Mapped[str] = mapped_column(CODE, comment="casework.liability.ROLES")
    name: Mapped[str] = mapped_column(Encrypted("liable_party.name"), comment="a crew boss is a person")
    uscc: Mapped[str | None] = mapped_column(CODE)
    told_by: Mapped[str] = mapped_column(CODE, comment="casework.liability.TOLD_BY")
    told_where: Mapped[str | None] = mapped_column(Encrypted("liable_party.told_where"))
    irregular: Mapped[str | None] = mapped_column(CODE, comment="casework.liability.IRREGULAR")
    owes: Mapped[bool] = mapped_column(comment="hired the workers and did not pay them")
    by: Mapped[str] = mapped_column("done_by", ID)
    at: Mapped[datetime] = mapped_column("done_at", Moment)
    liable_ground: Mapped[str | None] = mapped_column(CODE, comment="casework.liability.GROUNDS")
    liable_by: Mapped[str | None] = mapped_column(ID)
    liable_at: Mapped[datetime | None] = mapped_column(Moment)
