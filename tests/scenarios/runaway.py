"""恶意欠薪零容忍: the labour boss who went off with the wages of fourteen men, up to the packet that the police get.

包工头携款失联，十四名农民工三个月工资没有着落。通知不到场，责令不履行，柔性执法不适用；总包单位先行清偿，
涉嫌犯罪移送公安，列入失信联合惩戒名单，对拒不配合监察另行处罚，文书以公告送达。
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from casework.discretion import Waiver
from casework.handling import PaidWorker
from casework.inquiry import Wanted
from casework.leniency import Exit
from casework.sanctions import PACKET
from tests.scenarios import boss_told as told
from tests.scenarios.hands import Hands, order_id, paper, party_id
from tests.scenarios.town import moment

BEGINS = "2023-02-27 08:30"
EMPLOYER = told.BOSS
HALF = told.ALL / 2
FINE = Decimal(20_000)
SPARE: dict[str, Any] = {
    "confirmed": ("offence_item", "slight_harm", "no_red_flag", "not_listed"),
    "waivers": (Waiver("not_obeyed", "slight"),),
}
FINED: dict[str, Any] = {"fines": (Waiver("not_obeyed", "serious"),), "amount_fined": FINE}
"""423 §30: 14,600 yuan at that step, up to 20,000 within its range."""


def settle(hands: Hands) -> None:
    """Where people are called to, and whom they ask."""
    hands.town.the_office_answers(
        "即墨区人社局 2023年第1次局长办公会",
        inquiry__place="即墨区劳动保障监察大队",
        inquiry__contact="宋海涛 0532-88550000",
    )


def the_men_complain(hands: Hands) -> dict[str, str]:
    """Three complaints on three channels are one case; it is against a person, whom the desk has to name."""
    numbers = hands.town.tell(told.told())
    assert hands.town.pull() == 3
    (case,) = hands.town.cases()
    hands.case_id = case.id
    assert (case.employer_id, case.needs_supplement, case.worker_count) == (None, True, 14)
    hands.do("desk", "pick-employer", employer_name=EMPLOYER)
    hands.town.suggest()
    assert hands.click("desk") == 1
    lead, _ = hands.town.pair(hands.case_id)
    hands.do(lead, "sign-for")
    hands.do(lead, "accept")
    hands.town.now = moment("2023-02-27 08:50")
    hands.town.send_answers()
    return numbers


def nobody_is_there(hands: Hands, lead: str) -> None:
    """On the site his hut is empty; the notice to come is left there. The men's list is proven against the gate's."""
    hands.town.now = moment("2023-02-28 16:00")
    hands.do(
        lead, "visit", visited_at=moment("2023-02-28 10:00"), place=told.SITE, people_met="总包单位项目经理",
        problems_found=2, findings="钢筋班组停工，班组长不在现场，电话关机；总包单位提供了劳务合同和门禁考勤",
    )  # fmt: skip
    hands.do(
        lead, "inspection", started_at=moment("2023-02-28 10:05"), ended_at=moment("2023-02-28 11:00"),
        place=told.SITE, ids_shown=True, person="总包单位项目经理", post="项目经理",
        text="班组宿舍已经腾空，未见工资表和付款记录。", signature="signed",
    )  # fmt: skip
    hands.do(
        lead, "inquiry", issued_on=date(2023, 2, 28), appear_at=moment("2023-03-03 09:00"),
        items=[Wanted(2), Wanted(4), Wanted(6, from_month="2022-12", to_month="2023-02")],
    )  # fmt: skip
    hands.do(lead, "serve", **left(hands, "inquiry_notice", date(2023, 2, 28)))
    hands.do(lead, "take-complaints")
    hands.verify_as_claimed(lead)


def left(hands: Hands, kind: str, on: date, how: str = "left") -> dict[str, Any]:
    """A paper was left at his last known place, before witnesses and with photographs (SPC13 §4)."""
    return {"document_id": paper(hands, kind).id, "served_on": on, "served_how": how}


def announced(hands: Hands, kind: str, on: date) -> dict[str, Any]:
    """A paper is announced in public: nobody is at any place where it could be left (QD §33)."""
    why = "住所和宿舍均已搬空，邮件退回，无人可以签收"
    return {"document_id": paper(hands, kind).id, "announced_on": on, "tried": "by_post", "reason": why}


def he_has_fled(hands: Hands, lead: str) -> None:
    """He does not come. The flight is on record; the contractor is to pay first, and the order still goes to him."""
    hands.town.now = moment("2023-03-03 16:00")
    notice = paper(hands, "inquiry_notice").id
    hands.do(
        lead, "inquiry-answer", document_id=notice, answered_on=date(2023, 3, 3), came=False, note="未到场，未联系"
    )
    basis = "电话停机，住所和宿舍均已搬空，车辆连夜驶离，见现场检查笔录"
    hands.do(lead, "red-flag", kind="flight", seen_on=date(2023, 3, 3), basis=basis)
    hands.do(lead, "red-flag", kind="refusal", seen_on=date(2023, 3, 3), basis="经依法通知无故不到场、不提供材料")
    hands.do(
        lead, "party", part="general_contractor", name=told.BUILDER, uscc=told.BUILDER_CODE, told_by="contract",
        told_where="劳务分包合同", owes=False,
    )  # fmt: skip
    hands.do(lead, "party", part="crew", name=told.BOSS, told_by="contract", told_where="班组承包协议", owes=True)
    hands.do(lead, "liable", party_id=party_id(hands, "general_contractor"), ground="general_contractor_first")
    hands.do(
        lead, "plan", agreed_on=date(2023, 3, 3), agreed_with=told.BUILDER,
        instalments=[(date(2023, 3, 31), HALF), (date(2023, 4, 25), HALF)],
    )  # fmt: skip
    hands.do(
        lead, "order", demand="支付十四名农民工2022年12月至2023年2月工资", law="423 §26", issued_on=date(2023, 3, 3),
        due_on=date(2023, 3, 10), workers=len(told.CREW), amount=told.ALL, addressee="",
    )  # fmt: skip
    hands.fill(lead, "rectification_order", facts="你未按约定支付所招用农民工工资。")
    hands.do(lead, "serve", **left(hands, "rectification_order", date(2023, 3, 3)))
    assert "still runs" in hands.refused(
        lead, "crime-report", report="涉嫌拒不支付劳动报酬", reported_on=date(2023, 3, 3)
    )


def no_leniency(hands: Hands, lead: str) -> None:
    """The day to pay is past. Whoever asks to spare him is told why not, and that no fine takes the police's place."""
    hands.town.now = moment("2023-03-13 09:30")
    words = hands.not_proposed(lead, Exit.EXEMPT_FIRST_OFFENCE, **SPARE)
    for fact in ("flight 2023-03-03", "No correction is recorded", "Transfer to the police comes first"):
        assert fact in words, words
    fine = hands.not_proposed(lead, Exit.PENALTY, **FINED)
    assert "Transfer to the police comes first" in fine
    assert "No prior notice was served" in fine
    hands.do(
        lead, "crime-report", reported_on=date(2023, 3, 13),
        report="包工头逃匿，拖欠十四名农民工工资十六万八千元，责令支付逾期未付，涉嫌拒不支付劳动报酬罪",
    )  # fmt: skip


def to_the_police(hands: Hands, lead: str) -> None:
    """The head decides within three days; within a day the packet of five goes out; a fine is announced beside it."""
    hands.town.now = moment("2023-03-14 09:00")
    hands.do("head", "crime-decide", approve=True, reason="符合移送条件")
    hands.do(lead, "paper", kind="transfer_letter", issued_on=date(2023, 3, 14))
    hands.fill(
        lead, "transfer_letter", receiver="青岛市公安局即墨分局", facts="逃匿并拖欠十四人工资，经责令仍不支付。",
        evidence="限期改正指令书及张贴照片、考勤、逐人欠薪台账。",
    )  # fmt: skip
    hands.town.now = moment("2023-03-14 14:00")
    packet = {f"packet_{name}": f"移送卷第{n}页" for n, name in enumerate(PACKET, start=1)}
    packet["packet_test_report"] = "本案无检验鉴定事项"
    hands.do(lead, "crime-hand-over", police="青岛市公安局即墨分局", handed_at=moment("2023-03-14 13:30"), **packet)
    hands.do(lead, "paper", kind="prior_notice", issued_on=date(2023, 3, 14))
    hands.fill(
        lead, "prior_notice", facts="经依法通知无故不到场，责令支付逾期不履行。", evidence="通知书、指令书及送达照片。",
        article="《劳动保障监察条例》第三十条第一款第（一）项、第（三）项", intended="罚款20000元",
        intended_fine=str(FINE), contact="宋海涛 0532-88550000",
    )  # fmt: skip
    early = hands.refused(lead, "serve", **left(hands, "prior_notice", date(2023, 3, 14), "by_notice"))
    assert "announced first" in early
    hands.do(lead, "announce", **announced(hands, "prior_notice", date(2023, 3, 14)))
    early = hands.refused(lead, "serve", **left(hands, "prior_notice", date(2023, 3, 14), "by_notice"))
    assert "runs until 2023-04-13" in early
    hands.do(
        lead, "listing", order_id=order_id(hands), grounds="criminal_figure", persons=[told.BOSS],
        told_on=date(2023, 3, 14),
    )  # fmt: skip
    hands.town.now = moment("2023-03-17 15:00")
    hands.do(lead, "crime-police", filed=True, answered_on=date(2023, 3, 17), answer="立案决定书")
    hands.do(lead, "crime-materials", handed_on=date(2023, 3, 17))


def on_the_list(hands: Hands) -> None:
    """He may object for five working days; then the head puts him on the list for three years."""
    hands.town.now = moment("2023-03-20 10:00")
    assert "may still object" in hands.refused("head", "listing-decide", decision="listed", reason="逾期未付")
    hands.town.now = moment("2023-03-23 10:00")
    hands.do("head", "listing-decide", decision="listed", reason="逃匿，责令支付逾期未付")


def who_pays_first(hands: Hands, lead: str, day: str) -> None:
    """The general contractor pays half of what each is owed (724 §30)."""
    hands.town.now = moment(f"{day} 16:00")
    lines = [PaidWorker(name, told.EACH / 2) for name, _ in told.CREW]
    hands.do(
        lead, "payment", paid_on=date.fromisoformat(day), workers=len(lines), amount=HALF, proof="bank_voucher",
        proof_ref=f"总包单位代发回单{day}", lines=lines,
    )  # fmt: skip


def fined_beside_it(hands: Hands, lead: str) -> None:
    """The public notice and his five days are over and he said nothing: fined for refusing the inspection."""
    hands.town.now = moment("2023-04-17 10:00")
    hands.do(lead, "serve", **left(hands, "prior_notice", date(2023, 4, 13), "by_notice"))
    hands.do(lead, "end-investigation")
    hands.propose(lead, Exit.PENALTY, **FINED)
    assert "may defend itself until 2023-04-20" in hands.not_decided("head")
    hands.town.now = moment("2023-04-21 09:00")
    hands.decide("head")
    hands.fill(
        lead, "penalty_decision", address=told.SITE_ADDRESS, legal_rep=told.BOSS,
        facts="经依法通知无故不到场，责令支付逾期不履行。", evidence="通知书、指令书及送达照片。",
        article="《劳动保障监察条例》第三十条第一款第（一）项、第（三）项", decision="罚款人民币20000元。",
    )  # fmt: skip
    hands.do(lead, "announce", **announced(hands, "penalty_decision", date(2023, 4, 21)))
    hands.town.send_answers()


def story(hands: Hands) -> dict[str, str]:
    """The whole of it. Returns the platforms' numbers of the complaints."""
    settle(hands)
    numbers = the_men_complain(hands)
    lead, _ = hands.town.pair(hands.case_id)
    nobody_is_there(hands, lead)
    he_has_fled(hands, lead)
    no_leniency(hands, lead)
    to_the_police(hands, lead)
    on_the_list(hands)
    who_pays_first(hands, lead, "2023-03-31")
    fined_beside_it(hands, lead)
    who_pays_first(hands, lead, "2023-04-25")
    hands.town.now = moment("2023-05-23 09:00")
    hands.do(lead, "serve", **left(hands, "penalty_decision", date(2023, 5, 22), "by_notice"))
    return numbers
