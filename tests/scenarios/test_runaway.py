"""The labour boss who fled: no leniency, the list, a fine beside it, the police packet; by services and by forms."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from sqlalchemy import select

from casework.liability import Party, propose
from casework.money import fen_of
from casework.sanctions import PACKET
from tests.scenarios import boss_told as told
from tests.scenarios import runaway
from tests.scenarios.hands import Hands, look
from tests.scenarios.seen import (
    answered,
    clocks,
    nobody_is_named,
    opened_again,
    outbox,
    serials,
    the_trace_is_whole,
    trail,
)
from warehouse.models import CrimeTransferRow, JointListingRow, LiablePartyRow, OutcomeRow
from warehouse.statistics.month import figures
from warehouse.store.handling import proven
from warehouse.store.one_ledger import sums_of
from warehouse.store.promises import promise_of

ALL = fen_of(told.ALL) or 0


def test_the_boss_who_fled_ends_with_the_police(begin: Callable[[str], Hands]) -> None:
    hands = begin(runaway.BEGINS)
    numbers = runaway.story(hands)
    the_law_of_the_case(hands)
    the_packet(hands)
    the_list(hands)
    who_paid(hands)
    the_papers(hands)
    every_channel_has_its_answer(hands, numbers)
    the_month(hands)
    the_trace_is_whole(hands.town)


def the_law_of_the_case(hands: Hands) -> None:
    town, case_id = hands.town, hands.case_id
    assert trail(town, case_id, "law") == ["filed", "investigated", "decided", "served"]
    assert trail(town, case_id, "work") == ["dispatched", "in_progress", "concluded"]
    found = clocks(town, case_id=case_id)
    assert found["rectify"] == ("running", date(2023, 3, 10)), "the order was never obeyed"
    assert found["investigate"] == ("met", date(2023, 5, 24))
    assert found["pay_fine"] == ("running", date(2023, 6, 1)), "15 days from the service by notice"
    with town.store.read() as session:
        outcome = session.scalars(select(OutcomeRow).where(OutcomeRow.case_id == case_id)).one()
        assert (outcome.exit, outcome.state, outcome.amount_fined_fen) == ("penalty", "approved", 2_000_000)
        assert outcome.amount_exempted_fen is None
        beside = next(line for line in outcome.conditions if line["key"] == "no_transfer_due")
        assert beside["fact"] == "Handed over to the police on 2023-03-14."


def the_packet(hands: Hands) -> None:
    found = clocks(hands.town, case_id=hands.case_id)
    assert found["transfer_decide"] == ("met", date(2023, 3, 16))
    assert found["transfer_hand_over"] == ("met", date(2023, 3, 15)), "within twenty-four hours"
    assert found["police_decide"] == ("met", date(2023, 3, 17))
    assert found["hand_materials"] == ("met", date(2023, 3, 22))
    with hands.town.store.read() as session:
        row = session.scalars(select(CrimeTransferRow)).one()
        assert (row.state, row.police, row.materials_on) == (
            "police_filed", "青岛市公安局即墨分局", date(2023, 3, 17)
        )  # fmt: skip
        assert row.packet is not None
        assert set(row.packet) == set(PACKET)
        assert all(row.packet.values())
        assert row.decided_by == hands.town.accounts["head"]
        assert set(row.officer_ids) == {hands.town.accounts[login] for login in hands.town.pair(hands.case_id)}


def the_list(hands: Hands) -> None:
    found = clocks(hands.town, case_id=hands.case_id)
    assert found["list_objection"] == ("met", date(2023, 3, 21))
    assert found["list_decide"] == ("met", date(2023, 4, 10))
    with hands.town.store.read() as session:
        row = session.scalars(select(JointListingRow)).one()
        assert (row.state, row.persons, row.listed_until) == ("listed", [told.BOSS], date(2026, 3, 23))


def who_paid(hands: Hands) -> None:
    """By the article the general contractor; every man has a proof; the order to the boss stays unobeyed."""
    with hands.town.store.read() as session:
        rows = session.scalars(select(LiablePartyRow).where(LiablePartyRow.case_id == hands.case_id)).all()
        chain = [Party(row.id, row.part, row.irregular, row.owes) for row in rows]
        first = propose(chain, construction=True)[0]
        (named,) = (row for row in rows if row.liable_ground)
        assert (first.ground.key, first.ground.article) == ("general_contractor_first", "724 §30 para 3")
        assert first.party is not None
        assert (named.id, named.name, named.liable_ground) == (first.party.id, told.BUILDER, first.ground.key)
        sums, paid, plan = (
            sums_of(session, hands.case_id),
            proven(session, hands.case_id),
            promise_of(session, hands.case_id, today=date(2023, 5, 18)),
        )
        assert (sums.workers, sums.claimed, sums.verified) == (len(told.CREW), ALL, ALL)
        assert (paid.workers, paid.amount) == (len(told.CREW), ALL)
        assert plan is not None
        kept = [one.state for _, one in plan.steps]
        assert kept == ["kept", "kept"], "each instalment by its day"


def the_papers(hands: Hands) -> None:
    lead, _ = hands.town.pair(hands.case_id)
    words = {
        "inspection_record": "检", "inquiry_notice": "询", "rectification_order": "令", "transfer_letter": "移",
        "prior_notice": "罚先告", "penalty_decision": "罚", "transfer_form": "移批", "listing_notice": "惩告",
        "listing_decision": "惩列",
    }  # fmt: skip
    assert serials(hands) == {kind: [f"即人社劳监{word}字〔2023〕第1号"] for kind, word in words.items()}
    texts = opened_again(hands, lead)
    letter, decision = (texts[f"即人社劳监{word}字〔2023〕第1号"] for word in ("移", "罚"))
    assert "青岛市公安局即墨分局" in letter
    assert "168,000.00元" in letter
    assert "20,000.00元" in decision
    people = [part for one in told.COMPLAINANTS for part in one] + [name for name, _ in told.CREW]
    assert nobody_is_named(hands, texts, people, told.WORDS.values()) == 7


def every_channel_has_its_answer(hands: Hands, numbers: dict[str, str]) -> None:
    town, rows = hands.town, hands.town.complaints(hands.case_id)
    channels = {one.key: one.channel for one in told.told()}
    assert len(set(channels.values())) == 3
    for key, number in numbers.items():
        first, last = answered(town, channels[key], number)
        assert look(hands).matter_no in first
        assert "行政处罚" in last
        assert "84000.00元" in last.replace(",", "")
        assert outbox(town, rows[number].id) == {("accepted", "confirmed"): 1, ("result", "confirmed"): 1}


def the_month(hands: Hands) -> None:
    with hands.town.store.read() as session:
        april = figures(session, "2023-04")
    counted = {name: april.total(name) for name in ("fined", "amount_fined", "exempted", "amount_paid", "concluded")}
    assert counted == {"fined": 1, "amount_fined": 2_000_000, "exempted": 0, "amount_paid": ALL // 2, "concluded": 1}
