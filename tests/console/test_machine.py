"""The machine room: channels and their levers, the book of runs, quarantine by the reason, files of strangers."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from sqlalchemy import func, select

from casework.record import Json, RawRecord
from services.arriving.uploads import FOLDER
from tests.conftest import NOW
from tests.console.conftest import Person
from tests.console.test_browser import Desk
from tests.counting import counted
from warehouse.engine import Warehouse
from warehouse.models import AuditRow, ChannelRow, ComplaintRow, LandedRow, RunRow, new_id

LogIn = Callable[[str], Person]
HEAD = "complaint_id,submitted_at,employer_name,narrative\n"
GOOD = (HEAD + "u-1,2026-11-19 10:00,某某公司,欠薪三个月\nu-2,不是日期,某某公司,欠薪\n").encode()


def send(person: Person, name: str, content: bytes, *, channel: str = "", status: int = 200) -> str:
    """A file through the form, by real HTTP."""
    answer = person.client.post(
        "/channels/upload",
        data={"csrf": person.token(), "channel": channel},
        files={"file": (name, content)},
        headers={"Origin": person.address},
    )
    assert answer.status_code == status, answer.text[:2000]
    return answer.text


def workbook(sheet: str, more: int = 0) -> bytes:
    """A workbook around one sheet, with so many further members."""
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("[Content_Types].xml", "<Types/>")
        book.writestr("xl/workbook.xml", '<w xmlns:r="r"><sheet r:id="1"/></w>')
        book.writestr("xl/_rels/workbook.xml.rels", '<r><Relationship Id="1" Target="s.xml"/></r>')
        book.writestr("xl/s.xml", sheet)
        for number in range(more):
            book.writestr(f"m{number}", "")
    return packed.getvalue()


LAUGHS = "".join(f'<!ENTITY l{n} "{(f"&l{n - 1};" if n else "ha") * 10}">' for n in range(9))
ROW = "<row><c t='inlineStr'><is><t>x</t></is></c></row>"
BOMBS: dict[str, Callable[[], bytes]] = {
    "zip": lambda: workbook("<s>" + " " * 120_000_000 + "</s>"),
    "members": lambda: workbook("<s/>", more=3_000),
    "laughs": lambda: workbook(f"<!DOCTYPE s [{LAUGHS}]><s>&l8;</s>"),
    "rows_of_a_workbook": lambda: workbook("<s><sheetData>" + ROW * 1_000_000 + "</sheetData></s>"),
    "rows_of_text": (HEAD + "a,b,c\n" * 1_000_000).encode,
    "no_table": lambda: b"%PDF-1.7\n\x00\x01",
}


def memory(name: str) -> int:
    """A figure of this process's memory in MB; the console's own here."""
    told = Path("/proc/self/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) // 1_000 for line in told if line.startswith(f"{name}:"))


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_is_refused_in_words_kept_sealed_and_costs_the_console_nothing(
    bomb: str, morning: Warehouse, log_in: LogIn, tmp_path: Path
) -> None:
    system, content = log_in("system"), BOMBS[bomb]()
    send(system, "a.csv", b"a,b\n1,2\n", status=422)
    Path("/proc/self/clear_refs").write_text("5", "ascii")  # the highest mark so far is forgotten
    before = memory("VmRSS")
    page = send(system, "13800001111.xlsx", content, status=422)
    assert memory("VmHWM") - before < 60, "the file was read in the console's own process"
    assert 'id="errors"' in page
    assert "在异常数据中待处理" in page
    assert "13800001111" not in page
    with morning.read() as session:
        rows = session.scalars(select(LandedRow).where(LandedRow.reason_code == "file_refused")).all()
        row = next(row for row in rows if "13800001111" in str(row.payload))
        assert (row.state, row.channel) == ("quarantined", "import")
        landed, key = row.id, row.source_key
        runs = session.execute(select(RunRow.state, RunRow.started_by).where(RunRow.error_code == "file_refused"))
        assert set(runs.tuples()) == {("failed", "button")}
    kept = (tmp_path / FOLDER / f"{key}.sealed").read_bytes()
    assert content[:200] not in kept
    answer = system.client.post(
        f"/quarantine/{landed}/file", data={"csrf": system.token()}, headers={"Origin": system.address}
    )
    assert answer.content == content
    assert "attachment" in answer.headers["content-disposition"]


def test_a_file_that_is_too_large_is_answered_with_a_page(log_in: LogIn) -> None:
    page = send(log_in("system"), "a.csv", b"x" * (11 * 1024 * 1024), status=413)
    assert "文件超过 10 MB" in page


def test_nobody_else_may_send_a_file(morning: Warehouse, log_in: LogIn) -> None:
    send(log_in("desk"), "a.csv", GOOD, status=404)
    with morning.read() as session:
        assert session.scalar(select(func.count()).select_from(RunRow).where(RunRow.job == "import")) == 0


def test_a_file_goes_the_way_of_every_import(morning: Warehouse, log_in: LogIn) -> None:
    system = log_in("system")
    page = send(system, "a.csv", GOOD, channel="mailbox")
    assert "读取 2 行" in page
    assert "/quarantine?channel=mailbox&amp;reason=" in page
    with morning.read() as session:
        told = session.scalars(select(ComplaintRow).where(ComplaintRow.source_key.like("u-1%"))).one()
        assert told.channel == "mailbox"
        run = session.scalars(select(RunRow).where(RunRow.job == "import")).one()
        assert (run.state, run.seen, run.new, run.quarantined) == ("complete", 2, 2, 1)
    assert "入库 0，更新 0，已有 2" in send(system, "a.csv", GOOD, channel="mailbox")
    assert "请填写" in system.post("/channels/upload", status=422, channel="")
    send(system, "a.csv", GOOD)
    assert "文件导入" in system.get("/quarantine?channel=import")
    system.get("/quarantine?channel=nowhere", status=404)


def test_a_channel_is_paused_for_a_reason_and_everybody_sees_it(morning: Warehouse, log_in: LogIn) -> None:
    system = log_in("system")
    assert "暂停理由" in system.post("/channels/petition/pause", status=422, reason=" ")
    page = system.post("/channels/petition/pause", reason="对方升级")
    assert "对方升级" in page
    assert "已经暂停" in system.post("/channels/petition/pause", status=422, reason="再来")
    desk = log_in("desk")
    assert "信访 已暂停" in desk.get("/queue")
    assert "对方升级" in desk.get("/channels")
    assert "/channels/petition/resume" not in desk.get("/channels")
    assert 'id="errors"' in system.post("/channels/petition/retry", status=422)
    system.post("/channels/petition/resume")
    assert "没有暂停" in system.post("/channels/petition/resume", status=422)
    assert "已暂停" not in desk.get("/queue")
    with morning.read() as session:
        acts = session.scalars(select(AuditRow.act).where(AuditRow.subject == "petition")).all()
    assert {"pause_channel", "resume_channel"} <= set(acts)
    system.post("/channels/walk_in/pause", status=404, reason="x")


def test_a_channel_that_does_not_answer_is_told_in_words_with_a_code(morning: Warehouse, log_in: LogIn) -> None:
    system = log_in("system")
    page = system.post("/channels/hotline_12345/test")
    assert "测试未通过" in page
    assert "channel_unavailable" in page
    with morning.read() as session:
        assert session.scalar(select(func.count()).select_from(RunRow).where(RunRow.job == "collect")) == 0
        assert session.get_one(ChannelRow, "hotline_12345").failures == 0
    page = system.post("/channels/hotline_12345/retry")
    assert "按钮启动" in page
    assert "channel_unavailable" in page
    with morning.read() as session:
        run = session.scalars(select(RunRow).where(RunRow.job == "collect")).one()
        assert (run.state, run.error_code) == ("failed", "channel_unavailable")
        run_id = run.id
    assert "再运行一次" in page
    system.post(f"/runs/{run_id}/again")
    assert "settings_wrong" in system.post("/channels/petition/test")


def test_all_green_is_one_line(morning: Warehouse, log_in: LogIn) -> None:
    desk = log_in("desk")
    assert "全部正常" not in desk.get("/channels")
    with morning.write() as session:
        row = session.get_one(ChannelRow, "mailbox")
        row.failures, row.error_code, row.error_words = 0, None, None
    page = desk.get("/channels")
    assert "6 个渠道全部正常" in page
    assert '<details class="card all-well">' in page


def test_credentials_that_end_soon_are_said(morning: Warehouse, log_in: LogIn, tmp_path: Path) -> None:
    with (tmp_path / "channels.toml").open("a", encoding="utf-8") as file:
        file.write("credentials_until = 2026-11-25\n")
    page = log_in("desk").get("/channels")
    assert "有效至 11-25" in page
    assert "amber-text" in page


def test_two_runs_are_compared_and_linking_is_run_again(morning: Warehouse, log_in: LogIn) -> None:
    with morning.read() as session:
        runs = list(session.scalars(select(RunRow.id).where(RunRow.job == "link")))
    assert len(runs) == 1, "the linker of the morning is in the book"
    system = log_in("system")
    assert "定时启动" in system.get("/runs")
    system.post(f"/runs/{runs[0]}/again")
    with morning.read() as session:
        runs = list(session.scalars(select(RunRow.id).where(RunRow.job == "link")))
    assert len(runs) == 2
    page = log_in("head").get(f"/runs/compare?run={runs[0]}&run={runs[1]}")
    assert all(one in page for one in runs)
    assert "请勾选两次运行" in system.get(f"/runs/compare?run={runs[0]}", status=422)
    system.get(f"/runs/compare?run={runs[0]}&run=nothing", status=404)


def stuck(store: Warehouse, number: int) -> list[str]:
    """So many records more that wait for one and the same reason."""
    ids = []
    with store.write() as session:
        for n in range(number):
            payload: dict[str, Json] = {
                "orderId": f"S-{n}",
                "callTime": "明天",
                "majorContent": "欠薪三个月",
                "questionCode": "030201",
                "updatedTime": "2026-11-19 08:00:00",
            }
            raw = RawRecord("hotline_12345", f"S-{n}", payload, "2026-11-19T08:00:00")
            ids.append(new_id("lnd"))
            session.add(
                LandedRow(
                    id=ids[-1],
                    channel=raw.channel,
                    kind=raw.kind.value,
                    source_key=raw.source_key,
                    version=1,
                    digest=raw.digest(),
                    payload=payload,
                    position=raw.position,
                    landed_at=NOW - timedelta(minutes=n),
                    state="quarantined",
                    reason_code="date_unreadable",
                    reason_field="callTime",
                    reason_words="The field callTime is not a date.",
                )
            )
    return ids


def test_many_of_one_reason_are_mended_or_discarded_at_once(morning: Warehouse, log_in: LogIn) -> None:
    ids, system = stuck(morning, 5), log_in("system")
    page = system.get("/quarantine?channel=hotline_12345&reason=date_unreadable")
    assert page.count("checked") == 6
    assert "明天" not in page
    assert "至少勾选一条" in system.post("/quarantine/mend", status=422, field="callTime", value="x")
    done = system.post("/quarantine/mend", landed=ids[:3], field="callTime", value="2026-11-19 08:00:00")
    assert "3 条已重新读取并入库" in done
    assert "仍有 2 条" in system.post("/quarantine/mend", landed=ids[3:])
    assert "舍弃" in system.post("/quarantine/discard", status=422, landed=ids[3:], why=" ")
    assert "已舍弃 2 条" in system.post("/quarantine/discard", landed=ids[3:], why="测试数据")
    with morning.read() as session:
        states = [session.get_one(LandedRow, one).state for one in ids]
    assert states == ["filed"] * 3 + ["discarded"] * 2


@pytest.mark.parametrize("path", ["/quarantine", "/runs", "/channels"])
def test_the_number_of_statements_does_not_grow_with_the_rows(morning: Warehouse, log_in: LogIn, path: str) -> None:
    system = log_in("system")
    system.get(path)
    with counted(morning) as few:
        system.get(path)
    stuck(morning, 40)
    with morning.write() as session:
        for n in range(25):
            kinds = {"job": "collect", "subject": "petition", "started_by": "schedule", "by": "system:collect"}
            session.add(
                RunRow(id=new_id("job"), started_at=NOW - timedelta(minutes=n), state="complete", ms=5, **kinds)
            )
    with counted(morning) as many:
        system.get(path)
    assert len(many) == len(few)


@pytest.mark.browser
@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_the_pages_are_quiet_and_the_keys_move(
    browser: Browser, console: str, morning: Warehouse, log_in: LogIn, language: str
) -> None:
    stuck(morning, 3)
    log_in("system").post("/channels/petition/pause", reason="对方升级")
    desk = Desk(browser, console, "system", language)
    shots = os.environ.get("SHOTS")
    for path in ("/channels", "/channels/upload", "/runs", "/quarantine"):
        desk.page.goto(f"{console}{path}")
        assert desk.page.evaluate("document.documentElement.scrollWidth") <= 1366, path
        if shots:
            desk.page.screenshot(path=f"{shots}/{language}{path.replace('/', '-')}.png")
    desk.page.focus("[data-list]")
    first = desk.page.get_attribute("[data-row].current", "data-open")
    desk.page.keyboard.press("j")
    second = desk.page.get_attribute("[data-row].current", "data-open")
    assert second != first
    desk.page.wait_for_selector(f"#pane form[action='{second}/mend']")
    desk.close()
