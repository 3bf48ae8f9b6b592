"""People: who may do what, where, until when."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from warehouse.models.base import CODE, ID, LONG, NAME, Base, Encrypted, Moment


class AccountRow(Base):
    """One person who may log in. Never deleted; `disabled_at` blocks it until it is restored."""

    __tablename__ = "account"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    login: Mapped[str] = mapped_column(CODE, unique=True)
    name: Mapped[str] = mapped_column(NAME, comment="an officer's name is on every paper: not a secret of ours")
    password_hash: Mapped[str] = mapped_column(LONG, comment="argon2id")
    password_set_at: Mapped[datetime] = mapped_column(Moment)
    must_change: Mapped[bool] = mapped_column(default=False)
    language: Mapped[str] = mapped_column(CODE, default="zh_CN")
    created_at: Mapped[datetime] = mapped_column(Moment)
    disabled_at: Mapped[datetime | None] = mapped_column(Moment)
    version: Mapped[int] = mapped_column(default=1)
    totp_secret: Mapped[str | None] = mapped_column(Encrypted("account.totp_secret"))
    totp_offered: Mapped[str | None] = mapped_column(
        Encrypted("account.totp_offered"), comment="shown to its owner, in force only when they send a code of it"
    )
    totp_step: Mapped[int | None] = mapped_column(comment="the half minute of the last code taken: none serves twice")


class RoleGrantRow(Base):
    """One role of one account in one territory, from then to then."""

    __tablename__ = "role_grant"
    __table_args__ = (Index(None, "account_id"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"))
    role: Mapped[str] = mapped_column(CODE)
    territory: Mapped[str] = mapped_column(CODE, comment="administrative code a place must start with")
    granted_at: Mapped[datetime] = mapped_column(Moment)
    granted_by: Mapped[str] = mapped_column(ID)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_by: Mapped[str | None] = mapped_column(ID)


class LoginSessionRow(Base):
    """One login. The token itself is only in the cookie; here is its hash."""

    __tablename__ = "login_session"
    __table_args__ = (Index(None, "account_id"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    csrf: Mapped[str] = mapped_column(String(64))
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime] = mapped_column(Moment)
    seen_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)


class LoginAttemptRow(Base):
    """Failed logins of one name from one origin. Binds both, so that a stranger cannot lock an officer out."""

    __tablename__ = "login_attempt"
    __table_args__ = (UniqueConstraint("login_hash", "origin_hash"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    login_hash: Mapped[str] = mapped_column(String(64))
    origin_hash: Mapped[str] = mapped_column(String(64))
    failures: Mapped[int] = mapped_column(default=0)
    first_at: Mapped[datetime] = mapped_column(Moment)
    last_at: Mapped[datetime | None] = mapped_column(Moment)
    locked_until: Mapped[datetime | None] = mapped_column(Moment)


class LoginStepRow(Base):
    """A login whose password was right and whose one-time code is still to come. The token is only in the form."""

    __tablename__ = "login_step"
    __table_args__ = (Index(None, "account_id"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"))
    expires_at: Mapped[datetime] = mapped_column(Moment)
    used_at: Mapped[datetime | None] = mapped_column(Moment)


class RecoveryCodeRow(Base):
    """One code for the day the phone is lost. It serves once; only its keyed hash is kept."""

    __tablename__ = "recovery_code"
    __table_args__ = (UniqueConstraint("account_id", "code_hash"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"))
    code_hash: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime] = mapped_column(Moment)
    used_at: Mapped[datetime | None] = mapped_column(Moment)


class AbsenceRow(Base):
    """Days an officer is away: nothing is dispatched to them."""

    __tablename__ = "absence"
    __table_args__ = (Index(None, "account_id"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"))
    from_on: Mapped[date]
    to_on: Mapped[date]
    reason: Mapped[str | None] = mapped_column(Encrypted("absence.reason"))
    by: Mapped[str] = mapped_column("done_by", ID)
    at: Mapped[datetime] = mapped_column("done_at", Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment, comment="back before its last day, or taken back")
    ended_by: Mapped[str | None] = mapped_column(ID)


class RecusalRow(Base):
    """An officer may not handle an employer or a case (回避, 423 §16, QD §29)."""

    __tablename__ = "recusal"
    __table_args__ = (Index(None, "account_id"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"))
    employer_id: Mapped[str | None] = mapped_column(ForeignKey("employer.id"))
    case_id: Mapped[str | None] = mapped_column(ForeignKey("cases.id"))
    decided_by: Mapped[str] = mapped_column(ID)
    reason: Mapped[str] = mapped_column(Encrypted("recusal.reason"))
    from_on: Mapped[date]
    to_on: Mapped[date | None]
    asked_by: Mapped[str | None] = mapped_column(CODE, comment="officer | party | office: who asked for it (QD §29)")
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_by: Mapped[str | None] = mapped_column(ID)


class RecusalRequestRow(Base):
    """Somebody asked that an officer of a case be recused; a head grants or refuses it (423 §16, QD §29)."""

    __tablename__ = "recusal_request"
    __table_args__ = (
        CheckConstraint("state IN ('asked','granted','refused')", name="state"),
        Index(None, "case_id"),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"))
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), comment="who is to be recused")
    asked_by: Mapped[str] = mapped_column(CODE, comment="officer | party")
    asked_on: Mapped[date]
    reason: Mapped[str] = mapped_column(Encrypted("recusal_request.reason"))
    state: Mapped[str] = mapped_column(CODE)
    by: Mapped[str] = mapped_column("done_by", ID)
    at: Mapped[datetime] = mapped_column("done_at", Moment)
    decided_by: Mapped[str | None] = mapped_column(ID)
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    decided_reason: Mapped[str | None] = mapped_column(Encrypted("recusal_request.decided_reason"))
    recusal_id: Mapped[str | None] = mapped_column(ForeignKey("recusal.id"))
