"""What people did with warnings: one row an act, never changed, so that a settlement can be looked back on."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from warehouse.models.base import CODE, ID, Base, Encrypted, Moment

_KINDS = (
    "'confirmed','false_alarm','corrected','undo','snooze','wake','give','to_case','to_visit','notice','notice_again',"
    "'notice_taken_back','notice_answered','notice_late','notice_enough','notice_not_enough','notice_visit'"
)


class WarningActRow(Base):
    """One act of one person on one warning. `undoes` names the settlement that it takes back."""

    __tablename__ = "warning_act"
    __table_args__ = (
        UniqueConstraint("warning_id", "step_no"),
        Index(None, "case_id"),
        CheckConstraint(f"kind IN ({_KINDS})", name="kind"),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    warning_id: Mapped[str] = mapped_column(ForeignKey("warning.id"))
    step_no: Mapped[int] = mapped_column(comment="the version of the warning that the act was done on")
    kind: Mapped[str] = mapped_column(CODE)
    state_before: Mapped[str] = mapped_column(CODE)
    reason: Mapped[str | None] = mapped_column(Encrypted("warning_act.reason"))
    day: Mapped[date | None] = mapped_column("until_on", comment="snooze: the day it comes back; to_visit: the day")
    officer_id: Mapped[str | None] = mapped_column(ForeignKey("account.id"), comment="who gets it, or visits")
    case_id: Mapped[str | None] = mapped_column(ForeignKey("cases.id"))
    undoes: Mapped[str | None] = mapped_column(ID)
    by: Mapped[str] = mapped_column("done_by", ID)
    at: Mapped[datetime] = mapped_column("done_at", Moment)
