"""The profile of an employer by the wage feed, and its projects: months, corrections, silence, and who sees them."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from sqlalchemy import func, select

from casework.people import Actor
from services.warnings.raising import raise_warnings
from tests.conftest import NOW
from tests.console.conftest import Person
from tests.console.fed import BOTH, FAR, FAR_SITE, HIDDEN, LEADS, PAYS, SITE, feed_morning
from tests.console.told import told as complaints_told
from tests.counting import counted
from warehouse.engine import Warehouse
from warehouse.models import (
    AccountRow,
    AuditRow,
    EmployerAliasRow,
    EmployerRow,
    PayPeriodRow,
    ProjectFirmRow,
    ProjectRow,
    WarningRow,
    new_id,
)
from warehouse.store.purposes import purpose_kept

LogIn = Callable[[str], Person]
SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "employer.schema.json").read_text("utf-8"))


@pytest.fixture
def fed(morning: Warehouse) -> dict[str, str]:
    """The morning with the feed in it. Returns the ids of firms by name."""
    return feed_morning(morning, NOW)


def taken_out(person: Person, employer_id: str, status: int = 200) -> str:
    """An employer as a file, in English."""
    person.client.cookies.set("arrears_language", "en")
    return person.post(f"/employers/{employer_id}.json", status=status, purpose="season check")


def facts(person: Person, employer_id: str) -> dict[str, Any]:
    """The JSON of an employer, which fits its schema."""
    found: dict[str, Any] = json.loads(taken_out(person, employer_id))
    Draft202012Validator(SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(found)
    return found


def test_a_firm_that_only_the_feed_names_is_found_and_has_a_page(
    fed: dict[str, str], log_in: LogIn, morning: Warehouse
) -> None:
    desk = log_in("desk")
    for name in (LEADS, PAYS):
        assert f"/employers/{fed[name]}" in desk.get("/employers?sort=name")
        assert f"/employers/{fed[name]}" in desk.post("/employers", text=name[2:5])
        page = desk.get(f"/employers/{fed[name]}", language="zh_CN")
        assert "来自工资支付监管平台" in page
        assert "滨港二期" in page
        assert facts(desk, fed[name])["sums"]["cases"] == 0
    assert FAR not in desk.get("/employers"), "the place of its project is another's"
    desk.get(f"/employers/{fed[FAR]}", status=404)
    taken_out(desk, fed[FAR], status=404)
    desk.get(f"/projects/{FAR_SITE}", status=404)
    far = log_in("far")
    assert "遥途一标" in far.get(f"/employers/{fed[FAR]}")
    far.get(f"/employers/{fed[LEADS]}", status=404)
    far.get(f"/projects/{SITE}", status=404)
    assert far.get(f"/projects/{FAR_SITE}")
    desk.post(f"/employers/{fed[LEADS]}/watch")
    assert "取消关注" in desk.get(f"/employers/{fed[LEADS]}", language="zh_CN")


def test_an_inspector_sees_what_they_are_asked_to_look_at(
    fed: dict[str, str], log_in: LogIn, morning: Warehouse
) -> None:
    song = log_in("song")
    song.get(f"/employers/{fed[PAYS]}", status=404)
    song.get(f"/projects/{SITE}", status=404)
    raise_warnings(morning, actor=Actor.system("warn"), at=NOW)
    with morning.write() as session:
        warning = session.scalars(select(WarningRow).where(WarningRow.employer_id == fed[PAYS])).first()
        assert warning is not None
        own = session.scalars(select(AccountRow.id).where(AccountRow.login == "song")).one()
        for row in session.scalars(select(WarningRow).where(WarningRow.owner_id == own)):
            row.owner_id = None
        warning.owner_id = own
        warning_id = warning.id
    page = song.get(f"/warnings/{warning_id}")
    assert f'href="/employers/{fed[PAYS]}"' in page
    assert song.get(f"/employers/{fed[PAYS]}")
    assert f'href="/projects/{SITE}"' in page
    assert "滨港二期" in song.get(f"/projects/{SITE}")
    song.get(f"/projects/{FAR_SITE}", status=404)


def test_the_months_say_what_was_paid_late_unpaid_and_not_told(fed: dict[str, str], log_in: LogIn) -> None:
    told = facts(log_in("reader"), fed[PAYS])
    months = {one["month"]: one for one in told["pay"]["months"]}
    states = {month: one["state"] for month, one in months.items()}
    assert states == {
        "2026-03": "in_time",
        "2026-04": "in_time",
        "2026-05": "late",
        "2026-06": "no_data",
        "2026-07": "part",
        "2026-08": "unpaid",
        "2026-09": "no_data",
        "2026-10": "no_data",
    }
    may, july = months["2026-05"], months["2026-07"]
    assert (may["in_time_fen"], may["late_fen"], may["days_late"]) == (600_000, 1_200_000, 18)
    assert (july["due_fen"], july["unpaid_fen"], july["corrected_on"]) == (1_200_000, 600_000, "2026-09-24")
    assert months["2026-06"]["paid_fen"] is None, "nothing heard is not zero"
    (rewritten,) = [one for one in told["pay"]["corrections"] if one["rewritten"]]
    assert (rewritten["on"], rewritten["month"]) == ("2026-09-24", "2026-07")
    assert (rewritten["before"]["due_fen"], rewritten["after"]["due_fen"]) == (1_800_000, 1_200_000)
    (site,) = told["projects"]
    assert site["account"] == {
        "as_of": "2026-10-28",
        "balance_fen": 200_000,
        "paid_in_fen": 2_000_000,
        "agreed_fen": 6_000_000,
    }
    assert site["deposit_paid"] is False
    assert site["heard"]["pay_period"]["changed_on"] == "2026-10-16"
    parts = {(one["part"], one["name"], one["until"] is None) for one in site["chain"]}
    assert ("general_contractor", LEADS, True) in parts
    assert ("general_contractor", "青岛旧帆建设有限公司", False) in parts
    assert told["trend"]["missed_fen"] == 1_200_000 + 600_000 + 1_800_000
    assert (told["schema"], told["version"]) == ("arrears.employer", 1)


def test_the_page_shows_the_same_figures_as_a_table_and_as_a_chart(fed: dict[str, str], log_in: LogIn) -> None:
    reader = log_in("reader")
    told, page = facts(reader, fed[PAYS]), reader.get(f"/employers/{fed[PAYS]}", language="zh_CN")
    table = page[page.index('data-chart="stack"') : page.index("</table>", page.index('data-chart="stack"'))]
    rows = re.findall(r"<tr( data-note=\"[^\"]+\")?><th scope=\"row\">([\d-]+)</th>(.*?)</tr>", table, re.S)
    assert [month for _, month, _ in rows] == [one["month"] for one in told["pay"]["months"]]
    for (note, month, cells), one in zip(rows, told["pay"]["months"], strict=True):
        drawn = re.findall(r'data-value="([^"]*)"', cells)
        parts = [one[name] for name in ("in_time_fen", "late_fen", "unpaid_fen", "pending_fen")]
        assert drawn == ["" if part is None else str(part / 100) for part in parts], month
        assert bool(note) == (one["state"] in ("no_data", "empty"))
    assert "09-24 更正" in table
    assert "无数据的月份不等于已支付" in page
    assert "仅提示关注核查，不自动产生任何处理或惩戒" in page
    assert "style=" not in page


def test_the_project_shows_each_kind_as_last_heard_and_what_was_told_otherwise(
    fed: dict[str, str], log_in: LogIn
) -> None:
    page = log_in("head").get(f"/projects/{SITE}")
    for words in (
        "工资保证金",
        "未缴存",
        "专用账户",
        "实名制考勤",
        LEADS,
        PAYS,
        BOTH,
        "04-09 起已更换",
        "09-24 更正",
        "1 家单位无数据",
    ):
        assert words in page, words
    assert "青岛旧帆建设有限公司</td><td>" + LEADS in page, "who led it before, and since"
    assert "5,000 元" in page, "the account as it was corrected"


def test_nobody_who_works_or_complained_stands_on_these_pages(fed: dict[str, str], log_in: LogIn) -> None:
    secret = [HIDDEN, "370215199001010001"]
    for one in complaints_told(NOW):
        secret += [said for said in (one.complainant_name, one.complainant_phone) if said]
    head = log_in("head")
    paths = [f"/projects/{SITE}"]
    firms = [fed[name] for name in (LEADS, PAYS, BOTH)]
    texts = [head.get(path) for path in (*paths, *(f"/employers/{one}" for one in firms))]
    for text in (*texts, *(taken_out(head, one) for one in firms)):
        for plain in secret:
            assert plain not in text


def test_the_json_is_kept_as_a_file_and_no_name_of_it_is_undocumented(fed: dict[str, str], log_in: LogIn) -> None:
    desk = log_in("desk")
    sent = {"csrf": desk.token(), "purpose": "入冬前核对"}
    answer = desk.client.post(f"/employers/{fed[BOTH]}.json", data=sent, headers={"Origin": desk.address})
    assert answer.headers["content-disposition"] == f'attachment; filename="employer-{fed[BOTH]}.json"'
    facts(desk, fed[BOTH])
    for broken in ({"schema": "other"}, {"risk": None}, {"more": 1}):
        assert list(Draft202012Validator(SCHEMA).iter_errors({**answer.json(), **broken})), "the schema refuses"


def test_the_json_is_taken_out_for_a_purpose_that_the_log_names(
    fed: dict[str, str], log_in: LogIn, morning: Warehouse
) -> None:
    desk, path = log_in("desk"), f"/employers/{fed[BOTH]}.json"
    assert desk.client.get(path).status_code in (404, 405), "a link takes nothing out"
    assert "field-purpose" in desk.post(path, status=422)
    assert "field-purpose" in desk.post(path, status=422, purpose="x" * 201)
    taken_out(log_in("far"), fed[BOTH], status=404)
    done = select(AuditRow.subject, AuditRow.details).where(AuditRow.act == "export_employer")
    with morning.read() as session:
        assert session.execute(done).all() == []
    told = desk.post(path, purpose="入冬前核对")
    with morning.read() as session:
        ((subject, details),) = session.execute(done).tuples()
        assert subject == fed[BOTH]
        assert details["sha256"] == hashlib.sha256(told.encode()).hexdigest()
        assert purpose_kept(session, details["purpose"]) == "入冬前核对"
    assert "入冬前核对" not in json.dumps(details), "the purpose is kept closed, beside the log"


def test_a_contractor_that_pays_its_own_workers_stands_once_in_the_chain(
    fed: dict[str, str], log_in: LogIn, morning: Warehouse
) -> None:
    desk = log_in("desk")
    before = desk.get(f"/projects/{SITE}", language="en")
    with morning.write() as session:
        for firm, name in ((fed[LEADS], LEADS), (fed[LEADS], f"{LEADS}滨港项目部")):
            session.add(
                ProjectFirmRow(
                    id=new_id("pjf"), project_code=SITE, part="subcontractor", name=name, employer_id=firm, since=NOW
                )
            )
    page = desk.get(f"/projects/{SITE}", language="en")
    assert "pays wages there itself" not in before
    assert page.count("pays wages there itself") == 1
    parts = [page.partition('id="chain"')[2].partition("</section>")[0], before.partition('id="chain"')[2]]
    assert parts[0].count("<li>") == parts[1].partition("</section>")[0].count("<li>"), "also under another spelling"
    (site,) = (one for one in facts(desk, fed[LEADS])["projects"] if one["code"] == SITE)
    leads = [one for one in site["chain"] if one["employer_id"] == fed[LEADS]]
    assert [(one["part"], one["pays_wages"]) for one in leads] == [("general_contractor", True)]
    assert {one["pays_wages"] for one in site["chain"] if one["part"] == "subcontractor"} == {False}


def test_a_spelling_taken_out_takes_its_projects_along(fed: dict[str, str], log_in: LogIn, morning: Warehouse) -> None:
    desk = log_in("desk")
    with morning.write() as session:
        alias = EmployerAliasRow(
            id=new_id("als"), employer_id=fed[PAYS], name="顺泽劳务", learned_from="feed", learned_at=NOW
        )
        session.add(alias)
        firm = session.scalars(select(ProjectFirmRow).where(ProjectFirmRow.name == PAYS)).one()
        copied = {name: getattr(firm, name) for name in ("project_code", "part", "employer_id", "since")}
        session.add(ProjectFirmRow(id=new_id("pjf"), name="顺泽劳务", **copied))
        version, alias_id = session.get_one(EmployerRow, fed[PAYS]).version, alias.id
    desk.post(f"/employers/{fed[PAYS]}/split", version=version, alias=alias_id, reason="另一家")
    with morning.read() as session:
        other = session.scalars(select(EmployerRow.id).where(EmployerRow.split_from == fed[PAYS])).one()
        assert session.scalar(select(ProjectFirmRow.employer_id).where(ProjectFirmRow.name == "顺泽劳务")) == other
        assert session.scalar(select(ProjectFirmRow.employer_id).where(ProjectFirmRow.name == PAYS)) == fed[PAYS]
    assert "滨港二期" in desk.get(f"/employers/{other}")


def _more_projects(store: Warehouse, like: str, count: int) -> None:
    """The same firms on further projects, with further payrolls."""
    with store.write() as session:
        site = session.get_one(ProjectRow, like)
        firms = session.scalars(select(ProjectFirmRow).where(ProjectFirmRow.project_code == like)).all()
        pays = session.scalars(select(PayPeriodRow).where(PayPeriodRow.project_code == like)).all()
        for number in range(count):
            code = f"PF-X-{number}"
            session.add(
                ProjectRow(
                    project_code=code, name=f"三期{number}", district_code=site.district_code, landed_id=site.landed_id
                )
            )
            for firm in firms:
                own = {name: getattr(firm, name) for name in ("part", "name", "employer_id", "since")}
                session.add(ProjectFirmRow(id=new_id("pjf"), project_code=code, **own))
            for one in pays:
                own = {name: getattr(one, name) for name in ("employer_name", "month", "due_on", "landed_id")}
                session.add(PayPeriodRow(id=new_id("pay"), project_code=code, **own))


def test_pages_ask_no_more_for_more_projects(fed: dict[str, str], log_in: LogIn, morning: Warehouse) -> None:
    desk = log_in("desk")
    asked: dict[str, list[int]] = {}
    for more in (0, 30):
        _more_projects(morning, SITE, more)
        for path in (f"/employers/{fed[LEADS]}", f"/employers/{fed[PAYS]}", f"/projects/{SITE}", "/employers"):
            with counted(morning) as statements:
                text = desk.get(path)
            asked.setdefault(path, []).append(len(statements))
        if more:
            assert "三期29" in desk.get(f"/employers/{fed[LEADS]}")
        assert text
    for path, counts in asked.items():
        assert counts[0] == counts[1], (path, counts)
        assert counts[0] < 110, (path, counts)


def test_what_all_firms_owe_on_a_project_is_the_same_by_its_lines_and_by_its_versions(
    fed: dict[str, str], log_in: LogIn
) -> None:
    desk = log_in("desk")
    (led,) = facts(desk, fed[LEADS])["projects"]
    owed = sum(one["unpaid_fen"] or 0 for name in (PAYS, BOTH) for one in facts(desk, fed[name])["pay"]["months"])
    due = sum(one["due_fen"] or 0 for name in (PAYS, BOTH) for one in facts(desk, fed[name])["pay"]["months"])
    assert (led["below"]["unpaid_fen"], led["below"]["due_fen"], led["below"]["firms"]) == (owed, due, 2)
    assert owed == 600_000 + 1_800_000 + 600_000


def test_firms_that_were_told_before_rows_were_kept_are_learned_by_the_daily_run(
    fed: dict[str, str], morning: Warehouse
) -> None:
    with morning.read() as session:
        count = session.scalar(select(func.count()).select_from(ProjectFirmRow).where(ProjectFirmRow.until.is_(None)))
    with morning.write() as session:
        for row in session.scalars(select(ProjectFirmRow)):
            session.delete(row)
    raise_warnings(morning, actor=Actor.system("warn"), at=NOW)
    with morning.read() as session:
        rows = session.scalars(select(ProjectFirmRow)).all()
        firms = {row.name: row.employer_id for row in rows}
        assert len(rows) == count
        assert {firms[name] for name in (LEADS, PAYS, BOTH, FAR)} == set(fed.values())
