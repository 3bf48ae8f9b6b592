"""The ledger through the pages: a roster in, amounts verified and paid, a plan, the chain; nobody's name is shown."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import openpyxl
import xlsxwriter
from lxml import html
from sqlalchemy import select

from casework.people import Actor
from services.money.payment_plans import watch_plans
from tests.conftest import NOW
from tests.console.conftest import Person
from tests.console.forms import form_of, send
from tests.console.morning import PASSWORD
from tests.console.test_work import dispatched_and_signed, status_of
from warehouse.engine import Warehouse
from warehouse.models import AuditRow, CaseRow, ComplaintVersionRow, LedgerWorkerRow
from warehouse.store.handling import proven
from warehouse.store.notices import deliver_due

LogIn = Callable[[str], Person]
NAMES = ("孙玉兰", "周桂芳", "郑海")
PASTED = "姓名\t电话\t月份\t欠薪金额\n" + "\n".join(
    f"{name}\t1391234000{n}\t2026年8-10月\t{9000 + n}" for n, name in enumerate(NAMES)
)


def opened(morning: Warehouse, log_in: LogIn) -> tuple[Person, str]:
    number, lead = dispatched_and_signed(morning, log_in)
    return log_in(lead), f"/cases/{number}"


def table(page: str) -> list[list[str]]:
    document: Any = html.fromstring(page)
    rows = document.xpath("//table[contains(@class, 'grid')][1]/tbody/tr")
    return [[" ".join(cell.text_content().split()) for cell in row.xpath("./td")] for row in rows]


def test_before_a_ledger_is_kept_the_page_shows_the_people_of_the_complaints(morning: Warehouse, log_in: LogIn) -> None:
    officer, case = opened(morning, log_in)
    page = officer.get(f"{case}/ledger")
    assert "尚未建立台账" in page
    assert not any(name in page for name in ("刘春生", "孙守业", "陈建国"))
    told = send(officer, page, f"{case}/take-complaints")
    assert "台账新增" in told
    page = officer.get(f"{case}/ledger")
    assert "尚未建立台账" not in page
    assert sorted(row[1].split()[0] for row in table(page)) == ["刘*", "孙*", "陈*"]


def test_a_pasted_roster_is_verified_paid_and_shown_masked(morning: Warehouse, log_in: LogIn) -> None:
    officer, case = opened(morning, log_in)
    path = f"{case}/roster"
    told = send(officer, officer.get(path), path, lines=PASTED + "\n合计\t\t\t27003\n李四\t\t\tmuch")
    assert "台账新增 3 名工人、3 行。" in told
    assert "第 5 行：是合计行。" in told
    assert "第 6 行：金额无法识别。" in told
    page = officer.get(f"{case}/ledger")
    assert [row[0] for row in table(page)] == ["1.1", "2.1", "3.1"]
    assert not any(name in page for name in NAMES)
    path = f"{case}/verify-lines"
    form = officer.get(path)
    start = form_of(form, path)["amounts"][0]
    assert start.splitlines()[0].endswith("=")
    typed = start.replace("=", "= 8000", 1)
    send(officer, form, path, amounts=typed, rest="all")
    number = case.rpartition("/")[2]
    assert status_of(morning, number).amount_verified_fen == 800_000 + 900_100 + 900_200
    path = f"{case}/pay-workers"
    send(officer, officer.get(path), path, amounts="1 8000", rest="listed", proof="bank_voucher")
    send(officer, officer.get(path), path, amounts="", rest="all", proof="signed_payroll")
    with morning.read() as session:
        case_id = session.scalars(select(CaseRow.id).where(CaseRow.matter_no == number)).one()
        assert (proven(session, case_id).amount, proven(session, case_id).workers) == (2_600_300, 3)
    assert "26,003.00 元" in officer.get(f"{case}?tab=handling")


def test_who_was_heard_twice_of_the_same_months_is_verified_once(morning: Warehouse, log_in: LogIn) -> None:
    officer, case = opened(morning, log_in)
    path = f"{case}/roster"
    send(officer, officer.get(path), path, lines=PASTED + "\n孙玉兰\t13912340000\t\t9000")
    path = f"{case}/verify-lines"
    send(officer, officer.get(path), path, amounts="", rest="all")
    number = case.rpartition("/")[2]
    assert status_of(morning, number).amount_verified_fen == 900_000 + 900_100 + 900_200
    send(officer, officer.get(path), path, status=422, amounts="", rest="all")


def workbook(*rows: tuple[object, ...]) -> bytes:
    made = BytesIO()
    with xlsxwriter.Workbook(made) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return made.getvalue()


def sent_file(person: Person, path: str, content: bytes, **more: str) -> tuple[int, str]:
    fields = {name: values[0] for name, values in form_of(person.get(path), path).items() if name != "file"} | more
    answer = person.client.post(
        path, data=fields, files={"file": ("r.xlsx", content)}, headers={"Origin": person.address}
    )
    return answer.status_code, answer.text


def test_a_roster_comes_as_a_file(morning: Warehouse, log_in: LogIn) -> None:
    officer, case = opened(morning, log_in)
    content = workbook(("姓名", "月份", "欠薪金额"), ("孙玉兰", "2026-08", 4800.5), ("周桂芳", "2026-08", "x"))
    status, page = sent_file(officer, f"{case}/roster", content)
    assert status == 200, page
    assert "台账新增 1 名工人、1 行。" in page
    assert "第 3 行：金额无法识别。" in page
    for bad, words in ((b"PK\x03\x04broken", "损坏"), (b"\x00\x01", "表格")):
        status, page = sent_file(officer, f"{case}/roster", bad)
        assert (status, words in page) == (422, True), page[:2000]
    assert sent_file(officer, f"{case}/roster", content, lines=PASTED)[0] == 422
    assert sent_file(officer, f"{case}/roster", b"x" * 1_100_000)[0] == 413


def test_no_other_page_takes_a_file(log_in: LogIn) -> None:
    desk = log_in("desk")
    answer = desk.client.post(
        "/search", data={"csrf": desk.token(), "q": "a"}, files={"q": ("a", b"x")}, headers={"Origin": desk.address}
    )
    assert answer.status_code == 400


def test_what_was_mistyped_is_told_and_kept(morning: Warehouse, log_in: LogIn) -> None:
    officer, case = opened(morning, log_in)
    path = f"{case}/roster"
    send(officer, officer.get(path), path, lines=PASTED)
    for act, field, typed, words in (
        ("verify-lines", "amounts", "1 = much", "列表第 1 行：请填写台账序号和金额"),
        ("verify-lines", "amounts", "x = 5", "列表第 1 行：请填写台账序号和金额"),
        ("plan", "instalments", "2026-12-01 5\nsoon 5", "列表第 2 行：请填写日期和金额"),
    ):
        path = f"{case}/{act}"
        more = {"rest": "listed"} if act == "verify-lines" else {"agreed_with": "老板"}
        page = send(officer, officer.get(path), path, status=422, **{field: typed, **more})
        assert words in page
        assert typed.splitlines()[-1] in page
    path = f"{case}/verify-lines"
    form = officer.get(path)
    beside = officer.get(path)
    send(officer, form, path, amounts="1 5", rest="listed")
    stale = send(officer, beside, path, status=409, amounts="2 7", rest="listed")
    assert "2 7" in stale
    assert "已有人先行修改" in stale


def test_a_broken_plan_stands_on_the_case_and_in_the_notices(morning: Warehouse, log_in: LogIn) -> None:
    officer, case = opened(morning, log_in)
    path = f"{case}/plan"
    due = (NOW - timedelta(days=1)).date()
    send(
        officer,
        officer.get(path),
        path,
        agreed_on=(due - timedelta(days=5)).isoformat(),
        agreed_with="法定代表人",
        instalments=f"{due} 10000",
    )
    assert "补发计划违约" in officer.get(case)
    assert "尚缺" in officer.get(f"{case}/ledger")
    assert watch_plans(morning, actor=Actor.system("watch"), at=NOW) == 1
    with morning.write() as session:
        deliver_due(session, at=NOW)
    assert "补发计划某期到期未见支付凭证" in officer.get("/mine")


def test_the_chain_proposes_and_a_person_names_who_is_to_pay(morning: Warehouse, log_in: LogIn) -> None:
    officer, case = opened(morning, log_in)
    with morning.write() as session:
        row = session.scalars(select(CaseRow).where(CaseRow.matter_no == case.rpartition("/")[2])).one()
        row.sector = "construction"
    assert "addressee" not in officer.get(f"{case}/order"), "nobody is liable yet"
    path = f"{case}/party"
    for part, name, owes in (("general_contractor", "青岛大建集团有限公司", "no"), ("crew", "周铁柱", "yes")):
        send(officer, officer.get(path), path, part=part, name=name, told_by="contract", owes=owes)
    page = officer.get(f"{case}/ledger")
    assert "《保障农民工工资支付条例》第三十条第三款" in page
    assert "周铁柱" not in page
    path = f"{case}/liable"
    form = officer.get(path)
    document: Any = html.fromstring(form)
    party = document.xpath("//select[@name='party_id']/option[contains(., '大建')]/@value")[0]
    send(officer, form, path, party_id=party, ground="general_contractor_first")
    assert "清偿主体" in officer.get(f"{case}?tab=handling")
    path = f"{case}/order"
    form = officer.get(path)
    proposed: Any = html.fromstring(form).xpath("//select[@name='addressee']/option[@selected]/@value")
    assert proposed == [party], "an order to pay is proposed for the party that was named"
    send(officer, form, path, demand="先行清偿工资", law="724 §30", issued_on=NOW.date().isoformat(), addressee=party)
    document = html.fromstring(officer.get(f"{case}/paper"))
    assert document.xpath("//select[@name='addressee']/option/@value") == ["", party]
    assert not document.xpath("//select[@name='addressee']/option[@selected]"), "any other paper is for the employer"
    assert "大建" in str(
        html.fromstring(officer.get(f"{case}/outcome?exit=handling")).xpath(
            "//select[@name='addressee']/option[@selected]/text()"
        )
    )


def test_a_struck_worker_leaves_the_page(morning: Warehouse, log_in: LogIn) -> None:
    officer, case = opened(morning, log_in)
    path = f"{case}/roster"
    send(officer, officer.get(path), path, lines=PASTED)
    path = f"{case}/strike-worker"
    send(officer, officer.get(path), path, number="2", reason="别的工地")
    assert [row[0] for row in table(officer.get(f"{case}/ledger"))] == ["1.1", "3.1"]
    with morning.read() as session:
        assert len(session.scalars(select(LedgerWorkerRow)).all()) == 3


def test_a_reader_sees_the_sums_and_no_form(morning: Warehouse, log_in: LogIn) -> None:
    officer, case = opened(morning, log_in)
    path = f"{case}/roster"
    send(officer, officer.get(path), path, lines=PASTED)
    reader = log_in("reader")
    page = reader.get(f"{case}/ledger")
    assert "孙*" in page
    assert 'method="post" action="/cases' not in page
    reader.get(path, status=404)
    log_in("far").get(f"{case}/ledger", status=404)


def test_both_languages_know_the_pages_of_the_ledger(morning: Warehouse, log_in: LogIn) -> None:
    officer, case = opened(morning, log_in)
    path = f"{case}/roster"
    send(officer, officer.get(path), path, lines=PASTED)
    for language, words in (("en", "Workers and pay periods"), ("zh_CN", "工人与工资所属期")):
        page = officer.get(f"{case}/ledger", language=language)
        assert words in page
        document: Any = html.fromstring(page)
        ids = document.xpath("//@id")
        assert len(ids) == len(set(ids))
        for act in ("roster", "verify-lines", "pay-workers", "strike-worker", "plan", "party", "liable"):
            form: Any = html.fromstring(officer.get(f"{case}/{act}"))
            for field in form.xpath(
                "//section[@id='act']//*[self::input[@type!='hidden'] or self::select or self::textarea]"
            ):
                assert form.xpath("//label[@for=$id]", id=field.get("id")), (act, field.get("name"))


def test_a_name_is_shown_for_a_reason_to_those_who_work_on_the_case(morning: Warehouse, log_in: LogIn) -> None:
    officer, case = opened(morning, log_in)
    path = f"{case}/roster"
    send(officer, officer.get(path), path, lines=PASTED)
    shown = f"{case}/ledger/reveal"
    ask: dict[str, Any] = {"number": "1", "name": "name", "reason": "check_payment"}
    assert "孙玉兰" in officer.post(shown, **ask)
    assert "13912340000" in log_in("desk").post(shown, **(ask | {"name": "phone"}))
    for person, change in (("reader", {}), ("far", {}), ("desk", {"number": "9"}), ("desk", {"name": "struck_reason"})):
        log_in(person).post(shown, status=404, **(ask | change))
    log_in("desk").post(shown, status=422, **(ask | {"reason": "mood"}))
    with morning.write() as session:
        told = session.scalars(select(AuditRow).where(AuditRow.act == "reveal")).all()
        assert [(row.details["field"], row.details["reason"]) for row in told] == [
            ("name", "check_payment"),
            ("phone", "check_payment"),
        ]
        session.scalars(select(LedgerWorkerRow).where(LedgerWorkerRow.number == 1)).one().secret = True
    log_in("desk").post(shown, status=422, **ask)
    assert "孙玉兰" in officer.post(shown, **ask)


def test_the_ledger_is_taken_out_for_a_reason_and_the_empty_roster_comes_back(
    morning: Warehouse, log_in: LogIn
) -> None:
    officer, case = opened(morning, log_in)
    path = f"{case}/roster"
    send(officer, officer.get(path), path, lines=PASTED)
    page = officer.get(f"{case}/ledger")
    assert "导出为工作簿" in page
    out = f"{case}/ledger/export"
    fields = {name: values[0] for name, values in form_of(page, out).items()}
    for names, shown in (("masked", "孙*"), ("plain", "孙玉兰")):
        asked = {**fields, "names": names, "reason": "check_payment", "own_password": PASSWORD}
        answer = officer.client.post(out, data=asked, headers={"Origin": officer.address})
        assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
        cells = list(openpyxl.load_workbook(BytesIO(answer.content)).worksheets[0].iter_rows(values_only=True))
        assert (cells[1][1], cells[-1][1]) == (shown, "合计")
    officer.post(out, status=422, reason="mood", names="plain", own_password=PASSWORD)
    officer.post(out, status=422, reason="check_payment", names="plain", own_password="wrong-Pass-1")
    for person in ("reader", "far"):
        log_in(person).post(out, status=404, reason="check_payment", names="plain")
    empty = officer.client.get(f"{case}/ledger/roster.xlsx")
    assert empty.status_code == 200
    book = openpyxl.load_workbook(BytesIO(empty.content))
    book.worksheets[0].append(["吴九", "", "13912340009", "2026-08", "2026-08", 100, None])
    made = BytesIO()
    book.save(made)
    status, told = sent_file(officer, path, made.getvalue())
    assert (status, "台账新增 1 名工人、1 行。" in told) == (200, True)


def test_a_wrong_code_or_number_and_too_large_a_sum_warn_and_refuse_nothing(morning: Warehouse, log_in: LogIn) -> None:
    officer, case = opened(morning, log_in)
    path = f"{case}/party"
    party: dict[str, Any] = {
        "part": "crew",
        "name": "李班长",
        "told_by": "complainant",
        "uscc": "91110108551385082X",
        "owes": "yes",
    }
    assert "该单位的统一社会信用代码疑有误，已照录。" in send(officer, officer.get(path), path, **party)
    page = officer.get(f"{case}/ledger")
    assert "疑有误： 统一社会信用代码校验位" in " ".join(page.split())
    path = f"{case}/roster"
    roster = "姓名\t身份证号\t月份\t欠薪金额\t核实金额\n孙玉兰\t110105194912310021\t2026-08\t100\t90"
    assert "第 2 行的身份证号或电话疑有误，已照录。" in send(officer, officer.get(path), path, lines=roster)
    assert "身份证号校验位" in officer.get(f"{case}/ledger")
    path = f"{case}/pay-workers"
    told = send(officer, officer.get(path), path, amounts="1 91", rest="listed", proof="bank_voucher")
    assert "台账中 1 名工人的已付金额超过核实金额。" in told
    assert "补发总额超过核实金额。" in told
    assert "91.00 元" in officer.get(f"{case}/ledger")


def test_the_window_takes_a_wrong_number_and_says_that_it_looks_wrong(morning: Warehouse, log_in: LogIn) -> None:
    desk = log_in("desk")
    told: dict[str, Any] = {
        "complainant_name": "吴九",
        "complainant_phone": "13912340009",
        "employer_name": "青岛新来建筑有限公司",
        "narrative": "工资没有发",
    }
    wrong: dict[str, Any] = {"employer_uscc": "91110108551385082X", "complainant_id_no": "110105194912310021"}
    page = send(desk, desk.get("/walk-in"), "/walk-in", **told, **wrong)
    assert "统一社会信用代码校验位" in page
    assert "身份证号校验位" in page
    with morning.read() as session:
        row = session.scalars(select(ComplaintVersionRow).where(ComplaintVersionRow.employer_uscc.is_not(None))).all()
        assert wrong["employer_uscc"] in [one.employer_uscc for one in row]
    right: dict[str, Any] = {"employer_uscc": "91110108551385082Q", "complainant_id_no": "11010519491231002X"}
    page = send(desk, desk.get("/walk-in"), "/walk-in", **{**told, "complainant_phone": "13912340010"}, **right)
    assert "疑有误" not in page
