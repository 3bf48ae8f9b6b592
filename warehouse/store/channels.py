"""What a channel has been: its row, and the certificate of each pull."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from warehouse.models import ChannelRow, LandedRow, PullCertificateRow, new_id
from warehouse.store.runs import CUT_OFF


def channel_row(session: Session, name: str) -> ChannelRow:
    """The row of a channel, made when it is first heard of."""
    row = session.get(ChannelRow, name)
    if row is None:
        row = ChannelRow(name=name, failures=0, answers=False)
        session.add(row)
        session.flush()
    return row


def lock_channel(session: Session, name: str) -> ChannelRow:
    """The row of a channel, locked until the end of the transaction."""
    channel_row(session, name)
    return session.scalars(select(ChannelRow).where(ChannelRow.name == name).with_for_update()).one()


def open_certificate(session: Session, channel: str, *, run_id: str, at: datetime) -> PullCertificateRow:
    """A pull begins: from where."""
    row = channel_row(session, channel)
    for cut_off in session.scalars(
        select(PullCertificateRow).where(PullCertificateRow.channel == channel, PullCertificateRow.verdict == "running")
    ):
        fail_certificate(session, cut_off.id, code=CUT_OFF, words="The run was cut off before its end.", at=at)
    row.last_attempt_at = at
    certificate = PullCertificateRow(
        id=new_id("pull"),
        channel=channel,
        run_id=run_id,
        started_at=at,
        cursor_from=row.cursor,
        cursor_to=row.cursor,
        verdict="running",
        seen=0,
        landed_new=0,
        landed_versions=0,
        unchanged=0,
        filed=0,
        refused=0,
    )
    session.add(certificate)
    session.flush()
    return certificate


def close_certificate(session: Session, pull_id: str, *, verdict: str, at: datetime) -> PullCertificateRow:
    """A pull ended well, or suspiciously empty: then the channel has not been heard, whatever it answered."""
    certificate = session.get_one(PullCertificateRow, pull_id)
    certificate.verdict, certificate.ended_at = verdict, at
    row = channel_row(session, certificate.channel)
    if verdict == "empty_alarm":
        row.error_code, row.error_words = verdict, "The channel answered, but had nothing, on a working day."
    else:
        row.last_success_at, row.failures, row.error_code, row.error_words = at, 0, None, None
    session.flush()
    return certificate


def fail_certificate(session: Session, pull_id: str, *, code: str, words: str, at: datetime) -> None:
    """A pull was cut short. What it landed stays landed."""
    certificate = session.get_one(PullCertificateRow, pull_id)
    certificate.verdict, certificate.ended_at = "failed", at
    certificate.error_code, certificate.error_words = code, words
    row = channel_row(session, certificate.channel)
    row.failures, row.error_code, row.error_words = row.failures + 1, code, words
    session.flush()


def died_twice(session: Session, channel: str) -> bool:
    """Whether the last two pulls of a channel have no end of their own. Ask where the last one is known to be dead."""
    last = select(PullCertificateRow.verdict, PullCertificateRow.error_code).where(
        PullCertificateRow.channel == channel
    )
    told = session.execute(last.order_by(PullCertificateRow.started_at.desc()).limit(2)).tuples().all()
    return len(told) == 2 and all(verdict == "running" or code == CUT_OFF for verdict, code in told)


def went_dark(session: Session, channel: str, *, since: datetime) -> bool:
    """Whether a pull that brought nothing is suspicious.

    The last pull that brought anything brought records that we knew already, for the one at the cursor always comes
    again; or nothing at all has landed since `since`.
    """
    last = select(PullCertificateRow.unchanged).where(
        PullCertificateRow.channel == channel, PullCertificateRow.verdict == "complete", PullCertificateRow.seen > 0
    )
    known = session.scalar(last.order_by(PullCertificateRow.started_at.desc()).limit(1))
    landed = select(LandedRow.id).where(LandedRow.channel == channel, LandedRow.landed_at >= since)
    ours = LandedRow.reason_code == "canary"  # what the office placed there itself is no news
    landed = landed.where(LandedRow.reason_code.is_(None) | ~ours).limit(1)
    return bool(known) or session.scalar(landed) is None
