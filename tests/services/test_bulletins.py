"""The bulletin of hot spots: figures that are those of the statistics, one page, issued once, kept byte by byte."""

from __future__ import annotations

import hashlib
import re
import zlib
from datetime import UTC, date, datetime, time, timedelta
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from sqlalchemy import select, update

from casework.bulletins import Kind, Subject, period
from casework.calendar import SHANGHAI
from casework.errors import BadInput, Conflict, NotAllowed, NotFound
from casework.people import Role
from casework.rising import LEAST, Counts, Stretches
from services.bulletins.content import Content, Followed, Item, Last, Point
from services.bulletins.giving import download
from services.bulletins.making import Over, draft, issue, last_over, make_due, restate
from services.bulletins.print_file import pdf_file
from services.bulletins.sheet import sheet
from services.bulletins.word_file import word_file
from services.bulletins.words import LANGUAGES
from services.months.freezing_month import freeze_month
from tests.console.warned import warn
from tests.libreoffice import converted, needs_writer
from tests.services.office import DISTRICT, Office
from warehouse.engine import Warehouse
from warehouse.models import (
    AuditRow,
    BulletinRow,
    CaseMembershipRow,
    CaseRow,
    ComplaintVersionRow,
    EmployerRow,
    PreventionAnswerRow,
    PreventionNoticeRow,
    ProjectFirmRow,
    SiteRow,
    WarningRow,
)
from warehouse.statistics.grounds import Window
from warehouse.statistics.month import figures_of

_SERIAL = count(1)
OVER = Over(DISTRICT, "即墨区劳动保障监察大队")
MONDAY = datetime(2026, 11, 16, 1, tzinfo=UTC)
BUSY, QUIET = "370215010", "370215001"
FIRM = "青岛蓝海餐饮有限公司"


def at(day: date) -> datetime:
    """Noon of a day in Shanghai."""
    return datetime.combine(day, time(12), SHANGHAI)


@pytest.fixture
def office(store: Warehouse) -> Office:
    """A year ago two a week, since two months one a week, and last week nine in one town."""
    made = Office(store, MONDAY)
    days = [date(2025, 9, 1), *(date(2025, 11, 3) + timedelta(days=3 * n) for n in range(7))]
    days += [date(2026, 9, 14) + timedelta(days=7 * n) for n in range(8)]
    for day in days:
        made.case(place=QUIET, received_at=at(day), employer="青岛衡舟物流有限公司")
    for n in range(9):
        made.case(place=BUSY, received_at=at(date(2026, 11, 9) + timedelta(days=n % 7)), employer=FIRM)
    return made


def content(office: Office, bulletin_id: str) -> Content:
    with office.store.read() as session:
        return Content.from_json(session.get_one(BulletinRow, bulletin_id).content)


def version(office: Office, bulletin_id: str) -> int:
    with office.store.read() as session:
        return session.get_one(BulletinRow, bulletin_id).version


def made(office: Office, name: str = "2026-W46", when: datetime = MONDAY) -> str:
    return draft(office.store, name=name, over=OVER, actor=office.desk, at=when)


def issued(office: Office, bulletin_id: str, when: datetime = MONDAY) -> str:
    seen = version(office, bulletin_id)
    return issue(office.store, bulletin_id=bulletin_id, version=seen, actor=office.head, at=when).number


def text(docx: bytes) -> str:
    """Everything that stands in a Word file."""
    document: Any = Document(BytesIO(docx))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(line.text for line in document.paragraphs), *cells])


def on_one_site(office: Office, tellers: int) -> str:
    """The cases of last week are at one site of one general contractor, told by so many people."""
    with office.store.write() as session:
        site = SiteRow(id="sit_1", name="滨海花园二期", name_key="滨海花园二期", district_code=BUSY)
        session.add(site)
        session.flush()
        busy = select(CaseRow.id).where(CaseRow.district_code == BUSY)
        session.execute(update(CaseRow).where(CaseRow.id.in_(busy)).values(site_id=site.id))
        inside = select(CaseMembershipRow.complaint_id).where(CaseMembershipRow.case_id.in_(busy))
        numbers = count()
        for row in session.scalars(select(ComplaintVersionRow).where(ComplaintVersionRow.complaint_id.in_(inside))):
            row.phone_blind = f"{next(numbers) % tellers:064d}"
        own = session.scalars(select(EmployerRow.id).where(EmployerRow.name == FIRM)).one()
        head = EmployerRow(id="emp_head", name="青岛筑北建设集团有限公司", name_key="筑北", created_at=MONDAY)
        session.add(head)
        session.flush()
        for part, firm in (("general_contractor", head.id), ("subcontractor", own)):
            about = {"project_code": "P1", "part": part, "name": part, "employer_id": firm, "since": MONDAY}
            session.add(ProjectFirmRow(id=f"pfm_{part}", **about))
    return "sit_1"


def test_it_says_what_the_statistics_say_and_names_what_rises(office: Office) -> None:
    on_one_site(office, tellers=4)
    found = content(office, made(office))
    week = Window("week", date(2026, 11, 9), date(2026, 11, 16))
    before = Window("before", date(2026, 9, 14), date(2026, 11, 9))
    with office.store.read() as session:
        counted = figures_of(session, {"now": week, "before": before}, territories=(DISTRICT,))
    assert found.cases.now == counted["now"].total("cases_opened") == 9
    assert found.cases.before == counted["before"].total("cases_opened") == 8
    assert found.complaints.now == counted["now"].total("received")
    (town,) = found.of(Subject.TOWN)
    assert (town.key, town.counts.now) == (BUSY, counted["now"].cell("cases_opened", "town", BUSY))
    assert [one.key for one in found.of(Subject.TRADE)] == ["H"]
    (site,), (chain,) = found.of(Subject.SITE), found.of(Subject.CHAIN)
    assert (site.name, site.counts.now) == ("滨海花园二期", 9)
    assert (chain.name, chain.counts.now) == ("青岛筑北建设集团有限公司", 9)
    assert found.years == (2025,), "the year before that is not stored"
    assert found.chart[-1] == Point("2026-W46", 9, 2.0)
    assert found.why == (), "no channel was in use, so none is missing"


def test_a_month_is_final_once_it_is_locked_and_says_what_was_locked(office: Office) -> None:
    before = content(office, made(office, "2026-10"))
    assert before.why == ("open",)
    freeze_month(office.store, month="2026-10", actor=office.head, at=MONDAY)
    office.case(place=BUSY, received_at=at(date(2026, 10, 20)))
    found = content(office, made(office, "2026-10"))
    assert found.why == ()
    assert (found.cases, found.complaints) == (before.cases, before.complaints)
    assert found.cases.now == 4
    assert content(office, made(office, "2026-W43")).cases.now == 2, "a week is counted as it is"


def test_a_site_of_few_tellers_is_not_named_nor_is_what_is_small(office: Office) -> None:
    on_one_site(office, tellers=2)
    found = content(office, made(office))
    assert not found.of(Subject.SITE)
    assert not found.of(Subject.CHAIN)
    with office.store.write() as session:
        moved = list(session.scalars(select(CaseRow.id).where(CaseRow.district_code == BUSY)))[LEAST - 1 :]
        session.execute(update(CaseRow).where(CaseRow.id.in_(moved)).values(district_code=QUIET))
    assert BUSY not in {one.key for one in content(office, made(office)).items}


def test_an_issued_one_stays_as_it_is_and_is_restated_beside_it(office: Office) -> None:
    first = made(office)
    assert made(office) == first, "a draft is counted anew, and is the same draft"
    store, seen = office.store, version(office, first)
    with pytest.raises(NotAllowed, match="Only a head"):
        issue(store, bulletin_id=first, version=seen, actor=office.desk, at=MONDAY)
    with pytest.raises(Conflict):
        issue(store, bulletin_id=first, version=seen - 1, actor=office.head, at=MONDAY)
    assert issued(office, first) == "370215-W-2026-001"
    given: dict[str, Any] = {"language": "zh_CN", "actor": office.head, "at": MONDAY}
    word = download(store, bulletin_id=first, form="docx", **given)
    printed = download(store, bulletin_id=first, form="pdf", **given)
    assert "370215-W-2026-001" in text(word.body)
    assert printed.body.startswith(b"%PDF")
    with pytest.raises(NotAllowed, match="is issued"):
        made(office)
    with pytest.raises(BadInput, match="Nothing has changed"):
        again(office, first)
    office.case(place=BUSY, received_at=at(date(2026, 11, 10)), employer=FIRM)
    for form, before in (("docx", word), ("pdf", printed)):
        assert download(store, bulletin_id=first, form=form, **given).body == before.body
    second = again(office, first)
    assert content(office, second).cases.now == content(office, first).cases.now + 1
    assert issued(office, second) == "370215-W-2026-002"
    told = text(download(store, bulletin_id=second, form="docx", **given).body)
    assert "更正并代替 370215-W-2026-001" in told
    assert download(store, bulletin_id=first, form="docx", **given).body == word.body
    with store.read() as session:
        assert session.get_one(BulletinRow, first).state == "replaced"
        acts = list(session.scalars(select(AuditRow.act).where(AuditRow.subject == first).order_by(AuditRow.seq)))
    assert acts[:5] == ["make_bulletin", "make_bulletin", "issue_bulletin", "read_bulletin", "read_bulletin"]


def again(office: Office, bulletin_id: str) -> str:
    seen = version(office, bulletin_id)
    given: dict[str, Any] = {"version": seen, "reason": "补录一件", "actor": office.head, "at": MONDAY}
    return restate(office.store, bulletin_id=bulletin_id, **given)


def test_the_next_one_says_what_was_done_about_the_last(office: Office) -> None:
    issued(office, made(office))
    with office.store.write() as session:
        busy = list(session.scalars(select(CaseRow.id).where(CaseRow.district_code == BUSY).order_by(CaseRow.id)))
        session.execute(update(CaseRow).where(CaseRow.id.in_(busy[:4])).values(ended_at=at(date(2026, 11, 18))))
        session.execute(update(CaseRow).where(CaseRow.id.in_(busy[4:6])).values(ended_at=at(date(2026, 11, 24))))
        away = {"status": "merged", "ended_at": at(date(2026, 11, 18))}
        session.execute(update(CaseRow).where(CaseRow.id == busy[6]).values(away))
        firm = session.scalars(select(CaseRow.employer_id).where(CaseRow.id == busy[0])).one()
        warning = warn(session, "complaints_30d", "red", MONDAY, employer_id=firm)
    for day, becomes, answered in ((17, "answered", 19), (18, "waiting", None), (19, "answered", 25),
                                   (20, "withdrawn", None), (24, "waiting", None), (13, "enough", 17)):  # fmt: skip
        noticed(office, warning, at(date(2026, 11, day)), becomes, answered)
    later = MONDAY + timedelta(days=7)
    found = content(office, made(office, "2026-W47", later))
    assert found.last is not None
    lines = {one.subject: one for one in found.last.lines}
    assert found.last.number == "370215-W-2026-001"
    town = lines[Subject.TOWN]
    assert (town.was, town.now, town.cases, town.concluded) == (9, 0, 9, 4)
    assert (town.notices, town.answered) == (3, 1), "sent in that week and not taken back; answered by its end"
    shown = sheet(found, "zh_CN", number=None, replaces=None)
    row = next(row for row in shown.followed if row[0] == "镇街")
    assert (row[2:5], row[-1]) == (("9 → <5", "明显下降", "4 / 9"), "3 / 1")
    assert len(row) == len(shown.followed_heads) == 8
    kept = found.to_json()
    for line in kept["last"]["lines"]:
        del line["notices"], line["answered"]
    older = sheet(Content.from_json(kept), "en", number=None, replaces=None)
    assert {one[-1] for one in older.followed} == {"—"}, "one that was made before they were counted"
    assert "草稿" in shown.under[0]


def noticed(office: Office, warning_id: str, when: datetime, state: str, answered: int | None) -> None:
    """A prevention notice because of a warning; the day in November on which it was answered."""
    number = next(_SERIAL)
    with office.store.write() as session:
        known = session.get_one(WarningRow, warning_id)
        row = PreventionNoticeRow(
            id=f"pvn_{number}", notice_no=f"YF2026-{number:04d}", warning_id=warning_id, employer_id=known.employer_id,
            trade="other", language="zh_CN", grounds=[], said={}, way="print", contact=None, answer_by=when.date(),
            closes_on=when.date(), state=state, round=1, tag=f"{number:064d}" if state == "waiting" else None,
            sealed=None, tags=[f"{number:064d}"], told_tag=None, late_on=None, by="acc_1", at=when,
        )  # fmt: skip
        session.add(row)
        session.flush()
        if answered is not None:
            came = at(date(2026, 11, answered))
            session.add(
                PreventionAnswerRow(
                    id=f"pva_{number}",
                    notice_id=row.id,
                    round=1,
                    posted_at=came,
                    taken_in_at=came,
                    words="已补发。",
                    name="赵会计",
                    capacity="staff",
                    phone=None,
                    lacks=[],
                )
            )


def test_who_reads_and_makes_one_has_the_whole_territory(office: Office) -> None:
    street = office.officer(Role.HEAD, BUSY)
    with pytest.raises(NotAllowed):
        draft(office.store, name="2026-W46", over=OVER, actor=street, at=MONDAY)
    first = made(office)
    for actor in (street, office.inspectors[0]):
        with pytest.raises(NotFound):
            download(office.store, bulletin_id=first, language="en", form="docx", actor=actor, at=MONDAY)
    with pytest.raises(BadInput, match="that is over"):
        made(office, "2026-W47")
    with pytest.raises(BadInput, match="downloaded"):
        download(office.store, bulletin_id=first, language="fr", form="docx", actor=office.desk, at=MONDAY)


def test_the_schedule_drafts_once_and_makes_up_for_what_it_missed(office: Office) -> None:
    def due(kind: Kind, when: datetime) -> int:
        return make_due(office.store, kind=kind, over=OVER, at=when)

    assert [due(Kind.WEEKLY, MONDAY) for _ in range(2)] == [1, 0]
    assert due(Kind.WEEKLY, MONDAY + timedelta(days=21)) == 3
    assert due(Kind.MONTHLY, MONDAY) == 1
    assert last_over(Kind.MONTHLY, MONDAY) == period("2026-10")
    with office.store.read() as session:
        names = set(session.scalars(select(BulletinRow.period)))
    assert names == {"2026-W46", "2026-W47", "2026-W48", "2026-W49", "2026-10"}


def full() -> Content:
    """The fullest page there can be: every list full, long names, everything of the last one followed up."""
    long = "青岛市即墨区鳌山卫海洋科技谷产业园二期（东区）安置房及配套工程施工总承包第三标段"
    keys = {
        Subject.TOWN: ("370215001", "370215010", "370215101", "370215103"),
        Subject.TRADE: ("L", "O", "F", "G"),
        Subject.SITE: tuple("abcd"),
        Subject.CHAIN: tuple("efgh"),
    }
    items = tuple(
        Item(
            subject, key, long if len(key) == 1 and not key.isupper() else "", key if len(key) > 1 else "370215001",
            Counts(1234 - n, 3000, 2), 11.4 + n, ("c",), ("e",),
        )
        for subject, own in keys.items()
        for n, key in enumerate(own)
    )  # fmt: skip
    lines = tuple(
        Followed(one.subject, one.key, one.name, one.place, 1200, 3 if n % 2 else 1190, 300, 120, 50, 40, 30, 20)
        for n, one in enumerate(items[:8])
    )
    return Content(
        period="2026-W46", territory=DISTRICT, office=OVER.office, why=("gaps",), missing=37, years=(2025, 2024, 2023),
        days=Stretches(7, 56, 63), cases=Counts(2100, 12000, 9000), complaints=Counts(3300, 20000, 15000),
        chart=tuple(Point(f"2026-W{38 + n}", 1200 + n * 300, 1085.5 + n) for n in range(9)), items=items, least=3,
        more={"site": 15, "chain": 12}, last=Last("370215-W-2026-045", "2026-W45", lines), definitions="2026-11.6",
        rules="2026-11.1", counted_on="2026-11-20",
    )  # fmt: skip


def pages(pdf: bytes) -> int:
    """How many pages a PDF has: the objects that are one, in the open or in a packed stream."""
    packed = [
        zlib.decompressobj().decompress(one) for one in re.findall(rb"stream\r?\n(x.*?)endstream", pdf, re.DOTALL)
    ]
    return sum(len(re.findall(rb"/Type\s*/Page(?!s)", one)) for one in (pdf, *packed))


@needs_writer
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_fullest_one_is_one_page_in_word(language: str, tmp_path: Path) -> None:
    body = word_file(sheet(full(), language, number="370215-W-2026-046", replaces="370215-W-2026-045"))
    (tmp_path / "page.docx").write_bytes(body)
    assert pages(converted(tmp_path / "page.docx", "pdf", tmp_path).read_bytes()) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_sheet_gives_the_same_bytes_on_one_page(language: str) -> None:
    page = sheet(full(), language, number="370215-W-2026-046", replaces=None)
    assert word_file(page) == word_file(page)
    printed = pdf_file(page)
    assert hashlib.sha256(printed).digest() == hashlib.sha256(pdf_file(page)).digest()
    assert pages(printed) == 1
    told = text(word_file(page))
    assert page.defined in told
    assert all(row[1] in told for row in (*page.rows, *page.followed))


def test_what_is_kept_reads_back_as_it_was() -> None:
    assert Content.from_json(full().to_json()) == full()


def test_nothing_rises_and_no_earlier_year_is_said_so(store: Warehouse) -> None:
    office = Office(store, MONDAY)
    for day in (date(2026, 9, 14), date(2026, 11, 10)):
        office.case(place=BUSY, received_at=at(day))
    found = content(office, made(office))
    for language, words in (
        ("zh_CN", ("没有明显上升", "库中没有完整的往年同期数据")),
        ("en", ("nothing rises", "No earlier year")),
    ):
        page = sheet(found, language, number=None, replaces=None)
        assert words[0] in page.lead
        assert words[1] in page.defined
    assert not found.years


def test_an_office_that_began_last_week_calls_nothing_rising_and_lists_what_came_most(store: Warehouse) -> None:
    office = Office(store, MONDAY)
    for place in (BUSY, DISTRICT):
        for _ in range(LEAST):
            office.case(place=place, received_at=at(date(2026, 11, 9)), employer=FIRM)
    first = made(office)
    found = content(office, first)
    assert (found.days.before, found.years, found.rising) == (0, (), 0)
    assert [one.key for one in found.of(Subject.TOWN)] == [BUSY], "a case that names only its district is in no town"
    with store.read() as session:
        assert session.get_one(BulletinRow, first).rising == 0
    for language, words in (
        ("zh_CN", ("无从判断是否上升", "无此前数据", "库中没有本期之前的数据")),
        ("en", ("what rises is not known", "none stored", "compared with nothing")),
    ):
        page = sheet(found, language, number=None, replaces=None)
        assert words[0] in page.lead
        assert words[2] in page.defined
        assert next(iter(page.rows))[3:] == (words[1], page.rows[0][4], "—")
    found = content(office, made(office, "2026-W47", MONDAY + timedelta(days=7)))
    assert found.days.before == 7, "of the eight weeks before one is stored"
    assert "有数据的 7 天" in sheet(found, "zh_CN", number=None, replaces=None).defined
    assert "没有明显上升" in sheet(found, "zh_CN", number=None, replaces=None).lead
