"""The words of messages, by version: those of the office, and before those the ones the program came with."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.errors import Conflict
from casework.messages import WORDINGS, Occasion
from warehouse.engine import one_at_a_time
from warehouse.models import MessageWordingRow, new_id


def wording(session: Session, occasion: Occasion, language: str) -> tuple[int, str]:
    """The version in force and its words."""
    row = _newest(session, occasion, language)
    return (row.version, row.body) if row else (0, WORDINGS[occasion, language])


def _newest(session: Session, occasion: Occasion, language: str) -> MessageWordingRow | None:
    kept = MessageWordingRow
    question = select(kept).where(kept.occasion == occasion.value, kept.language == language)
    return session.scalars(question.order_by(kept.version.desc()).limit(1)).first()


def put_wording(
    session: Session, occasion: Occasion, language: str, body: str, *, seen: int, by: str, at: datetime
) -> int:
    """Put other words in force, over the version that was `seen`. Returns theirs. Raises `Conflict`."""
    one_at_a_time(session, f"wording:{occasion.value}:{language}")
    newest = _newest(session, occasion, language)
    version = newest.version if newest else 0
    if seen != version:
        when = newest.at.isoformat(timespec="minutes") if newest else None
        raise Conflict("Somebody else changed these words meanwhile.", by=newest.by if newest else None, at=when)
    session.add(
        MessageWordingRow(
            id=new_id("mwd"),
            occasion=occasion.value,
            language=language,
            version=version + 1,
            body=body,
            by=by,
            at=at,
        )
    )
    session.flush()
    return version + 1


def versions_of(session: Session, occasion: Occasion, language: str) -> list[MessageWordingRow]:
    """Every version the office has put, the newest first."""
    kept = MessageWordingRow
    question = select(kept).where(kept.occasion == occasion.value, kept.language == language)
    return list(session.scalars(question.order_by(kept.version.desc())))
