"""Whether the page for workers and the office still meet: it lives, closes for our key, and nothing waits long."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.errors import ArrearsError
from connectors.base import Connector
from connectors.registry import connect
from connectors.self_report import SelfReports
from services.office.findings import Finding, Health
from services.office.settings import Settings
from warehouse.engine import Warehouse
from warehouse.models import ComplaintRow, ComplaintVersionRow, MoneyQuestionRow, PullCertificateRow, ReceiptNumberRow
from warehouse.store.receipt_numbers import OWN_PAGE

QUIET = timedelta(minutes=10)
"""The page gives a sign each minute."""
WAITS = timedelta(hours=1)
"""The schedule pulls each quarter of an hour, and hears and tells each few minutes."""


def workers_page(settings: Settings, store: Warehouse, *, at: datetime) -> Finding | None:
    """The two processes and what lies between them; None for an office that has no such page.

    That the inbox answers and has its tables is said of the channel, as of any other.
    """
    if not settings.has_channel(OWN_PAGE):
        return None
    return judged_page(store, lambda: connect(OWN_PAGE, settings.channel(OWN_PAGE)), at=at)


def judged_page(store: Warehouse, connector: Callable[[], Connector], *, at: datetime) -> Finding:
    """The same, over this connector."""
    try:
        page = connector()
        if not isinstance(page, SelfReports):
            return Finding(
                "workers page", Health.LOOK, "the channel is of another kind", "docs/channels/self_report.md"
            )
        state = page.state(now=at)
    except ArrearsError as failed:
        words = f"its inbox cannot be looked into ({type(failed).__name__})"
        return Finding("workers page", Health.BROKEN, words, "see whether its database runs; then the channels file")
    if state.foreign:
        words = f"{state.foreign} postings or answers were closed for a key this office has not"
        do = "bring back the older key_file, or give the page the lock that belongs to the key: docs/operations.md"
        return Finding("workers page", Health.BROKEN, words, do)
    if state.page_seen_at is None or at - state.page_seen_at > QUIET:
        since = f"since {state.page_seen_at:%Y-%m-%d %H:%M} UTC" if state.page_seen_at else "yet"
        words = f"the page gave no sign of life {since}: workers cannot write to us there"
        return Finding("workers page", Health.BROKEN, words, "`systemctl status arrears-counter` on its machine")
    with store.read() as session:
        waiting = _waiting(session, state.last_posted_at, state.last_said_at, at)
    if waiting:
        return Finding("workers page", Health.LOOK, f"for more than an hour {waiting}", "`arrears reply`; the schedule")
    megabytes = state.held_bytes // 1_000_000
    return Finding("workers page", Health.WELL, f"lives, and nothing waits; {megabytes} MB of files lie in its inbox")


def _waiting(session: Session, posted: datetime | None, said: datetime | None, at: datetime) -> str:
    """What was not carried over; empty when all was."""
    found = []
    certificate = PullCertificateRow
    pulled = session.scalar(
        select(func.max(certificate.ended_at)).where(certificate.channel == OWN_PAGE, certificate.verdict != "failed")
    )
    if posted is not None and at - posted > WAITS and (pulled is None or pulled < posted):
        found.append("postings lie in the inbox")
    heard = session.scalar(select(func.max(MoneyQuestionRow.page_said_at)))
    if said is not None and at - said > WAITS and (heard is None or heard < said):
        found.append("answers about the money lie in the inbox")
    row, version, told = ComplaintRow, ComplaintVersionRow, ReceiptNumberRow
    untold = (
        select(func.count())
        .select_from(row)
        .join(version, (version.complaint_id == row.id) & version.newest)
        .outerjoin(told, told.complaint_id == row.id)
        .where(
            row.channel == OWN_PAGE,
            row.received_at.between(at - timedelta(days=30), at - WAITS),
            version.complainant_phone.is_not(None),
            told.told_at.is_(None),
        )
    )
    if count := session.scalar(untold):
        found.append(f"{count} complaints of the page were told no progress")
    return "; ".join(found)
