"""Idempotency keys of people's acts: the same key gets the same answer, and another request under it is refused."""

from __future__ import annotations

import json
from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from casework.errors import NotAllowed
from casework.record import Json
from warehouse.crypto import keyring
from warehouse.engine import one_at_a_time
from warehouse.models import ActKeyRow


def request_digest(request: Json) -> str:
    """What two equal requests share. Keyed, for a form may hold names, phones and a password."""
    body = json.dumps(request, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    keys = keyring()
    return keys.mac(keys.index_key, b"request\x00" + body.encode())


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


def own_key(
    session: Session, key: str, *, account_id: str, digest: str, at: datetime, forsaken_before: datetime
) -> bool:
    """Whether the key is this request's: new, or left behind by one that died. Another's stays another's."""
    one_at_a_time(session, f"act:{key}")
    row = session.get(ActKeyRow, key, with_for_update=True)
    if row is None:
        session.add(ActKeyRow(key=key, account_id=account_id, request_digest=digest, answer=None, at=at))
    elif forsaken(row, before=forsaken_before):
        row.request_digest, row.at = digest, at
    else:
        return False
    session.flush()
    return True


def forsaken(row: ActKeyRow, *, before: datetime) -> bool:
    """The process of its request died: it wrote nothing, and has been at it for too long to answer still."""
    return row.answer is None and row.written_at is None and row.at < before


def mark_written(session: Session, key: str, *, at: datetime) -> None:
    """The act of this key is part of this transaction."""
    unmarked = update(ActKeyRow).where(ActKeyRow.key == key, ActKeyRow.written_at.is_(None))
    session.execute(unmarked.values(written_at=at))


def drop_key(session: Session, key: str) -> None:
    """Forget a key whose request was refused: the next one under it is asked anew."""
    one_at_a_time(session, f"act:{key}")
    session.execute(delete(ActKeyRow).where(ActKeyRow.key == key, ActKeyRow.answer.is_(None)))


def drop_keys(session: Session, *, beginning: str, before: datetime) -> int:
    """Forget the keys of one kind that were used before a moment. Returns how many."""
    old = delete(ActKeyRow).where(ActKeyRow.key.startswith(beginning, autoescape=True), ActKeyRow.at < before)
    dropped: int = session.execute(old).rowcount  # type: ignore[attr-defined]  # a DELETE has a cursor result
    return dropped
