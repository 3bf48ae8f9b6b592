"""Idempotency keys of people's acts: the same key gets the same answer, and another request under it is refused."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime

from sqlalchemy.orm import Session

from casework.errors import NotAllowed
from casework.record import Json
from warehouse.engine import one_at_a_time
from warehouse.models import ActKeyRow


def request_digest(request: Json) -> str:
    """What two equal requests share."""
    body = json.dumps(request, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(body.encode()).hexdigest()


def take_key(session: Session, key: str, *, account_id: str, digest: str, at: datetime) -> ActKeyRow:
    """The row of a key, made when it is new; its `answer` is None until `keep_answer`. One at a time until the end.

    Raises `NotAllowed` when the key was used for another request.
    """
    one_at_a_time(session, f"act:{key}")
    row = session.get(ActKeyRow, key, with_for_update=True)
    if row is None:
        row = ActKeyRow(key=key, account_id=account_id, request_digest=digest, answer=None, at=at)
        session.add(row)
        session.flush()
    elif row.request_digest != digest:
        raise NotAllowed("This click was already used for something else; reload the page.")
    return row


def keep_answer(session: Session, key: str, answer: Json) -> Json:
    """Keep the answer of a key. The first one stays; returns the one that is kept."""
    one_at_a_time(session, f"act:{key}")
    row = session.get_one(ActKeyRow, key, with_for_update=True)
    if row.answer is None:
        row.answer = answer
        session.flush()
    kept: Json = row.answer
    return kept
