"""Response tiers over a real store: off by default, held to what was in force, beside the law, told once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from casework.calendar import SHANGHAI
from casework.errors import BadInput
from casework.messages import Occasion
from casework.people import Actor, Role
from casework.record import Json
from casework.settings_of_tiers import EXAMPLES, TIERS
from casework.tiers import Lamp
from services.cases.handling import accept_case
from services.dispatch.assignments import reassign, sign_for
from services.dispatch.dispatching import suggest_inspectors
from services.messaging.composing import horizon_of
from services.messaging.news import news_of
from services.office.rules import change_setting
from services.office.working_days import published
from tests.services.office import SYSTEM, Office, click
from warehouse.engine import Warehouse
from warehouse.queries.deadlines import Horizon
from warehouse.queries.mine import mine
from warehouse.queries.queue import queue
from warehouse.queries.tiers import kept_tiers, lamps_of

MORNING = datetime(2026, 11, 19, 9, 0, tzinfo=SHANGHAI)  # a Thursday
ADMIN = Actor("acc_admin", frozenset({Role.SYSTEM_ADMIN}), ("370215",))
STREET = "370215010"


@pytest.fixture
def office(store: Warehouse) -> Office:
    return Office(store, MORNING)


def put(office: Office, value: Json, at: datetime = MORNING) -> None:
    """The office sets its tiers."""
    change_setting(office.store, name=TIERS, value=value, source="局务会", actor=ADMIN, at=at)


def sent(office: Office, at: datetime, key: str = "one") -> tuple[str, Actor]:
    """A case of its own, dispatched at a moment; and who leads it."""
    case_id = office.case(received_at=at)
    suggest_inspectors(office.store, actor=SYSTEM, at=at)
    assert click(office, [case_id], key, at=at).sent == 1
    return case_id, _holder(office, case_id, at)


def _holder(office: Office, case_id: str, at: datetime) -> Actor:
    with office.store.read() as session:
        row = next(one for one in queue(session, office.head, _ahead(at), tab="dispatched") if one.id == case_id)
    return next(one for one in office.inspectors if one.id == row.lead_id)


def _ahead(at: datetime) -> Horizon:
    return Horizon(at.astimezone(SHANGHAI).date(), published(), 2, at)


def lit(office: Office, at: datetime, tab: str = "dispatched") -> dict[str, Lamp | None]:
    """The lamp of each case of a list, as the queue shows it."""
    with office.store.read() as session:
        return {one.id: one.tier for one in queue(session, office.head, _ahead(at), tab=tab)}


def test_without_the_offices_word_there_is_no_lamp(office: Office) -> None:
    case_id, _ = sent(office, MORNING)
    assert lit(office, MORNING + timedelta(days=9)) == {case_id: None}


def test_a_tier_runs_from_the_dispatch_and_no_red_mark_rests_on_it(office: Office) -> None:
    old, _ = sent(office, MORNING - timedelta(hours=1), "before")
    put(office, EXAMPLES[TIERS])
    case_id, lead = sent(office, MORNING + timedelta(minutes=30), "after")
    shown = lit(office, MORNING + timedelta(hours=1))
    assert shown[old] is None, "what was dispatched before the tiers is held to none"
    first = shown[case_id]
    assert first is not None
    assert (first.part, first.tier.unit, first.state, first.left) == ("first", "department", "fine", 3)
    late = MORNING + timedelta(hours=8)
    over = lit(office, late)[case_id]
    assert over is not None
    assert (over.state, over.left) == ("over", -2)
    with office.store.read() as session:
        assert [one.id for one in queue(session, office.head, _ahead(late), tab="overdue")] == []
    sign_for(office.store, case_id=case_id, version=office.version(case_id), actor=lead, at=late)
    answer = lit(office, late, "in_progress")[case_id]
    assert answer is not None
    assert (answer.part, answer.left) == ("answer", 4)
    with office.store.read() as session:
        found = lamps_of(session, [case_id], at=late, calendar=published())[case_id]
        assert [one.state for one in found] == ["late", "fine"]
        work = mine(session, lead, _ahead(late))
        assert [one.tier for one in work.in_progress if one.id == case_id] == [answer]
    with office.store.read() as session:
        month = MORNING - timedelta(days=18), MORNING + timedelta(days=12)
        shares = kept_tiers(session, office.head, *month, at=late, calendar=published())
        assert [(one.unit, one.part, one.kept, one.missed, one.running, one.share) for one in shares] == [
            ("department", "first", 0, 1, 0, 0.0), ("department", "answer", 0, 0, 1, None),
        ]  # fmt: skip
        elsewhere = Actor("x", office.head.roles, ("370203",))
        assert kept_tiers(session, elsewhere, *month, at=late, calendar=published()) == []
    put(office, {}, at=late)
    assert lit(office, late, "in_progress")[case_id] is None, "off is off"


def test_a_case_goes_by_the_unit_that_leads_it_and_by_the_tier_of_its_day(office: Office) -> None:
    put(office, {"town": {"days": 2, "until": "filed", "source": "街道办法"}})
    case_id, _ = sent(office, MORNING)
    town, other = office.officer(Role.INSPECTOR, STREET), office.officer(Role.INSPECTOR, STREET)
    assert lit(office, MORNING)[case_id] is None, "the district's own unit has no tier"
    at = MORNING + timedelta(hours=1)
    given: dict[str, Any] = {"lead_id": town.id, "assisting_id": other.id, "reason": "属地办理"}
    reassign(office.store, case_id=case_id, version=office.version(case_id), actor=office.head, at=at, **given)
    put(office, {"town": {"days": 9, "until": "filed", "source": "街道办法二"}}, at=at + timedelta(hours=1))
    lamp = lit(office, at + timedelta(days=1))[case_id]
    assert lamp is not None
    assert (lamp.tier.days, lamp.tier.source, lamp.state) == (2, "街道办法", "soon")
    sign_for(office.store, case_id=case_id, version=office.version(case_id), actor=town, at=at)
    day = at + timedelta(days=1)
    accept_case(office.store, case_id=case_id, version=office.version(case_id), actor=town, at=day)
    with office.store.read() as session:
        assert [one.state for one in lamps_of(session, [case_id], at=day, calendar=published())[case_id]] == ["kept"]


def test_where_the_law_ends_first_the_tier_is_silent(office: Office) -> None:
    put(office, {"department": {"days": 20, "source": "局务会"}})
    case_id, _ = sent(office, MORNING)
    assert lit(office, MORNING)[case_id] is None, "five working days to accept are sooner than twenty"


def test_an_inspector_is_told_of_a_lamp_as_of_a_tier_and_a_head_of_none(office: Office) -> None:
    put(office, EXAMPLES[TIERS])
    case_id, lead = sent(office, MORNING)
    late = MORNING + timedelta(hours=7)
    with office.store.read() as session:
        ahead = horizon_of(session, late)
        told = news_of(session, lead, Occasion.INSPECTOR_DIGEST, ahead, sent_before=late)
        lines = [one.line for one in told.values() if one.line is not None]
        assert sorted({one.kind for one in lines}) == ["dispatched", "tier_over"]
        assert [one.unit for one in lines if one.kind == "tier_over"] == ["hours"]
        assert any(fact.startswith(f"tier_over:{case_id}:first:") for fact in told)
        assert news_of(session, office.head, Occasion.HEAD_RED, ahead, sent_before=late) == {}


def test_a_tier_without_a_source_is_not_put(office: Office) -> None:
    with pytest.raises(BadInput):
        put(office, {"town": {"days": 2}})
    assert lit(office, MORNING) == {}
