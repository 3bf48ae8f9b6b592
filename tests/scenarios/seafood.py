"""柔性执法: the seafood firm of the article, as the office lived it, from the first call to the archive.

几名职工分别拨打 12345 等渠道，反映同一家海产品公司拖欠工资。监察员了解到企业是短期经营困难、首次发生，
指导其采取缩短工时、轮岗轮休等方式，稳住 195 个岗位；276 万元工资全部补发到位，企业签订《劳动维权》
承诺书，依法不予行政处罚。
"""

from __future__ import annotations

from datetime import date
from typing import Any

from casework.discretion import Waiver
from casework.inquiry import Wanted
from casework.leniency import Exit
from services.leniency.pledges import Duty
from tests.scenarios import seafood_told as told
from tests.scenarios.hands import Hands, duty_ids, order_id, paper
from tests.scenarios.town import Town, moment
from tests.services.lives import heard

BEGINS = "2023-05-23 08:30"
ITEM = "短期经营困难拖欠工资，首次发生，责令期限内足额补发且未造成严重后果"
HEAD_OF_FIRM = "郑海生"
SAID: dict[str, Any] = {
    "confirmed": ("slight_harm", "no_red_flag", "not_listed", "not_group"),
    "evidence": {
        "slight_harm": "一百九十五人逐人核对，均已足额到账，未见生活困难报告",
        "not_group": "职工分别通过热线等渠道反映，没有聚集，见走访记录",
        "not_listed": "查询失信联合惩戒名单，无该单位",
    },
    "waivers": (Waiver("no_report", "slight"),),
    "offence_item": ITEM,
}


def handed_over(hands: Hands, kind: str, on: date) -> dict[str, Any]:
    """A paper was given into the hands of the party."""
    return {"document_id": paper(hands, kind).id, "served_on": on, "served_how": "direct"}


def settle(town: Town) -> None:
    """The office has set its own no-penalty list before, as the law leaves it to."""
    town.the_office_answers(
        "即墨区人社局 2023年第1次局长办公会",
        leniency__offence_items=[{"item": ITEM, "max_workers": 300, "from": "2023-01-01"}],
        leniency__offence_items__version="2023年第1版",
        inquiry__place="即墨区劳动保障监察大队",
        inquiry__contact="宋海涛 0532-88550000",
    )


def several_workers_complain(hands: Hands) -> dict[str, str]:
    """Six complaints on five channels about one firm under six spellings; the platform finds them to be one."""
    numbers = hands.town.tell(told.told())
    assert hands.town.pull() == 6
    (case,) = hands.town.cases()
    hands.case_id = case.id
    assert sorted(hands.town.complaints(case.id)) == sorted(numbers.values())
    assert (case.needs_check, case.worker_count) == (False, 4), "four workers, though six complaints"
    return numbers


def one_click(hands: Hands) -> tuple[str, str]:
    """The desk sends the list with one click; the inspector signs, accepts and files, all on one day."""
    assert hands.click("desk") == 1
    lead, other = hands.town.pair(hands.case_id)
    hands.do(lead, "sign-for")
    hands.do(lead, "accept")
    hands.town.now = moment("2023-05-23 08:50")
    hands.town.send_answers()
    return lead, other


def they_go_and_look(hands: Hands, lead: str) -> None:
    """Two officers visit: orders have stopped, the cold store stands still; there is no bad will."""
    hands.town.now = moment("2023-05-24 16:00")
    hands.do(
        lead, "visit", visited_at=moment("2023-05-24 10:00"), place="田横镇滨海路17号",
        people_met="法定代表人、财务负责人",
        problems_found=3, problems_corrected=1,
        findings="出口订单取消，资金周转短期困难；未发现转移财产或者逃避行为；工资台账、考勤、用工合同各有一处不规范",
    )  # fmt: skip
    payroll = Wanted(6, from_month="2023-02", to_month="2023-04")
    hands.do(
        lead, "inquiry", issued_on=date(2023, 5, 24), appear_at=moment("2023-05-26 09:00"),
        items=[Wanted(1), Wanted(4), payroll],
    )  # fmt: skip
    hands.do(
        lead, "serve", document_id=paper(hands, "inquiry_notice").id, served_on=date(2023, 5, 24), served_how="direct"
    )


def the_firm_comes(hands: Hands, lead: str) -> None:
    """The firm brings its payroll: 195 workers, 2.76 million yuan for three months."""
    hands.town.now = moment("2023-05-26 15:00")
    hands.do(
        lead, "inquiry-answer", document_id=paper(hands, "inquiry_notice").id, answered_on=date(2023, 5, 26), came=True,
        handed_in=[1, 4, 6],
    )  # fmt: skip
    hands.do(
        lead, "interview", started_at=moment("2023-05-26 09:05"), ended_at=moment("2023-05-26 10:20"),
        place="监察大队询问室", ids_shown=True, person=HEAD_OF_FIRM, post="法定代表人", signature="signed",
        text="订单取消后账上没有余钱，工资是头一回拖，设备和厂房都在，愿意按期补发。",
    )  # fmt: skip
    hands.fill(lead, "interview_record", side="employer")
    hands.do(lead, "take-complaints")
    hands.do(lead, "roster", file=told.roster())
    hands.verify_as_claimed(lead)


def it_is_ordered_and_pledges(hands: Hands, lead: str) -> None:
    """Ordered to pay by 9 June. Short hours, rotation and leave keep the 195 jobs; the pledge says so."""
    hands.do(
        lead, "order", demand="足额补发职工2023年2月至4月工资", law="423 §26", issued_on=date(2023, 5, 26),
        due_on=date(2023, 6, 9), workers=told.HEADS, amount=told.ALL,
    )  # fmt: skip
    hands.fill(lead, "rectification_order", facts="该单位未按规定支付职工2023年2月至4月工资。")
    hands.do(
        lead,
        "serve",
        document_id=paper(hands, "rectification_order").id,
        served_on=date(2023, 5, 26),
        served_how="direct",
    )
    hands.do(
        lead, "pledge", signed_by=HEAD_OF_FIRM, signed_on=date(2023, 5, 26), due_on=date(2023, 7, 15),
        amount=told.ALL, scan_ref="正卷第9页",
        obligations="通过缩短工时、轮岗轮休、带薪休假稳定195个岗位，不裁员；补发全部工资；今后按月足额支付",
        duties=[
            Duty("补发195名职工工资276万元", date(2023, 6, 9)),
            Duty("6月工资按月足额支付，195个岗位不裁减", date(2023, 7, 15)),
        ],
    )  # fmt: skip
    hands.do(lead, "paper", kind="pledge", issued_on=date(2023, 5, 26))
    hands.fill(lead, "pledge", legal_rep=HEAD_OF_FIRM)
    words = hands.not_proposed(lead, Exit.EXEMPT_FIRST_OFFENCE, **SAID)
    assert "195 workers" in words, "a promise is no payment"
    assert "No correction is recorded" in words


def it_is_paid_in_full(hands: Hands, lead: str) -> None:
    """A day before the deadline every worker has the money; each is named in the bank's list."""
    hands.town.now = moment("2023-06-08 16:00")
    hands.pay_all(lead, paid_on=date(2023, 6, 8), proof_ref="代发回单20230608，正卷第12至18页")
    hands.do(lead, "correction", order_id=order_id(hands), corrected_on=date(2023, 6, 8))
    hands.do(lead, "check-pledge", duty_id=duty_ids(hands)[0], kept=True)
    hands.do(
        lead, "educate", educated_on=date(2023, 6, 8), way="on_site", whom=f"{HEAD_OF_FIRM}（法定代表人）",
        said="讲明工资应按月足额支付、困难时应事先报告并与职工协商，不得以经营困难为由拖欠",
    )  # fmt: skip
    hands.do(lead, "search-offences")
    hands.do(lead, "end-investigation")
    hands.propose(lead, Exit.EXEMPT_FIRST_OFFENCE, **SAID)


def a_second_and_a_third_pair_of_eyes(hands: Hands, lead: str) -> None:
    """Not without the legal review; then the review by the desk and the approval by the head of the bureau."""
    hands.town.now = moment("2023-06-09 09:30")
    assert "legal review" in hands.not_decided("head")
    hands.do(
        "desk", "legal-review", passed=True, opinion="事实清楚，首次、危害后果轻微、及时改正，程序合法，可以不予处罚"
    )
    hands.decide("head")
    hands.fill(
        lead, "exemption_decision", address=told.ADDRESS, legal_rep=HEAD_OF_FIRM,
        facts="该单位未按规定支付195名职工2023年2月至4月工资，未按规定报告。",
        evidence="工资表、银行代发回单、询问笔录、走访记录。",
        why_spared="首次违法，危害后果轻微，在责令期限届满前足额补发并签订承诺书。",
        education="已当面批评教育，并书面告知工资支付规定。",
    )  # fmt: skip
    hands.do(lead, "serve", **handed_over(hands, "exemption_decision", date(2023, 6, 9)))
    hands.town.send_answers()


def each_is_asked_for_themselves(hands: Hands) -> None:
    """The head closes the file; the desk calls each complainant and asks whether the money came; then the archive."""
    hands.town.now = moment("2023-06-12 10:00")
    heard(hands.town.store, hands.case_id, hands.town.now)
    hands.do("head", "close")
    hands.fill(
        "head", "closing_report", process="走访、询问、责令限期改正、足额补发、不予行政处罚。",
        performance="195名职工工资276万元已全部发放到位。", opinion="同意结案。",
    )  # fmt: skip
    for row in hands.town.complaints(hands.case_id).values():
        hands.call_back("desk", row.id, trueness=True, money_received=True, solved=True, satisfied=True,
                        opinion="工资已经到账，还能接着上班，谢谢")  # fmt: skip
    hands.do("desk", "archive")


def story(hands: Hands) -> dict[str, str]:
    """The whole of it. Returns the platforms' numbers of the complaints."""
    settle(hands.town)
    numbers = several_workers_complain(hands)
    lead, _ = one_click(hands)
    they_go_and_look(hands, lead)
    the_firm_comes(hands, lead)
    it_is_ordered_and_pledges(hands, lead)
    it_is_paid_in_full(hands, lead)
    a_second_and_a_third_pair_of_eyes(hands, lead)
    each_is_asked_for_themselves(hands)
    return numbers
