"""Drafts: what an officer typed into a form that could not be taken yet."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from warehouse.models.base import CODE, ID, Base, EncryptedJson, Moment


class DraftRow(Base):
    """What one officer last typed into the form of one act on one case, kept because somebody else was quicker."""

    __tablename__ = "draft"
    __table_args__ = (
        UniqueConstraint("account_id", "case_id", "act", "about"),
        Index(None, "case_id"),
        Index(None, "done_at"),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"))
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"))
    act: Mapped[str] = mapped_column(CODE, comment="name of the act, as its route is called")
    about: Mapped[str] = mapped_column(
        String(64), comment="the complaint, paper or outcome the form is for; empty: the case"
    )
    typed: Mapped[dict[str, list[str]]] = mapped_column(EncryptedJson("draft.typed"))
    case_version: Mapped[int] = mapped_column(comment="the version of the case the form was opened on")
    at: Mapped[datetime] = mapped_column("done_at", Moment)
