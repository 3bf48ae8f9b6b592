"""Receipt numbers of complaints: one each, made when it is first needed, and what was last told under it."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from casework.errors import NotFound
from casework.receipt_number import receipt_from, typed
from warehouse.crypto import keyring
from warehouse.engine import one_at_a_time
from warehouse.models import ComplaintRow, ReceiptNumberRow

OWN_PAGE = "self_report"
"""The channel whose own keys are receipt numbers: its workers were given them when they sent."""


def receipt_row(session: Session, complaint_id: str, *, at: datetime) -> ReceiptNumberRow:
    """The receipt number of a complaint, made now where it has none. Raises `NotFound`."""
    row = session.get(ReceiptNumberRow, complaint_id)
    if row is not None:
        return row
    one_at_a_time(session, f"receipt_number:{complaint_id}")
    row = session.get(ReceiptNumberRow, complaint_id)
    if row is not None:
        return row
    told = session.get(ComplaintRow, complaint_id)
    if told is None:
        raise NotFound("There is no such complaint.")
    own = typed(told.source_key) if told.channel == OWN_PAGE else None
    row = ReceiptNumberRow(
        complaint_id=complaint_id, receipt=own or receipt_from(secrets.token_urlsafe(24)), made_at=at
    )
    session.add(row)
    session.flush()
    return row


def receipt_of(session: Session, complaint_id: str, *, at: datetime) -> str:
    """The receipt number itself, twelve characters without dashes. Raises `NotFound`."""
    return receipt_row(session, complaint_id, at=at).receipt


def told_digest(four: str, told: Mapping[str, object]) -> str:
    """A keyed hash of what is told, and to whom: by it one sees whether anything is new."""
    body = json.dumps(told, ensure_ascii=False, sort_keys=True)
    return keyring().mac(keyring().index_key, f"told\x00{four}\x00{body}".encode())
