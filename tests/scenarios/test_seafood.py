"""The seafood firm: spared by law, 195 jobs kept, 2.76 million yuan paid; by services, and through the console."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import select

from casework.calendar import local_day
from casework.leniency import Exit
from casework.money import fen_of
from sandbox.told import Told
from services.cases.outcomes import checklist
from services.leniency.twelve_lines import sparing_of
from tests.scenarios import seafood
from tests.scenarios import seafood_told as told
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
from tests.scenarios.town import DISTRICT, Town, moment
from warehouse.models import CaseRow, ClockRow, OutcomeRow, SatisfactionRow
from warehouse.statistics.month import figures
from warehouse.store.handling import proven
from warehouse.store.one_ledger import one_ledger

ALL = fen_of(told.ALL) or 0


def test_the_firm_that_paid_in_full_is_not_punished(begin: Callable[[str], Hands]) -> None:
    hands = begin(seafood.BEGINS)
    numbers = seafood.story(hands)
    the_law_of_the_case(hands)
    the_deadlines(hands)
    the_money(hands)
    the_sparing(hands)
    every_channel_has_its_answer(hands.town, hands.case_id, numbers)
    the_papers(hands)
    the_month(hands)
    the_trace_is_whole(hands.town)
    the_same_firm_is_not_first_again(hands.town, look(hands).case_no or "")


@pytest.mark.browser
def test_the_desk_and_the_head_sit_at_a_real_browser(in_a_browser: Callable[[str], Hands]) -> None:
    hands = in_a_browser(seafood.BEGINS)
    seafood.story(hands)
    the_law_of_the_case(hands)
    the_money(hands)
    the_sparing(hands)


def the_law_of_the_case(hands: Hands) -> None:
    town, case_id = hands.town, hands.case_id
    law = ["filed", "investigated", "decided", "served", "closed", "called_back", "archived"]
    assert trail(town, case_id, "law") == law
    assert trail(town, case_id, "work") == ["dispatched", "in_progress", "concluded", "closed"]
    for row in town.complaints(case_id).values():
        assert trail(town, row.id, "complaint") == ["judged", "accepted", "replied", "confirmed", "closed"]


def the_deadlines(hands: Hands) -> None:
    found = clocks(hands.town, case_id=hands.case_id)
    assert found["investigate"] == ("met", date(2023, 8, 16)), "60 working days across 端午"
    assert found["penalty_90"] == ("met", date(2023, 8, 21))
    assert found["decide"] == ("met", date(2023, 6, 30)), "the Sunday after 端午 is worked"
    assert found["rectify"] == ("met", date(2023, 6, 9))
    assert found["serve"][0] == "met"
    assert found["follow_up"] == ("running", date(2023, 9, 7)), "the visit after the sparing outlives the file"
    due = {clocks(hands.town, complaint_id=row.id)["accept"] for row in hands.town.complaints(hands.case_id).values()}
    days = (25, 26, 26, 26, 29, 29)
    assert due == {("met", date(2023, 5, day)) for day in days}, "each complaint keeps its own five working days"
    with hands.town.store.read() as session:
        late = select(ClockRow.kind).where(ClockRow.met_on > ClockRow.due_on)
        assert session.scalars(late).all() == []


def the_money(hands: Hands) -> None:
    """Six complaints of four workers and the firm's roster are 195 people once each; every one has a proof."""
    with hands.town.store.read() as session:
        ledger, paid = one_ledger(session, hands.case_id), proven(session, hands.case_id)
    sums, accounts = ledger.sums, [one.account for one in ledger.workers]
    assert (sums.workers, sums.claimed, sums.verified) == (told.HEADS, ALL, ALL)
    assert (paid.workers, paid.amount) == (told.HEADS, ALL)
    assert all(one.claimed == one.verified == one.paid for one in accounts)
    assert (look(hands).worker_count, look(hands).amount_verified_fen) == (told.HEADS, ALL)


def the_sparing(hands: Hands) -> None:
    with hands.town.store.read() as session:
        outcome = session.scalars(select(OutcomeRow).where(OutcomeRow.case_id == hands.case_id)).one()
        assert (outcome.exit, outcome.state, outcome.basis) == (
            Exit.EXEMPT_FIRST_OFFENCE,
            "approved",
            "APL §33 para 1 second sentence, §57(二) para 1",
        )
        assert outcome.amount_exempted_fen == 200_000
        assert "企业工资支付规定 §38" in (outcome.exempted_article or "")
        assert outcome.decided_by == hands.town.accounts["head"]
        sparing = sparing_of(session, session.get_one(CaseRow, hands.case_id), today=local_day(hands.town.now))
        assert sparing is not None
        states = {one.line.no: one.state.value for one in sparing.lines}
        assert states == dict.fromkeys(range(1, 13), "met") | {11: "waits"}
        assert sparing.follow_up_due_on == date(2023, 9, 7)
        assert [one.by for one in sparing.reviews] == [hands.town.accounts["desk"]]
        assert len(sparing.educations) == 1
        assert [one.kept for one in sparing.duties] == [True, None]
        assert sparing.search is not None
        assert (sparing.search.hits, sparing.search.barring) == (0, 0)
        assert {told.FIRM, "海润隆水产", "即墨海润隆水产食品厂"} <= set(sparing.search.found["names"])
        asked = session.scalars(select(SatisfactionRow)).all()
        assert len({one.complaint_id for one in asked}) == 6
        assert all(one.money_received and one.answered for one in asked)


def every_channel_has_its_answer(town: Town, case_id: str, numbers: dict[str, str]) -> None:
    """Each platform holds two answers to each of its complaints, and no other platform does."""
    rows = town.complaints(case_id)
    channels = {one.key: one.channel for one in told.told()}
    assert len(set(channels.values())) == 5
    for key, number in numbers.items():
        first, last = answered(town, channels[key], number)
        assert look_up(town, case_id) in first
        assert "不予行政处罚（首违不罚）" in last
        assert "2760000.00元" in last.replace(",", "")
        assert outbox(town, rows[number].id) == {("accepted", "confirmed"): 1, ("result", "confirmed"): 1}
        assert clocks(town, complaint_id=rows[number].id)["reply"][0] == "met"
    assert not [name for name in ("wage_monitor",) if town.platform(name).answers]


def look_up(town: Town, case_id: str) -> str:
    return next(case.matter_no for case in town.cases() if case.id == case_id)


def the_papers(hands: Hands) -> None:
    lead, _ = hands.town.pair(hands.case_id)
    assert serials(hands) == {
        "inquiry_notice": ["即人社劳监询字〔2023〕第1号"],
        "interview_record": ["即人社劳监笔字〔2023〕第1号"],
        "rectification_order": ["即人社劳监令字〔2023〕第1号"],
        "pledge": ["即人社劳监诺字〔2023〕第1号"],
        "exemption_decision": ["即人社劳监不罚字〔2023〕第1号"],
        "closing_report": ["即人社劳监结字〔2023〕第1号"],
    }
    texts = opened_again(hands, lead)
    decision = texts["即人社劳监不罚字〔2023〕第1号"]
    for words in ("2,000.00元", "《中华人民共和国行政处罚法》第三十三条第一款", seafood.ITEM, "批评教育"):
        assert words in decision
    assert "195个岗位" in texts["即人社劳监诺字〔2023〕第1号"]
    assert "2,760,000.00元" in texts["即人社劳监令字〔2023〕第1号"]
    people = [part for one in told.COMPLAINANTS for part in one] + [name for name, _, _ in told.staff()]
    assert nobody_is_named(hands, texts, people, told.WORDS.values()) == 5


def the_month(hands: Hands) -> None:
    with hands.town.store.read() as session:
        may, june = figures(session, "2023-05"), figures(session, "2023-06")
    told_in_may = ("received", "duplicates", "cases_opened", "dispatched", "filed", "visits", "problems_found")
    assert [may.total(name) for name in told_in_may] == [6, 5, 1, 1, 1, 1, 3]
    counted = {name: june.total(name) for name in ("exempted", "amount_exempted", "amount_paid", "workers_paid")}
    assert counted == {"exempted": 1, "amount_exempted": 200_000, "amount_paid": ALL, "workers_paid": told.HEADS}
    names = ("concluded", "closed", "fined", "asked", "answered", "solved", "satisfied", "clocks_overdue")
    assert [june.total(name) for name in names] == [1, 1, 0, 6, 6, 6, 6, 0]


def the_same_firm_is_not_first_again(town: Town, case_no: str) -> None:
    """In autumn somebody calls about 海润隆海产, and gives its credit code: the history finds the case of spring."""
    town.now = moment("2023-10-16 08:30")
    call = Told(
        key="2310001",
        channel="petition",
        told_at=moment("2023-10-14 09:00"),
        case="海润隆",
        claim="胡大姐",
        title="请求支付工资",
        narrative="九月份的工资没有发。",
        employer_name="海润隆海产加工厂",
        employer_uscc=told.CODE,
        district_code=DISTRICT,
        site_address=told.ADDRESS,
        complainant_name="胡大姐",
        complainant_phone="13699990001",
    )
    town.tell([call])
    town.pull()
    (new,) = (case for case in town.cases() if case.case_no is None)
    lines = {one.key: one for one in checklist(town.store, case_id=new.id, exit=Exit.EXEMPT_FIRST_OFFENCE, at=town.now)}
    assert not lines["first_offence"].met
    assert case_no in lines["first_offence"].fact
