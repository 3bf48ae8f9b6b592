"""Accounts, the audit log and the rules of the office, as those who administer them use the pages."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pyotp
import pytest
from sqlalchemy import select, text

from casework.people import Actor, Role
from services.months.closing_month import export_month
from services.office.settings import Settings
from services.people.accounts import create_account
from tests.conftest import NOW
from tests.console.conftest import Person, served
from tests.console.morning import PASSWORD
from tests.console.told import DISTRICT
from tests.counting import counted
from warehouse import audit as chain
from warehouse.engine import Warehouse
from warehouse.models import AccountRow, AuditRow, ExportPurposeRow, RoleGrantRow

LogIn = Callable[[str], Person]
SYSTEM = Actor.system("test")
NOT_RIGHT = "当前密码不正确"


def account_id(store: Warehouse, login: str) -> str:
    with store.read() as session:
        return session.scalars(select(AccountRow.id).where(AccountRow.login == login)).one()


def grant_id(store: Warehouse, login: str) -> str:
    with store.read() as session:
        question = select(RoleGrantRow.id).join(AccountRow, AccountRow.id == RoleGrantRow.account_id)
        return session.scalars(question.where(AccountRow.login == login, RoleGrantRow.ended_at.is_(None))).one()


def test_an_account_is_made_used_and_blocked(morning: Warehouse, log_in: LogIn) -> None:
    security = log_in("security")
    fields: dict[str, Any] = {"login": "sun", "name": "孙新", "role": "inspector", "territory": DISTRICT}
    assert NOT_RIGHT in security.post("/accounts", status=422, **fields, own_password="wrong")
    page = security.post("/accounts", **fields, own_password=PASSWORD)
    handed = re.search(r'class="handed">([^<]+)<', page)
    assert handed is not None
    assert handed[1] not in security.get(f"/accounts/{account_id(morning, 'sun')}")
    new = Person(security.address)
    assert "当前密码由管理员设置" in new.post("/login", login="sun", password=handed[1])
    assert "当前密码由管理员设置" in new.get("/mine")
    security.post(f"/accounts/{account_id(morning, 'sun')}/block", own_password=PASSWORD)
    new.client.follow_redirects = False
    assert new.client.get("/account").headers["location"].startswith("/login")
    new.client.close()


def test_a_withdrawn_role_ends_with_the_next_request(morning: Warehouse, log_in: LogIn) -> None:
    security, desk = log_in("security"), log_in("desk")
    desk.get("/queue")
    path = f"/accounts/{account_id(morning, 'desk')}/grants"
    security.post(f"{path}/{grant_id(morning, 'desk')}/end", own_password=PASSWORD)
    desk.get("/queue", status=404)
    security.post(path, role="read_only", territory=DISTRICT, own_password=PASSWORD)
    desk.get("/queue")
    desk.get("/walk-in", status=404)


@pytest.mark.parametrize("act", ["grants", "grants/{grant}/end", "block", "restore", "password", "code"])
def test_rights_and_keys_change_only_with_the_password_again(act: str, morning: Warehouse, log_in: LogIn) -> None:
    security = log_in("security")
    path = f"/accounts/{account_id(morning, 'desk')}/{act.format(grant=grant_id(morning, 'desk'))}"
    before = rights(morning)
    for word in ("", "wrong-Pass-1"):
        page = security.post(path, status=422, role="head", territory=DISTRICT, own_password=word)
        assert NOT_RIGHT in page
    assert rights(morning) == before


def rights(store: Warehouse) -> list[tuple[object, ...]]:
    with store.engine.connect() as connection:
        rows = connection.execute(text("SELECT * FROM account ORDER BY 1")).all()
        return [tuple(row) for row in [*rows, *connection.execute(text("SELECT * FROM role_grant ORDER BY 1")).all()]]


def test_nobody_raises_themselves(morning: Warehouse, log_in: LogIn) -> None:
    security = log_in("security")
    own = account_id(morning, "security")
    before = rights(morning)
    security.post(f"/accounts/{own}/grants", status=422, role="head", territory=DISTRICT, own_password=PASSWORD)
    security.post(f"/accounts/{own}/block", status=422, own_password=PASSWORD)
    security.post(f"/accounts/{own}/password", status=422, own_password=PASSWORD)
    security.post(f"/accounts/{own}/grants/{grant_id(morning, 'security')}/end", status=422, own_password=PASSWORD)
    assert rights(morning) == before


def test_the_ledger_leaves_the_house_only_with_the_password_again(morning: Warehouse, log_in: LogIn) -> None:
    desk = log_in("desk")
    path = "/cases/JM2026-00002/ledger/export"
    fields: dict[str, Any] = {"reason": "check_payment", "names": "plain"}
    desk.post(path, status=422, **fields)
    desk.post(path, **fields, own_password=PASSWORD)
    with morning.read() as session:
        assert len(session.scalars(select(AuditRow).where(AuditRow.act == "export_ledger")).all()) == 1


def test_the_code_is_set_up_on_ones_own_page_and_asked_at_the_door(morning: Warehouse, log_in: LogIn) -> None:
    song = log_in("song")
    page = song.post("/account/code/offer")
    secret = re.search(r'<code class="break">([A-Z2-7]+)</code>', page)
    assert secret is not None
    assert '<svg class="qr"' in page
    clock = pyotp.TOTP(secret[1])
    song.post("/account/code/on", status=422, code="000000", own_password=PASSWORD)
    page = song.post("/account/code/on", code=clock.at(NOW), own_password=PASSWORD)
    codes = re.findall(r"<li><code>([A-Z0-9-]{14})</code></li>", page)
    assert len(codes) == 10
    assert codes[0] not in song.get("/account")
    assert secret[1] not in song.get("/account")
    again = Person(song.address)
    page = again.post("/login", login="song", password=PASSWORD)
    step = re.search(r'name="step" value="([^"]+)"', page)
    assert step is not None
    again.client.follow_redirects = False
    assert again.client.get("/mine").headers["location"].startswith("/login")
    again.client.follow_redirects = True
    token = again.token("/login")
    page = again.post("/login/code", status=422, step=step[1], code="123456", csrf=token)
    assert "还可试 4 次" in page
    page = again.post("/login/code", step=step[1], code=codes[0], csrf=token, next="/mine")
    assert "我的案件" in page
    again.client.close()


def test_a_role_that_needs_the_code_gets_no_further_without(morning: Warehouse, log_in: LogIn) -> None:
    system, song = log_in("system"), log_in("song")
    song.get("/mine")
    value = '["inspector"]'
    page = system.post("/rules/account.second_factor.roles/try", value=value, source="")
    assert re.search(r"<b>4</b>\s*个账号", page)
    song.get("/mine")
    system.post("/rules/account.second_factor.roles", value=value, source="测评意见", version=0)
    assert "您的角色须用动态口令" in song.get("/mine")


@pytest.fixture
def moving(morning: Warehouse, settings: Settings) -> Iterator[tuple[str, list[datetime]]]:
    """The console with a clock that the test moves."""
    clock = [NOW]
    with served(morning, settings, lambda: clock[0]) as address:
        yield address, clock


def test_a_login_ends_after_idle_minutes_and_in_any_case_after_hours(moving: tuple[str, list[datetime]]) -> None:
    address, clock = moving
    desk = Person(address)
    desk.post("/login", login="desk", password=PASSWORD)
    desk.client.follow_redirects = False
    clock[0] += timedelta(minutes=29)
    assert desk.client.get("/queue").status_code == 200
    clock[0] += timedelta(minutes=31)
    assert desk.client.get("/queue").status_code == 303
    desk.client.follow_redirects = True
    desk.post("/login", login="desk", password=PASSWORD)
    desk.client.follow_redirects = False
    begun = clock[0]
    while clock[0] < begun + timedelta(hours=12) - timedelta(minutes=20):
        clock[0] += timedelta(minutes=20)
        if clock[0] < begun + timedelta(hours=12):
            assert desk.client.get("/queue").status_code == 200
    clock[0] = begun + timedelta(hours=12)
    assert desk.client.get("/queue").status_code == 303
    desk.client.close()


def test_the_log_is_searched_by_person_case_kind_and_days(morning: Warehouse, log_in: LogIn) -> None:
    desk, audit = log_in("desk"), log_in("audit")
    desk.post("/cases/JM2026-00002/ledger/export", reason="check_payment", names="masked", own_password=PASSWORD)
    desk.get("/cases/JM2026-99999", status=404)
    page = audit.post("/audit", person="desk", kind="exports")
    assert "导出台账" in page
    assert "JM2026-00002" in page
    assert "找到 1 行" in page
    assert "找到 1 行" in audit.post("/audit", matter_no="jm2026-00002", act="export_ledger")
    assert "被拒绝" in audit.post("/audit", person="王静", kind="refused")
    assert "没有符合条件" in audit.post("/audit", person="desk", until="2026-01-01")
    assert "请填写日期" in audit.post("/audit", status=422, since="not a day")
    for text_ in ("person=", "JM2026"):
        assert text_ not in str(audit.client.get("/audit").url)


def test_the_chain_is_verified_and_a_changed_row_is_named(morning: Warehouse, log_in: LogIn) -> None:
    audit = log_in("audit")
    assert "日志完整" in audit.post("/audit/verify")
    with morning.engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("ALTER TABLE audit DISABLE TRIGGER USER"))
        else:
            connection.execute(text("DROP TRIGGER audit_refuses_update"))
        connection.execute(text("UPDATE audit SET act = 'nothing' WHERE seq = 3"))
    assert "第 3 行不相符" in audit.post("/audit/verify")


def test_the_log_is_taken_out_without_a_formula_and_its_purpose_is_closed(morning: Warehouse, log_in: LogIn) -> None:
    with morning.write() as session:
        chain.record(session, by="system:=1+1", act="import", subject="=HYPERLINK(1)", at=NOW)
        chain.record(session, by="+1", act="import", subject="@x", at=NOW, details={"file": "=1"})
    audit = log_in("audit")
    purpose = "给张三核对 13800001111"
    audit.post("/audit/export", status=422, purpose=purpose, own_password="")
    body = audit.post("/audit/export", purpose=purpose, own_password=PASSWORD)
    rows = list(csv.reader(io.StringIO(body.lstrip("\ufeff"))))
    assert len(rows) > 15
    assert not [cell for row in rows for cell in row if cell[:1] in "=+-@\t\r" and cell]
    with morning.read() as session:
        kept = session.scalars(select(ExportPurposeRow)).one()
        session.expunge(kept)
        said = " ".join(str(row.details) for row in session.scalars(select(AuditRow)))
    assert kept.purpose == purpose
    assert "张三" not in said
    assert "13800001111" not in said
    with morning.engine.connect() as connection:
        assert "张三".encode() not in bytes(connection.execute(text("SELECT purpose FROM export_purpose")).scalar_one())
    page = audit.post("/audit", kind="exports")
    assert "张三" not in page
    assert purpose in audit.post(f"/audit/purposes/{kept.id}")
    audit.post("/audit/purposes/exp_nothing", status=404)


def test_what_the_export_of_a_month_was_for_is_closed_too(morning: Warehouse, settings: Settings) -> None:
    path = settings.data_dir / "month.xlsx"
    export_month(morning, month="2026-11", path=path, purpose="给李四", actor=SYSTEM, at=NOW)
    with morning.read() as session:
        row = session.scalars(select(AuditRow).where(AuditRow.act == "export_month")).one()
        assert str(row.details["purpose"]).startswith("exp_")
        assert session.get_one(ExportPurposeRow, row.details["purpose"]).purpose == "给李四"


@pytest.mark.parametrize(
    ("login", "path"), [("security", "/accounts"), ("audit", "/audit"), ("system", "/rules"), ("system", "/accounts")]
)
def test_a_page_asks_as_much_whatever_its_rows(login: str, path: str, morning: Warehouse, log_in: LogIn) -> None:
    person = log_in(login)
    person.get(path)
    with counted(morning) as few:
        person.get(path)
    for number in range(12):
        grants = [(Role.INSPECTOR, DISTRICT), (Role.DESK_OFFICER, DISTRICT)]
        create_account(
            morning, login=f"more{number}", name="多", password=PASSWORD, grants=grants, actor=SYSTEM, at=NOW
        )
    with counted(morning) as many:
        person.get(path)
    assert len(many) == len(few)
