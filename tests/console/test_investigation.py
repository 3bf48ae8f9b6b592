"""Investigating through the pages: the list of fifteen, records, supervision, chasing, the rota; by forms alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from lxml import html
from sqlalchemy import func, select

from console.words import LANGUAGES
from services.dispatch.assignments import deliver_notices
from tests.conftest import NOW
from tests.console.conftest import Person
from tests.console.forms import form_of, send
from tests.console.test_pages import labelled, unclosed
from tests.console.test_work import dispatched_and_signed, lead_of
from warehouse.engine import Warehouse
from warehouse.models import AccountRow, CaseRow, DocumentRow, RecusalRow, ReferralRow, SupervisionRow

LogIn = Callable[[str], Person]


def bodies(morning: Warehouse, kind: str) -> list[dict[str, Any]]:
    with morning.read() as session:
        return list(session.scalars(select(DocumentRow.body).where(DocumentRow.kind == kind)))


def account(morning: Warehouse, login: str) -> str:
    with morning.read() as session:
        return session.scalars(select(AccountRow.id).where(AccountRow.login == login)).one()


def test_a_notice_of_inquiry_is_ticked_line_by_line(morning: Warehouse, log_in: LogIn) -> None:
    number, lead = dispatched_and_signed(morning, log_in)
    officer = log_in(lead)
    path = f"/cases/{number}/inquiry"
    page = officer.get(path)
    document: Any = html.fromstring(page)
    assert len(document.xpath("//input[@name='items']")) == 15
    assert not document.xpath("//input[@type='checkbox'][@checked]"), "nothing is ticked in advance"
    assert form_of(page, path)["from_6"] == ["2026-08"]
    assert form_of(page, path)["to_7"] == ["2026-10"]
    told: dict[str, Any] = {"appear_at": "2026-11-23 09:00", "place": "监察大队", "contact": "0532-88551234"}
    refused = send(officer, page, path, status=422, items=["6", "15"], to_6="", sides_10="project_owner", **told)
    kept: Any = html.fromstring(refused)
    assert kept.xpath("//div[@id='errors']//a/@href") == ["#field-items"]
    assert set(kept.xpath("//input[@name='items'][@checked]/@value")) == {"6", "15"}
    assert kept.xpath("//input[@name='sides_10'][@checked]/@value") == ["project_owner"]
    after = send(officer, page, path, items=["6", "10"], sides_10=["project_owner", "general_contractor"], **told)
    (body,) = bodies(morning, "inquiry_notice")
    assert [(one["no"], one["side"]) for one in body["items"] if one["asked"]] == [(6, ""), (10, "建、总")]
    assert "2026年8月至2026年10月" in after
    assert "建、总" in after
    assert "2026-11-23 09:00" in after
    assert "已过到场日期" not in after
    answer = f"/cases/{number}/inquiry-answer"
    page = officer.get(answer)
    assert "只能登记通知书要求的材料" in send(officer, page, answer, status=422, handed_in=["1"])
    after = send(officer, page, answer, handed_in=["6"], came="yes", note="账册不全")
    assert after.count("已提交") == 1
    assert after.count("未提供") == 1
    assert "账册不全" in after


def test_every_form_of_investigating_is_whole_and_labelled(morning: Warehouse, log_in: LogIn) -> None:
    number, lead = dispatched_and_signed(morning, log_in)
    people = {"officer": log_in(lead), "head": log_in("head"), "bureau": log_in("bureau")}
    forms: dict[str, tuple[str, ...]] = {"officer": ("inquiry", "interview", "inspection", "refer")}
    forms |= {"head": ("supervise", "chase"), "bureau": ("extend",)}
    for who, paths in forms.items():
        for path in paths:
            for language in LANGUAGES:
                text = people[who].get(f"/cases/{number}/{path}", language=language)
                assert not unclosed(text), path
                labelled(html.fromstring(text), path)


def test_a_day_of_rest_is_refused_and_what_was_typed_is_kept(morning: Warehouse, log_in: LogIn) -> None:
    number, lead = dispatched_and_signed(morning, log_in)
    officer = log_in(lead)
    path = f"/cases/{number}/inquiry"
    told: dict[str, Any] = {"appear_at": "2026-11-22 09:00", "place": "监察大队", "contact": "0532-88551234"}
    refused = send(officer, officer.get(path), path, status=422, items=["4"], **told)
    assert "当天不办公" in refused
    assert "监察大队" in refused


def test_the_form_of_papers_leaves_those_that_have_their_own(morning: Warehouse, log_in: LogIn) -> None:
    number, lead = dispatched_and_signed(morning, log_in)
    document: Any = html.fromstring(log_in(lead).get(f"/cases/{number}/paper"))
    offered = set(document.xpath("//select[@name='kind']/option/@value"))
    assert "inspection_advice" in offered
    assert not offered & {"inquiry_notice", "interview_record", "inspection_record", "rectification_order"}


def test_an_interview_is_kept_masked_and_is_no_paper_to_serve(morning: Warehouse, log_in: LogIn) -> None:
    number, lead = dispatched_and_signed(morning, log_in)
    officer = log_in(lead)
    path = f"/cases/{number}/interview"
    began, ended = ((NOW + timedelta(hours=8 - hours)).strftime("%Y-%m-%d %H:%M") for hours in (2, 1))
    told: dict[str, Any] = {
        "started_at": began,
        "ended_at": ended,
        "place": "厂区",
        "person": "王厂长",
        "signature": "refused",
    }
    text = "问刘春生13812343307的工资。王厂长称已付。"
    start = form_of(officer.get(path), path) | told | {"text": text}
    assert "#field-ids_shown" in officer.post(path, status=422, **(start | {"unsigned_why": "拒绝"}))
    assert "注明原因" in officer.post(path, status=422, **(start | {"ids_shown": "yes"}))
    after = officer.post(path, **(start | {"ids_shown": "yes", "unsigned_why": "拒绝"}))
    assert "询问笔录" in after
    assert "拒绝签名" in after
    for plain in ("刘春生", "13812343307", "王厂长"):
        assert plain not in after
    assert f'href="/cases/{number}/serve"' not in after


def test_a_supervised_case_says_so_until_it_is_answered(morning: Warehouse, log_in: LogIn) -> None:
    number, lead = dispatched_and_signed(morning, log_in)
    desk, officer, head = log_in("desk"), log_in(lead), log_in("head")
    path = f"/cases/{number}/supervise"
    told: dict[str, Any] = {"superior": "市人社局", "demand": "三日内报结果", "due_on": "2026-11-25"}
    assert "市人社局督办" in send(desk, desk.get(path), path, **told)
    assert "市人社局" in officer.get("/waiting")
    assert "回复督办" in officer.get(f"/cases/{number}")
    assert "应于 11-25 前回复" in officer.get(f"/cases/{number}")
    chase = f"/cases/{number}/chase"
    send(head, head.get(chase), chase, words="请今天报")
    assert "今天已经催办过" in send(head, head.get(chase), chase, status=422, words="再催")
    deliver_notices(morning, at=NOW + timedelta(minutes=11))
    mine = officer.get("/mine")
    assert "负责人催办" in mine
    assert "请今天报" in mine
    assert "上级督办本案" in mine
    assert "已催办 1 次" in officer.get(f"/cases/{number}?tab=handling")
    answer = f"/cases/{number}/answer-supervision"
    after = send(officer, officer.get(answer), answer, answer="已发放三万元")
    assert "已发放三万元" in after
    assert "市人社局督办" not in after
    assert "没有未回复的督办" in officer.get("/waiting")
    with morning.read() as session:
        assert session.scalars(select(SupervisionRow.answered_on)).one() is not None


def test_a_referral_shows_its_department_its_day_and_its_answer(morning: Warehouse, log_in: LogIn) -> None:
    desk = log_in("desk")
    send(desk, desk.get("/queue"), "/queue/dispatch")
    with morning.read() as session:
        number = session.scalars(select(CaseRow.matter_no).where(CaseRow.site_name.contains("道路"))).one()
    officer = log_in(lead_of(morning, number))
    send(officer, officer.get("/mine"), f"/cases/{number}/sign-for")
    path = f"/cases/{number}/refer"
    page = officer.get(path)
    assert "建议：交通" in page
    assert "道路" in page
    document: Any = html.fromstring(page)
    assert not document.xpath("//select[@name='body']/option[@selected]"), "the officer chooses"
    send(officer, page, path, body="transport", reason="转包", referred_on="2026-11-02", due_on="2026-11-19")
    assert "超期" in officer.get(f"/cases/{number}?tab=handling")
    assert "超期" in desk.get("/waiting")
    answer = f"/cases/{number}/referral-answer"
    after = send(officer, officer.get(answer), answer, answer="已责令总包支付")
    assert "已责令总包支付" in after
    assert "没有未回复的转办" in desk.get("/waiting")
    assert f'href="{answer}"' not in after
    with morning.read() as session:
        assert session.scalars(select(ReferralRow.body)).one() == "transport"


def test_an_extension_shows_who_approved_it(morning: Warehouse, log_in: LogIn) -> None:
    number, lead = dispatched_and_signed(morning, log_in)
    officer, bureau = log_in(lead), log_in("bureau")
    send(officer, officer.get(f"/cases/{number}"), f"/cases/{number}/accept")
    path = f"/cases/{number}/extend"
    log_in("head").get(path, status=404)
    page = bureau.get(path)
    assert "#field-reason" in send(bureau, page, path, status=422, reason="")
    send(bureau, page, path, reason="案情复杂")
    shown = officer.get(f"/cases/{number}?tab=handling")
    assert "周局" in shown
    assert "案情复杂" in shown


def test_the_rota_records_who_is_away_and_who_is_back(morning: Warehouse, log_in: LogIn) -> None:
    desk = log_in("desk")
    path = "/rota/absences"
    fields: dict[str, Any] = {"account_id": account(morning, "yu"), "from_on": "2026-11-20", "to_on": "2026-11-25"}
    page = desk.get("/rota")
    assert "请填写" in send(desk, page, path, status=422, **(fields | {"to_on": ""}))
    assert "于晓" in send(desk, page, path, **fields)
    shown = desk.get("/rota")
    assert "今日请假" in shown
    document: Any = html.fromstring(shown)
    (back,) = document.xpath("//form[contains(@action, '/end')]/@action")
    assert "今日请假" not in send(desk, shown, back)
    assert "/rota/recusals" not in page, "a recusal is a head's to decide"


def test_a_recused_officer_is_stopped_until_it_is_lifted(morning: Warehouse, log_in: LogIn) -> None:
    number, lead = dispatched_and_signed(morning, log_in)
    officer, head = log_in(lead), log_in("head")
    path = "/rota/recusals"
    fields: dict[str, Any] = {
        "account_id": account(morning, lead),
        "matter_no": number,
        "whole": "employer",
        "asked_by": "party",
        "from_on": "2026-11-20",
        "reason": "系单位负责人近亲属",
    }
    page = head.get("/rota")
    assert "没有您可查看的这一案件" in send(head, page, path, status=422, **(fields | {"matter_no": "JM2026-9"}))
    shown = send(head, page, path, **fields)
    assert "案件仍在其手中" in shown
    assert "系单位负责人近亲属" in shown
    assert "系单位负责人近亲属" not in log_in("desk").get("/rota")
    assert "应回避本案，请改派" in head.get(f"/cases/{number}")
    verify = f"/cases/{number}/verify"
    assert "您应回避本案" in send(officer, officer.get(verify), verify, status=422, amount="1000")
    document: Any = html.fromstring(shown)
    (lift,) = document.xpath("//form[contains(@action, '/end')]/@action")
    send(head, shown, lift)
    send(officer, officer.get(verify), verify, amount="1000")
    with morning.read() as session:
        assert session.scalar(select(func.count()).select_from(RecusalRow).where(RecusalRow.ended_at.is_(None))) == 0


def test_another_place_sees_nothing_of_the_rota(morning: Warehouse, log_in: LogIn) -> None:
    number, lead = dispatched_and_signed(morning, log_in)
    head, far = log_in("head"), log_in("far_head")
    fields: dict[str, Any] = {
        "account_id": account(morning, lead),
        "matter_no": number,
        "whole": "case",
        "asked_by": "office",
    }
    send(head, head.get("/rota"), "/rota/recusals", from_on="2026-11-20", reason="近亲属", **fields)
    page = far.get("/rota")
    assert number not in page
    assert "宋" not in page
    with morning.read() as session:
        recusal = session.scalars(select(RecusalRow.id)).one()
    far.post(f"/rota/recusals/{recusal}/end", status=404)
    far.post("/rota/absences", status=422, account_id=account(morning, lead), from_on="2026-11-20", to_on="2026-11-20")
    assert number not in far.get("/waiting")
