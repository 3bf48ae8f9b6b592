"""Facts in words: the wording in force, filled with what its reader may be told and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from casework.calendar import local_day
from casework.messages import (
    LANGUAGES,
    OF_WORKERS,
    Occasion,
    cases_named,
    counted,
    filled,
    told_late,
    where_to,
)
from casework.receipt_number import asked_at, written
from casework.settings_of_messages import ADDRESS_OF_PAGE
from services.messaging.news import OfficerFact, WorkerFact
from warehouse.store.messages import Words
from warehouse.store.receipt_numbers import receipt_of
from warehouse.store.settings import text, whole
from warehouse.store.wordings import wording


def last_of(facts: Sequence[WorkerFact]) -> WorkerFact:
    """Of several steps told together, the one that counts: the furthest; of two of one kind the later."""
    return max(facts, key=lambda one: (OF_WORKERS.index(one.occasion), one.at))


def words_for_worker(
    session: Session, facts: Sequence[WorkerFact], *, since: datetime, at: datetime, replaced: int = 0
) -> Words:
    """One message that tells a worker how far their complaint is. `replaced`: so many messages it stands for, late."""
    told = last_of(facts)
    language = text(session, "message.workers.language")
    language = language if language in LANGUAGES else LANGUAGES[0]
    version, form = wording(session, told.occasion, language)
    receipt, page = receipt_of(session, told.complaint_id, at=at), text(session, ADDRESS_OF_PAGE)
    values = {
        "receipt_no": written(receipt),
        "day": local_day(told.at).isoformat(),
        "days": str(whole(session, "money.silence.days")),
        "where": where_to(asked_at(page, receipt) if page else "", language),
    }
    return _words(told.occasion, filled(told.occasion, form, values), version, language, since, at, replaced)


def words_for_officer(
    session: Session,
    occasion: Occasion,
    facts: Sequence[OfficerFact],
    language: str,
    *,
    since: datetime,
    at: datetime,
    replaced: int = 0,
) -> Words:
    """One digest to an officer: counts, numbers of cases, days, and the link."""
    language = language if language in LANGUAGES else LANGUAGES[0]
    version, form = wording(session, occasion, language)
    lines = [one.line for one in facts if one.line is not None]
    values = {
        "dispatched": counted(lines, "dispatched"),
        "due_soon": counted(lines, "due_soon"),
        "overdue": counted(lines, "overdue"),
        "warnings": str(sum(1 for one in facts if one.line is None)),
        "cases": cases_named(lines, language),
        "link": text(session, "message.link.console"),
    }
    return _words(occasion, filled(occasion, form, values), version, language, since, at, replaced)


def _words(
    occasion: Occasion, body: str, version: int, language: str, since: datetime, at: datetime, replaced: int
) -> Words:
    days = (local_day(at) - local_day(since)).days if replaced else 0
    late = told_late(language, days=days, messages=replaced) if days or replaced > 1 else ""
    return Words(occasion, late + body, version, since, days)
