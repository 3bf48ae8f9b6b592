"""A message that was held up: what of it still holds is told by one new message, with whatever waits behind it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from casework.messages import OF_WORKERS, Occasion
from services.messaging.composing import horizon_of
from services.messaging.news import news_of, steps_still_true
from services.messaging.wording import words_for_officer, words_for_worker
from warehouse.models import AccountRow, MessageRow, OfficerAddressRow, PreventionNoticeRow
from warehouse.store.addresses import actors
from warehouse.store.messages import (
    Due,
    Words,
    facts_of,
    take_back,
    tell_in_place_of,
    told_already,
    unsent_to,
    write_message,
)


def fact_of(notice: PreventionNoticeRow) -> str:
    """What a message with the link of a notice tells: this round of it."""
    return f"{Occasion.EMPLOYER_NOTICE}:{notice.id}:{notice.round}"


LAPSED = "lapsed"
"""Why a message is taken back of which nothing holds any more."""


def to_be_told_anew(session: Session, due: Due, *, at: datetime, grace: timedelta) -> bool:
    """Whether a message says what no longer holds, or what its reader may no longer see."""
    row = session.get_one(MessageRow, due.message_id)
    told = facts_of(session, [row.id])
    return set(told) != set(_still(session, row, told, at=at, grace=grace))


def _still(session: Session, row: MessageRow, facts: Sequence[str], *, at: datetime, grace: timedelta) -> list[str]:
    """What of these facts still holds for the reader of a message."""
    occasion = Occasion(row.occasion)
    if row.prevention_id is not None:
        notice = session.get_one(PreventionNoticeRow, row.prevention_id)
        return [fact for fact in facts if notice.state == "waiting" and fact == fact_of(notice)]
    if occasion in OF_WORKERS:
        return [one.fact for one in steps_still_true(session, row.complaint_id or "", facts)]
    news = _news(session, row, at=at, grace=grace)
    return [fact for fact in facts if fact in news]


def _news(session: Session, row: MessageRow, *, at: datetime, grace: timedelta) -> dict[str, object]:
    address = session.get_one(OfficerAddressRow, row.address_id)
    officer = actors(session, [address.account_id]).get(address.account_id)
    if officer is None or session.get_one(AccountRow, address.account_id).disabled_at is not None:
        return {}
    found = news_of(session, officer, Occasion(row.occasion), horizon_of(session, at), sent_before=at - grace)
    return dict(found)


def tell_anew(session: Session, due: Due, *, late: bool, at: datetime, grace: timedelta) -> str | None:
    """One message in the place of the unsent ones of its kind to this reader. None: nothing of them holds any more.

    Of a worker's messages all are one kind: the furthest step is told. A late one says how late it is, and how many it
    stands for.
    """
    first = session.get_one(MessageRow, due.message_id)
    if first.prevention_id is not None:  # its link is closed; who opens it again writes another one
        take_back(session, [first], code=LAPSED, at=at)
        return None
    kind = OF_WORKERS if first.occasion in OF_WORKERS else (first.occasion,)
    waiting = [row for row in unsent_to(session, due.reader.id) if row.occasion in kind]
    if not waiting:
        return None
    told = facts_of(session, [row.id for row in waiting])
    since = min(row.since for row in waiting)
    replaced = sum(_stands_for(session, row) for row in waiting) if late else 0
    new: list[str] = []
    words: Words | None
    if first.occasion in OF_WORKERS:
        words = _for_worker(session, first, told, since=since, at=at, replaced=replaced)
    else:
        words, new = _for_officer(session, first, told, since=since, at=at, replaced=replaced, grace=grace)
    if words is None:
        take_back(session, waiting, code=LAPSED, at=at)
        return None
    message_id = write_message(session, due.reader, words, new, at=at)
    tell_in_place_of(session, waiting, message_id, at=at)
    return message_id


def _stands_for(session: Session, row: MessageRow) -> int:
    """How many messages this one would have been: itself, or those it was made of."""
    return max(1, len(facts_of(session, [row.id])) if row.occasion in OF_WORKERS else 1)


def _for_worker(
    session: Session, first: MessageRow, told: Sequence[str], *, since: datetime, at: datetime, replaced: int
) -> Words | None:
    holds = steps_still_true(session, first.complaint_id or "", told)
    return words_for_worker(session, holds, since=since, at=at, replaced=replaced) if holds else None


def _for_officer(
    session: Session,
    first: MessageRow,
    told: Sequence[str],
    *,
    since: datetime,
    at: datetime,
    replaced: int,
    grace: timedelta,
) -> tuple[Words | None, list[str]]:
    """What still stands of what was to be told, and what is new since."""
    address = session.get_one(OfficerAddressRow, first.address_id)
    account = session.get_one(AccountRow, address.account_id)
    officer = actors(session, [account.id]).get(account.id)
    if officer is None or account.disabled_at is not None:
        return None, []
    occasion = Occasion(first.occasion)
    news = news_of(session, officer, occasion, horizon_of(session, at), sent_before=at - grace)
    new = sorted(set(news) - told_already(session, first.reader, list(news)))
    facts = [news[fact] for fact in [*(one for one in told if one in news), *new]]
    if not facts:
        return None, []
    words = words_for_officer(session, occasion, facts, account.language, since=since, at=at, replaced=replaced)
    return words, new
