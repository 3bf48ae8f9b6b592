"""Canaries: a sealed complaint of nobody a working day and channel, followed from the source to the queue's door.

Each stage is the real one, gone through in a transaction that is taken back: the canary is filed by the code that
files, linked by the linker, and looked for with the queue's own question (docs/completeness.md).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, time
from functools import partial
from typing import TypeVar

from sqlalchemy.orm import Session

from casework.calendar import SHANGHAI, local_day
from casework.canary import words
from casework.complaint import Complaint
from casework.errors import ArrearsError, BadInput
from casework.people import Actor
from casework.record import Json
from connectors.base import Connector
from connectors.registry import channels, connect
from dedupe.linker import link
from services.arriving.filing import keep_complaint
from services.arriving.reading import as_raw, meaning
from services.linkage.grouping_cases import Regrouping
from services.linkage.records import records_filed
from services.office.run_book import code_of
from services.office.settings import Settings
from services.office.working_days import calendar_in_force
from warehouse import audit
from warehouse.engine import Warehouse, one_at_a_time
from warehouse.models import CanaryRow, CaseRow, ChannelRow, LandedRow
from warehouse.queries.deadlines import Horizon
from warehouse.queries.queue import queue
from warehouse.store.canaries import open_canary, placed_on, waiting_for_the_linker
from warehouse.store.cases import refresh_case
from warehouse.store.complaints import Filing

SETTING = "canary"
"""The setting of a channel that lets canaries be placed: `canary = "on"` in the channels file."""

FROM, TRIES = time(8, 15), 3
"""From when on in a day, in Shanghai, and how often a day where the source does not take it."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class PlaceCount:
    """How many canaries were placed now, how many the sources did not take, and in how many channels they are off."""

    placed: int = 0
    refused: int = 0
    off: int = 0


class _Enough(Exception):
    """A rehearsal is over: what it wrote is taken back."""


def wanted(settings: Settings, channel: str) -> bool:
    """Whether the office lets canaries be placed in a channel."""
    try:
        return settings.channel(channel).get(SETTING) == "on"
    except BadInput:
        return False


def place_canaries(store: Warehouse, settings: Settings, *, actor: Actor, at: datetime) -> PlaceCount:
    """Place the canary of this working day in each channel that takes one and has none yet. As often as one likes."""
    count = PlaceCount()
    with store.read() as session:
        works = calendar_in_force(session).works(local_day(at))
    for channel in channels():
        if not wanted(settings, channel.name):
            count = replace(count, off=count.off + 1)
        elif works and at.astimezone(SHANGHAI).time() >= FROM:
            taken = _place(store, connect(channel.name, settings.channel(channel.name)), actor=actor, at=at)
            count = replace(count, placed=count.placed + (taken is True), refused=count.refused + (taken is False))
    return count


def _place(store: Warehouse, connector: Connector, *, actor: Actor, at: datetime) -> bool | None:
    """Place one; None where there is nothing to do. What is cut off in the middle counts as placed, and is awaited."""
    name = connector.channel.name
    with store.write() as session:
        one_at_a_time(session, "canary")
        row, earlier = session.get(ChannelRow, name), placed_on(session, name, local_day(at))
        paused = row is not None and row.paused_by is not None
        if paused or len(earlier) >= TRIES or any(one.state != "unplaced" for one in earlier):
            return None
        canary_id, mark = open_canary(session, name, day=local_day(at), at=at)
    failed: ArrearsError | None = None
    try:
        connector.place(words(mark), at=at)
    except ArrearsError as refused:
        failed = refused
    with store.write() as session:
        if failed is not None:
            canary = session.get_one(CanaryRow, canary_id, with_for_update=True)
            if canary.state == "placed":  # else the source had taken it, and it has come in meanwhile
                canary.state, canary.error_code = "unplaced", code_of(failed)
        details: dict[str, Json] = {"canary": canary_id, "code": code_of(failed) if failed else None}
        audit.record(
            session, by=actor.id, act="place_canary", subject=name, at=at, details=details, success=failed is None
        )
    return failed is None


def pass_canaries(
    store: Warehouse, settings: Settings, *, actor: Actor, at: datetime, clock: Callable[[], datetime] | None = None
) -> int:
    """Rehearse the way of every filed canary from the linker to the queue. How many stood in the queue."""
    with store.read() as session:
        filed = [row.id for row in waiting_for_the_linker(session)]
    passed = 0
    for canary_id in filed:
        stood = _rehearsed(store, partial(_would_queue, settings=settings, canary_id=canary_id, at=at))
        if not stood:
            continue
        with store.write() as session:
            row = session.get_one(CanaryRow, canary_id)
            if row.state != "filed":
                continue
            row.linked_at, row.queued_at, row.state = at, (clock or (lambda: at))(), "queued"
            seconds = round((row.queued_at - row.placed_at).total_seconds())
            details: dict[str, Json] = {"canary": canary_id, "seconds": seconds}
            audit.record(session, by=actor.id, act="canary_through", subject=row.channel, at=at, details=details)
            passed += 1
    return passed


def _rehearsed(store: Warehouse, act: Callable[[Session], T]) -> T:
    """What an act comes to in a transaction of its own that is taken back whole."""
    found: list[T] = []
    try:
        with store.write() as session:
            found.append(act(session))
            raise _Enough
    except _Enough:
        return found[0]


def _would_queue(session: Session, *, settings: Settings, canary_id: str, at: datetime) -> bool:
    """File, link and group the canary, and ask the queue for its case as a desk of the district does."""
    one_at_a_time(session, "employers", "sites")  # in the order in which filing takes them
    one_at_a_time(session, "linkage")
    canary = session.get_one(CanaryRow, canary_id)
    landed = session.get(LandedRow, canary.landed_id)
    facts = next(one for one in channels() if one.name == canary.channel)
    if landed is None:
        return False
    said = meaning(as_raw(landed), connect(facts.name, settings.channel(facts.name)).read)
    if not isinstance(said, Complaint):
        return False
    calendar = calendar_in_force(session)
    by = "system:canary"
    keep_complaint(session, said, Filing(calendar=calendar, reply_limit=None, by=by, at=at, landed_id=landed.id))
    linkage = link(records_filed(session, [said.id]))
    regrouping = Regrouping(session, prefix=settings.matter_prefix, by=by, at=at, only=[said.id])
    grouped = regrouping.apply([[said.id]], linkage.claim_of)
    for case_id in grouped.touched:
        refresh_case(session, case_id, by=by, at=at)
    horizon = Horizon(local_day(at), calendar, 1)
    ours = CaseRow.id.in_(grouped.touched)
    return bool(queue(session, Actor.system("canary"), horizon, tab="to_dispatch", only=ours))
