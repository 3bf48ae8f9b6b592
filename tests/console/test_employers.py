"""The pages of employers: the list by risk, one employer with its reasons, and what people decide about who it is."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from casework.calendar import local_day
from tests.conftest import NOW
from tests.console.conftest import Person
from tests.counting import counted
from warehouse.engine import Warehouse
from warehouse.models import (
    AuditRow,
    CaseRow,
    EmployerAliasRow,
    EmployerEventRow,
    EmployerRow,
    EmployerWatchRow,
    JointListingRow,
    OutcomeRow,
    PaymentRow,
    PledgeDutyRow,
    PledgeRow,
    new_id,
)

LogIn = Callable[[str], Person]
TODAY = local_day(NOW)
SECRET = ("13812343307", "刘春生", "18612345521", "孙守业", "赵匿名", "138****3307", "刘*")


def employers_in(text: str) -> list[str]:
    """The employers of a list, in its order."""
    return re.findall(r'data-open="/employers/([^"]+)"', text)


def employer(store: Warehouse, name: str) -> EmployerRow:
    """One employer of the morning, detached."""
    with store.read() as session:
        row = session.scalars(select(EmployerRow).where(EmployerRow.name.contains(name))).first()
        assert row is not None
        session.expunge(row)
        return row


def with_a_past(store: Warehouse, name: str = "澜田") -> str:
    """An employer with a broken and a kept promise, a payment, an exemption and a place on the list."""
    own = employer(store, name)
    with store.write() as session:
        case = session.scalars(select(CaseRow).where(CaseRow.employer_id == own.id)).first()
        assert case is not None
        common = {"case_id": case.id, "by": "test", "at": NOW}
        pledge = PledgeRow(
            id=new_id("plg"),
            employer_id=own.id,
            signed_by="签字人",
            signed_on=TODAY,
            obligations="按期支付",
            due_on=TODAY,
            **common,
        )
        session.add(pledge)
        session.flush()
        for seq, kept in enumerate((True, False, None), start=1):
            due_on = TODAY - timedelta(days=seq)
            session.add(
                PledgeDutyRow(id=new_id("dty"), pledge_id=pledge.id, seq=seq, says="付", due_on=due_on, kept=kept)
            )
        paid = {"paid_on": date(2026, 11, 10), "workers": 2, "amount_fen": 1_250_000, "proof": "bank_voucher"}
        session.add(PaymentRow(id=new_id("pay"), **paid, **common))
        session.add(
            OutcomeRow(
                id=new_id("out"),
                exit="exempt_first_offence",
                basis="APL §33",
                conditions=[],
                amount_exempted_fen=300_000,
                rule_version="1",
                state="approved",
                decided_by="test",
                decided_at=NOW - timedelta(days=90),
                **common,
            )
        )
        session.add(
            JointListingRow(
                id=new_id("lst"),
                employer_id=own.id,
                trigger="criminal_figure",
                persons=[],
                state="listed",
                told_on=TODAY,
                decided_on=TODAY,
                listed_until=date(2029, 11, 20),
                **common,
            )
        )
    return own.id


def test_the_riskiest_stands_first_with_its_words_and_bars(morning: Warehouse, log_in: LogIn) -> None:
    own = with_a_past(morning)
    desk = log_in("desk")
    text = desk.get("/employers")
    assert employers_in(text)[0] == own
    first = text[text.index(f'data-open="/employers/{own}"') :].split("</tr>")[0]
    assert "高风险" in first
    assert first.count('class="on"') == 4
    assert desk.get("/employers", language="en").count("High risk") >= 2


def test_one_employer_shows_its_reasons_and_what_counts_against_the_next_first_offence(
    morning: Warehouse, log_in: LogIn
) -> None:
    own = with_a_past(morning)
    text = log_in("desk").get(f"/employers/{own}")
    for words in (
        "在失信联合惩戒名单上。",
        "未履行的承诺：1 项。",
        "工作惯例，未核实",
        "不再算首次",
        "2029-11-20",
        "1.3 万元",
        "近十二个月",
        '<svg class="months"',
    ):
        assert words in text, words
    assert "style=" not in text


def test_nobody_who_complained_stands_on_these_pages(morning: Warehouse, log_in: LogIn) -> None:
    head = log_in("head")
    ids = employers_in(head.get("/employers"))
    assert len(ids) >= 8
    for path in ("/employers", *(f"/employers/{one}" for one in ids)):
        for text in (head.get(path), head.post(f"{path}.json", purpose="核对") if path != "/employers" else ""):
            for plain in SECRET:
                assert plain not in text, (path, plain)


def test_the_same_facts_come_as_json(morning: Warehouse, log_in: LogIn) -> None:
    own, reader = with_a_past(morning), log_in("reader")
    reader.client.cookies.set("arrears_language", "en")
    told = json.loads(reader.post(f"/employers/{own}.json", purpose="check"))
    assert (told["id"], told["risk"]["level"], told["risk"]["bars"]) == (own, "high", 4)
    reasons = {one["key"]: one for one in told["risk"]["reasons"]}
    assert reasons["broken_promise"]["sentence"] == "Broken promises: 1."
    assert told["sums"]["paid_fen"] == 1_250_000
    assert told["months"][-1] == {"month": "2026-11", "cases": told["months"][-1]["cases"], "paid_fen": 1_250_000}
    assert [one["kept"] for one in told["promises"]] == [True, False, None]
    assert [one["bars"] for one in told["decided"]] == [True]


def test_search_finds_names_aliases_and_codes_and_stands_in_no_address(morning: Warehouse, log_in: LogIn) -> None:
    desk = log_in("desk")
    sea = employer(morning, "澜田")
    with morning.write() as session:
        session.add(
            EmployerAliasRow(
                id=new_id("als"), employer_id=sea.id, name="蓝海渔厂", learned_from="office", learned_at=NOW
            )
        )
    for text in ("澜田", "蓝海渔厂", str(sea.uscc)[4:12]) if sea.uscc else ("澜田", "蓝海渔厂"):
        found = desk.post("/employers", text=text)
        assert employers_in(found) == [sea.id], text
        assert f"/employers?{text}" not in found
        assert "text=" not in found
        assert f"“{text}” ×" in found, "what is chosen can be taken away"
    assert "没有符合的单位" in desk.post("/employers", text="没有这样的厂")
    assert employers_in(desk.post("/employers", text="澜田", level="high")) == []
    desk.post("/employers", status=422, text="澜田", level="worst")


@pytest.mark.parametrize("query", ["level=worst", "sort=secret", "page=x", "page=", "sort="])
def test_a_list_that_nobody_offered_is_not_there(query: str, log_in: LogIn) -> None:
    log_in("desk").get(f"/employers?{query}", status=404)


def test_filters_and_orders_of_the_list(morning: Warehouse, log_in: LogIn) -> None:
    own = with_a_past(morning)
    desk = log_in("desk")
    every = employers_in(desk.get("/employers"))
    assert employers_in(desk.get("/employers?level=high")) == [own]
    assert 'href="/employers"' in desk.get("/employers?level=high"), "the filter can be taken away"
    assert employers_in(desk.get("/employers?sort=paid"))[0] == own
    for sort in ("open", "owed", "last", "name"):
        assert sorted(employers_in(desk.get(f"/employers?sort={sort}"))) == sorted(every)
    assert employers_in(desk.get("/employers?watched=yes")) == []
    assert set(employers_in(desk.get("/employers?at_work=yes"))) <= set(every)
    assert employers_in(desk.get("/employers?page=999")) == every, "the last page there is"


def test_who_may_see_no_case_of_an_employer_sees_no_employer(morning: Warehouse, log_in: LogIn) -> None:
    own = with_a_past(morning)
    for login in ("far", "far_head", "song"):
        person = log_in(login)
        assert employers_in(person.get("/employers")) == []
        assert employers_in(person.post("/employers", text="澜田")) == []
        missing = person.get("/employers/emp_none", status=404)
        assert person.get(f"/employers/{own}", status=404) == missing.replace("emp_none", own)
        person.post(f"/employers/{own}.json", status=404, purpose="x")
    for act in ("alike", "merge", "undo", "split", "code", "watch", "unwatch"):
        log_in("far").post(f"/employers/{own}/{act}", status=404, version=1, text="澜", reason="x")


def test_an_officer_merges_two_without_a_script_and_takes_it_back(morning: Warehouse, log_in: LogIn) -> None:
    own, other = employer(morning, "恒崮"), employer(morning, "禾墨")
    desk = log_in("desk")
    page = desk.post(f"/employers/{own.id}/alike", text="禾墨")
    assert f'value="{other.id}@{other.version}"' in page
    refused = desk.post(f"/employers/{own.id}/merge", status=422, version=own.version, text="禾墨", reason="同一老板")
    assert "data-focus" in refused
    assert 'value="同一老板"' in refused, "what was typed is kept"
    choice: dict[str, Any] = {"other": f"{other.id}@{other.version}", "text": "禾墨", "reason": "同一老板"}
    merged = desk.post(f"/employers/{own.id}/merge", version=own.version, **choice)
    assert f"已并入：{other.name}" in merged
    assert other.id not in employers_in(desk.get("/employers"))
    assert own.name in desk.get(f"/employers/{other.id}"), "the one merged away leads on"
    late = desk.post(f"/employers/{own.id}/merge", status=409, version=own.version, **choice)
    assert "刚被他人修改" in late
    with morning.read() as session:
        event = session.scalars(select(EmployerEventRow.id)).one()
        version = session.get_one(EmployerRow, own.id).version
    desk.post(f"/employers/{own.id}/undo", version=version, event=event)
    assert other.id in employers_in(desk.get("/employers"))
    with morning.read() as session:
        acts = list(session.scalars(select(AuditRow.act).order_by(AuditRow.seq)))
    assert acts.count("merge_employers") == acts.count("undo_employer") == 1


def test_a_code_is_verified_on_the_page_and_said_to_be(morning: Warehouse, log_in: LogIn) -> None:
    own = employer(morning, "禾墨")
    desk = log_in("desk")
    assert "按名称匹配，未核实" in desk.get(f"/employers/{own.id}")
    wrong = desk.post(f"/employers/{own.id}/code", status=422, version=own.version, uscc="91370215MA3C00001A")
    assert "末位校验码" in wrong
    assert "91370215MA3C00001A" in wrong
    desk.post(f"/employers/{own.id}/code", version=own.version, uscc="91350100M000100Y43")
    assert '91350100M000100Y43 <span class="tag green">已核实' in desk.get(f"/employers/{own.id}")


def test_a_watch_is_set_and_ended_by_one_button(morning: Warehouse, log_in: LogIn) -> None:
    own = employer(morning, "禾墨")
    desk = log_in("desk")
    assert "取消关注" in desk.post(f"/employers/{own.id}/watch")
    assert employers_in(desk.post(f"/employers/{own.id}/watch", back="list"))
    assert employers_in(desk.get("/employers?watched=yes")) == [own.id]
    desk.post(f"/employers/{own.id}/unwatch")
    assert employers_in(desk.get("/employers?watched=yes")) == []
    with morning.read() as session:
        assert session.scalar(select(func.count()).select_from(EmployerWatchRow)) == 1


def test_the_case_leads_to_its_employer(morning: Warehouse, log_in: LogIn) -> None:
    with morning.read() as session:
        number, own = session.execute(
            select(CaseRow.matter_no, CaseRow.employer_id).where(CaseRow.employer_id.is_not(None))
        ).first() or ("", "")
    desk = log_in("desk")
    assert f'<a href="/cases/{number}/employer">单位画像</a>' in desk.get(f"/cases/{number}")
    assert f'href="/employers/{own}"' in desk.get(f"/cases/{number}/employer")


def _more(store: Warehouse, count: int) -> None:
    """Further employers, each with a case like the first."""
    with store.write() as session:
        like = session.scalars(select(CaseRow).where(CaseRow.employer_id.is_not(None))).first()
        assert like is not None
        kept = {column.key: getattr(like, column.key) for column in CaseRow.__mapper__.column_attrs}
        for number in range(count):
            own = EmployerRow(
                id=new_id("emp"), name=f"青岛第{number:03d}厂", name_key=f"第{number:03d}厂", created_at=NOW
            )
            session.add(own)
            session.flush()
            names = {"id": new_id("case"), "matter_no": f"JM2026-9{number:04d}", "employer_id": own.id}
            session.add(CaseRow(**{**kept, **names, "case_no": None}))


def test_the_list_and_the_page_ask_no_more_for_more(morning: Warehouse, log_in: LogIn) -> None:
    own = with_a_past(morning)
    desk = log_in("desk")
    asked: dict[str, list[int]] = {}
    for more in (0, 60):
        _more(morning, more)
        for path in ("/employers", f"/employers/{own}"):
            with counted(morning) as statements:
                text = desk.get(path)
            asked.setdefault(path, []).append(len(statements))
        if more:
            assert len(employers_in(desk.get("/employers"))) == 20
            assert "第 1 页，共 4 页" in desk.get("/employers")
            assert set(employers_in(desk.get("/employers?page=2"))).isdisjoint(employers_in(desk.get("/employers")))
        assert text
    for path, counts in asked.items():
        assert counts[0] == counts[1], (path, counts)
        assert counts[0] < 90, (path, counts)
