"""The morning of the console's tests twelve days on: cases worked on by their inspectors, through the services.

One is ready to be spared and waits for its legal review, one went to the police and onto the list, one has ended and
waits for its call-backs; whatever the page of a case can show is somewhere in them.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import select

from casework.blanks import typed
from casework.calendar import SHANGHAI
from casework.discretion import Waiver
from casework.errors import ChannelUnavailable
from casework.inquiry import Wanted
from casework.leniency import Exit
from casework.people import Actor
from casework.sanctions import PACKET
from services.cases import declining, enforcing, party, referring, screening, supervising
from services.cases.drafts import keep_draft
from services.dispatch.dispatching import deliver_notices, dispatch_case, reassign
from services.employers.merging import merge_employers
from services.linkage.linkage_quality import draw_sample
from services.office.run_book import noted
from services.office.settings import Settings
from services.people import recusing, rota
from services.people.sessions import log_in
from tests.attached import bring
from tests.conftest import NOW
from tests.console.doubts import TUOLING, ask_about
from tests.console.morning import PASSWORD
from tests.scenarios.by_services import ByServices
from tests.scenarios.hands import look, order_id, paper, party_id
from tests.scenarios.town import Town
from warehouse.engine import Warehouse
from warehouse.models import AccountRow, CaseRow, EmployerRow

LATER = datetime(2026, 12, 2, 0, 30, tzinfo=NOW.tzinfo)  # a Wednesday, 08:30 in Shanghai
SPARED, FLED, ENDED = "青岛禾墨服饰有限公司", "青岛恒崮市政工程有限公司", "青岛衡舟物流有限公司"
SENT, DECLINED, ASKED = "青岛汐岸水产养殖有限公司", "青岛筑北建设工程有限公司", "青岛澜田海产加工有限公司"
FIRST = date(2026, 11, 20)
SPARING: dict[str, Any] = {
    "confirmed": ("offence_item", "slight_harm", "no_red_flag", "not_listed"),
    "evidence": {"slight_harm": "逐人核对，均已足额到账"},
    "waivers": (Waiver("overtime", "slight", units=2),),
}


class Office(Town):
    """The office of the console's tests: the accounts of its morning, and no platform around it."""

    def __init__(self, store: Warehouse, folder: Path) -> None:
        self.store, self.now, self._entered = store, NOW, {}
        self.settings = Settings(data_dir=folder)
        with store.read() as session:
            self.accounts = dict(session.execute(select(AccountRow.login, AccountRow.id)).tuples().all())

    def enter(self, login: str) -> Actor:
        """Somebody at work, with the password of the morning."""
        key = (login, self.now)
        if key not in self._entered:
            entered = log_in(self.store, login=login, password=PASSWORD, origin="127.0.0.1", at=self.now)
            self._entered[key] = entered.actor
        return self._entered[key]

    def on(self, day: int, hour: int = 9, month: int = 11) -> datetime:
        """The story goes on to an hour of a day of 2026."""
        self.now = datetime(2026, month, day, hour, tzinfo=SHANGHAI)
        return self.now

    def close(self) -> None:
        """There is no platform to close."""


def roster(first: str, phone: str, heads: int) -> bytes:
    """A roster of so many workers, the complainant first, a month's 9,000 yuan each."""
    people = [(first, phone), *((f"工友{n}", f"1371111{n:04d}") for n in range(1, heads))]
    lines = [f"{name},{number},2026-10,2026-10,9000" for name, number in people]
    return "\n".join(["姓名,手机,开始月份,结束月份,金额", *lines]).encode()


def case_of(store: Warehouse, employer: str) -> CaseRow:
    """The case of an employer of the morning, detached."""
    with store.read() as session:
        row = session.scalars(select(CaseRow).where(CaseRow.employer_name == employer)).one()
        session.expunge(row)
        return row


class Inspectors(ByServices):
    """The two inspectors of one case."""

    def __init__(self, office: Office, employer: str) -> None:
        super().__init__(office)
        self.case_id = case_of(office.store, employer).id
        given: dict[str, Any] = {"case_id": self.case_id, "version": look(self).version, "key": f"one {employer}"}
        dispatch_case(office.store, **given, actor=office.enter("desk"), at=office.now)
        self.lead = office.pair(self.case_id)[0]

    def call(self, service: Any, login: str = "", **fields: Any) -> Any:
        """A service that the story does not know by a name of its own."""
        return service(self.town.store, **self._common(login or self.lead), **fields)

    def begin(self) -> None:
        """Sign for it, accept it, and look at the place."""
        self.do(self.lead, "sign-for")
        self.do(self.lead, "accept")
        self.do(self.lead, "visit", visited_at=self.town.now, place="厂区", people_met="厂长", findings="机器停着")

    def serve(self, kind: str, on: date) -> None:
        """What must be typed on a paper is typed, and it was given into the hands of the party."""
        body = paper(self, kind).body
        wanted = [blank for blank in typed(kind) if blank.required and not body.get(blank.key)]
        blanks = {blank.key: f"{on}" if blank.form == "day" else "已查明" for blank in wanted}
        if blanks:
            self.fill(self.lead, kind, **blanks)
        fields = {"document_id": paper(self, kind).id, "served_on": on, "served_how": "direct"}
        self.do(self.lead, "serve", **fields)

    def order(self, amount: int, workers: int) -> None:
        """Ordered to pay within a week, with the order served."""
        self.do(
            self.lead, "order", demand="支付工资", law="423 §26", issued_on=FIRST, due_on=date(2026, 11, 27),
            workers=workers, amount=Decimal(amount),
        )  # fmt: skip
        self.serve("rectification_order", FIRST)


def spared(office: Office) -> None:
    """Small, paid, pledged, taught, searched, submitted: the legal review waits."""
    office.now = NOW
    one = Inspectors(office, SPARED)
    one.begin()
    called = {"appear_at": office.now + timedelta(days=5), "place": "监察大队", "contact": "监察一科"}
    one.do(one.lead, "inquiry", issued_on=FIRST, items=[Wanted(1)], **called)
    one.do(one.lead, "take-complaints")
    one.do(one.lead, "roster", file=roster("林芳", "13412340003", 6))
    one.verify_as_claimed(one.lead)
    one.order(54_000, 6)
    office.on(24)
    one.pay_all(one.lead, paid_on=date(2026, 11, 24), proof_ref="正卷第3页")
    one.do(one.lead, "correction", order_id=order_id(one), corrected_on=date(2026, 11, 24))
    one.do(
        one.lead, "pledge", signed_by="法人", signed_on=date(2026, 11, 24), obligations="依法用工",
        due_on=date(2026, 12, 31), scan_ref="正卷第5页",
    )  # fmt: skip
    one.do(one.lead, "educate", educated_on=date(2026, 11, 24), way="on_site", whom="法人", said="讲明工资支付规定")
    one.do(one.lead, "search-offences")
    one.propose(one.lead, Exit.EXEMPT_FIRST_OFFENCE, **SPARING)


def fled(office: Office) -> None:
    """Ordered and not obeyed: red flag, liable party, plan, police, list; supervised, referred, a recusal asked for."""
    office.now = NOW
    one = Inspectors(office, FLED)
    one.begin()
    one.do(one.lead, "red-flag", kind="flight", seen_on=FIRST, basis="电话停机，人去屋空")
    for part, name, owes in (("general_contractor", "青岛筑海建设集团有限公司", False), ("crew", "包工头", True)):
        one.do(one.lead, "party", part=part, name=name, told_by="contract", told_where="合同", owes=owes)
    one.do(one.lead, "liable", party_id=party_id(one, "general_contractor"), ground="general_contractor_first")
    one.do(
        one.lead, "plan", agreed_on=FIRST, agreed_with="总包单位",
        instalments=[(date(2026, 12, 10), Decimal(321_000)), (date(2027, 1, 10), Decimal(321_000))],
    )  # fmt: skip
    one.order(642_000, 38)
    office.on(30)
    day = office.now.date()
    one.do(one.lead, "crime-report", reported_on=day, report="逃匿，责令支付逾期未付")
    one.do("head", "crime-decide", approve=True, reason="符合移送条件")
    one.do(one.lead, "paper", kind="transfer_letter", issued_on=day)
    one.fill(one.lead, "transfer_letter", receiver="公安分局", facts="逃匿。", evidence="台账。")
    packet = {f"packet_{name}": f"移送卷第{n}页" for n, name in enumerate(PACKET, start=1)}
    one.do(one.lead, "crime-hand-over", police="公安分局", handed_at=office.now, **packet)
    one.do(one.lead, "listing", order_id=order_id(one), grounds="criminal_figure", persons=["包工头"], told_on=day)
    common: dict[str, Any] = {"reason": "施工许可归住建部门", "referred_on": day}
    one.call(referring.refer, body="housing", **common)
    demand: dict[str, Any] = {"superior": "市支队", "demand": "报告办理进展"}
    one.call(supervising.supervise, "desk", **demand, ordered_on=day, due_on=date(2026, 12, 8))
    lead = office.accounts[one.lead]
    one.call(recusing.ask_recusal, "desk", account_id=lead, asked_by="party", reason="与包工头是同乡")
    keep_draft(
        office.store, case_id=one.case_id, act="record_visit", typed={"place": ["项目部"]}, case_version=1,
        actor=office.enter(one.lead), at=office.now,
    )  # fmt: skip


def ended(office: Office) -> None:
    """Ordered by a decision to pay, which was served; it says that it paid. Another is declined, another only sent."""
    office.now = NOW
    one = Inspectors(office, ENDED)
    one.begin()
    one.do(one.lead, "paper", kind="prior_notice", issued_on=FIRST)
    one.serve("prior_notice", FIRST)
    one.call(party.record_defence, kind="waived", done_on=FIRST, said="书面放弃")
    one.do(one.lead, "roster", file=roster("司机老吴", "13212340005", 3))
    one.verify_as_claimed(one.lead)
    one.propose(one.lead, Exit.HANDLING)
    one.decide("head")
    one.serve("handling_decision", FIRST)
    one.pay_all(one.lead, paid_on=FIRST, proof_ref="正卷第9页")
    one.call(enforcing.record_performance, performed_on=FIRST, note="已付清")
    one.do("head", "close")
    no = Inspectors(office, DECLINED)
    no.do(no.lead, "sign-for")
    no.call(declining.decline_case, ground="in_arbitration_or_court", reason="已申请仲裁")
    Inspectors(office, SENT)


def before_the_public(office: Office) -> None:
    """The decision to pay of the one that ended is published; it objects. The one that fled is proposed."""
    office.on(24)
    text: dict[str, Any] = {
        "code": "370282228001234",
        "address": "即墨区振华街1号",
        "legal_rep": "法人",
        "handled": "责令支付，已付清。",
    }
    one = ByServices(office)
    one.case_id = case_of(office.store, ENDED).id
    lead = office.pair(one.case_id)[0]
    common: dict[str, Any] = text | {"breach": "arrears", "facts": "拖欠装卸人员十月工资。", "basis": "逾期三个月"}
    one.do(lead, "publication", **common)
    one.do("head", "publication-decide", approve=True, reason="应当公布")
    one.do(lead, "publication-publish", published_on=office.now.date(), place="区政府门户网站、即墨日报")
    one.do(lead, "publication-objection", objection="工资已付清", objected_on=office.now.date())
    office.on(30, 15)
    other = ByServices(office)
    other.case_id = case_of(office.store, FLED).id
    common = text | {"breach": "refused_pay", "facts": "责令支付后逃匿。", "handled": "已移送公安机关。"}
    other.do(office.pair(other.case_id)[0], "publication", **common)


def around(office: Office) -> None:
    """What lies around the cases: complaints by themselves, pairs, a sample, employers made one, runs, an absence."""
    office.now = NOW
    desk, store = office.enter("desk"), office.store
    sea = ByServices(office)
    sea.case_id = case_of(store, ASKED).id
    first, second, third, *_ = (one.id for one in office.complaints(sea.case_id).values())
    steps: tuple[tuple[Any, dict[str, str]], ...] = (
        (screening.ask_supplement, {"complaint_id": first, "wanted": "考勤"}),
        (screening.redirect_complaint, {"complaint_id": second, "way": "housing", "reason": "归住建部门"}),
        (screening.decline_complaint, {"complaint_id": third, "ground": "in_arbitration_or_court", "reason": "仲裁"}),
    )
    for service, fields in steps:
        version = look(sea).version
        service(store, case_id=sea.case_id, version=version, actor=desk, at=office.now, **fields)
    bring(store, case_of(store, FLED).main_complaint_id, at=NOW)
    ask_about(store, TUOLING, at=NOW)
    draw_sample(store, size=20, actor=Actor.system("test"), at=NOW)
    rota.record_absence(
        store, account_id=office.accounts["li"], from_on=FIRST, to_on=date(2026, 12, 20), reason="培训", actor=desk,
        at=NOW,
    )  # fmt: skip
    with store.read() as session:
        firms = session.scalars(select(EmployerRow).where(EmployerRow.name.in_(TUOLING)).order_by(EmployerRow.id)).all()
        ids = [(one.id, one.version) for one in firms]
    if len(ids) == 2:
        (one, one_version), (other, other_version) = ids
        versions = {"from_version": one_version, "into_version": other_version}
        merge_employers(store, from_id=one, into_id=other, **versions, reason="同一家", actor=desk, at=NOW)
    for at in (NOW - timedelta(hours=1), NOW):
        with suppress(ChannelUnavailable), noted(store, "collect", "hotline_12345", actor=desk, at=at) as run:
            run.counts = {"seen": 3, "new": 2}
            if at == NOW:
                raise ChannelUnavailable("The hotline does not answer.")


def make_later(store: Warehouse, folder: Path) -> Office:
    """All of it."""
    office = Office(store, folder)
    ended(office)
    fled(office)
    spared(office)
    before_the_public(office)
    around(office)
    office.now = LATER
    deliver_notices(store, at=LATER)
    return office


def give_away(office: Office, employer: str) -> None:
    """A case goes from its inspectors to two others."""
    case = case_of(office.store, employer)
    others = [one for one in ("song", "yu", "wang") if one not in office.pair(case.id)]
    lead, assisting = (others * 2 + ["wang"])[:2] if len(others) > 1 else (others[0], office.pair(case.id)[1])
    ids: dict[str, Any] = {"lead_id": office.accounts[lead], "assisting_id": office.accounts[assisting]}
    given: dict[str, Any] = {"case_id": case.id, "version": case.version}
    given |= {"actor": office.enter("desk"), "at": office.now}
    reassign(office.store, **given, **ids, reason="外出")
